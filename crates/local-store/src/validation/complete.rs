//! Fields that a schema does not know go, defaults come.

use serde_json::Value;

/// Completes a value by its schema. `metadata` is the server's own affair, and stays.
pub(super) fn complete(schema: &Value, value: &mut Value) {
    match value {
        Value::Object(fields) => {
            let Some(properties) = schema.get("properties").and_then(Value::as_object) else {
                if let Some(each) = schema.get("additionalProperties") {
                    fields.values_mut().for_each(|value| complete(each, value));
                }
                return;
            };
            fields.retain(|name, _| properties.contains_key(name));
            for (name, schema) in properties.iter().filter(|(name, _)| *name != "metadata") {
                match (fields.get_mut(name), schema.get("default")) {
                    (Some(value), _) => complete(schema, value),
                    (None, Some(default)) => {
                        fields.insert(name.clone(), default.clone());
                    }
                    (None, None) => {}
                }
            }
        }
        Value::Array(items) => {
            if let Some(each) = schema.get("items") {
                for item in items {
                    complete(each, item);
                }
            }
        }
        _ => {}
    }
}
