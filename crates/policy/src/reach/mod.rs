//! Who reaches whom, for everybody at once.
//!
//! [`decide`](crate::decide()) judges one packet. [`Reach`] says the same about all packets between all pods, nodes and
//! addresses, as sets of ports. It does so over classes that no policy in play can tell apart (`universe`), over sets of
//! peers that are looked up in an index of labels (`peers`), and over one row for all subjects that the same policies
//! select (`row`). Work and memory grow with classes and rules, and not with pairs of pods.
//!
//! What decides beside policies is not its affair, as it is not `decide`'s: a pod always reaches itself, and a node its own
//! pods. Evidence is not carried along; whoever wants to know why asks `decide` about one packet of the pair.

mod address_cells;
mod alike;
mod build;
mod class_set;
mod compiled;
mod evaluate;
mod in_play;
mod kinds;
mod label_index;
pub mod live;
mod named_ports;
mod outside;
mod pairs;
mod partition;
mod peers;
mod port_ranges;
mod row;
mod row_builder;
mod rows;
mod shared_cuts;
mod subject;
mod universe;

use std::net::IpAddr;

use bulkhead_model::AddressSet;
use bulkhead_model::object::Direction;
use bulkhead_snapshot::{NodeId, PodId};

pub(crate) use self::address_cells::AddressCells;
pub use self::class_set::ClassId;
pub use self::kinds::Kinds;
pub use self::live::{Change, Live};
pub use self::pairs::{ConnectionsId, PairConnections, Pairs};
pub use self::port_ranges::PortRanges;
pub use self::universe::Family;

use self::evaluate::Ruling;
use self::port_ranges::PortTable;
use self::rows::Rows;
use self::universe::{ClassKind, Universe};

/// The ports between two parties: open, undetermined; all others are closed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Connections {
    /// Policies allow them.
    pub open: PortRanges,
    /// Nobody can tell.
    pub undetermined: PortRanges,
}

/// How memory is traded for time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tuning {
    /// Sets of at least so many words of 64 classes cut the classes once for all rows that name them together, and not for
    /// each row. A cluster of a thousand classes has no such sets by default.
    pub shared_from_words: usize,
    /// Rows of at least so many cells are searched by class, and not cell by cell.
    pub searched_from_cells: usize,
}

impl Default for Tuning {
    fn default() -> Self {
        Self { shared_from_words: 17, searched_from_cells: 12 }
    }
}

/// How much there is of everything that work and memory grow with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Classes that have members.
    pub classes: usize,
    /// Different answers of the policies of a class, to everybody, in one direction.
    pub rows: usize,
    /// Different sets of ports.
    pub port_sets: usize,
}

/// What a class is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Population {
    /// Pods with a network of their own.
    Pods,
    /// Nodes with everything on them that has no network of its own.
    Nodes,
    /// hostNetwork pods of which nobody knows the node.
    HostPods,
}

/// Who reaches whom, for everybody at once.
#[derive(Clone, Debug)]
pub struct Reach {
    universe: Universe,
    ports: PortTable,
    rows: Rows,
    class_of_pod: Vec<Option<ClassId>>,
    class_of_node: Vec<ClassId>,
}

impl Reach {
    /// The class of a pod; `None` for one that has ended and has no network any more.
    pub fn class_of_pod(&self, pod: PodId) -> Option<ClassId> {
        self.class_of_pod.get(bulkhead_snapshot::table::Id::row(pod) as usize).copied().flatten()
    }

    /// The class of a node.
    pub fn class_of_node(&self, node: NodeId) -> Option<ClassId> {
        self.class_of_node.get(bulkhead_snapshot::table::Id::row(node) as usize).copied()
    }

    /// Every class that has members, in order.
    pub fn classes(&self) -> impl Iterator<Item = ClassId> + '_ {
        self.universe.ids().filter(|class| self.universe.class(*class).members > 0)
    }

    /// How much there is of everything that work and memory grow with.
    pub fn size(&self) -> Size {
        Size { classes: self.classes().count(), rows: self.rows.len(), port_sets: self.ports.len() }
    }

    /// What a class is made of.
    pub fn population(&self, class: ClassId) -> Population {
        match self.universe.class(class).kind {
            ClassKind::Pods { .. } => Population::Pods,
            ClassKind::Nodes => Population::Nodes,
            ClassKind::HostPods => Population::HostPods,
        }
    }

    /// The ports on which a member of one class reaches a member of another, or another member of the same: those that are
    /// open over any address family that both have.
    pub fn between(&self, from: ClassId, to: ClassId) -> Connections {
        let common = Family::ALL.into_iter().zip(self.common_families(from, to)).filter(|(_, common)| *common);
        let over = common.map(|(family, _)| self.between_over(from, to, family));
        over.reduce(|sum, here| sum.or(&here)).unwrap_or_else(Connections::none)
    }

    /// The same, over one address family.
    pub fn between_over(&self, from: ClassId, to: ClassId, family: Family) -> Connections {
        let over = |rulings: row::Rulings| {
            rulings.get(family.index()).map_or_else(Connections::none, |it| self.connections(*it))
        };
        let out = over(self.rows.of(from, Direction::Egress).rulings(to, self.rows.shared()));
        let into = over(self.rows.of(to, Direction::Ingress).rulings(from, self.rows.shared()));
        out.and(&into)
    }

    /// Whether two classes can talk over IPv4, and over IPv6. Where nobody knows an address of one, as the other has them;
    /// where nobody knows any, it is the same over both.
    fn common_families(&self, from: ClassId, to: ClassId) -> [bool; 2] {
        let (from, to) = (self.universe.class(from), self.universe.class(to));
        if from.is_unaddressed() && to.is_unaddressed() {
            return [true, false];
        }
        Family::ALL.map(|family| (from.is_unaddressed() || from.has(family)) && (to.is_unaddressed() || to.has(family)))
    }

    /// What an address outside the cluster reaches at a class.
    pub fn from_address(&self, address: IpAddr, to: ClassId) -> Connections {
        self.connections(self.rows.of(to, Direction::Ingress).ruling_outside(address))
    }

    /// What a class reaches at an address outside the cluster.
    pub fn to_address(&self, from: ClassId, address: IpAddr) -> Connections {
        self.connections(self.rows.of(from, Direction::Egress).ruling_outside(address))
    }

    /// What addresses outside the cluster reach at a class: disjoint sets that together are all addresses.
    pub fn from_outside(&self, to: ClassId) -> Vec<(AddressSet, Connections)> {
        self.outside(to, Direction::Ingress)
    }

    /// What a class reaches outside the cluster: disjoint sets that together are all addresses.
    pub fn to_outside(&self, from: ClassId) -> Vec<(AddressSet, Connections)> {
        self.outside(from, Direction::Egress)
    }

    fn outside(&self, class: ClassId, direction: Direction) -> Vec<(AddressSet, Connections)> {
        let row = self.rows.of(class, direction);
        let held = row.outside.iter().flat_map(|(addresses, _)| addresses.ranges());
        let rest = AddressSet::all().difference(&AddressSet::from_ranges(held));
        let held = row.outside.iter().map(|(addresses, ruling)| (addresses.clone(), self.connections(*ruling)));
        let rest = (!rest.is_empty()).then(|| (rest, self.connections(row.rest)));
        held.chain(rest).collect()
    }

    fn connections(&self, ruling: Ruling) -> Connections {
        Connections { open: self.ports.get(ruling.open).clone(), undetermined: self.ports.get(ruling.unknown).clone() }
    }
}

impl Connections {
    /// No port at all.
    pub fn none() -> Self {
        Self { open: PortRanges::empty(), undetermined: PortRanges::empty() }
    }

    /// Every port.
    pub fn all() -> Self {
        Self { open: PortRanges::all(), undetermined: PortRanges::empty() }
    }

    /// Whether nothing is open or could be.
    pub fn is_none(&self) -> bool {
        self.open.is_empty() && self.undetermined.is_empty()
    }

    /// What both let pass; undetermined where neither closes and not both open.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        let open = self.open.intersection(&other.open);
        let either = self.possible().intersection(&other.possible());
        Self { undetermined: either.difference(&open), open }
    }

    /// What one of them lets pass.
    #[must_use]
    pub fn or(&self, other: &Self) -> Self {
        let open = self.open.union(&other.open);
        let either = self.possible().union(&other.possible());
        Self { undetermined: either.difference(&open), open }
    }

    /// What is open or could be.
    pub fn possible(&self) -> PortRanges {
        self.open.union(&self.undetermined)
    }
}
