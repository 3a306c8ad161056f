//! The entries of `metadata.managedFields`.

use bulkhead_store::{Object, Part};
use serde_json::{Map, Value, json};

use super::fields_v1;
use super::path::Fields;

/// How a manager writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum How {
    Apply,
    Update,
}

impl How {
    fn name(self) -> &'static str {
        match self {
            Self::Apply => "Apply",
            Self::Update => "Update",
        }
    }
}

/// One entry.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Manager {
    pub(super) name: String,
    pub(super) how: How,
    pub(super) part: Part,
    pub(super) api_version: String,
    pub(super) time: String,
    pub(super) fields: Fields,
}

impl Manager {
    /// Whether it is this manager, writing in this way to this part.
    pub(super) fn is(&self, name: &str, how: How, part: Part) -> bool {
        self.name == name && self.how == how && self.part == part
    }

    fn read(entry: &Value) -> Option<Self> {
        let text = |name: &str| entry.get(name).and_then(Value::as_str).map(str::to_owned);
        Some(Self {
            name: text("manager")?,
            how: if entry.get("operation")? == "Apply" { How::Apply } else { How::Update },
            part: if entry.get("subresource").is_some_and(|part| part == "status") { Part::Status } else { Part::Main },
            api_version: text("apiVersion").unwrap_or_default(),
            time: text("time").unwrap_or_default(),
            fields: fields_v1::read(entry.get("fieldsV1")?),
        })
    }

    fn write(&self) -> Value {
        let mut entry = json!({
            "manager": self.name,
            "operation": self.how.name(),
            "apiVersion": self.api_version,
            "time": self.time,
            "fieldsType": "FieldsV1",
            "fieldsV1": fields_v1::write(&self.fields),
        });
        if let (Part::Status, Value::Object(entry)) = (self.part, &mut entry) {
            entry.insert("subresource".to_owned(), "status".into());
        }
        entry
    }
}

/// The managers of an object.
pub(super) fn read(object: &Object) -> Vec<Manager> {
    let entries = object.metadata().and_then(|metadata| metadata.get("managedFields")?.as_array());
    entries.into_iter().flatten().filter_map(Manager::read).collect()
}

/// Writes the managers that manage something; the others are gone.
pub(super) fn write(object: &mut Object, managers: &[Manager]) {
    let entries: Vec<Value> =
        managers.iter().filter(|manager| !manager.fields.is_empty()).map(Manager::write).collect();
    let metadata: &mut Map<String, Value> = object.metadata_mut();
    if entries.is_empty() {
        metadata.remove("managedFields");
    } else {
        metadata.insert("managedFields".to_owned(), Value::Array(entries));
    }
}
