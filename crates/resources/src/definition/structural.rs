//! From a JSON schema to the structural schemas that Kubernetes takes.

use serde_json::{Map, Value, json};

/// The widths of numbers that Kubernetes knows as formats; schemars has more.
const FORMATS: [&str; 5] = ["int32", "int64", "date-time", "double", "cidr"];

/// Rewrites what Kubernetes does not take: `null` among types, variants as `oneOf` of constants, titles.
pub(super) fn structural(schema: Value) -> Value {
    match schema {
        Value::Object(fields) => Value::Object(of_object(fields)),
        Value::Array(items) => Value::Array(items.into_iter().map(structural).collect()),
        other => other,
    }
}

fn of_object(mut fields: Map<String, Value>) -> Map<String, Value> {
    if let Some(variants) = fields.remove("oneOf").or_else(|| fields.remove("anyOf")) {
        merge_variants(&mut fields, variants);
    }
    fields.remove("$schema");
    fields.remove("title");
    if fields.get("default").is_some_and(Value::is_null) {
        fields.remove("default");
    }
    if let Some(Value::Array(types)) = fields.get("type") {
        let only = types.iter().find(|kind| *kind != "null").cloned();
        fields.insert("type".to_owned(), only.unwrap_or(Value::Null));
    }
    if fields.get("format").is_some_and(|format| !FORMATS.iter().any(|known| format == known)) {
        fields.remove("format");
    }
    if let Some(Value::Array(values)) = fields.get_mut("enum") {
        values.retain(|value| !value.is_null());
    }
    if let Some(Value::String(text)) = fields.get_mut("description") {
        *text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    }
    let rewritten = fields.into_iter().map(|(name, value)| {
        let value = match (name.as_str(), value) {
            ("properties", Value::Object(properties)) => {
                Value::Object(properties.into_iter().map(|(name, schema)| (name, structural(schema))).collect())
            }
            ("items" | "additionalProperties", schema) => structural(schema),
            (_, value) => value,
        };
        (name, value)
    });
    rewritten.collect()
}

/// An enumeration whose variants have words of their own is a list of constants; an optional type is that type.
fn merge_variants(fields: &mut Map<String, Value>, variants: Value) {
    let Value::Array(variants) = variants else { return };
    let mut constants = Vec::new();
    for variant in variants {
        let Value::Object(variant) = variant else { continue };
        match (variant.get("const"), variant.get("enum"), variant.get("type")) {
            (Some(constant), ..) => constants.push(constant.clone()),
            (_, Some(Value::Array(values)), _) => constants.extend(values.iter().cloned()),
            (_, _, Some(kind)) if kind == "null" => {}
            _ => {
                for (name, value) in variant {
                    fields.entry(name).or_insert(value);
                }
            }
        }
    }
    if !constants.is_empty() {
        fields.insert("type".to_owned(), json!("string"));
        fields.insert("enum".to_owned(), Value::Array(constants));
    }
}
