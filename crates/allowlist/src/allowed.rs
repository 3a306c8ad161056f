//! What the policies that are there already let through.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::sync::Arc;

use bulkhead_model::object::{Direction, NetworkPolicy};
use bulkhead_model::{AddressSet, IpNet, Issue, IssueCode, Name, PortNumber, Protocol};
use bulkhead_path::{Family, Network};
use bulkhead_policy::{Alike, AlikeKey, Party, Question, RuleRef, Verdict, decide};
use bulkhead_snapshot::{PodId, Snapshot};

use crate::requirement::{Requirement, Source};
use crate::shared::Shared;

/// What policies of one direction already let through, asked once for requirements that they cannot tell apart.
pub(crate) struct Allowed<'n> {
    shared: &'n Shared<'n>,
    network: &'n Network<'n>,
    direction: Direction,
    /// Pods that a policy isolates in the direction.
    isolated: BTreeSet<PodId>,
    blocks: BTreeMap<Name, BTreeSet<IpNet>>,
    /// What the policies of a namespace look at in addresses.
    alike: BTreeMap<Name, Alike>,
    /// What pods get to which nothing isolates.
    open: Open,
    /// What is known about addresses that no policy of a pod tells apart.
    known: RefCell<BTreeMap<AddressQuestion, Judged>>,
    /// Rules of the administrator's that stop wanted packets, each with the first of them.
    stopped: RefCell<BTreeMap<RuleRef, Issue>>,
}

/// A wanted packet is stopped by the administrator, whatever NetworkPolicies say.
pub(crate) const STOPPED: IssueCode = "stoppedBeforeNetworkPolicies";

/// What is said of a pod that no policy isolates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Open {
    /// As if nothing were let in to it: the question is what it needs once it is isolated.
    NeedsAll,
    /// Everything is let in to it: the question is what gets in today.
    NeedsNothing,
}

/// What the policies make of a packet.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Judged {
    /// It is let through.
    In,
    /// No policy lets it through, and an entry would; or nobody can tell.
    NotYet,
    /// A rule of the administrator's stops it, before any NetworkPolicy is asked.
    Stopped(RuleRef),
}

/// A pod, a port of it, and what its policies see in an address: whether it is a node's, and what else.
type AddressQuestion = (PodId, Protocol, PortNumber, bool, AlikeKey);

impl<'n> Allowed<'n> {
    /// What the policies of some pods let through.
    pub(crate) fn new(
        shared: &'n Shared<'n>,
        direction: Direction,
        pods: impl Iterator<Item = PodId>,
        open: Open,
    ) -> Self {
        let network = shared.network;
        let may_isolate = |pod: &PodId| network.policies().may_isolate(network.snapshot(), *pod, direction);
        let isolated: BTreeSet<PodId> = pods.filter(may_isolate).collect();
        let (mut blocks, mut alike) = (BTreeMap::new(), BTreeMap::new());
        for pod in &isolated {
            let namespace = &network.snapshot().pods[*pod].name.namespace;
            if !blocks.contains_key(namespace) {
                let named = named_blocks(network.snapshot(), direction, namespace);
                blocks.insert(namespace.clone(), named.into_iter().chain(shared.admin(direction).blocks()).collect());
                let own = network.policies().alike(network.snapshot(), *pod, direction);
                alike.insert(namespace.clone(), own);
            }
        }
        let (known, stopped) = (RefCell::default(), RefCell::default());
        Self { shared, network, direction, isolated, blocks, alike, open, known, stopped }
    }

    /// What the administrator's rules stopped of all that was asked about, rule by rule.
    pub(crate) fn into_stopped(self) -> Vec<Issue> {
        self.stopped.into_inner().into_values().collect()
    }

    /// The pods that a policy isolates, or may isolate.
    pub(crate) fn isolated(&self) -> &BTreeSet<PodId> {
        &self.isolated
    }

    /// Whether a policy isolates a pod in the direction, or may do so; of any pod.
    pub(crate) fn restricts(&self, pod: PodId) -> bool {
        self.network.policies().may_isolate(self.network.snapshot(), pod, self.direction)
    }

    /// The part of a requirement that no policy lets through yet, or `None` where all of it is let through. Where nobody can
    /// tell, it counts as not let through: an entry too many in that case is narrower than a way too few. What the administrator
    /// stops is left out, as no entry would change that, and told by [`Self::into_stopped`].
    pub(crate) fn not_yet(&self, requirement: &Requirement) -> Option<Source> {
        if !self.isolated.contains(&requirement.pod) && !self.shared.admin(self.direction).denies() {
            return (self.open == Open::NeedsAll).then(|| requirement.peer.clone());
        }
        match &requirement.peer {
            Source::Pods(pods) => {
                let missing = self.missing(requirement, pods);
                (!missing.is_empty()).then_some(Source::Pods(missing))
            }
            Source::Addresses(set) => {
                let mut missing = AddressSet::empty();
                for part in self.parts(requirement.pod, set) {
                    let Some((first, _)) = part.ranges().next() else { continue };
                    if self.is_missing(requirement, self.judge_address(requirement, first)) {
                        missing = missing.union(&part);
                    }
                }
                (!missing.is_empty()).then_some(Source::Addresses(missing))
            }
        }
    }

    /// The pods of a requirement that no policy lets through yet.
    fn missing(&self, requirement: &Requirement, pods: &[PodId]) -> Vec<PodId> {
        let snapshot = self.network.snapshot();
        let judge = |pod: PodId| self.judge(requirement, pod_party(snapshot, pod, requirement.family));
        if self.direction == Direction::Egress {
            // There the other side's own ports have names.
            return pods.iter().copied().filter(|pod| self.is_missing(requirement, judge(*pod))).collect();
        }
        let subject = requirement.pod;
        let mut kinds = self.shared.sender_kinds(&snapshot.pods[subject].name.namespace);
        let mut known: BTreeMap<u32, bool> = BTreeMap::new();
        let mut is_missing = |pod: &PodId| {
            let number = kinds.number(self.network, subject, *pod, requirement.family);
            *known.entry(number).or_insert_with(|| self.is_missing(requirement, judge(*pod)))
        };
        pods.iter().copied().filter(|pod| is_missing(pod)).collect()
    }

    /// Whether an entry is needed; keeps what stops the packet where none would help.
    fn is_missing(&self, requirement: &Requirement, judged: Judged) -> bool {
        match judged {
            Judged::In => false,
            Judged::NotYet => true,
            Judged::Stopped(rule) => {
                let first = |rule: &RuleRef| {
                    Issue::warning(STOPPED)
                        .about(rule.policy.clone())
                        .at(rule.position)
                        .with("client", requirement.way.from())
                        .with("pod", &self.network.snapshot().pods[requirement.pod].name)
                        .with("port", requirement.port)
                        .with("protocol", requirement.protocol)
                };
                self.stopped.borrow_mut().entry(rule).or_insert_with_key(first);
                false
            }
        }
    }

    fn judge_address(&self, requirement: &Requirement, address: IpAddr) -> Judged {
        let snapshot = self.network.snapshot();
        let party = address_party(snapshot, address);
        let Some(alike) = self.alike.get(&snapshot.pods[requirement.pod].name.namespace) else {
            return self.judge(requirement, party);
        };
        let (protocol, port, key) = (requirement.protocol, requirement.port, alike.key(address, party.node));
        let question = (requirement.pod, protocol, port, party.node.is_some(), key);
        if let Some(known) = self.known.borrow().get(&question) {
            return known.clone();
        }
        let judged = self.judge(requirement, party);
        self.known.borrow_mut().insert(question, judged.clone());
        judged
    }

    /// What the policies look at, for each namespace whose policies tell addresses apart.
    pub(crate) fn telling_apart(&self) -> impl Iterator<Item = &Alike> {
        self.alike.values().filter(|alike| alike.tells_apart())
    }

    /// What the policies see in an address that is no pod's.
    pub(crate) fn key(&self, alike: &Alike, address: IpAddr) -> AlikeKey {
        alike.key(address, address_party(self.network.snapshot(), address).node)
    }

    fn judge(&self, requirement: &Requirement, peer: Party) -> Judged {
        let question = Question {
            direction: self.direction,
            subject: requirement.pod,
            peer,
            protocol: requirement.protocol,
            port: requirement.port,
        };
        let counts = self.open == Open::NeedsNothing || self.isolated.contains(&requirement.pod);
        match decide(self.network.snapshot(), self.network.policies(), &question) {
            Verdict::Allow { .. } if counts => Judged::In,
            Verdict::Deny { policies, .. } => match policies.into_iter().next_back() {
                Some(rule) if self.shared.admin(self.direction).is_of(&rule) => Judged::Stopped(rule),
                _ => Judged::NotYet,
            },
            Verdict::Allow { .. } | Verdict::Undetermined { .. } => Judged::NotYet,
        }
    }

    /// Cuts a set at the blocks that the policies of a pod name, so that all addresses of a part are judged alike.
    fn parts(&self, pod: PodId, set: &AddressSet) -> Vec<AddressSet> {
        let mut parts = vec![set.clone()];
        if set.len() == 1 {
            return parts;
        }
        let blocks = self.blocks.get(&self.network.snapshot().pods[pod].name.namespace);
        for block in blocks.into_iter().flatten() {
            let block = AddressSet::from_net(*block);
            if set.intersection(&block).is_empty() {
                continue;
            }
            parts = parts.iter().flat_map(|part| [part.intersection(&block), part.difference(&block)]).collect();
            parts.retain(|part| !part.is_empty());
        }
        parts
    }
}

/// The other side of a packet between pods, by its address of a family.
pub(crate) fn pod_party(snapshot: &Snapshot, pod: PodId, family: Family) -> Party {
    let address = snapshot.pods[pod].addresses.iter().find(|address| Family::of(**address) == family).copied();
    Party { address, pod: Some(pod), node: None, identity: None }
}

/// The same by each of its addresses; without one where nobody knows any.
pub(crate) fn pod_parties(snapshot: &Snapshot, pod: PodId) -> impl Iterator<Item = Party> + '_ {
    let own = &snapshot.pods[pod].addresses;
    let unknown = own.is_empty().then_some(None);
    let addresses = own.iter().copied().map(Some).chain(unknown);
    addresses.map(move |address| Party { address, pod: Some(pod), node: None, identity: None })
}

/// The other side of a packet with an address that is no pod's.
pub(crate) fn address_party(snapshot: &Snapshot, address: IpAddr) -> Party {
    Party {
        address: Some(address),
        pod: None,
        node: snapshot.nodes_with_address(address).first().copied(),
        identity: None,
    }
}

/// The policies of a namespace.
pub(crate) fn policies_of<'s>(snapshot: &'s Snapshot, namespace: &Name) -> &'s [Arc<NetworkPolicy>] {
    let policies = &snapshot.network_policies;
    let from = policies.partition_point(|policy| policy.name.namespace < *namespace);
    let rest = policies.get(from..).unwrap_or_default();
    let count = rest.partition_point(|policy| policy.name.namespace == *namespace);
    rest.get(..count).unwrap_or_default()
}

/// The blocks that the policies of a namespace name in a direction.
pub(crate) fn named_blocks(snapshot: &Snapshot, direction: Direction, namespace: &Name) -> BTreeSet<IpNet> {
    let mut blocks = BTreeSet::new();
    for block in policies_of(snapshot, namespace).iter().flat_map(|policy| policy.blocks(direction)) {
        blocks.insert(block.cidr);
        blocks.extend(&block.except);
    }
    blocks
}
