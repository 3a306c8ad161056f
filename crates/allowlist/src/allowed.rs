//! What the policies that are there already let in.

use std::collections::BTreeSet;
use std::net::IpAddr;

use bulkhead_model::object::{Direction, Matches, Peer};
use bulkhead_model::{AddressSet, IpNet, Readable};
use bulkhead_path::Network;
use bulkhead_policy::{Party, Question, Verdict, decide};
use bulkhead_snapshot::{PodId, Snapshot};

use crate::requirement::{Requirement, Source};

/// The part of a requirement that no policy lets in yet, or `None` where all of it is let in. Where nobody can tell, it counts as
/// not let in: an entry too many in that case is narrower than a way too few.
///
/// A pod that no policy isolates counts as if nothing were let in: the question is what it needs once it is isolated.
pub(crate) fn not_yet_allowed(
    network: &Network<'_>,
    isolated: &BTreeSet<PodId>,
    requirement: &Requirement,
) -> Option<Source> {
    if !isolated.contains(&requirement.pod) {
        return Some(requirement.source.clone());
    }
    match &requirement.source {
        Source::Pods(pods) => {
            let allowed = |pod: &PodId| {
                let address = network.snapshot().pods[*pod].addresses.first().copied();
                is_allowed(network, requirement, Party { address, pod: Some(*pod), node: None, identity: None })
            };
            let missing: Vec<PodId> = pods.iter().filter(|pod| !allowed(pod)).copied().collect();
            (!missing.is_empty()).then_some(Source::Pods(missing))
        }
        Source::Addresses(set) => {
            let mut missing = AddressSet::empty();
            for part in parts(network.snapshot(), requirement.pod, set) {
                let Some((first, _)) = part.ranges().next() else { continue };
                if !is_allowed(network, requirement, party(network.snapshot(), first)) {
                    missing = missing.union(&part);
                }
            }
            (!missing.is_empty()).then_some(Source::Addresses(missing))
        }
    }
}

/// The other side of a packet that comes from an address which is no pod's.
fn party(snapshot: &Snapshot, address: IpAddr) -> Party {
    Party {
        address: Some(address),
        pod: None,
        node: snapshot.nodes_with_address(address).first().copied(),
        identity: None,
    }
}

fn is_allowed(network: &Network<'_>, requirement: &Requirement, peer: Party) -> bool {
    let question = Question {
        direction: Direction::Ingress,
        subject: requirement.pod,
        peer,
        protocol: requirement.protocol,
        port: requirement.port,
    };
    matches!(decide(network.snapshot(), network.policies(), &question), Verdict::Allow { .. })
}

/// Whether any NetworkPolicy isolates the pod for ingress, or may do so.
pub(crate) fn is_isolated(network: &Network<'_>, pod: PodId) -> bool {
    let snapshot = network.snapshot();
    let pod = &snapshot.pods[pod];
    snapshot.network_policies.iter().any(|policy| {
        policy.name.namespace == pod.name.namespace
            && policy.isolates_ingress != Some(false)
            && policy.pod_selector.matches(&pod.labels) != Some(false)
    })
}

/// Cuts a set at the blocks that the policies of a pod name, so that all addresses of a part are judged alike.
fn parts(snapshot: &Snapshot, pod: PodId, set: &AddressSet) -> Vec<AddressSet> {
    let mut parts = vec![set.clone()];
    if set.len() == 1 {
        return parts;
    }
    for block in blocks(snapshot, pod) {
        let block = AddressSet::from_net(block);
        parts = parts.iter().flat_map(|part| [part.intersection(&block), part.difference(&block)]).collect();
        parts.retain(|part| !part.is_empty());
    }
    parts
}

/// The blocks that the policies of a pod's namespace name.
pub(crate) fn blocks(snapshot: &Snapshot, pod: PodId) -> BTreeSet<IpNet> {
    let namespace = &snapshot.pods[pod].name.namespace;
    let policies = snapshot.network_policies.iter().filter(|policy| policy.name.namespace == *namespace);
    let rules = policies.flat_map(|policy| &policy.ingress).filter_map(Readable::known);
    let mut blocks = BTreeSet::new();
    for rule in rules {
        let Matches::OneOf(peers) = &rule.peers else { continue };
        for peer in peers.iter().filter_map(Readable::known) {
            if let Peer::Block { block, .. } = peer {
                blocks.insert(block.cidr);
                blocks.extend(&block.except);
            }
        }
    }
    blocks
}
