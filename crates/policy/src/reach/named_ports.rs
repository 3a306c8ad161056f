//! Which pods declare a port by a name, and with which number: egress rules that name ports depend on it.

use std::collections::BTreeMap;

use bulkhead_model::{Name, PortNumber, Protocol};

use super::class_set::{ClassId, ClassSet};
use super::universe::{NamedPort, Universe};

/// The number of a set of holders.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct HolderId(u32);

/// The classes that declare one name and protocol with the same numbers.
#[derive(Clone, Debug)]
pub(crate) struct Holder {
    /// Mostly one; several leave open which of them an engine takes.
    pub(crate) numbers: Box<[PortNumber]>,
    pub(crate) classes: ClassSet,
}

/// All named ports of all classes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Holders {
    holders: Vec<Holder>,
    by_name: BTreeMap<(Name, Protocol), Vec<HolderId>>,
}

impl Holders {
    pub(crate) fn new(universe: &Universe) -> Self {
        let mut holders = Self::default();
        for class in universe.ids() {
            holders.add(class, universe.named_ports(universe.class(class).named_ports));
        }
        holders
    }

    /// Adds a class with its named ports, which are sorted; gives the sets that it was not in.
    pub(crate) fn add(&mut self, class: ClassId, ports: &[NamedPort]) -> Vec<HolderId> {
        let mut came_into = Vec::new();
        for group in ports.chunk_by(|a, b| (&a.0, a.1) == (&b.0, b.1)) {
            let Some((name, protocol, _)) = group.first() else { continue };
            let numbers: Box<[PortNumber]> = group.iter().map(|(_, _, number)| *number).collect();
            let known = self.by_name.entry((name.clone(), *protocol)).or_default();
            let same = |id: &&HolderId| self.holders.get(id.0 as usize).is_some_and(|holder| holder.numbers == numbers);
            if let Some(id) = known.iter().find(same).copied() {
                if let Some(holder) = self.holders.get_mut(id.0 as usize) {
                    came_into.extend(holder.classes.insert(class).then_some(id));
                }
            } else {
                let id = HolderId(u32::try_from(self.holders.len()).unwrap_or(u32::MAX));
                known.push(id);
                came_into.push(id);
                self.holders.push(Holder { numbers, classes: ClassSet::from_iter([class]) });
            }
        }
        came_into
    }

    // Numbers come from here only, so this index is always in bounds.
    #[allow(clippy::indexing_slicing)]
    pub(crate) fn get(&self, id: HolderId) -> &Holder {
        &self.holders[id.0 as usize]
    }

    /// Everybody who declares a port of that name and protocol.
    pub(crate) fn of(&self, protocol: Protocol, name: &Name) -> &[HolderId] {
        self.by_name.get(&(name.clone(), protocol)).map_or(&[], Vec::as_slice)
    }
}

/// The numbers that a list of named ports has under one name and protocol.
pub(crate) fn numbers_in(ports: &[NamedPort], protocol: Protocol, name: &Name) -> Vec<PortNumber> {
    ports.iter().filter(|port| port.0 == *name && port.1 == protocol).map(|port| port.2).collect()
}
