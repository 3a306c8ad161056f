//! Types and bounds.

use bulkhead_store::Cause;
use serde_json::Value;

use super::formats::{has_format, has_pattern};

/// What a schema has against a value, field by field.
pub(super) fn check(schema: &Value, value: &Value) -> Vec<Cause> {
    let mut causes = Vec::new();
    walk(schema, value, "", &mut causes);
    causes
}

/// Whether what is at a path is as it was; of a field that is missing, what it is missing from.
pub(super) fn is_unchanged(before: &Value, after: &Value, path: &str) -> bool {
    match (at(after, path), path.rfind(['.', '['])) {
        (None, Some(end)) => is_unchanged(before, after, path.get(..end).unwrap_or_default()),
        (None, None) => before == after,
        (there, _) => at(before, path) == there,
    }
}

/// The value at a path such as `spec.ingress[0].from`.
fn at<'v>(value: &'v Value, path: &str) -> Option<&'v Value> {
    let steps = path.split(['.', '[']).filter(|step| !step.is_empty());
    steps.into_iter().try_fold(value, |value, step| match step.strip_suffix(']') {
        Some(index) => value.get(index.parse::<usize>().ok()?),
        None => value.get(step),
    })
}

fn walk(schema: &Value, value: &Value, path: &str, causes: &mut Vec<Cause>) {
    let mut refuse = |message: String| causes.push(Cause::new(path, message));
    if schema.get("x-kubernetes-int-or-string").is_some() {
        if !value.is_i64() && !value.is_string() {
            refuse(format!("must be a number or a text, not {}", kind_of(value)));
            return;
        }
        bounds(schema, value, &mut refuse);
        return;
    }
    let wanted = schema.get("type").and_then(Value::as_str).unwrap_or_default();
    if !is_of(value, wanted) {
        refuse(format!("must be {}, not {}", article(wanted), kind_of(value)));
        return;
    }
    bounds(schema, value, &mut refuse);
    match value {
        Value::Object(fields) => {
            for name in schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
            {
                if !fields.contains_key(name) {
                    causes.push(Cause::new(join(path, name), "is missing"));
                }
            }
            for (name, value) in fields {
                if let Some(schema) = schema.get("properties").and_then(|properties| properties.get(name)) {
                    walk(schema, value, &join(path, name), causes);
                }
            }
            if let Some(each) = schema.get("additionalProperties") {
                fields.iter().for_each(|(name, value)| walk(each, value, &join(path, name), causes));
            }
        }
        Value::Array(items) => {
            if let Some(each) = schema.get("items") {
                for (index, item) in items.iter().enumerate() {
                    walk(each, item, &format!("{path}[{index}]"), causes);
                }
            }
            duplicates(schema, items, path, causes);
        }
        _ => {}
    }
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

fn is_of(value: &Value, wanted: &str) -> bool {
    match wanted {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        _ => true,
    }
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "a map",
    }
}

fn article(wanted: &str) -> &'static str {
    match wanted {
        "object" => "a map",
        "array" => "a list",
        "string" => "a text",
        "boolean" => "true or false",
        "integer" => "a whole number",
        _ => "a number",
    }
}

fn bounds(schema: &Value, value: &Value, refuse: &mut impl FnMut(String)) {
    let limit = |name: &str| schema.get(name).and_then(Value::as_i64);
    let text = |name: &str| schema.get(name).and_then(Value::as_str);
    if let Some(allowed) = schema.get("enum").and_then(Value::as_array).filter(|allowed| !allowed.contains(value)) {
        let allowed: Vec<String> = allowed.iter().map(Value::to_string).collect();
        refuse(format!("is {value}; there are {}", allowed.join(", ")));
    }
    let (size, least, most) = match value {
        Value::String(text) => (text.chars().count(), "minLength", "maxLength"),
        Value::Array(items) => (items.len(), "minItems", "maxItems"),
        Value::Object(fields) => (fields.len(), "minProperties", "maxProperties"),
        _ => (0, "", ""),
    };
    let size = i64::try_from(size).unwrap_or(i64::MAX);
    if let Some(least) = limit(least).filter(|least| size < *least) {
        refuse(format!("has {size}, and must have at least {least}"));
    }
    if let Some(most) = limit(most).filter(|most| size > *most) {
        refuse(format!("has {size}, and may have at most {most}"));
    }
    if let Some(number) = value.as_i64() {
        if let Some(least) = limit("minimum").filter(|least| number < *least) {
            refuse(format!("is {number}, and must be at least {least}"));
        }
        if let Some(most) = limit("maximum").filter(|most| number > *most) {
            refuse(format!("is {number}, and may be at most {most}"));
        }
    }
    if let Value::String(value) = value {
        if let Some(format) = text("format").filter(|format| !has_format(value, format)) {
            refuse(format!("`{value}` is no {format}"));
        }
        if let Some(pattern) = text("pattern").filter(|pattern| !has_pattern(value, pattern)) {
            refuse(format!("`{value}` does not match `{pattern}`"));
        }
    }
}

/// Items that may be there once.
fn duplicates(schema: &Value, items: &[Value], path: &str, causes: &mut Vec<Cause>) {
    let keys: Vec<&str> = match schema.get("x-kubernetes-list-type").and_then(Value::as_str) {
        Some("set") => Vec::new(),
        Some("map") => {
            let keys = schema.get("x-kubernetes-list-map-keys").and_then(Value::as_array);
            keys.into_iter().flatten().filter_map(Value::as_str).collect()
        }
        _ => return,
    };
    let identity = |item: &Value| match keys.as_slice() {
        [] => item.to_string(),
        keys => keys.iter().map(|key| item.get(key).cloned().unwrap_or_default().to_string()).collect(),
    };
    let mut met = std::collections::BTreeSet::new();
    for (index, item) in items.iter().enumerate() {
        if !met.insert(identity(item)) {
            causes.push(Cause::new(format!("{path}[{index}]"), "is there twice"));
        }
    }
}
