//! `policy.networking.k8s.io`: ClusterNetworkPolicy, AdminNetworkPolicy, BaselineAdminNetworkPolicy.
//!
//! Rules are read in order, the first that matches counts; a direction without rules is none of the policy's affair. A peer
//! without any field that is known makes the rule fail closed: it matches nothing if it accepts, and denies everything if
//! it denies or passes (the API's text on `ClusterNetworkPolicyIngressPeer` and `ClusterNetworkPolicyEgressPeer`).

mod peer;

use bulkhead_model::object::{
    ClusterNetworkPolicy, ClusterPort, ClusterRule, Direction, PolicySubject, PolicyTier, RuleAction,
};
use bulkhead_model::{LabelSelector, Position, Readable};

use self::peer::{lower_peers, nobody_knows};
use crate::rule::{LoweredPolicy, LoweredRule, NamespaceSet, Peers, PodSet, PolicyDoubt, PortSet, Ports, Tier};
use crate::selector::SelectorTable;
use crate::verdict::{Action, DoubtReason};

/// Lowers one policy: one [`LoweredPolicy`] for each direction in which it has rules, or may have; two where nobody knows its tier.
pub(crate) fn lower(policy: &ClusterNetworkPolicy, selectors: &mut SelectorTable) -> Vec<LoweredPolicy> {
    let Some(subject) = lower_subject(&policy.subject, selectors) else { return Vec::new() };
    let tiers: &[Tier] = match policy.tier {
        Readable::Known(PolicyTier::Admin) => &[Tier::Admin],
        Readable::Known(PolicyTier::Baseline) => &[Tier::Baseline],
        Readable::Unreadable { .. } => &[Tier::Admin, Tier::Baseline],
    };
    let mut lowered = Vec::new();
    for direction in [Direction::Ingress, Direction::Egress] {
        if policy.rules(direction).is_empty() && policy.unknown_field.is_none() {
            continue;
        }
        let rules = lower_rules(policy.rules(direction), selectors);
        lowered.extend(tiers.iter().map(|tier| LoweredPolicy {
            tier: *tier,
            // Of a policy that may be asked at any time it is enough to know what it may say first.
            priority: policy.priority.known().copied().unwrap_or(0),
            direction,
            subject: subject.clone(),
            doubt: doubt_of(policy),
            rules: rules.clone(),
            origin: policy.object_ref(),
            position: policy.position,
        }));
    }
    lowered
}

fn doubt_of(policy: &ClusterNetworkPolicy) -> Option<PolicyDoubt> {
    if policy.unknown_field.is_some() {
        return Some(PolicyDoubt::MaySayAnything(DoubtReason::UnknownField));
    }
    if policy.tier.known().is_none() {
        return Some(PolicyDoubt::MayNotApply(DoubtReason::UnreadableTier));
    }
    policy.priority.known().is_none().then_some(PolicyDoubt::MayNotApply(DoubtReason::UnreadablePriority))
}

/// The pods that a policy is about; `None` where it is about none.
fn lower_subject(subject: &Readable<PolicySubject>, selectors: &mut SelectorTable) -> Option<PodSet> {
    let (namespaces, pods) = match subject {
        Readable::Known(PolicySubject::Nothing) => return None,
        Readable::Known(PolicySubject::Pods { namespaces, pods }) => (namespaces.clone(), pods.clone()),
        Readable::Unreadable { position } => (nobody_knows(*position), LabelSelector::everything()),
    };
    Some(PodSet { namespaces: NamespaceSet::Selected(selectors.intern(&namespaces)), pods: selectors.intern(&pods) })
}

fn lower_rules(rules: &[Readable<ClusterRule>], selectors: &mut SelectorTable) -> Vec<LoweredRule> {
    let mut lowered = Vec::with_capacity(rules.len());
    for (index, rule) in rules.iter().enumerate() {
        match rule {
            Readable::Known(rule) => lowered.extend(lower_rule(index, rule, selectors)),
            Readable::Unreadable { position } => {
                let anything = (Peers::Any, Ports::Any);
                lowered.extend(any_action(index, anything, DoubtReason::UnreadableRule, *position));
            }
        }
    }
    lowered
}

fn lower_rule(index: usize, rule: &ClusterRule, selectors: &mut SelectorTable) -> Vec<LoweredRule> {
    let (index, position) = (index, rule.position);
    let Some(peers) = lower_peers(&rule.peers, selectors) else { return fail_closed(index, rule) };
    let ports = lower_ports(rule.ports.as_deref());
    let doubt = rule.unknown_field.map(|_| DoubtReason::UnknownField);
    match rule.action {
        Readable::Known(action) => {
            vec![LoweredRule { peers, ports, action: lower_action(action), doubt, index: Some(index), position }]
        }
        Readable::Unreadable { .. } => any_action(index, (peers, ports), DoubtReason::UnreadableAction, position),
    }
}

/// A rule with a peer of an unknown kind, as the API wants implementations to take it.
fn fail_closed(index: usize, rule: &ClusterRule) -> Vec<LoweredRule> {
    let everything = (Peers::Any, Ports::Any);
    let position = rule.position;
    match rule.action {
        Readable::Known(RuleAction::Accept) => Vec::new(),
        Readable::Known(RuleAction::Deny | RuleAction::Pass) => vec![LoweredRule {
            peers: Peers::Any,
            ports: Ports::Any,
            action: Action::Deny,
            doubt: None,
            index: Some(index),
            position,
        }],
        Readable::Unreadable { .. } => any_action(index, everything, DoubtReason::UnreadableAction, position),
    }
}

/// A rule of which nobody knows what it does: it may do each of the three things.
fn any_action(index: usize, matched: (Peers, Ports), doubt: DoubtReason, position: Position) -> Vec<LoweredRule> {
    let (peers, ports) = matched;
    let rule = |action| LoweredRule {
        peers: peers.clone(),
        ports: ports.clone(),
        action,
        doubt: Some(doubt),
        index: Some(index),
        position,
    };
    [Action::Allow, Action::Deny, Action::Pass].map(rule).into()
}

fn lower_action(action: RuleAction) -> Action {
    match action {
        RuleAction::Accept => Action::Allow,
        RuleAction::Deny => Action::Deny,
        RuleAction::Pass => Action::Pass,
    }
}

fn lower_ports(ports: Option<&[Readable<ClusterPort>]>) -> Ports {
    let Some(ports) = ports else { return Ports::Any };
    let lowered = ports.iter().map(|port| match port {
        Readable::Known(ClusterPort { protocol, port, position }) => {
            PortSet::Ports { protocol: *protocol, port: port.clone(), position: *position }
        }
        Readable::Unreadable { position } => PortSet::Unreadable { position: *position },
    });
    Ports::OneOf(lowered.collect())
}
