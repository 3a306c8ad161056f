//! `policy.networking.k8s.io`: ClusterNetworkPolicy, AdminNetworkPolicy, BaselineAdminNetworkPolicy. Strictly: nothing that
//! cannot be read may widen a policy, and nothing may vanish.

mod peer;
mod port;

use bulkhead_model::object::{
    ClusterNetworkPolicy, ClusterPolicyKind, ClusterRule, Direction, PolicySubject, PolicyTier, RuleAction,
};
use bulkhead_model::{LabelSelector, Readable};

use super::{KindReader, Scope};
use crate::code;
use crate::read::decode::{Cursor, Fields, Object, Read, Reading, value};

const GROUP: &str = "policy.networking.k8s.io";

pub(super) const KINDS: &[KindReader] = &[
    KindReader {
        group: GROUP,
        versions: &["v1alpha2", "v1beta1"],
        kind: "ClusterNetworkPolicy",
        scope: Scope::Cluster,
        read: |object, reading| {
            read(ClusterPolicyKind::ClusterNetworkPolicy, object, reading);
            Ok(())
        },
    },
    KindReader {
        group: GROUP,
        versions: &["v1alpha1"],
        kind: "AdminNetworkPolicy",
        scope: Scope::Cluster,
        read: |object, reading| {
            read(ClusterPolicyKind::AdminNetworkPolicy, object, reading);
            Ok(())
        },
    },
    KindReader {
        group: GROUP,
        versions: &["v1alpha1"],
        kind: "BaselineAdminNetworkPolicy",
        scope: Scope::Cluster,
        read: |object, reading| {
            read(ClusterPolicyKind::BaselineAdminNetworkPolicy, object, reading);
            Ok(())
        },
    },
];

fn read(kind: ClusterPolicyKind, object: &Object<'_>, reading: &mut Reading<'_>) {
    let spec = object.fields.required("spec", |spec| spec.fields().map(|fields| policy(kind, object, &fields)));
    let mut policy = spec.unwrap_or_else(|_| unreadable(kind, object));
    for name in ["apiVersion", "kind", "metadata", "status"] {
        object.fields.get(name);
    }
    policy.unknown_field = policy.unknown_field.or(object.fields.report_unknown());
    reading.objects.cluster_network_policies.push(policy);
}

fn policy(kind: ClusterPolicyKind, object: &Object<'_>, spec: &Fields<'_>) -> ClusterNetworkPolicy {
    ClusterNetworkPolicy {
        kind,
        name: object.name.name.clone(),
        tier: tier(kind, spec),
        priority: priority(kind, spec),
        subject: spec.at().readable(spec.required("subject", subject)),
        ingress: rules(kind, spec, Direction::Ingress),
        egress: rules(kind, spec, Direction::Egress),
        unknown_field: spec.report_unknown(),
        position: object.position,
    }
}

/// A policy of which nobody knows anything.
fn unreadable(kind: ClusterPolicyKind, object: &Object<'_>) -> ClusterNetworkPolicy {
    let position = object.position;
    ClusterNetworkPolicy {
        kind,
        name: object.name.name.clone(),
        tier: Readable::Unreadable { position },
        priority: Readable::Unreadable { position },
        subject: Readable::Unreadable { position },
        ingress: vec![Readable::Unreadable { position }],
        egress: vec![Readable::Unreadable { position }],
        unknown_field: Some(position),
        position,
    }
}

fn tier(kind: ClusterPolicyKind, spec: &Fields<'_>) -> Readable<PolicyTier> {
    const TIERS: [(&str, PolicyTier); 2] = [("Admin", PolicyTier::Admin), ("Baseline", PolicyTier::Baseline)];
    match kind {
        ClusterPolicyKind::AdminNetworkPolicy => PolicyTier::Admin.into(),
        ClusterPolicyKind::BaselineAdminNetworkPolicy => PolicyTier::Baseline.into(),
        ClusterPolicyKind::ClusterNetworkPolicy => {
            spec.at().readable(spec.required("tier", |tier| tier.one_of(&TIERS)))
        }
    }
}

fn priority(kind: ClusterPolicyKind, spec: &Fields<'_>) -> Readable<u32> {
    if kind == ClusterPolicyKind::BaselineAdminNetworkPolicy {
        return 0.into();
    }
    spec.at().readable(spec.required("priority", |priority| {
        let value = u32::try_from(priority.integer()?).ok().filter(|value| *value <= 1000);
        value.ok_or_else(|| priority.error(code::PRIORITY_OUT_OF_RANGE, &[("value", priority.shown())]))
    }))
}

fn subject(entry: &Cursor<'_>) -> Read<PolicySubject> {
    let fields = entry.fields()?;
    let namespaces = fields.get("namespaces").map(|selector| selector.selector_as_written());
    let pods = fields.strict("pods", peer::namespaced_pods);
    fields.refuse_unknown()?;
    match (namespaces, pods?) {
        (Some(namespaces), None) => Ok(PolicySubject::Pods { namespaces, pods: LabelSelector::everything() }),
        (None, Some((namespaces, pods))) => Ok(PolicySubject::Pods { namespaces, pods }),
        (Some(_), Some(_)) => Err(entry.error(code::ONE_FIELD_ONLY, &[("fields", "namespaces, pods")])),
        (None, None) => {
            entry.error(code::SUBJECT_EMPTY, &[]);
            Ok(PolicySubject::Nothing)
        }
    }
}

fn rules(kind: ClusterPolicyKind, spec: &Fields<'_>, direction: Direction) -> Vec<Readable<ClusterRule>> {
    let name = match direction {
        Direction::Ingress => "ingress",
        Direction::Egress => "egress",
    };
    let Some(list) = spec.get(name) else { return Vec::new() };
    let rules = list.each(|entry| entry.readable(rule(kind, direction, &entry)));
    rules.unwrap_or_else(|reported| vec![list.readable(Err(reported))])
}

fn rule(kind: ClusterPolicyKind, direction: Direction, entry: &Cursor<'_>) -> Read<ClusterRule> {
    let fields = entry.fields()?;
    let (peers_field, ports_field) = match (direction, kind) {
        (Direction::Ingress, ClusterPolicyKind::ClusterNetworkPolicy) => ("from", "protocols"),
        (Direction::Egress, ClusterPolicyKind::ClusterNetworkPolicy) => ("to", "protocols"),
        (Direction::Ingress, _) => ("from", "ports"),
        (Direction::Egress, _) => ("to", "ports"),
    };
    let name = fields.optional("name", value::text);
    let action = entry.readable(fields.required("action", |action| action.one_of(actions(kind))));
    let peers =
        fields.strict(peers_field, |list| list.each(|entry| entry.readable(peer::read(kind, direction, &entry))));
    let ports = fields.get(ports_field).map(|list| port::read_list(kind, &list));
    let unknown_field = fields.report_unknown();
    let peers = peers?.unwrap_or_default();
    if peers.is_empty() {
        return Err(entry.error(code::PEERS_MISSING, &[("name", peers_field)]));
    }
    let ports = ports.filter(|ports| !ports.is_empty());
    Ok(ClusterRule { name, action, peers, ports, unknown_field, position: entry.position() })
}

fn actions(kind: ClusterPolicyKind) -> &'static [(&'static str, RuleAction)] {
    const ACCEPT: &[(&str, RuleAction)] =
        &[("Accept", RuleAction::Accept), ("Deny", RuleAction::Deny), ("Pass", RuleAction::Pass)];
    const ALLOW: &[(&str, RuleAction)] =
        &[("Allow", RuleAction::Accept), ("Deny", RuleAction::Deny), ("Pass", RuleAction::Pass)];
    match kind {
        ClusterPolicyKind::ClusterNetworkPolicy => ACCEPT,
        ClusterPolicyKind::AdminNetworkPolicy => ALLOW,
        // There is nothing after the baseline that it could pass to.
        ClusterPolicyKind::BaselineAdminNetworkPolicy => ALLOW.split_last().map_or(ALLOW, |(_, others)| others),
    }
}
