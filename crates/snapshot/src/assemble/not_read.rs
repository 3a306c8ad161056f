//! What follows from objects that nobody had the right to read: they may say anything.
//!
//! Where policies could not be read there stands one of which nobody knows anything, so that whatever one could change is
//! undetermined. Where namespaces could not be read nobody knows their labels, so a selector that asks for more than a
//! namespace's name may select any of them.

use std::sync::Arc;

use bulkhead_model::object::{
    ClusterNetworkPolicy, ClusterPeer, ClusterPolicyKind, Matches, NetworkPolicy, NotRead, Peer, PeerNamespaces,
    PolicySubject,
};
use bulkhead_model::{LabelSelector, Labels, Name, NamespacedName, Position, Readable};

use crate::snapshot::Snapshot;

/// The label that says no more than the name, which is always known.
const NAME_LABEL: &str = "kubernetes.io/metadata.name";
/// The name of a policy that stands for those that nobody could read. No object can have it.
const UNKNOWN_POLICY: &str = "(not read)";

/// Adds what may be there, and takes back what cannot be known.
pub(super) fn complete(snapshot: &mut Snapshot) {
    let not_read = std::mem::take(&mut snapshot.not_read);
    for gap in &not_read {
        match (gap.group.as_str(), gap.kind.as_str()) {
            ("networking.k8s.io", "NetworkPolicy") => add_network_policies(gap, snapshot),
            ("policy.networking.k8s.io", kind) => {
                let kind = ClusterPolicyKind::ALL.into_iter().find(|known| known.name() == kind);
                snapshot.cluster_network_policies.extend(kind.map(|kind| unknown_cluster_policy(kind, gap.position)));
            }
            ("", "Namespace") => forget_namespace_labels(snapshot),
            _ => {}
        }
    }
    snapshot.network_policies.sort_by(|a, b| a.name.cmp(&b.name));
    snapshot.cluster_network_policies.sort_by(|a, b| (a.kind, &a.name).cmp(&(b.kind, &b.name)));
    snapshot.not_read = not_read;
}

/// One for each namespace that is meant.
fn add_network_policies(gap: &NotRead, snapshot: &mut Snapshot) {
    let names = snapshot.namespaces.rows().iter().map(|it| it.name.clone());
    let meant = names.filter(|name| gap.is_about(name));
    snapshot.network_policies.extend(meant.map(|namespace| Arc::new(unknown_policy(namespace, gap.position))));
}

fn unknown_policy(namespace: Name, position: Position) -> NetworkPolicy {
    NetworkPolicy {
        name: NamespacedName { namespace, name: Name::new_static(UNKNOWN_POLICY) },
        labels: Labels::default(),
        pod_selector: LabelSelector { requirements: vec![Readable::Unreadable { position }] },
        isolates_ingress: None,
        isolates_egress: None,
        ingress: vec![Readable::Unreadable { position }],
        egress: vec![Readable::Unreadable { position }],
        unknown_field: Some(position),
        position,
    }
}

fn unknown_cluster_policy(kind: ClusterPolicyKind, position: Position) -> ClusterNetworkPolicy {
    ClusterNetworkPolicy {
        kind,
        name: Name::new_static(UNKNOWN_POLICY),
        tier: Readable::Unreadable { position },
        priority: Readable::Unreadable { position },
        subject: Readable::Unreadable { position },
        ingress: vec![Readable::Unreadable { position }],
        egress: vec![Readable::Unreadable { position }],
        unknown_field: Some(position),
        position,
    }
}

/// Makes every requirement on a namespace's labels unreadable that is not about its name.
fn forget_namespace_labels(snapshot: &mut Snapshot) {
    for policy in &mut snapshot.network_policies {
        let policy = Arc::make_mut(policy);
        for rule in policy.ingress.iter_mut().chain(&mut policy.egress) {
            let Readable::Known(rule) = rule else { continue };
            let Matches::OneOf(peers) = &mut rule.peers else { continue };
            for peer in peers {
                if let Readable::Known(Peer::Pods { namespaces: Some(namespaces), position, .. }) = peer {
                    forget_labels(namespaces, *position);
                }
            }
        }
    }
    for policy in &mut snapshot.cluster_network_policies {
        let position = policy.position;
        if let Readable::Known(PolicySubject::Pods { namespaces, .. }) = &mut policy.subject {
            forget_labels(namespaces, position);
        }
        for rule in policy.ingress.iter_mut().chain(&mut policy.egress) {
            let Readable::Known(rule) = rule else { continue };
            for peer in &mut rule.peers {
                let Readable::Known(ClusterPeer::Pods { namespaces, position, .. }) = peer else { continue };
                let position = *position;
                match namespaces {
                    PeerNamespaces::Selected(selector) => forget_labels(selector, position),
                    // Labels that are compared with those of another namespace.
                    _ => *peer = Readable::Unreadable { position },
                }
            }
        }
    }
}

fn forget_labels(selector: &mut LabelSelector, position: Position) {
    for requirement in &mut selector.requirements {
        let says_the_name = requirement.known().is_some_and(|requirement| requirement.key == NAME_LABEL);
        if !says_the_name {
            *requirement = Readable::Unreadable { position };
        }
    }
}
