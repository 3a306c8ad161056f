//! Explains pods to many others.
//!
//! Whoever matches the same rules of a pod gets the same answer, and pods that the same policies are about give the same ones, so
//! that each is worked out once: a thousand workloads explain themselves to each other in the time that a few thousand packets take.

use std::cell::Cell;
use std::collections::BTreeMap;

use bulkhead_model::object::Direction;
use bulkhead_model::{Name, PortNumber, Protocol};
use bulkhead_snapshot::{PodId, Snapshot};
use rustc_hash::FxHashMap;

use super::looks::{Looker, Packets};
use super::miss::{self, Miss, Of};
use super::parts::{self, Cut, Parts};
use crate::decide::{Party, Question};
use crate::matching::{BlockHabits, Match, Packet};
use crate::policies::Policies;
use crate::profile::Answer;
use crate::reach::PortRanges;
use crate::verdict::{Action, RuleRef};

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
    lookers: Vec<Looker<'a>>,
    /// The lookers of a policy's rules, by its place: the first, and how many there are.
    of_policy: FxHashMap<usize, (usize, usize)>,
    subjects: Vec<Subject>,
    of_pod: FxHashMap<(PodId, Direction), SubjectNumber>,
    alike: BTreeMap<Alike, SubjectNumber>,
    /// The look of the moment; kept for its memory.
    look: Vec<u8>,
    next: usize,
}

/// Pods that the same policies are about in a direction, in one namespace, with the same ports: they say the same to everybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SubjectNumber(usize);

/// What makes pods one subject: the policies, whether they surely are about them, and what else rules look at.
type Alike = (Direction, Name, Vec<(usize, bool)>, Vec<(Name, Protocol, PortNumber)>);

/// What the policies of a subject have said.
#[derive(Debug, Default)]
struct Subject {
    /// Places of its rules among all lookers.
    lookers: Vec<usize>,
    known: FxHashMap<Box<[u8]>, Parts>,
    different: Vec<Parts>,
}

impl<'a> Explainer<'a> {
    /// Explains all ports, or those that are asked about.
    pub fn new(snapshot: &'a Snapshot, policies: &'a Policies, asked: Option<PortRanges>) -> Self {
        Self {
            snapshot,
            policies,
            asked,
            lookers: Vec::new(),
            of_policy: FxHashMap::default(),
            subjects: Vec::new(),
            of_pod: FxHashMap::default(),
            alike: BTreeMap::new(),
            look: Vec::new(),
            next: 0,
        }
    }

    /// What the policies of a pod say to somebody.
    pub fn parts(&mut self, direction: Direction, subject: PodId, peer: Party) -> Parts {
        let number = self.subject(direction, subject);
        let question = Question { direction, subject, peer, protocol: Protocol::Tcp, port: 1 };
        let destination = match direction {
            Direction::Ingress => Some(subject),
            Direction::Egress => peer.pod,
        };
        let packets = Packets {
            as_it_is: packet(self.snapshot, self.policies, &question, AsIf::AsItIs),
            if_unknown: packet(self.snapshot, self.policies, &question, AsIf::Unknown),
        };
        let Some(of) = self.subjects.get_mut(number.0) else { return Parts::new(Vec::new(), 0) };
        self.look.clear();
        self.look.extend([u8::from(peer.pod.is_some()), u8::from(peer.node.is_some())]);
        let mut speaking = Vec::new();
        for place in &of.lookers {
            let Some(looker) = self.lookers.get_mut(*place) else { continue };
            if looker.look(&packets, &mut self.look) {
                speaking.push(*place);
            }
        }
        if let Some(known) = of.known.get(self.look.as_slice()) {
            return known.clone();
        }
        let rules = speaking.iter().filter_map(|place| Some((*place, self.lookers.get(*place)?)));
        let cuts =
            |(place, looker): (usize, &Looker<'_>)| parts::cuts(self.snapshot, &looker.rule.ports, place, destination);
        let cuts: Vec<Cut> = rules.flat_map(cuts).collect();
        let judged = parts::judge(self.snapshot, self.policies, &question, &cuts, self.asked.as_ref());
        let known = of.different.iter().find(|known| *known.parts == *judged).cloned();
        let parts = known.unwrap_or_else(|| {
            self.next += 1;
            let parts = Parts::new(judged, self.next - 1);
            of.different.push(parts.clone());
            parts
        });
        of.known.insert(self.look.as_slice().into(), parts.clone());
        parts
    }

    /// The rules that come nearest to allowing somebody who is let through on no port.
    pub fn nearest(&mut self, direction: Direction, subject: PodId, peer: Party) -> Vec<NearMiss> {
        let number = self.subject(direction, subject);
        let asked = self.asked.as_ref().and_then(|asked| asked.iter().next());
        let of = if asked.is_some() { Of::PeersAndPorts } else { Of::Peers };
        let (protocol, port) = asked.map_or((Protocol::Tcp, 1), |(protocol, range)| (protocol, range.first));
        let question = Question { direction, subject, peer, protocol, port };
        let packet = packet(self.snapshot, self.policies, &question, AsIf::AsItIs);
        let places = self.subjects.get(number.0).map_or(&[][..], |subject| &subject.lookers);
        let lookers = places.iter().filter_map(|place| self.lookers.get(*place));
        let is_missed = |looker: &&Looker<'_>| {
            let matches = match of {
                Of::PeersAndPorts => packet.matches(looker.rule),
                Of::Peers => packet.matches_peers(&looker.rule.peers),
            };
            looker.rule.action == Action::Allow && matches == Match::No
        };
        let (mut nearest, mut least): (Vec<&Looker<'_>>, u32) = (Vec::new(), u32::MAX);
        for looker in lookers.filter(is_missed) {
            let distance = miss::distance(&packet, looker.rule, of);
            if distance < least {
                nearest.clear();
                least = distance;
            }
            if distance == least {
                nearest.push(looker);
            }
        }
        let near_miss = |looker: &Looker<'_>| NearMiss {
            rule: looker.policy.rule_ref(looker.rule),
            misses: miss::misses(&packet, looker.rule, of),
        };
        nearest.into_iter().map(near_miss).collect()
    }

    /// The number of all pods that say the same as one in a direction.
    pub fn subject(&mut self, direction: Direction, pod: PodId) -> SubjectNumber {
        if let Some(known) = self.of_pod.get(&(pod, direction)) {
            return *known;
        }
        let about = self.policies_about(direction, pod);
        let of_pod = &self.snapshot.pods[pod];
        // Named ports of an ingress rule are the subject's own.
        let mut ports: Vec<(Name, Protocol, PortNumber)> = match direction {
            Direction::Ingress => {
                of_pod.ports().filter_map(|port| Some((port.name.clone()?, port.protocol, port.number))).collect()
            }
            Direction::Egress => Vec::new(),
        };
        ports.sort_unstable();
        let places: Vec<usize> = about.iter().map(|(place, _)| *place).collect();
        let next = SubjectNumber(self.subjects.len());
        let alike = (direction, of_pod.name.namespace.clone(), about, ports);
        let number = *self.alike.entry(alike).or_insert(next);
        if number == next {
            let lookers = places.into_iter().flat_map(|place| self.lookers_of(place)).collect();
            self.subjects.push(Subject { lookers, ..Subject::default() });
        }
        self.of_pod.insert((pod, direction), number);
        number
    }

    /// The policies that are, or may be, about a pod in a direction, and whether they surely are.
    fn policies_about(&self, direction: Direction, subject: PodId) -> Vec<(usize, bool)> {
        let peer = Party { address: None, pod: None, node: None, identity: None };
        let question = Question { direction, subject, peer, protocol: Protocol::Tcp, port: 1 };
        let packet = packet(self.snapshot, self.policies, &question, AsIf::AsItIs);
        let about = |place: usize| {
            let policy = self.policies.lowered().get(place)?;
            match packet.matches_subject(&policy.subject) {
                Match::No => None,
                Match::Yes => Some((place, true)),
                Match::Maybe(_) => Some((place, false)),
            }
        };
        self.policies.places(self.snapshot, subject, direction).into_iter().filter_map(about).collect()
    }

    /// The lookers of a policy's rules.
    fn lookers_of(&mut self, place: usize) -> std::ops::Range<usize> {
        let lookers = &mut self.lookers;
        let policy = self.policies.lowered().get(place);
        let (first, count) = *self.of_policy.entry(place).or_insert_with(|| {
            let first = lookers.len();
            lookers.extend(
                policy.into_iter().flat_map(|policy| policy.rules.iter().map(|rule| Looker::new(policy, rule))),
            );
            (first, lookers.len() - first)
        });
        first..first + count
    }
}

/// Whether the engine is as it is, or as if nobody knew it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum AsIf {
    AsItIs,
    Unknown,
}

fn packet<'p>(snapshot: &'p Snapshot, policies: &'p Policies, question: &'p Question, as_if: AsIf) -> Packet<'p> {
    let profile = policies.engine().profile();
    let habit = |known: Answer| if as_if == AsIf::AsItIs { known } else { Answer::Unknown };
    let habits = BlockHabits {
        of_pods: habit(profile.ip_block_of_pods.value),
        of_nodes: habit(profile.ip_block_of_nodes.value),
        asked_of_pods: Cell::default(),
        asked_of_nodes: Cell::default(),
    };
    Packet { snapshot, selectors: policies.selectors(), question, habits }
}
