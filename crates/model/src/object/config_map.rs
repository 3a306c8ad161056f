//! ConfigMap: only those in which a component keeps settings that decide paths.

use std::collections::BTreeMap;

use crate::{Name, NamespacedName, Position};

/// A ConfigMap that something here knows how to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigMap {
    /// Its namespace and name.
    pub name: NamespacedName,
    /// `data`.
    pub data: BTreeMap<Name, String>,
    /// Where it stands.
    pub position: Position,
}
