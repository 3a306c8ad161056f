//! Peers of the policies of the whole cluster.

use bulkhead_model::LabelSelector;
use bulkhead_model::object::{ClusterPeer, ClusterPolicyKind, Direction, PeerNamespaces};

use crate::code;
use crate::read::decode::{Cursor, Fields, Read, value};

/// A peer. One without any known field is [`ClusterPeer::Unknown`], as the API wants it; one with a known field and another
/// one cannot be read.
pub(super) fn read(kind: ClusterPolicyKind, direction: Direction, entry: &Cursor<'_>) -> Read<ClusterPeer> {
    let fields = entry.fields()?;
    let position = entry.position();
    let mut found: Vec<(&str, Read<ClusterPeer>)> = Vec::new();
    if let Some(namespaces) = fields.get("namespaces") {
        let pods = LabelSelector::everything();
        found.push((
            "namespaces",
            namespaces_of(kind, &namespaces).map(|namespaces| ClusterPeer::Pods { namespaces, pods, position }),
        ));
    }
    if let Some(pods) = fields.get("pods") {
        found.push((
            "pods",
            pods_of(kind, &pods).map(|(namespaces, pods)| ClusterPeer::Pods { namespaces, pods, position }),
        ));
    }
    if direction == Direction::Egress {
        found.extend(outside(&fields, entry));
    }
    let unknown = fields.report_unknown().is_some();
    match (found.len(), unknown) {
        (0, _) => {
            entry.error(code::PEER_EMPTY, &[]);
            Ok(ClusterPeer::Unknown { position })
        }
        (1, false) => found.remove(0).1,
        _ => {
            let names: Vec<&str> = found.iter().map(|(name, _)| *name).collect();
            Err(entry.error(code::ONE_FIELD_ONLY, &[("fields", &names.join(", "))]))
        }
    }
}

/// The peers that only egress rules have.
fn outside(fields: &Fields<'_>, entry: &Cursor<'_>) -> Vec<(&'static str, Read<ClusterPeer>)> {
    let position = entry.position();
    let mut found = Vec::new();
    if let Some(nodes) = fields.get("nodes") {
        found.push(("nodes", Ok(ClusterPeer::Nodes { nodes: nodes.selector_as_written(), position })));
    }
    if let Some(list) = fields.get("networks") {
        let networks = list.each(|network| network.readable(network.cidr()));
        found.push(("networks", networks.map(|networks| ClusterPeer::Networks { networks, position })));
    }
    if let Some(list) = fields.get("domainNames") {
        let names = list.each(|name| name.text()).and_then(|names| names.into_iter().collect());
        found.push(("domainNames", names.map(|names| ClusterPeer::DomainNames { names, position })));
    }
    found
}

/// `namespaceSelector` and `podSelector`, of a subject or a peer.
pub(super) fn namespaced_pods(entry: &Cursor<'_>) -> Read<(LabelSelector, LabelSelector)> {
    let fields = entry.fields()?;
    let namespaces =
        fields.get("namespaceSelector").map_or_else(LabelSelector::everything, |it| it.selector_as_written());
    let pods = fields.get("podSelector").map_or_else(LabelSelector::everything, |it| it.selector_as_written());
    fields.refuse_unknown()?;
    Ok((namespaces, pods))
}

fn pods_of(kind: ClusterPolicyKind, entry: &Cursor<'_>) -> Read<(PeerNamespaces, LabelSelector)> {
    let fields = entry.fields()?;
    // Up to v0.1.1 of the API the namespaces of a peer were a set of their own.
    let Some(namespaces) = fields.get("namespaces").filter(|_| has_namespace_sets(kind)) else {
        return namespaced_pods(entry).map(|(namespaces, pods)| (PeerNamespaces::Selected(namespaces), pods));
    };
    let namespaces = namespace_set(&namespaces);
    let pods = fields.get("podSelector").map_or_else(LabelSelector::everything, |it| it.selector_as_written());
    fields.refuse_unknown()?;
    Ok((namespaces?, pods))
}

fn namespaces_of(kind: ClusterPolicyKind, entry: &Cursor<'_>) -> Read<PeerNamespaces> {
    let is_set = |fields: &Fields<'_>| NAMESPACE_SET.iter().any(|name| fields.get(name).is_some());
    if has_namespace_sets(kind) && is_set(&entry.fields()?) {
        return namespace_set(entry);
    }
    Ok(PeerNamespaces::Selected(entry.selector_as_written()))
}

fn has_namespace_sets(kind: ClusterPolicyKind) -> bool {
    kind != ClusterPolicyKind::ClusterNetworkPolicy
}

const NAMESPACE_SET: [&str; 3] = ["namespaceSelector", "sameLabels", "notSameLabels"];

/// The namespaces of a peer as v0.1.1 of the API had them: exactly one of three fields.
fn namespace_set(entry: &Cursor<'_>) -> Read<PeerNamespaces> {
    let fields = entry.fields()?;
    let labels = |name| {
        fields.strict(name, |list| list.each(|label| value::text(&label))?.into_iter().collect::<Read<Vec<_>>>())
    };
    let selector = fields.get("namespaceSelector").map(|selector| selector.selector_as_written());
    let (same, not_same) = (labels("sameLabels"), labels("notSameLabels"));
    fields.refuse_unknown()?;
    match (selector, same?, not_same?) {
        (Some(selector), None, None) => Ok(PeerNamespaces::Selected(selector)),
        (None, Some(labels), None) => Ok(PeerNamespaces::SameLabels(labels)),
        (None, None, Some(labels)) => Ok(PeerNamespaces::NotSameLabels(labels)),
        _ => Err(entry.error(code::ONE_FIELD_ONLY, &[("fields", &NAMESPACE_SET.join(", "))])),
    }
}
