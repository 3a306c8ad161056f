//! What two listings do not have in common.

use std::collections::{BTreeMap, BTreeSet};
use std::net::Ipv4Addr;

use bulkhead_policy::reach::PortRanges;

use crate::list::{Connection, Listing};
use crate::peer::{AddressRange, Peer};

/// A connection that is not the same in both listings.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Difference {
    /// Who opens it.
    pub from: Peer,
    /// To whom.
    pub to: Peer,
    /// Its ports in the old listing; empty where it is not there.
    pub before: PortRanges,
    /// Its ports in the new listing; empty where it is not there.
    pub after: PortRanges,
    /// Those of its two ends that only one of the listings has.
    pub only_in_one: Vec<Peer>,
}

/// What two listings do not have in common.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct ListingDiff {
    /// Connections of both, on other ports.
    pub changed: Vec<Difference>,
    /// Connections that only the new one has.
    pub added: Vec<Difference>,
    /// Connections that only the old one has.
    pub removed: Vec<Difference>,
}

/// Addresses of one listing with their ports.
type Ranges<'l> = Vec<(AddressRange, &'l PortRanges)>;

/// Ports in the old and in the new listing.
type BeforeAndAfter = [PortRanges; 2];

impl ListingDiff {
    /// Compares two listings. Addresses are compared one by one, and those that changed alike stand together.
    pub fn new(old: &Listing, new: &Listing) -> Self {
        let known: [BTreeSet<&Peer>; 2] = [old, new].map(|listing| listing.workloads.iter().collect());
        let mut diff = Self::default();
        for ((from, to), [before, after]) in between_workloads(old, new).into_iter().chain(with_addresses(old, new)) {
            let list = match (before.is_empty(), after.is_empty()) {
                _ if before == after => continue,
                (true, _) => &mut diff.added,
                (_, true) => &mut diff.removed,
                (false, false) => &mut diff.changed,
            };
            let is_workload = |peer: &&Peer| matches!(peer, Peer::Workload { .. });
            let is_in_both = |peer: &Peer| known.iter().all(|known| known.contains(peer));
            let ends = [&from, &to].into_iter().filter(is_workload);
            let only_in_one = ends.filter(|peer| !is_in_both(peer)).cloned().collect();
            list.push(Difference { from, to, before, after, only_in_one });
        }
        diff
    }

    /// Whether the listings are the same.
    pub fn is_empty(&self) -> bool {
        self.changed.is_empty() && self.added.is_empty() && self.removed.is_empty()
    }
}

/// The pairs without addresses.
fn between_workloads(old: &Listing, new: &Listing) -> BTreeMap<(Peer, Peer), BeforeAndAfter> {
    let mut pairs = BTreeMap::new();
    for (connection, side) in sides(old, new) {
        let Connection { from, to, ports } = connection;
        if !from.is_addresses() && !to.is_addresses() {
            let both = pairs.entry((from.clone(), to.clone())).or_insert_with(neither);
            *side.of(both) = ports.clone();
        }
    }
    pairs
}

/// The pairs of a workload and addresses.
fn with_addresses(old: &Listing, new: &Listing) -> Vec<((Peer, Peer), BeforeAndAfter)> {
    let mut known: BTreeMap<(Way, &Peer), [Ranges<'_>; 2]> = BTreeMap::new();
    for (connection, side) in sides(old, new) {
        let (way, workload, range) = match (&connection.from, &connection.to) {
            (Peer::Addresses(range), workload) => (Way::In, workload, *range),
            (workload, Peer::Addresses(range)) => (Way::Out, workload, *range),
            _ => continue,
        };
        side.of(known.entry((way, workload)).or_default()).push((range, &connection.ports));
    }
    let mut pairs = Vec::new();
    for ((way, workload), ranges) in known {
        for (range, both) in pieces(&ranges) {
            let addresses = Peer::Addresses(range);
            let ends = match way {
                Way::In => (addresses, workload.clone()),
                Way::Out => (workload.clone(), addresses),
            };
            pairs.push((ends, both));
        }
    }
    pairs
}

/// Addresses cut at every edge of both listings, and joined again where nothing tells neighbours apart.
fn pieces(ranges: &[Ranges<'_>; 2]) -> Vec<(AddressRange, BeforeAndAfter)> {
    let edges = ranges.iter().flatten().flat_map(|(range, _)| [Some(u32::from(range.first)), after(*range)]);
    let edges: BTreeSet<u32> = edges.flatten().chain([0]).collect();
    let ends = edges.iter().skip(1).map(|next| next - 1).chain([u32::MAX]);
    let mut pieces: Vec<(AddressRange, BeforeAndAfter)> = Vec::new();
    for (first, last) in edges.iter().zip(ends) {
        let piece = AddressRange { first: Ipv4Addr::from(*first), last: Ipv4Addr::from(last) };
        let ports = ranges.each_ref().map(|ranges| {
            let holds = ranges.iter().find(|(range, _)| (range.first..=range.last).contains(&piece.first));
            holds.map_or_else(PortRanges::empty, |(_, ports)| (*ports).clone())
        });
        match pieces.last_mut() {
            Some((open, same)) if *same == ports => open.last = piece.last,
            _ => pieces.push((piece, ports)),
        }
    }
    pieces
}

/// The address behind a range; `None` behind the last one.
fn after(range: AddressRange) -> Option<u32> {
    u32::from(range.last).checked_add(1)
}

/// Which way a connection with addresses goes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Way {
    In,
    Out,
}

/// One of the two listings.
#[derive(Clone, Copy)]
enum Side {
    Old,
    New,
}

impl Side {
    fn of<T>(self, [old, new]: &mut [T; 2]) -> &mut T {
        match self {
            Self::Old => old,
            Self::New => new,
        }
    }
}

fn sides<'l>(old: &'l Listing, new: &'l Listing) -> impl Iterator<Item = (&'l Connection, Side)> {
    let of_old = old.connections.iter().map(|connection| (connection, Side::Old));
    of_old.chain(new.connections.iter().map(|connection| (connection, Side::New)))
}

fn neither() -> BeforeAndAfter {
    [PortRanges::empty(), PortRanges::empty()]
}
