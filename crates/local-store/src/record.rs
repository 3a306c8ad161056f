//! One change in the history.

use bulkhead_store::{Object, ObjectKey};
use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

/// What somebody did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Operation {
    /// Made an object.
    Create,
    /// Replaced one.
    Update,
    /// Applied fields.
    Apply,
    /// Deleted one, or marked it for deletion.
    Delete,
    /// Took a change back.
    Undo,
    /// Copied it from a cluster or a file.
    Import,
}

impl Operation {
    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Update => "update",
            Self::Apply => "apply",
            Self::Delete => "delete",
            Self::Undo => "undo",
            Self::Import => "import",
        }
    }
}

/// One object's change: who, when, what, and the object before and after.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Record {
    /// The version that the change made.
    pub revision: u64,
    /// The first version of the same operation: a namespace takes what is in it along.
    pub part_of: u64,
    /// Who.
    pub actor: String,
    /// As which field manager.
    pub manager: String,
    /// What they did.
    pub operation: Operation,
    /// When.
    pub time: Timestamp,
    /// The kind, as `plural.group`.
    pub resource: String,
    /// The namespace.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// The name.
    pub name: String,
    /// The object before; `None` where it was not there.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "object")]
    pub before: Option<Object>,
    /// The object after; `None` where it is gone.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "object")]
    pub after: Option<Object>,
}

impl Record {
    /// The object that changed.
    pub fn key(&self) -> ObjectKey {
        ObjectKey { namespace: self.namespace.clone(), name: self.name.clone() }
    }
}

/// Objects as plain JSON.
mod object {
    use super::{Deserialize, Deserializer, Map, Object, Serialize, Serializer, Value};

    #[allow(clippy::ref_option)] // serde's signature
    pub(super) fn serialize<S: Serializer>(object: &Option<Object>, serializer: S) -> Result<S::Ok, S::Error> {
        object.as_ref().map(|object| &object.0).serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Object>, D::Error> {
        Ok(Option::<Map<String, Value>>::deserialize(deserializer)?.map(Object))
    }
}
