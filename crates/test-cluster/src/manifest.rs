//! Manifests: texts to objects.

use std::path::{Path, PathBuf};

use bulkhead_store::Object;
use serde_json::Value;

/// The documents of a YAML text, Lists unpacked, in an order in which they can be applied: namespaces first.
pub fn objects(text: &str) -> anyhow::Result<Vec<Object>> {
    let options = serde_saphyr::options! { budget: None };
    let documents: Vec<Value> = serde_saphyr::from_multiple_with_options(text, options)?;
    let mut objects = Vec::new();
    for document in documents {
        match document.get("items").and_then(Value::as_array) {
            Some(items) => objects.extend(items.iter().cloned().filter_map(Object::from_value)),
            None => objects.extend(Object::from_value(document)),
        }
    }
    objects.sort_by_key(|object| match object.kind() {
        "CustomResourceDefinition" => 0,
        "Namespace" => 1,
        _ => 2,
    });
    Ok(objects)
}

/// The objects of the example cluster.
pub fn example() -> anyhow::Result<Vec<Object>> {
    let mut files = Vec::new();
    for file in std::fs::read_dir(root().join("examples/shop"))? {
        files.push(file?.path());
    }
    files.sort();
    let mut text = String::new();
    for file in files.iter().filter(|file| file.extension().is_some_and(|end| end == "yaml")) {
        text.push_str("---\n");
        text.push_str(&std::fs::read_to_string(file)?);
    }
    objects(&text)
}

/// The root of the project.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}
