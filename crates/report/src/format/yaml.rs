//! `-o yaml`: as kubectl writes it, so that it can be applied and compared.

use std::fmt::Write as _;

use bulkhead_analysis::allowlist::{Minimal, Native};
use bulkhead_analysis::isolation::Plan;
use bulkhead_analysis::model::Severity;
use bulkhead_analysis::model::object::PolicyManifest;
use bulkhead_wire::{ManifestForm, Words as _};
use serde_json::Value;

use super::{Answer, AnswerKind, Context, Format};

/// `-o yaml`
pub(super) struct Yaml;

impl Format for Yaml {
    fn name(&self) -> &'static str {
        "yaml"
    }

    fn answers(&self) -> &'static [AnswerKind] {
        &[AnswerKind::Plan, AnswerKind::Minimal, AnswerKind::Exposures, AnswerKind::Native, AnswerKind::System]
    }

    fn render(&self, answer: &Answer<'_>, context: &Context<'_>) -> Option<String> {
        match answer {
            Answer::Plan(planned) => Some(render_plan(&planned.plan, context)),
            Answer::Minimal(minimal) => Some(documents(&minimal.policies())),
            Answer::Native(native) => Some(of_native(native, context)),
            Answer::System(needs) => Some(documents(&needs.policies())),
            Answer::Exposures { answers, .. } => Some(of_answers(answers)),
            _ => None,
        }
    }
}

/// The policies to write, for `kubectl apply -f -`; those to delete, which that cannot do, as comments.
fn render_plan(plan: &Plan, context: &Context<'_>) -> String {
    let mut text = String::new();
    for name in &plan.delete {
        let _ = writeln!(
            text,
            "# {}: networkpolicy/{} -n {}",
            context.speech.word("yaml.delete"),
            name.name,
            name.namespace
        );
    }
    if plan.apply.is_empty() {
        let _ = writeln!(text, "# {}", context.speech.word("yaml.nothing"));
    }
    text + &documents(&plan.apply)
}

/// The policies of allowlists.
fn of_answers(answers: &[Minimal]) -> String {
    let policies: Vec<PolicyManifest> = answers.iter().flat_map(Minimal::policies).collect();
    documents(&policies)
}

/// Objects of an engine's own kinds, below comments with what is to be known of them; warnings are said beside the answer.
pub(super) fn of_native(native: &Native, context: &Context<'_>) -> String {
    let notes = native.issues.iter().filter(|issue| issue.severity == Severity::Note);
    let mut text = String::new();
    for note in notes {
        let _ = writeln!(text, "# {}", context.speech.issue(note));
    }
    let documents: Vec<String> = bulkhead_wire::native::objects(native).iter().map(document).collect();
    text + &documents.join("---\n")
}

/// Policies as documents.
fn documents(policies: &[PolicyManifest]) -> String {
    let documents: Vec<String> = policies.iter().map(|policy| document(&ManifestForm::new(policy).0)).collect();
    documents.join("---\n")
}

/// A value as a YAML document in block style, lists at the indentation of their field.
pub fn document(value: &Value) -> String {
    let mut text = String::new();
    match value {
        Value::Object(fields) if !fields.is_empty() => write_fields(&mut text, value, 0, ""),
        Value::Array(items) if !items.is_empty() => write_items(&mut text, value, 0),
        _ => {
            let _ = writeln!(text, "{}", scalar(value));
        }
    }
    text
}

/// The fields of an object; the first one without indentation where it follows a dash.
fn write_fields(text: &mut String, value: &Value, indent: usize, after_dash: &str) {
    let Value::Object(fields) = value else { return };
    for (index, (key, field)) in fields.iter().enumerate() {
        let lead = if index == 0 && !after_dash.is_empty() { String::new() } else { " ".repeat(indent) };
        let _ = write!(text, "{lead}{}:", string(key));
        match field {
            Value::Object(inner) if !inner.is_empty() => {
                text.push('\n');
                write_fields(text, field, indent + 2, "");
            }
            Value::Array(items) if !items.is_empty() => {
                text.push('\n');
                write_items(text, field, indent);
            }
            _ => {
                let _ = writeln!(text, " {}", scalar(field));
            }
        }
    }
}

/// The items of a list, each behind a dash.
fn write_items(text: &mut String, value: &Value, indent: usize) {
    let Value::Array(items) = value else { return };
    for item in items {
        let _ = write!(text, "{}- ", " ".repeat(indent));
        match item {
            Value::Object(fields) if !fields.is_empty() => write_fields(text, item, indent + 2, "- "),
            Value::Array(inner) if !inner.is_empty() => {
                text.push('\n');
                write_items(text, item, indent + 2);
            }
            _ => {
                let _ = writeln!(text, "{}", scalar(item));
            }
        }
    }
}

/// Anything that fits on one line; empty lists and objects, too.
fn scalar(value: &Value) -> String {
    match value {
        Value::String(text) => string(text),
        other => other.to_string(),
    }
}

/// A string, quoted where YAML would read something else, or nothing, from it. JSON's quoting is YAML's, too.
fn string(text: &str) -> String {
    if is_plain(text) { text.to_owned() } else { Value::from(text).to_string() }
}

/// Whether a string stands for itself without quotes: only letters, digits and marks that mean nothing in YAML, beginning
/// with a letter or as a name, an address or a cidr does, and no word or number of YAML 1.1 or 1.2.
fn is_plain(text: &str) -> bool {
    const WORDS: [&str; 12] = ["true", "false", "yes", "no", "on", "off", "null", "y", "n", "~", ".nan", ".inf"];
    let harmless = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'/' | b'-');
    let starts_well = text.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric());
    starts_well
        && text.bytes().all(harmless)
        && !WORDS.contains(&text.to_ascii_lowercase().as_str())
        && !looks_like_a_number(text)
}

/// Whether a YAML reader may take the text for a number or a date: it begins with a digit, and is no cidr or IPv4 address.
fn looks_like_a_number(text: &str) -> bool {
    let digit = text.bytes().next().is_some_and(|byte| byte.is_ascii_digit());
    let address = text.split('/').next().is_some_and(|address| address.parse::<std::net::Ipv4Addr>().is_ok());
    digit && !address
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn nested_lists_and_empty_values_as_kubectl_writes_them() {
        let value = json!({
            "spec": {
                "ingress": [{ "from": [{ "ipBlock": { "cidr": "10.0.0.0/8" } }, { "podSelector": {} }], "ports": [] }, {}],
                "policyTypes": ["Ingress"],
            },
        });
        insta::assert_snapshot!(document(&value), @r"
        spec:
          ingress:
          - from:
            - ipBlock:
                cidr: 10.0.0.0/8
            - podSelector: {}
            ports: []
          - {}
          policyTypes:
          - Ingress
        ");
    }

    #[test]
    fn strings_that_yaml_would_misread_are_quoted() {
        for text in
            ["", "yes", "NULL", "12", "1e3", "0x1f", "2024-01-01", "a: b", "#x", "a b", "-x", "é", "1_000", ".5", "::1"]
        {
            assert!(!is_plain(text), "{text}");
        }
        for text in ["web", "kubesphere.io/workspace", "10.0.0.1/32", "10.0.0.1", "a1", "Ingress", "system-workspace"] {
            assert!(is_plain(text), "{text}");
        }
    }
}
