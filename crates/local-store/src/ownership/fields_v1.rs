//! Fields as `fieldsV1` writes them: `{"f:spec": {"f:ports": {"k:{\"port\":80}": {".": {}, "f:port": {}}}}}`.

use serde_json::{Map, Value};

use super::path::{Fields, Path, Step};

/// Writes fields.
pub(super) fn write(fields: &Fields) -> Value {
    let mut root = Map::new();
    for path in fields {
        insert(&mut root, path, fields.range(path.clone()..).nth(1).is_some_and(|next| next.starts_with(path)));
    }
    Value::Object(root)
}

fn insert(root: &mut Map<String, Value>, path: &[Step], has_children: bool) {
    let Some((step, rest)) = path.split_first() else {
        if has_children {
            root.insert(".".to_owned(), Value::Object(Map::new()));
        }
        return;
    };
    let child = root.entry(name(step)).or_insert_with(|| Value::Object(Map::new()));
    if let Value::Object(child) = child {
        insert(child, rest, has_children);
    }
}

fn name(step: &Step) -> String {
    match step {
        Step::Field(name) => format!("f:{name}"),
        Step::Item(key) => format!("k:{key}"),
        Step::Member(member) => format!("v:{member}"),
    }
}

/// Reads fields; what is none is left out.
pub(super) fn read(value: &Value) -> Fields {
    let mut fields = Fields::new();
    collect(value, &mut Vec::new(), &mut fields);
    fields
}

fn collect(value: &Value, path: &mut Path, fields: &mut Fields) {
    let Value::Object(children) = value else { return };
    if !path.is_empty() && (children.is_empty() || children.contains_key(".")) {
        fields.insert(path.clone());
    }
    for (name, child) in children {
        let step = match name.split_at_checked(2) {
            Some(("f:", name)) => Step::Field(name.to_owned()),
            Some(("k:", key)) => Step::Item(key.to_owned()),
            Some(("v:", member)) => Step::Member(member.to_owned()),
            _ => continue,
        };
        path.push(step);
        collect(child, path, fields);
        path.pop();
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::path::fields_of;
    use super::*;

    #[test]
    fn fields_are_written_as_kubernetes_does_and_read_back() {
        let object = json!({
            "apiVersion": "v1", "kind": "Service",
            "metadata": {"name": "web", "labels": {"app": "web"}, "finalizers": ["a/b"]},
            "spec": {"ports": [{"port": 80, "protocol": "TCP"}], "selector": {"app": "web"}, "externalIPs": ["192.0.2.1"]},
        });
        let fields = fields_of(object.as_object().unwrap());
        let written = write(&fields);
        let wanted = json!({
            "f:metadata": {"f:finalizers": {"v:\"a/b\"": {}}, "f:labels": {"f:app": {}}},
            "f:spec": {
                "f:externalIPs": {},
                "f:ports": {"k:{\"port\":80,\"protocol\":\"TCP\"}": {".": {}, "f:port": {}, "f:protocol": {}}},
                "f:selector": {},
            },
        });
        assert_eq!(written, wanted);
        assert_eq!(read(&written), fields);
    }
}
