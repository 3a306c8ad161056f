//! Exact sets of ports of all protocols, each kept once.
//!
//! A set is a sorted list of disjoint spans over one axis: TCP's ports, then UDP's, then SCTP's. Answers repeat the same
//! few sets millions of times, so the [`PortTable`] numbers them and remembers what it has combined before.

use std::collections::BTreeMap;
use std::sync::Arc;

use bulkhead_model::{PortNumber, PortRange, Protocol};
use rustc_hash::FxHashMap;

/// A set of ports of all protocols. Cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PortRanges(Arc<[Span]>);

/// First and last place on the axis.
type Span = (u32, u32);

/// Where a protocol's port 0 is on the axis; no set holds port 0, so that spans of two protocols never touch.
const STRIDE: u32 = 0x1_0000;

fn base(protocol: Protocol) -> u32 {
    match protocol {
        Protocol::Tcp => 0,
        Protocol::Udp => STRIDE,
        Protocol::Sctp => 2 * STRIDE,
    }
}

impl PortRanges {
    /// The set that holds nothing.
    pub fn empty() -> Self {
        Self(Arc::from([]))
    }

    /// Every port of every protocol.
    pub fn all() -> Self {
        Protocol::ALL.into_iter().map(|protocol| (protocol, PortRange::ALL)).collect()
    }

    /// Whether it holds nothing.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether it holds every port of every protocol.
    pub fn is_all(&self) -> bool {
        self.0.len() == 3 && self.0.iter().all(|(first, last)| last - first == STRIDE - 2)
    }

    /// Whether it holds a port.
    pub fn contains(&self, protocol: Protocol, port: PortNumber) -> bool {
        let place = base(protocol) + u32::from(port);
        let after = self.0.partition_point(|span| span.0 <= place);
        after.checked_sub(1).and_then(|at| self.0.get(at)).is_some_and(|span| place <= span.1)
    }

    /// Its ranges, by protocol, in ascending order.
    pub fn iter(&self) -> impl Iterator<Item = (Protocol, PortRange)> + '_ {
        self.0.iter().filter_map(|(first, last)| {
            let protocol = Protocol::ALL.into_iter().rev().find(|protocol| base(*protocol) <= *first)?;
            let port = |place: u32| PortNumber::try_from(place - base(protocol)).ok();
            Some((protocol, PortRange::new(port(*first)?, port(*last)?)?))
        })
    }

    /// The ranges of one protocol, in ascending order.
    pub fn of(&self, protocol: Protocol) -> impl Iterator<Item = PortRange> + '_ {
        self.iter().filter(move |(of, _)| *of == protocol).map(|(_, range)| range)
    }

    /// Ports in either set.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        merged(self.0.iter().chain(other.0.iter()).copied().collect())
    }

    /// Ports in both sets.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        let (mut out, mut left, mut right) = (Vec::new(), self.0.iter().peekable(), other.0.iter().peekable());
        while let (Some(a), Some(b)) = (left.peek(), right.peek()) {
            let span = (a.0.max(b.0), a.1.min(b.1));
            if span.0 <= span.1 {
                out.push(span);
            }
            if a.1 <= b.1 {
                left.next()
            } else {
                right.next()
            };
        }
        Self(out.into())
    }

    /// Ports in this set and not in the other.
    #[must_use]
    pub fn difference(&self, other: &Self) -> Self {
        let (mut out, mut holes) = (Vec::new(), other.0.iter().copied().peekable());
        for &(first, last) in self.0.iter() {
            let mut start = first;
            while let Some(&(hole_first, hole_last)) = holes.peek() {
                if hole_first > last {
                    break;
                }
                if hole_first > start {
                    out.push((start, hole_first - 1));
                }
                start = start.max(hole_last + 1);
                if hole_last > last {
                    break;
                }
                holes.next();
            }
            if start <= last {
                out.push((start, last));
            }
        }
        Self(out.into())
    }
}

impl FromIterator<(Protocol, PortRange)> for PortRanges {
    fn from_iter<I: IntoIterator<Item = (Protocol, PortRange)>>(ranges: I) -> Self {
        let place = |(protocol, range): (Protocol, PortRange)| {
            let (first, last) = (u32::from(range.first.max(1)), u32::from(range.last));
            (base(protocol) + first, base(protocol) + last)
        };
        merged(ranges.into_iter().map(place).filter(|(first, last)| first <= last).collect())
    }
}

/// Sorts spans and joins those that touch.
fn merged(mut spans: Vec<Span>) -> PortRanges {
    spans.sort_unstable();
    let mut out: Vec<Span> = Vec::with_capacity(spans.len());
    for (first, last) in spans {
        match out.last_mut() {
            Some(open) if first <= open.1 + 1 => open.1 = open.1.max(last),
            _ => out.push((first, last)),
        }
    }
    PortRanges(out.into())
}

/// The number of a set of a [`PortTable`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct PortsId(u32);

impl PortsId {
    pub(crate) const EMPTY: Self = Self(0);
    pub(crate) const ALL: Self = Self(1);
}

/// Sets of ports, each kept once. Its maps of numbers are only ever asked, never walked.
#[derive(Clone, Debug)]
pub(crate) struct PortTable {
    sets: Vec<PortRanges>,
    by_set: BTreeMap<PortRanges, PortsId>,
    unions: FxHashMap<(PortsId, PortsId), PortsId>,
    intersections: FxHashMap<(PortsId, PortsId), PortsId>,
    differences: FxHashMap<(PortsId, PortsId), PortsId>,
}

impl Default for PortTable {
    fn default() -> Self {
        let mut table = Self {
            sets: Vec::new(),
            by_set: BTreeMap::new(),
            unions: FxHashMap::default(),
            intersections: FxHashMap::default(),
            differences: FxHashMap::default(),
        };
        table.intern(PortRanges::empty());
        table.intern(PortRanges::all());
        table
    }
}

impl PortTable {
    /// How many sets there are.
    pub(crate) fn len(&self) -> usize {
        self.sets.len()
    }

    pub(crate) fn intern(&mut self, set: PortRanges) -> PortsId {
        if let Some(known) = self.by_set.get(&set) {
            return *known;
        }
        let id = PortsId(u32::try_from(self.sets.len()).unwrap_or(u32::MAX));
        self.sets.push(set.clone());
        self.by_set.insert(set, id);
        id
    }

    // Numbers come from this table only, so this index is always in bounds.
    #[allow(clippy::indexing_slicing)]
    pub(crate) fn get(&self, id: PortsId) -> &PortRanges {
        &self.sets[id.0 as usize]
    }

    pub(crate) fn union(&mut self, a: PortsId, b: PortsId) -> PortsId {
        match (a, b) {
            (PortsId::EMPTY, other) | (other, PortsId::EMPTY) => return other,
            (PortsId::ALL, _) | (_, PortsId::ALL) => return PortsId::ALL,
            _ if a == b => return a,
            _ => {}
        }
        let key = (a.min(b), a.max(b));
        if let Some(known) = self.unions.get(&key) {
            return *known;
        }
        let id = self.intern(self.get(a).union(self.get(b)));
        self.unions.insert(key, id);
        id
    }

    pub(crate) fn intersection(&mut self, a: PortsId, b: PortsId) -> PortsId {
        match (a, b) {
            (PortsId::ALL, other) | (other, PortsId::ALL) => return other,
            (PortsId::EMPTY, _) | (_, PortsId::EMPTY) => return PortsId::EMPTY,
            _ if a == b => return a,
            _ => {}
        }
        let key = (a.min(b), a.max(b));
        if let Some(known) = self.intersections.get(&key) {
            return *known;
        }
        let id = self.intern(self.get(a).intersection(self.get(b)));
        self.intersections.insert(key, id);
        id
    }

    pub(crate) fn difference(&mut self, a: PortsId, b: PortsId) -> PortsId {
        match (a, b) {
            (other, PortsId::EMPTY) => return other,
            (PortsId::EMPTY, _) | (_, PortsId::ALL) => return PortsId::EMPTY,
            _ if a == b => return PortsId::EMPTY,
            _ => {}
        }
        if let Some(known) = self.differences.get(&(a, b)) {
            return *known;
        }
        let id = self.intern(self.get(a).difference(self.get(b)));
        self.differences.insert((a, b), id);
        id
    }

    pub(crate) fn everything_but(&mut self, set: PortsId) -> PortsId {
        self.difference(PortsId::ALL, set)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(ranges: &[(Protocol, u16, u16)]) -> PortRanges {
        ranges.iter().map(|(protocol, first, last)| (*protocol, PortRange { first: *first, last: *last })).collect()
    }

    #[test]
    fn spans_of_two_protocols_never_touch() {
        let both = set(&[(Protocol::Tcp, 65535, 65535), (Protocol::Udp, 1, 1)]);
        assert_eq!(both.iter().count(), 2);
        assert!(PortRanges::all().is_all());
        assert!(both.contains(Protocol::Udp, 1) && !both.contains(Protocol::Tcp, 1));
    }

    #[test]
    fn difference_cuts_holes_at_both_ends_and_over_several_spans() {
        let three = set(&[(Protocol::Tcp, 1, 10), (Protocol::Tcp, 20, 30), (Protocol::Tcp, 40, 50)]);
        let holes = set(&[(Protocol::Tcp, 5, 25), (Protocol::Tcp, 30, 40), (Protocol::Tcp, 50, 50)]);
        let left = set(&[(Protocol::Tcp, 1, 4), (Protocol::Tcp, 26, 29), (Protocol::Tcp, 41, 49)]);
        assert_eq!(three.difference(&holes), left);
        assert_eq!(three.intersection(&holes).union(&left), three);
        assert!(three.difference(&PortRanges::all()).is_empty());
    }

    #[test]
    fn the_table_gives_one_number_to_one_set() {
        let mut table = PortTable::default();
        let low = table.intern(set(&[(Protocol::Tcp, 1, 1023)]));
        let high = table.difference(PortsId::ALL, low);
        assert_eq!(table.union(low, high), PortsId::ALL);
        assert_eq!(table.intersection(low, high), PortsId::EMPTY);
    }
}
