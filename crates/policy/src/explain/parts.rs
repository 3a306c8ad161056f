//! What the policies of a pod say to somebody about all ports at once, and which rules say so: ports are cut where a rule that
//! speaks of the other side cuts them, and [`decide`](crate::decide()) judges one port of those that the same rules name.

use std::collections::BTreeMap;
use std::rc::Rc;

use bulkhead_model::object::PortMatch;
use bulkhead_model::{PortNumber, PortRange, Protocol};
use bulkhead_snapshot::{PodId, Snapshot};

use crate::decide::{Question, decide};
use crate::matching::numbers_of;
use crate::policies::Policies;
use crate::reach::{Connections, PortRanges};
use crate::rule::{PortSet, Ports};
use crate::verdict::Verdict;

/// Ports about which the same is said for the same reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The ports.
    pub ports: PortRanges,
    /// What is said, and by which rules.
    pub verdict: Verdict,
}

/// What the policies of a pod say to somebody.
#[derive(Clone, Debug)]
pub struct Parts {
    /// Disjoint, in the order of their first ports; together every port that was asked about.
    pub parts: Rc<[Part]>,
    /// The ports that are open, and those of which nobody can tell.
    pub connections: Rc<Connections>,
    /// Equal exactly for equal parts of pods that the same policies are about: texts about them need to be made only once.
    pub number: usize,
}

impl Parts {
    pub(super) fn new(parts: Vec<Part>, number: usize) -> Self {
        let mut sum = Connections::none();
        for part in &parts {
            match &part.verdict {
                Verdict::Allow { .. } => sum.open = sum.open.union(&part.ports),
                Verdict::Undetermined { .. } => sum.undetermined = sum.undetermined.union(&part.ports),
                Verdict::Deny { .. } => {}
            }
        }
        Self { parts: parts.into(), connections: Rc::new(sum), number }
    }
}

/// Judges one port of each kind, and puts kinds of one verdict together.
pub(super) fn judge(
    snapshot: &Snapshot,
    policies: &Policies,
    question: &Question,
    cuts: &[Cut],
    asked: Option<&PortRanges>,
) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    for (protocol, port, ranges) in kinds(cuts) {
        let wanted = asked.map_or_else(|| ranges.clone(), |asked| ranges.intersection(asked));
        if wanted.is_empty() {
            continue;
        }
        let verdict = decide(snapshot, policies, &Question { protocol, port, ..*question });
        match parts.iter_mut().find(|part| part.verdict == verdict) {
            Some(part) => part.ports = part.ports.union(&wanted),
            None => parts.push(Part { ports: wanted, verdict }),
        }
    }
    parts.sort_by_key(|part| part.ports.iter().next());
    parts
}

/// Ports that a rule names.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cut {
    protocol: Protocol,
    range: PortRange,
    mark: Mark,
}

/// The number of a rule, and whether it may mean other ports by the same name.
type Mark = (usize, bool);

/// The ports that a rule names, as the destination declares them.
pub(super) fn cuts(snapshot: &Snapshot, ports: &Ports, rule: usize, destination: Option<PodId>) -> Vec<Cut> {
    let Ports::OneOf(ports) = ports else { return Vec::new() };
    let mut cuts = Vec::new();
    for port in ports {
        let PortSet::Ports { protocol, port, .. } = port else { continue };
        for of in Protocol::ALL.into_iter().filter(|of| protocol.is_none_or(|protocol| protocol == *of)) {
            let mut cut = |range, is_ambiguous| cuts.push(Cut { protocol: of, range, mark: (rule, is_ambiguous) });
            match port {
                PortMatch::All => cut(PortRange::ALL, false),
                PortMatch::Range(range) => cut(*range, false),
                PortMatch::Named(name) => {
                    let numbers = destination.map(|pod| numbers_of(snapshot, pod, name, of)).unwrap_or_default();
                    let is_ambiguous = numbers.iter().any(|number| Some(number) != numbers.first());
                    for number in numbers {
                        cut(PortRange { first: number, last: number }, is_ambiguous);
                    }
                }
            }
        }
    }
    cuts
}

/// All ports, those together that the same rules name; each with one of them, in the order of the first.
fn kinds(cuts: &[Cut]) -> Vec<(Protocol, PortNumber, PortRanges)> {
    let mut kinds = Vec::new();
    for protocol in Protocol::ALL {
        // What begins at a port, and what ends before it.
        let mut edges: BTreeMap<PortNumber, Vec<(Mark, i32)>> = BTreeMap::from([(1, Vec::new())]);
        for cut in cuts.iter().filter(|cut| cut.protocol == protocol) {
            edges.entry(cut.range.first.max(1)).or_default().push((cut.mark, 1));
            if let Some(behind) = cut.range.last.checked_add(1) {
                edges.entry(behind).or_default().push((cut.mark, -1));
            }
        }
        let mut open: BTreeMap<Mark, i32> = BTreeMap::new();
        let mut places: BTreeMap<Vec<Mark>, usize> = BTreeMap::new();
        let mut ranges: Vec<(PortNumber, Vec<(Protocol, PortRange)>)> = Vec::new();
        let ends = edges.keys().skip(1).map(|next| next - 1).chain([PortNumber::MAX]);
        for ((first, changes), last) in edges.iter().zip(ends) {
            for (mark, step) in changes {
                *open.entry(*mark).or_default() += step;
            }
            open.retain(|_, count| *count > 0);
            let next = ranges.len();
            let place = *places.entry(open.keys().copied().collect()).or_insert(next);
            if place == next {
                ranges.push((*first, Vec::new()));
            }
            if let Some((_, ranges)) = ranges.get_mut(place) {
                ranges.extend(PortRange::new(*first, last).map(|range| (protocol, range)));
            }
        }
        kinds.extend(ranges.into_iter().map(|(first, ranges)| (protocol, first, ranges.into_iter().collect())));
    }
    kinds
}
