//! What could not be read, as the remark about it in a dump.

use bulkhead_analysis::model::Issue;
use bulkhead_analysis::snapshot::code;
use bulkhead_store::{Object, Resource};
use serde_json::{Map, Value, json};

/// Objects of a kind that whoever asks may not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Gap {
    /// The kind.
    pub(crate) resource: Resource,
    /// The namespaces whose objects could be read all the same.
    pub(crate) except: Vec<String>,
    /// What the server said.
    pub(crate) reason: String,
}

impl Gap {
    /// What is said about it where no dump is read.
    pub(crate) fn issue(&self) -> Issue {
        let whose = if self.except.is_empty() { "*".to_owned() } else { format!("* - {}", self.except.join(", ")) };
        let issue = Issue::warning(code::NOT_READ).with("kind", &self.resource.kind).with("namespace", whose);
        issue.with("reason", &self.reason)
    }

    /// The remark: `NotRead`, which the reader of dumps knows.
    pub(crate) fn into_object(self) -> Object {
        let mut spec = json!({"group": self.resource.group, "kind": self.resource.kind, "reason": self.reason});
        if let (false, Value::Object(spec)) = (self.except.is_empty(), &mut spec) {
            spec.insert("exceptNamespaces".to_owned(), self.except.into());
        }
        let mut object = Map::new();
        object.insert("apiVersion".to_owned(), "network.bulkhead.dev/v1alpha1".into());
        object.insert("kind".to_owned(), "NotRead".into());
        object.insert("metadata".to_owned(), json!({"name": self.resource.group_resource()}));
        object.insert("spec".to_owned(), spec);
        Object(object)
    }
}
