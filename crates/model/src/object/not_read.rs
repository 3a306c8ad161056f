//! What a dump says that it lacks: objects of a kind that may be in the cluster, and that whoever made the dump had no right to read.

use crate::{Name, Position};

/// Objects that may be there, and of which nobody knows anything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotRead {
    /// The API group of the kind; empty for the core group.
    pub group: Name,
    /// The kind, as a manifest spells it.
    pub kind: Name,
    /// The namespace; `None` means all of them but those of `except`, and objects of the cluster.
    pub namespace: Option<Name>,
    /// Namespaces whose objects were read.
    pub except: Vec<Name>,
    /// What the API server said.
    pub reason: String,
    /// Where it stands.
    pub position: Position,
}

impl NotRead {
    /// Whether it is about objects of a kind in a namespace.
    pub fn covers(&self, group: &str, kind: &str, namespace: &str) -> bool {
        self.group == group && self.kind == kind && self.is_about(namespace)
    }

    /// Whether it is about objects of a namespace.
    pub fn is_about(&self, namespace: &str) -> bool {
        match &self.namespace {
            Some(name) => name == namespace,
            None => self.except.iter().all(|name| name != namespace),
        }
    }
}
