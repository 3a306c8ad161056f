//! `networking.k8s.io/v1` NetworkPolicy.
//!
//! A policy isolates the pods that it selects, in the directions of `policyTypes`, and allows what one of its rules
//! matches. Lowered, it is its rules, each an Allow, and behind them one that denies everything.

use bulkhead_model::object::{Direction, Matches, NetworkPolicy, Peer, PolicyPort, Rule};
use bulkhead_model::{LabelSelector, Name, ObjectRef, Readable};

use crate::rule::{
    BlockMeaning, LoweredPolicy, LoweredRule, NamespaceSet, PeerSet, Peers, PodSet, PolicyDoubt, PortSet, Ports, Tier,
    Who,
};
use crate::selector::SelectorTable;
use crate::verdict::{Action, DoubtReason};

/// Lowers one policy: one [`LoweredPolicy`] for each direction in which it isolates, or may isolate.
pub(crate) fn lower(policy: &NetworkPolicy, selectors: &mut SelectorTable) -> Vec<LoweredPolicy> {
    let directions = [
        (Direction::Ingress, policy.isolates_ingress, &policy.ingress),
        (Direction::Egress, policy.isolates_egress, &policy.egress),
    ];
    let applying =
        directions.into_iter().filter(|(_, isolates, _)| *isolates != Some(false) || policy.unknown_field.is_some());
    applying
        .map(|(direction, isolates, rules)| lower_direction(policy, direction, isolates, rules, selectors))
        .collect()
}

fn lower_direction(
    policy: &NetworkPolicy,
    direction: Direction,
    isolates: Option<bool>,
    rules: &[Readable<Rule>],
    selectors: &mut SelectorTable,
) -> LoweredPolicy {
    let namespace = &policy.name.namespace;
    let mut lowered: Vec<LoweredRule> = Vec::with_capacity(rules.len() + 1);
    for (index, rule) in rules.iter().enumerate() {
        lowered.push(lower_rule(namespace, index, rule, selectors));
    }
    lowered.push(LoweredRule {
        peers: Peers::Any,
        ports: Ports::Any,
        action: Action::Deny,
        doubt: None,
        index: None,
        position: policy.position,
    });
    let doubt = match (policy.unknown_field, isolates) {
        (Some(_), _) => Some(PolicyDoubt::MaySayAnything(DoubtReason::UnknownField)),
        (None, None) => Some(PolicyDoubt::MayNotApply(DoubtReason::UnreadablePolicyTypes)),
        (None, Some(_)) => None,
    };
    LoweredPolicy {
        tier: Tier::NetworkPolicy,
        priority: 0,
        direction,
        subject: PodSet {
            namespaces: NamespaceSet::Named(namespace.clone()),
            pods: selectors.intern(&policy.pod_selector),
        },
        doubt,
        rules: lowered,
        origin: ObjectRef::namespaced("NetworkPolicy", &policy.name),
        position: policy.position,
    }
}

fn lower_rule(namespace: &Name, index: usize, rule: &Readable<Rule>, selectors: &mut SelectorTable) -> LoweredRule {
    let (index, action) = (Some(index), Action::Allow);
    match rule {
        Readable::Known(rule) => LoweredRule {
            peers: lower_peers(namespace, &rule.peers, selectors),
            ports: lower_ports(&rule.ports),
            action,
            doubt: rule.unknown_field.map(|_| DoubtReason::UnknownField),
            index,
            position: rule.position,
        },
        Readable::Unreadable { position } => LoweredRule {
            peers: Peers::Any,
            ports: Ports::Any,
            action,
            doubt: Some(DoubtReason::UnreadableRule),
            index,
            position: *position,
        },
    }
}

fn lower_peers(namespace: &Name, peers: &Matches<Peer>, selectors: &mut SelectorTable) -> Peers {
    match peers {
        Matches::Any => Peers::Any,
        Matches::OneOf(peers) => {
            Peers::OneOf(peers.iter().map(|peer| lower_peer(namespace, peer, selectors)).collect())
        }
    }
}

fn lower_peer(namespace: &Name, peer: &Readable<Peer>, selectors: &mut SelectorTable) -> PeerSet {
    match peer {
        Readable::Known(Peer::Pods { namespaces, pods, position }) => {
            let namespaces = match namespaces {
                Some(selector) => NamespaceSet::Selected(selectors.intern(selector)),
                None => NamespaceSet::Named(namespace.clone()),
            };
            let pods = selectors.intern(pods.as_ref().unwrap_or(&LabelSelector::everything()));
            PeerSet { who: Who::Pods(PodSet { namespaces, pods }), position: *position }
        }
        Readable::Known(Peer::Block { block, position }) => {
            let who = Who::Block { block: block.clone(), meaning: BlockMeaning::EngineDecides };
            PeerSet { who, position: *position }
        }
        Readable::Unreadable { position } => PeerSet { who: Who::Unreadable, position: *position },
    }
}

fn lower_ports(ports: &Matches<PolicyPort>) -> Ports {
    match ports {
        Matches::Any => Ports::Any,
        Matches::OneOf(ports) => Ports::OneOf(ports.iter().map(lower_port).collect()),
    }
}

fn lower_port(port: &Readable<PolicyPort>) -> PortSet {
    match port {
        Readable::Known(PolicyPort { protocol, port, position }) => {
            PortSet::Ports { protocol: Some(*protocol), port: port.clone(), position: *position }
        }
        Readable::Unreadable { position } => PortSet::Unreadable { position: *position },
    }
}
