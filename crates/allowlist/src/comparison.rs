//! An allowlist held against the policies that are there: what is missing, what nobody needs, and who else gets in.

use std::collections::{BTreeMap, BTreeSet};

use bulkhead_model::object::{Direction, PortMatch};
use bulkhead_model::{AddressSet, IpBlock, ObjectRef, PortNumber, Position, Protocol};
use bulkhead_policy::rule::{LoweredPolicy, LoweredRule, NamespaceSet, PeerSet, Peers, PortSet, Ports, Tier, Who};
use bulkhead_policy::{Answer, Question, rule_matches};
use bulkhead_snapshot::{PodId, Snapshot};

use crate::allowed::{address_party, pod_parties};
use crate::each_node::one_by_one;
use crate::requirement::{Requirement, Source};
use crate::shared::Shared;
use crate::target::Target;

/// A part of a policy that lets in more than anybody needs for the exposure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Superfluous {
    /// The policy.
    pub policy: ObjectRef,
    /// Which of its rules, from 0.
    pub rule: usize,
    /// What of the rule.
    pub part: Part,
    /// How it is more than needed.
    pub excess: TooMuch,
    /// How many pods the policy is about besides the target's: they may need it.
    pub others: usize,
    /// Where it stands.
    pub position: Position,
}

/// A part of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// All of its peers: there are none listed, so that it lets everybody in.
    Everybody,
    /// The peer of this index.
    Peer(usize),
    /// The port of this index.
    Port(usize),
    /// All of its ports: there are none listed, so that it is for every port.
    EveryPort,
}

/// How a part is more than needed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TooMuch {
    /// Nobody needs any of it.
    All,
    /// It holds addresses that nobody needs.
    Addresses(AddressSet),
    /// It holds pods that nobody wants.
    Pods(Vec<PodId>),
    /// It is for ports besides those that are needed.
    Ports,
}

/// What is needed at one port of one pod.
#[derive(Default)]
struct Needs {
    addresses: AddressSet,
    pods: BTreeSet<PodId>,
}

type Port = (PodId, Protocol, PortNumber);

/// Holds the policies that are there against what is required.
pub(crate) fn superfluous(shared: &Shared<'_>, target: &Target, required: &[Requirement]) -> Vec<Superfluous> {
    let needs = needs(&one_by_one(&shared.open, required));
    let comparing = Comparing { shared, target, needs };
    let mut found = Vec::new();
    for policy in shared.network.policies().lowered() {
        let in_question =
            policy.tier == Tier::NetworkPolicy && policy.direction == Direction::Ingress && policy.doubt.is_none();
        if in_question && comparing.concerns(policy) {
            found.extend(comparing.policy(policy));
        }
    }
    found
}

fn needs(required: &[Requirement]) -> BTreeMap<Port, Needs> {
    let mut collected: BTreeMap<Port, (Vec<bulkhead_model::IpNet>, BTreeSet<PodId>)> = BTreeMap::new();
    for requirement in required {
        let of_port = collected.entry((requirement.pod, requirement.protocol, requirement.port)).or_default();
        match &requirement.peer {
            Source::Addresses(set) => of_port.0.extend(set.to_nets()),
            Source::Pods(pods) => of_port.1.extend(pods),
        }
    }
    let joined = |(nets, pods): (Vec<_>, _)| Needs { addresses: nets.into_iter().collect(), pods };
    collected.into_iter().map(|(port, needs)| (port, joined(needs))).collect()
}

struct Comparing<'a> {
    shared: &'a Shared<'a>,
    target: &'a Target,
    needs: BTreeMap<Port, Needs>,
}

impl Comparing<'_> {
    fn snapshot(&self) -> &Snapshot {
        self.shared.snapshot()
    }

    /// Whether a policy is about a pod of the target.
    fn concerns(&self, policy: &LoweredPolicy) -> bool {
        let NamespaceSet::Named(namespace) = &policy.subject.namespaces else { return false };
        self.target.selections.keys().any(|(own, _)| own == namespace) && !self.subjects(policy).is_empty()
    }

    /// The pods of the target that a policy is about.
    fn subjects(&self, policy: &LoweredPolicy) -> BTreeSet<PodId> {
        let selected = |pod: &&PodId| self.selects(policy, **pod);
        self.target.pods.iter().filter(selected).copied().collect()
    }

    fn selects(&self, policy: &LoweredPolicy, pod: PodId) -> bool {
        let pod = &self.snapshot().pods[pod];
        let own = matches!(&policy.subject.namespaces, NamespaceSet::Named(name) if *name == pod.name.namespace);
        let selectors = self.shared.network.policies().selectors();
        own && selectors.matches(policy.subject.pods, &pod.labels) != Some(false)
    }

    fn policy(&self, policy: &LoweredPolicy) -> Vec<Superfluous> {
        let NamespaceSet::Named(namespace) = &policy.subject.namespaces else { return Vec::new() };
        let subjects = self.subjects(policy);
        let candidates = self.shared.candidates(namespace);
        let others = candidates.iter().filter(|pod| !subjects.contains(*pod) && self.selects(policy, **pod)).count();
        let mut found = Vec::new();
        // What cannot be read is not taken to let anybody in.
        for rule in policy.rules.iter().filter(|rule| rule.doubt.is_none()) {
            let Some(index) = rule.index else { continue };
            let tell = |part, excess, position| Superfluous {
                policy: policy.origin.clone(),
                rule: index,
                part,
                excess,
                others,
                position,
            };
            let ports: Vec<Port> = self
                .needs
                .keys()
                .filter(|port| subjects.contains(&port.0) && self.has_port(rule, **port))
                .copied()
                .collect();
            let before = found.len();
            match &rule.peers {
                Peers::Any if ports.is_empty() => found.push(tell(Part::Everybody, TooMuch::All, rule.position)),
                Peers::Any => {
                    let all = self.needed(&ports).0;
                    let more = AddressSet::all().difference(&all);
                    if !more.is_empty() {
                        found.push(tell(Part::Everybody, TooMuch::Addresses(more), rule.position));
                    }
                }
                Peers::OneOf(peers) => {
                    let needed = self.needed(&ports);
                    for (at, peer) in peers.iter().enumerate() {
                        let excess = self.peer(rule, peer, &ports, &needed);
                        found.extend(excess.map(|excess| tell(Part::Peer(at), excess, peer.position)));
                    }
                }
            }
            // where nobody needs any of a rule, its ports are no matter
            let unneeded = found.get(before..).unwrap_or_default().iter().filter(|part| part.excess == TooMuch::All);
            let listed = match &rule.peers {
                Peers::Any => 1,
                Peers::OneOf(peers) => peers.len(),
            };
            if unneeded.count() == listed {
                continue;
            }
            found.extend(
                self.ports(rule, &subjects).into_iter().map(|(part, excess, position)| tell(part, excess, position)),
            );
        }
        found
    }

    /// What is needed at some ports: addresses, with those of the pods, and pods.
    fn needed(&self, ports: &[Port]) -> (AddressSet, BTreeSet<PodId>) {
        let needs = || ports.iter().filter_map(|port| self.needs.get(port));
        let pods: BTreeSet<PodId> = needs().flat_map(|needs| needs.pods.iter().copied()).collect();
        let own = pods.iter().flat_map(|pod| self.snapshot().pods[*pod].addresses.iter().copied());
        let addresses = needs().fold(crate::shared::singles(own), |all, needs| all.union(&needs.addresses));
        (addresses, pods)
    }

    /// How a peer of a rule holds more than is needed.
    fn peer(
        &self,
        rule: &LoweredRule,
        peer: &PeerSet,
        ports: &[Port],
        (addresses, pods): &(AddressSet, BTreeSet<PodId>),
    ) -> Option<TooMuch> {
        match &peer.who {
            Who::Block { block, .. } => self.block(block, addresses, pods),
            Who::Pods(_) => {
                let Some(port) = ports.first() else { return Some(TooMuch::All) };
                let holds = |pod: &PodId| self.holds(rule, peer, *port, *pod);
                if !pods.iter().any(holds) {
                    return Some(TooMuch::All);
                }
                let all = self.snapshot().pods.iter().filter(|(_, pod)| pod.is_active() && !pod.host_network);
                let unwanted: Vec<PodId> =
                    all.map(|(id, _)| id).filter(|pod| !pods.contains(pod) && holds(pod)).collect();
                (!unwanted.is_empty()).then_some(TooMuch::Pods(unwanted))
            }
            Who::Nodes(_) | Who::DomainNames | Who::Unreadable => None,
        }
    }

    fn block(&self, block: &IpBlock, addresses: &AddressSet, pods: &BTreeSet<PodId>) -> Option<TooMuch> {
        let held = AddressSet::from_block(block);
        let needed = held.intersection(addresses);
        if needed.is_empty() {
            return Some(TooMuch::All);
        }
        // an engine that does not hold blocks against pods' addresses needs no block for them
        let profile = self.shared.network.policies().engine().profile();
        if profile.ip_block_of_pods.value == Answer::No {
            let own = pods.iter().flat_map(|pod| self.snapshot().pods[*pod].addresses.iter().copied());
            if needed.is_subset(&crate::shared::singles(own)) {
                return Some(TooMuch::All);
            }
        }
        let more = held.difference(&needed);
        (!more.is_empty()).then_some(TooMuch::Addresses(more))
    }

    /// Whether a peer of a rule surely holds a pod.
    fn holds(&self, rule: &LoweredRule, peer: &PeerSet, (subject, protocol, port): Port, pod: PodId) -> bool {
        let only = LoweredRule { peers: Peers::OneOf(vec![peer.clone()]), ..rule.clone() };
        pod_parties(self.snapshot(), pod).any(|peer| {
            let question = Question { direction: Direction::Ingress, subject, peer, protocol, port };
            rule_matches(self.snapshot(), self.shared.network.policies(), &only, &question) == Some(true)
        })
    }

    /// Whether a rule is for a port.
    fn has_port(&self, rule: &LoweredRule, (subject, protocol, port): Port) -> bool {
        let anybody = LoweredRule { peers: Peers::Any, ..rule.clone() };
        let nobody = address_party(self.snapshot(), std::net::IpAddr::from([0, 0, 0, 0]));
        let question = Question { direction: Direction::Ingress, subject, peer: nobody, protocol, port };
        rule_matches(self.snapshot(), self.shared.network.policies(), &anybody, &question) != Some(false)
    }

    /// Ports of a rule that nobody needs, or that are more than are needed.
    fn ports(&self, rule: &LoweredRule, subjects: &BTreeSet<PodId>) -> Vec<(Part, TooMuch, Position)> {
        let needed: Vec<Port> = self.needs.keys().filter(|port| subjects.contains(&port.0)).copied().collect();
        let Ports::OneOf(ports) = &rule.ports else {
            return vec![(Part::EveryPort, TooMuch::Ports, rule.position)];
        };
        let mut found = Vec::new();
        for (at, port) in ports.iter().enumerate() {
            let only = LoweredRule { ports: Ports::OneOf(vec![port.clone()]), ..rule.clone() };
            let PortSet::Ports { port: which, position, .. } = port else { continue };
            let used = needed.iter().filter(|needed| self.has_port(&only, **needed)).map(|(_, _, number)| *number);
            let used: BTreeSet<PortNumber> = used.collect();
            let too_much = match which {
                _ if used.is_empty() => Some(TooMuch::All),
                PortMatch::All => Some(TooMuch::Ports),
                PortMatch::Range(range) => {
                    (range.first..=range.last).any(|number| !used.contains(&number)).then_some(TooMuch::Ports)
                }
                PortMatch::Named(_) => None,
            };
            found.extend(too_much.map(|too_much| (Part::Port(at), too_much, *position)));
        }
        found
    }
}
