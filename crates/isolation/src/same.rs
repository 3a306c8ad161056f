//! Whether a policy that is there already means what a manifest would mean.
//!
//! Compared is the meaning, so that nothing is written when nothing changed: the order of rules, peers and ports, spelled-out
//! defaults and labels do not count. A policy of which anything could not be read is never the same as anything.

use std::collections::BTreeSet;

use bulkhead_model::object::{Matches, NetworkPolicy, Peer, PolicyManifest, PolicyPort, PortMatch, Rule};
use bulkhead_model::{AddressSet, LabelSelector, Name, PortRange, Protocol, Readable, Requirement};

/// Whether a policy already means what a manifest would. A manifest that no API server accepts is like no policy.
pub fn means_the_same(policy: &NetworkPolicy, manifest: &PolicyManifest) -> bool {
    let Ok(wanted) = manifest.to_network_policy() else { return false };
    meaning(policy).is_some_and(|have| Some(have) == meaning(&wanted))
}

#[derive(PartialEq, Eq)]
struct Meaning {
    pods: Requirements,
    ingress: Option<BTreeSet<RuleMeaning>>,
    egress: Option<BTreeSet<RuleMeaning>>,
}

type Requirements = BTreeSet<Requirement>;

#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct RuleMeaning {
    peers: Option<BTreeSet<PeerMeaning>>,
    ports: Option<BTreeSet<(Protocol, PortMeaning)>>,
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum PeerMeaning {
    Pods { namespaces: Option<Requirements>, pods: Requirements },
    Block(AddressSet),
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum PortMeaning {
    Range(PortRange),
    Named(Name),
}

fn meaning(policy: &NetworkPolicy) -> Option<Meaning> {
    if policy.unknown_field.is_some() {
        return None;
    }
    Some(Meaning {
        pods: requirements(&policy.pod_selector)?,
        ingress: direction(policy.isolates_ingress?, &policy.ingress)?,
        egress: direction(policy.isolates_egress?, &policy.egress)?,
    })
}

/// The rules of a direction; `Some(None)` where the policy does not isolate in it.
#[allow(clippy::option_option)] // the outer one is "could not be read", the inner one is the answer
fn direction(isolates: bool, rules: &[Readable<Rule>]) -> Option<Option<BTreeSet<RuleMeaning>>> {
    if !isolates {
        return Some(None);
    }
    rules.iter().map(|rule| rule_meaning(rule.known()?)).collect::<Option<_>>().map(Some)
}

fn rule_meaning(rule: &Rule) -> Option<RuleMeaning> {
    if rule.unknown_field.is_some() {
        return None;
    }
    Some(RuleMeaning { peers: all(&rule.peers, peer_meaning)?, ports: all(&rule.ports, port_meaning)? })
}

#[allow(clippy::option_option)] // as above
fn all<T, M: Ord>(list: &Matches<T>, meaning: impl Fn(&T) -> Option<M>) -> Option<Option<BTreeSet<M>>> {
    match list {
        Matches::Any => Some(None),
        Matches::OneOf(items) => items.iter().map(|item| meaning(item.known()?)).collect::<Option<_>>().map(Some),
    }
}

fn peer_meaning(peer: &Peer) -> Option<PeerMeaning> {
    Some(match peer {
        Peer::Pods { namespaces, pods, .. } => PeerMeaning::Pods {
            namespaces: namespaces.as_ref().map_or(Some(None), |selector| requirements(selector).map(Some))?,
            pods: pods.as_ref().map_or(Some(Requirements::new()), requirements)?,
        },
        Peer::Block { block, .. } => PeerMeaning::Block(AddressSet::from_block(block)),
    })
}

// An Option, so that it fits where a peer's meaning does.
#[allow(clippy::unnecessary_wraps)]
fn port_meaning(port: &PolicyPort) -> Option<(Protocol, PortMeaning)> {
    let meaning = match &port.port {
        PortMatch::All => PortMeaning::Range(PortRange::ALL),
        PortMatch::Range(range) => PortMeaning::Range(*range),
        PortMatch::Named(name) => PortMeaning::Named(name.clone()),
    };
    Some((port.protocol, meaning))
}

fn requirements(selector: &LabelSelector) -> Option<Requirements> {
    selector.requirements.iter().map(|requirement| requirement.known().cloned()).collect()
}
