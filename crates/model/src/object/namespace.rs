//! Namespace, which KubeSphere calls a project.

use crate::{Labels, Name, Position};

/// A namespace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Namespace {
    /// Its name.
    pub name: Name,
    /// Its labels, with `kubernetes.io/metadata.name`, which the API server always sets.
    pub labels: Labels,
    /// Its annotations, as far as anything here reads them.
    pub annotations: Labels,
    /// Whether an object said that it exists; `false` where only the objects in it did.
    pub declared: bool,
    /// Where it stands.
    pub position: Position,
}
