//! Sets of destination ports: numbers of each protocol, and names that only the destination pod can turn into numbers.

use std::collections::BTreeSet;

use bulkhead_model::object::PortMatch;
use bulkhead_model::{Name, PortNumber, PortRange, Protocol};
use bulkhead_policy::rule::{PortSet, Ports};

/// A set of destination ports. A name stands for a port of its protocol that nobody knows, so that only the same name, or the
/// whole protocol, surely covers it; a name without a protocol (policy.networking.k8s.io) may be of any.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub(crate) struct PortArea {
    /// Sorted, disjoint, not touching; on one axis, protocol after protocol.
    spans: Vec<(u32, u32)>,
    names: BTreeSet<(Option<Protocol>, Name)>,
}

/// Where a protocol begins on the axis.
fn base(protocol: Protocol) -> u32 {
    let index = Protocol::ALL.iter().position(|have| *have == protocol).unwrap_or(0);
    u32::try_from(index).unwrap_or(0) * 0x1_0000
}

fn span(protocol: Protocol, range: PortRange) -> (u32, u32) {
    (base(protocol) + u32::from(range.first), base(protocol) + u32::from(range.last))
}

impl PortArea {
    /// Every port of every protocol.
    pub(crate) fn all() -> Self {
        let spans = Protocol::ALL.into_iter().map(|protocol| span(protocol, PortRange::ALL)).collect();
        Self { spans, names: BTreeSet::new() }
    }

    /// The ports of a rule; `None` where one could not be read.
    pub(crate) fn of(ports: &Ports) -> Option<Self> {
        match ports {
            Ports::Any => Some(Self::all()),
            Ports::OneOf(ports) => {
                let areas: Option<Vec<Self>> = ports.iter().map(Self::of_one).collect();
                Some(Self::union_of(&areas?))
            }
        }
    }

    /// One entry of a rule's ports; `None` where it could not be read.
    pub(crate) fn of_one(port: &PortSet) -> Option<Self> {
        let PortSet::Ports { protocol, port, .. } = port else { return None };
        let mut area = Self::default();
        let protocols: &[Protocol] = match protocol {
            Some(protocol) => std::slice::from_ref(protocol),
            None => &Protocol::ALL,
        };
        match port {
            PortMatch::Named(name) => {
                area.names.insert((*protocol, name.clone()));
            }
            PortMatch::All => area.spans = protocols.iter().map(|it| span(*it, PortRange::ALL)).collect(),
            PortMatch::Range(range) => area.spans = protocols.iter().map(|it| span(*it, *range)).collect(),
        }
        Some(area)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.spans.is_empty() && self.names.is_empty()
    }

    /// Whether a port is surely in the set.
    pub(crate) fn holds(&self, protocol: Protocol, port: PortNumber) -> bool {
        let place = base(protocol) + u32::from(port);
        self.spans.iter().any(|(first, last)| (*first..=*last).contains(&place))
    }

    /// Whether the set has a port by this name.
    pub(crate) fn holds_named(&self, protocol: Protocol, name: &Name) -> bool {
        self.holds_name(&(Some(protocol), name.clone()))
    }

    fn union_of<'a>(areas: impl IntoIterator<Item = &'a Self, IntoIter: Clone>) -> Self {
        let areas = areas.into_iter();
        let mut spans: Vec<(u32, u32)> = areas.clone().flat_map(|area| &area.spans).copied().collect();
        spans.sort_unstable();
        let mut merged: Vec<(u32, u32)> = Vec::with_capacity(spans.len());
        for (first, last) in spans {
            match merged.last_mut() {
                Some(open) if first <= open.1 + 1 => open.1 = open.1.max(last),
                _ => merged.push((first, last)),
            }
        }
        Self { spans: merged, names: areas.flat_map(|area| &area.names).cloned().collect() }
    }

    /// Whether the two surely have something in common. A name on one side and numbers on the other have nothing in common that
    /// anybody knows, except where the numbers are all that the name can be.
    pub(crate) fn meets(&self, other: &Self) -> bool {
        let (few, many) = if self.spans.len() < other.spans.len() {
            (&self.spans, &other.spans)
        } else {
            (&other.spans, &self.spans)
        };
        let is_met = |(first, last): &(u32, u32)| {
            let behind = many.partition_point(|(start, _)| start <= last);
            behind.checked_sub(1).and_then(|at| many.get(at)).is_some_and(|(_, end)| end >= first)
        };
        few.iter().any(is_met)
            || self.names.iter().any(|name| other.holds_name(name))
            || other.names.iter().any(|name| self.holds_name(name))
    }

    /// What the other does not surely have.
    pub(crate) fn difference(&self, other: &Self) -> Self {
        let mut spans = Vec::new();
        for &(first, last) in &self.spans {
            let mut start = first;
            for &(hole_first, hole_last) in other.spans.iter().filter(|hole| hole.1 >= first && hole.0 <= last) {
                if hole_first > start {
                    spans.push((start, hole_first - 1));
                }
                start = start.max(hole_last + 1);
            }
            if start <= last {
                spans.push((start, last));
            }
        }
        let names = self.names.iter().filter(|name| !other.holds_name(name)).cloned().collect();
        Self { spans, names }
    }

    /// Whether whatever port a name stands for is in the set.
    fn holds_name(&self, (protocol, name): &(Option<Protocol>, Name)) -> bool {
        let whole = |protocol: Protocol| self.spans.contains(&span(protocol, PortRange::ALL));
        self.names.contains(&(*protocol, name.clone()))
            || self.names.contains(&(None, name.clone()))
            || protocol.map_or_else(|| Protocol::ALL.into_iter().all(whole), whole)
    }
}

/// Which of many sets of ports may have something in common with one: found without looking at all of them.
#[derive(Debug, Default)]
pub(crate) struct PortIndex {
    /// Spans with the place of their set, sorted; and how far the spans up to each reach.
    spans: Vec<((u32, u32), usize)>,
    reach: Vec<u32>,
    /// Places of the sets that have names.
    named: Vec<usize>,
}

impl PortIndex {
    pub(crate) fn new<'a>(areas: impl Iterator<Item = (usize, &'a PortArea)>) -> Self {
        let mut index = Self::default();
        for (place, area) in areas {
            index.spans.extend(area.spans.iter().map(|span| (*span, place)));
            index.named.extend((!area.names.is_empty()).then_some(place));
        }
        index.spans.sort_unstable();
        let mut furthest = 0;
        for ((_, last), _) in &index.spans {
            furthest = furthest.max(*last);
            index.reach.push(furthest);
        }
        index
    }

    /// The places of all sets that may have something in common with one, sorted.
    pub(crate) fn near(&self, area: &PortArea) -> BTreeSet<usize> {
        if !area.names.is_empty() {
            return self.spans.iter().map(|(_, place)| *place).chain(self.named.iter().copied()).collect();
        }
        let mut near: BTreeSet<usize> = self.named.iter().copied().collect();
        for (first, last) in &area.spans {
            let behind = self.spans.partition_point(|((start, _), _)| start <= last);
            let spans = self.spans.iter().zip(&self.reach).take(behind).rev();
            let spans = spans.take_while(|(_, reach)| *reach >= first);
            near.extend(spans.filter(|(((_, end), _), _)| end >= first).map(|((_, place), _)| *place));
        }
        near
    }
}

#[cfg(test)]
mod tests {
    use bulkhead_model::Position;

    use super::*;

    fn area(ports: &[&str]) -> PortArea {
        let one = |text: &&str| {
            let (protocol, port) = text.split_once('/').unwrap();
            let port = match (port.parse::<u16>(), port.split_once('-')) {
                (Ok(port), _) => PortMatch::Range(PortRange::new(port, port).unwrap()),
                (_, Some((first, last))) => {
                    PortMatch::Range(PortRange::new(first.parse().unwrap(), last.parse().unwrap()).unwrap())
                }
                _ if port == "*" => PortMatch::All,
                _ => PortMatch::Named(port.into()),
            };
            PortSet::Ports { protocol: Protocol::from_name(protocol), port, position: Position::NOWHERE }
        };
        PortArea::of(&Ports::OneOf(ports.iter().map(one).collect())).unwrap()
    }

    #[test]
    fn neighbouring_ranges_together_cover_what_neither_does() {
        let both = PortArea::union_of([&area(&["TCP/1-100"]), &area(&["TCP/101-200"])]);
        assert!(area(&["TCP/90-110"]).difference(&both).is_empty());
        assert_eq!(area(&["TCP/90-210"]).difference(&both), area(&["TCP/201-210"]));
        assert_eq!(area(&["UDP/90-110"]).difference(&both), area(&["UDP/90-110"]));
    }

    #[test]
    fn a_name_is_covered_by_itself_and_by_its_whole_protocol_only() {
        let name = area(&["TCP/http"]);
        assert!(name.difference(&area(&["TCP/http"])).is_empty());
        assert!(name.difference(&area(&["TCP/*"])).is_empty());
        assert!(name.difference(&PortArea::all()).is_empty());
        assert!(name.difference(&area(&["?/http"])).is_empty(), "a name without a protocol is of any");
        assert_eq!(name.difference(&area(&["TCP/1-65534", "UDP/*"])), name);
        assert_eq!(area(&["?/http"]).difference(&area(&["TCP/*"])), area(&["?/http"]));
        assert_eq!(area(&["TCP/80"]).difference(&name), area(&["TCP/80"]));
    }
}
