//! Something that opens a project of one workspace towards projects of another: a policy's peer, or an entry of the allowlist.
//! The system's own workspace is left out; gateways and monitoring live there. Peers that are everybody have rules of their own.

use std::collections::BTreeSet;

use bulkhead_model::object::NamespaceNetworkPolicy;
use bulkhead_model::{Name, ObjectRef, Severity};
use bulkhead_policy::rule::Who;

use super::Rule;
use crate::cluster::Cluster;
use crate::finding::Finding;
use crate::notation;
use crate::site::PeerSite;
use crate::tenancy::{SYSTEM_WORKSPACE, workspace_of, workspace_of_project};

pub(super) static RULE: Rule =
    Rule { id: "BH202", name: "cross-workspace", severity: Severity::Warning, messages: &["BH202"], find };

fn find(cluster: &Cluster<'_>) -> Vec<Finding> {
    let peers = cluster.allowed_peers().filter_map(|peer| of_peer(cluster, peer));
    let entries = cluster.snapshot.namespace_network_policies.iter().flat_map(|entry| of_entry(cluster, entry));
    peers.chain(entries).collect()
}

fn of_peer(cluster: &Cluster<'_>, peer: PeerSite<'_>) -> Option<Finding> {
    let home = peer.at.policy.origin.namespace.as_ref()?;
    let own = tenant(cluster, home)?;
    let Who::Pods(set) = &peer.peer.who else { return None };
    let namespaces = cluster.population.namespaces(&set.namespaces, Some(home));
    let names = namespaces.namespaces.iter().map(|id| &cluster.snapshot.namespaces[*id].name);
    foreign(cluster, own, names).map(|finding| peer.place(finding))
}

/// The workspace of a project, if it is a tenant's.
fn tenant<'a>(cluster: &Cluster<'a>, namespace: &str) -> Option<&'a Name> {
    workspace_of_project(cluster.snapshot, namespace).filter(|workspace| *workspace != SYSTEM_WORKSPACE)
}

/// A finding about those projects of a list that are another tenant's.
fn foreign<'n>(cluster: &Cluster<'_>, own: &Name, namespaces: impl Iterator<Item = &'n Name>) -> Option<Finding> {
    let others = namespaces.filter_map(|name| {
        let namespace = &cluster.snapshot.namespaces[cluster.snapshot.namespace(name)?];
        let workspace = workspace_of(namespace).filter(|it| *it != own && *it != SYSTEM_WORKSPACE)?;
        Some((name, workspace))
    });
    let others: Vec<(&Name, &Name)> = others.collect();
    let workspaces: BTreeSet<&Name> = others.iter().map(|(_, workspace)| *workspace).collect();
    let finding = RULE.finding().with("workspace", own).with("others", notation::listed(workspaces));
    let finding = finding.with("projects", notation::listed(others.iter().map(|(name, _)| *name)));
    (!others.is_empty()).then_some(finding)
}

fn of_entry(cluster: &Cluster<'_>, entry: &NamespaceNetworkPolicy) -> Vec<Finding> {
    let Some(own) = tenant(cluster, &entry.name.namespace) else { return Vec::new() };
    let object = ObjectRef::namespaced("NamespaceNetworkPolicy", &entry.name);
    let lists = [("spec.ingress", "from", &entry.ingress), ("spec.egress", "to", &entry.egress)];
    let mut findings = Vec::new();
    for (list, field, rules) in lists {
        for (rule_at, rule) in rules.iter().flatten().enumerate() {
            for (peer_at, peer) in rule.peers.iter().enumerate() {
                let named = peer.namespace.iter().chain(peer.service.iter().map(|service| &service.namespace));
                let finding = foreign(cluster, own, named);
                let place = format!("{list}[{rule_at}].{field}[{peer_at}]");
                findings.extend(finding.map(|it| it.at(entry.position).about(&object).in_field(place)));
            }
        }
    }
    findings
}
