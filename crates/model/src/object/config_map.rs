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
    /// Where the entries of `data` stand.
    pub places: BTreeMap<Name, Position>,
    /// Where it stands.
    pub position: Position,
}

impl ConfigMap {
    /// Where an entry of `data` stands.
    pub fn place_of(&self, key: &str) -> Position {
        self.places.get(key).copied().unwrap_or(self.position)
    }
}
