//! Writes YAML as kubectl does (sigs.k8s.io/yaml): keys in order, lists at the column of their key, long strings folded at
//! column 80, strings of several lines as literal blocks.

use serde_json::Value;

/// An object as an element of a list at column 0.
pub(crate) fn list_element(object: &Value) -> String {
    let mut out = String::new();
    element(object, 0, &mut out);
    out
}

/// A map or a list with content, each line at `indent`.
fn block(value: &Value, indent: usize, out: &mut String) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                pad(indent, out);
                entry(key, value, indent, out);
            }
        }
        Value::Array(elements) => elements.iter().for_each(|value| element(value, indent, out)),
        _ => {}
    }
}

fn pad(indent: usize, out: &mut String) {
    out.extend(std::iter::repeat_n(' ', indent));
}

fn entry(key: &str, value: &Value, indent: usize, out: &mut String) {
    out.push_str(key);
    out.push(':');
    match value {
        Value::Object(fields) if !fields.is_empty() => {
            out.push('\n');
            block(value, indent + 2, out);
        }
        Value::Array(elements) if !elements.is_empty() => {
            out.push('\n');
            block(value, indent, out);
        }
        value => {
            out.push(' ');
            scalar(value, indent + 2, out);
        }
    }
}

fn element(value: &Value, indent: usize, out: &mut String) {
    pad(indent, out);
    out.push_str("- ");
    match value {
        Value::Object(fields) if !fields.is_empty() => {
            for (number, (key, value)) in fields.iter().enumerate() {
                if number > 0 {
                    pad(indent + 2, out);
                }
                entry(key, value, indent + 2, out);
            }
        }
        value => scalar(value, indent + 2, out),
    }
}

fn scalar(value: &Value, indent: usize, out: &mut String) {
    match value {
        Value::String(text) if text.contains('\n') => literal(text, indent, out),
        Value::String(text) if is_plain(text) => folded(text, "", indent, out),
        Value::String(text) if text.is_empty() || is_like_a_number(text) => out.extend(["\"", text, "\""]),
        Value::String(text) => folded(&text.replace('\'', "''"), "'", indent, out),
        Value::Array(_) => out.push_str("[]"),
        Value::Object(_) => out.push_str("{}"),
        other => out.push_str(&other.to_string()),
    }
    out.push('\n');
}

fn is_like_a_number(text: &str) -> bool {
    text.parse::<f64>().is_ok()
        || matches!(text, "true" | "True" | "False" | "false" | "null" | "y" | "n" | "yes" | "no" | "on" | "off")
        || text.starts_with("20")
}

fn is_plain(text: &str) -> bool {
    let first_is_plain =
        text.chars().next().is_some_and(|first| first.is_ascii_alphanumeric() || matches!(first, '/' | '.' | '('));
    first_is_plain
        && !is_like_a_number(text)
        && !text.contains(": ")
        && !text.contains(" #")
        && !text.ends_with([':', ' '])
}

/// Breaks at the first space behind column 80, as libyaml does.
fn folded(text: &str, quote: &str, indent: usize, out: &mut String) {
    let line_start = out.rfind('\n').map_or(0, |newline| newline + 1);
    let mut column = out.len() - line_start;
    out.push_str(quote);
    let mut words = text.split(' ').peekable();
    while let Some(word) = words.next() {
        out.push_str(word);
        column += word.len() + 1;
        if words.peek().is_none() {
            break;
        }
        if column > 80 {
            out.push('\n');
            pad(indent, out);
            column = indent;
        } else {
            out.push(' ');
        }
    }
    out.push_str(quote);
}

fn literal(text: &str, indent: usize, out: &mut String) {
    out.push_str(if text.ends_with('\n') { "|" } else { "|-" });
    for line in text.lines() {
        out.push('\n');
        if !line.is_empty() {
            pad(indent, out);
            out.push_str(line);
        }
    }
}
