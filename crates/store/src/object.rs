//! An object as JSON, with the fields that every object has.

use serde_json::{Map, Value};

use crate::ObjectKey;

/// An object as the API writes it.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Object(pub Map<String, Value>);

impl Object {
    /// The object in a JSON value; `None` for a value that is no map.
    pub fn from_value(value: Value) -> Option<Self> {
        match value {
            Value::Object(fields) => Some(Self(fields)),
            _ => None,
        }
    }

    /// The object as a JSON value.
    pub fn into_value(self) -> Value {
        Value::Object(self.0)
    }

    /// `apiVersion`
    pub fn api_version(&self) -> &str {
        self.0.get("apiVersion").and_then(Value::as_str).unwrap_or_default()
    }

    /// `kind`
    pub fn kind(&self) -> &str {
        self.0.get("kind").and_then(Value::as_str).unwrap_or_default()
    }

    /// `metadata.name`; empty where it is missing.
    pub fn name(&self) -> &str {
        self.text("name").unwrap_or_default()
    }

    /// `metadata.namespace`
    pub fn namespace(&self) -> Option<&str> {
        self.text("namespace")
    }

    /// Namespace and name.
    pub fn key(&self) -> ObjectKey {
        ObjectKey { namespace: self.namespace().map(str::to_owned), name: self.name().to_owned() }
    }

    /// `metadata.resourceVersion`
    pub fn resource_version(&self) -> Option<&str> {
        self.text("resourceVersion")
    }

    /// `metadata.uid`
    pub fn uid(&self) -> Option<&str> {
        self.text("uid")
    }

    /// `metadata.generation`
    pub fn generation(&self) -> Option<i64> {
        self.metadata()?.get("generation")?.as_i64()
    }

    /// `metadata.deletionTimestamp`: it is going away, and waits for its finalizers.
    pub fn is_terminating(&self) -> bool {
        self.text("deletionTimestamp").is_some()
    }

    /// `metadata`
    pub fn metadata(&self) -> Option<&Map<String, Value>> {
        self.0.get("metadata")?.as_object()
    }

    /// `metadata`, made where it is missing or no map.
    pub fn metadata_mut(&mut self) -> &mut Map<String, Value> {
        let metadata = self.0.entry("metadata").or_insert_with(|| Value::Object(Map::new()));
        if !metadata.is_object() {
            *metadata = Value::Object(Map::new());
        }
        match metadata {
            Value::Object(fields) => fields,
            _ => unreachable!("it was just made a map"),
        }
    }

    /// A text of `metadata`.
    pub fn text(&self, field: &str) -> Option<&str> {
        self.metadata()?.get(field)?.as_str().filter(|text| !text.is_empty())
    }

    /// A label.
    pub fn label(&self, key: &str) -> Option<&str> {
        self.metadata()?.get("labels")?.get(key)?.as_str()
    }

    /// An annotation.
    pub fn annotation(&self, key: &str) -> Option<&str> {
        self.metadata()?.get("annotations")?.get(key)?.as_str()
    }

    /// The texts of a list in `metadata`, such as `finalizers`.
    pub fn texts(&self, field: &str) -> impl Iterator<Item = &str> {
        self.metadata()
            .and_then(|metadata| metadata.get(field)?.as_array())
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
    }

    /// The uids of its `metadata.ownerReferences`.
    pub fn owners(&self) -> impl Iterator<Item = &str> {
        let references = self.metadata().and_then(|metadata| metadata.get("ownerReferences")?.as_array());
        references.into_iter().flatten().filter_map(|reference| reference.get("uid")?.as_str())
    }
}
