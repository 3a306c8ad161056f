//! What the policies of a pod say to somebody about all ports at once, and which rules say so.
//!
//! Ports are cut where a rule that speaks of the other side cuts them, and [`decide`](crate::decide()) judges one port of
//! each piece. Whoever matches the same rules of a subject gets the same answer, so that it is worked out once for them all:
//! a hundred workloads explain themselves to each other in the time that a few hundred packets take.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::rc::Rc;

use bulkhead_model::object::{Direction, PortMatch};
use bulkhead_model::{PortNumber, PortRange, Protocol};
use bulkhead_snapshot::{PodId, Snapshot};

use super::miss::{Miss, misses, peer_misses_of};
use crate::decide::{Party, Question, decide};
use crate::matching::{BlockHabits, Match, Packet, numbers_of};
use crate::policies::Policies;
use crate::profile::Answer;
use crate::reach::{Connections, PortRanges};
use crate::rule::{LoweredPolicy, LoweredRule, PortSet, Ports};
use crate::verdict::{Action, RuleRef, Verdict};

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
    /// Equal for equal parts of one subject: texts about them need to be made only once.
    pub number: usize,
}

/// A rule that would allow something if the least were otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NearMiss {
    /// The rule.
    pub rule: RuleRef,
    /// By what it misses.
    pub misses: Vec<Miss>,
}

/// Explains pods to many others.
#[derive(Debug)]
pub struct Explainer<'a> {
    snapshot: &'a Snapshot,
    policies: &'a Policies,
    asked: Option<PortRanges>,
    subjects: BTreeMap<(PodId, Direction), Subject<'a>>,
    next: usize,
}

/// The policies that are, or may be, about a pod, and what they have said.
#[derive(Debug)]
struct Subject<'a> {
    policies: Vec<&'a LoweredPolicy>,
    known: BTreeMap<Signature, Parts>,
}

/// How somebody looks to the rules of a subject; all to whom it is the same get the same answer.
type Signature = (Kind, Vec<Look>);

/// Whether the other side is a pod, a node, or neither.
type Kind = (bool, bool);

/// Whether a rule is about the other side, as the engine has it and if nobody knew the engine; and its ports, if it may be.
type Look = ([u8; 2], Vec<(Protocol, PortRange)>);

impl<'a> Explainer<'a> {
    /// Explains all ports, or those that are asked about.
    pub fn new(snapshot: &'a Snapshot, policies: &'a Policies, asked: Option<PortRanges>) -> Self {
        Self { snapshot, policies, asked, subjects: BTreeMap::new(), next: 0 }
    }

    /// What the policies of a pod say to somebody.
    pub fn parts(&mut self, direction: Direction, subject: PodId, peer: Party) -> Parts {
        let signature = self.signature(direction, subject, &peer);
        let known = self.subjects.get(&(subject, direction)).and_then(|of| of.known.get(&signature));
        if let Some(known) = known {
            return known.clone();
        }
        let cuts: Vec<(Protocol, PortRange)> = signature.1.iter().flat_map(|look| &look.1).copied().collect();
        let parts = Parts { parts: self.judge(direction, subject, peer, &cuts).into(), number: self.next };
        self.next += 1;
        if let Some(of) = self.subjects.get_mut(&(subject, direction)) {
            of.known.insert(signature, parts.clone());
        }
        parts
    }

    /// The rules that come nearest to allowing somebody who is let through on no port.
    pub fn nearest(&mut self, direction: Direction, subject: PodId, peer: Party) -> Vec<NearMiss> {
        let asked = self.asked.as_ref().and_then(|asked| asked.iter().next());
        let (protocol, port) = asked.map_or((Protocol::Tcp, 1), |(protocol, range)| (protocol, range.first));
        let question = Question { direction, subject, peer, protocol, port };
        let packet = packet(self.snapshot, self.policies, &question, true);
        let mut found: Vec<NearMiss> = Vec::new();
        let mut least = u32::MAX;
        for policy in self.subject(direction, subject) {
            for rule in policy.rules.iter().filter(|rule| rule.action == Action::Allow) {
                let missing = match asked {
                    Some(_) if packet.matches(rule) == Match::No => misses(&packet, rule),
                    None if packet.matches_peers(&rule.peers) == Match::No => peer_misses_of(&packet, rule),
                    _ => continue,
                };
                let weight: u32 = missing.iter().map(Miss::weight).sum();
                if weight < least {
                    found.clear();
                    least = weight;
                }
                if weight == least {
                    found.push(NearMiss { rule: policy.rule_ref(rule), misses: missing });
                }
            }
        }
        found
    }

    /// The policies that are, or may be, about a pod in a direction.
    fn subject(&mut self, direction: Direction, subject: PodId) -> Vec<&'a LoweredPolicy> {
        let (snapshot, policies) = (self.snapshot, self.policies);
        let of = self.subjects.entry((subject, direction)).or_insert_with(|| {
            let peer = Party { address: None, pod: None, node: None, identity: None };
            let question = Question { direction, subject, peer, protocol: Protocol::Tcp, port: 1 };
            let packet = packet(snapshot, policies, &question, true);
            let concerning = policies.concerning_pod(snapshot, subject, direction).into_iter();
            let is_about = |policy: &&LoweredPolicy| packet.matches_subject(&policy.subject) != Match::No;
            Subject { policies: concerning.filter(is_about).collect(), known: BTreeMap::new() }
        });
        of.policies.clone()
    }

    fn signature(&mut self, direction: Direction, subject: PodId, peer: &Party) -> Signature {
        let policies = self.subject(direction, subject);
        let question = Question { direction, subject, peer: *peer, protocol: Protocol::Tcp, port: 1 };
        let as_it_is = packet(self.snapshot, self.policies, &question, true);
        let if_unknown = packet(self.snapshot, self.policies, &question, false);
        let destination = match direction {
            Direction::Ingress => Some(subject),
            Direction::Egress => peer.pod,
        };
        let look = |rule: &LoweredRule| {
            let matches = [&as_it_is, &if_unknown].map(|packet| packet.matches_peers(&rule.peers));
            let speaks = matches.iter().any(|matches| *matches != Match::No);
            let ports = if speaks { cuts(self.snapshot, &rule.ports, destination) } else { Vec::new() };
            (matches.map(number), ports)
        };
        let looks = policies.iter().flat_map(|policy| &policy.rules).map(look).collect();
        ((peer.pod.is_some(), peer.node.is_some()), looks)
    }

    /// Judges one port of each piece, and puts pieces of one verdict together.
    fn judge(&self, direction: Direction, subject: PodId, peer: Party, cuts: &[(Protocol, PortRange)]) -> Vec<Part> {
        let mut parts: Vec<Part> = Vec::new();
        for (protocol, range) in pieces(cuts) {
            let mut piece: PortRanges = std::iter::once((protocol, range)).collect();
            if let Some(asked) = &self.asked {
                piece = piece.intersection(asked);
            }
            if piece.is_empty() {
                continue;
            }
            let question = Question { direction, subject, peer, protocol, port: range.first };
            let verdict = decide(self.snapshot, self.policies, &question);
            match parts.iter_mut().find(|part| part.verdict == verdict) {
                Some(part) => part.ports = part.ports.union(&piece),
                None => parts.push(Part { ports: piece, verdict }),
            }
        }
        parts
    }
}

impl Parts {
    /// The ports that are open, and those of which nobody can tell.
    pub fn connections(&self) -> Connections {
        let mut sum = Connections::none();
        for part in self.parts.iter() {
            match &part.verdict {
                Verdict::Allow { .. } => sum.open = sum.open.union(&part.ports),
                Verdict::Undetermined { .. } => sum.undetermined = sum.undetermined.union(&part.ports),
                Verdict::Deny { .. } => {}
            }
        }
        sum
    }
}

fn packet<'p>(snapshot: &'p Snapshot, policies: &'p Policies, question: &'p Question, as_it_is: bool) -> Packet<'p> {
    let profile = policies.engine().profile();
    let habit = |known: Answer| if as_it_is { known } else { Answer::Unknown };
    let habits = BlockHabits {
        of_pods: habit(profile.ip_block_of_pods.value),
        of_nodes: habit(profile.ip_block_of_nodes.value),
        asked_of_pods: Cell::default(),
        asked_of_nodes: Cell::default(),
    };
    Packet { snapshot, selectors: policies.selectors(), question, habits }
}

/// A number for each way to match; reasons differ in what the verdict says.
fn number(matches: Match) -> u8 {
    match matches {
        Match::No => 0,
        Match::Yes => 1,
        Match::Maybe(reason) => 2 + reason.number(),
    }
}

/// The ports that a rule names, as the destination declares them.
fn cuts(snapshot: &Snapshot, ports: &Ports, destination: Option<PodId>) -> Vec<(Protocol, PortRange)> {
    let Ports::OneOf(ports) = ports else { return Vec::new() };
    let mut cuts = Vec::new();
    for port in ports {
        let PortSet::Ports { protocol, port, .. } = port else { continue };
        let protocols = Protocol::ALL.into_iter().filter(|of| protocol.is_none_or(|protocol| protocol == *of));
        for of in protocols {
            match port {
                PortMatch::All => cuts.push((of, PortRange::ALL)),
                PortMatch::Range(range) => cuts.push((of, *range)),
                PortMatch::Named(name) => {
                    let numbers = destination.map(|pod| numbers_of(snapshot, pod, name, of)).unwrap_or_default();
                    cuts.extend(numbers.into_iter().map(|number| (of, PortRange { first: number, last: number })));
                }
            }
        }
    }
    cuts
}

/// All ports of all protocols, cut at both ends of each range.
fn pieces(cuts: &[(Protocol, PortRange)]) -> Vec<(Protocol, PortRange)> {
    let mut pieces = Vec::new();
    for protocol in Protocol::ALL {
        let of_protocol = cuts.iter().filter(|(of, _)| *of == protocol);
        let mut starts: Vec<PortNumber> = of_protocol
            .flat_map(|(_, range)| [Some(range.first.max(1)), range.last.checked_add(1)])
            .flatten()
            .chain([1])
            .collect();
        starts.sort_unstable();
        starts.dedup();
        for (at, first) in starts.iter().enumerate() {
            let last = starts.get(at + 1).map_or(PortNumber::MAX, |next| next - 1);
            pieces.extend(PortRange::new(*first, last).map(|range| (protocol, range)));
        }
    }
    pieces
}
