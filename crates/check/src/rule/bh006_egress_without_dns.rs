//! Pods that may send something, but cannot ask the cluster's DNS where to. A pod that may send nothing at all is left out: that
//! is probably meant.

use bulkhead_model::object::Direction;
use bulkhead_model::{Protocol, Severity};

use super::Rule;
use crate::cluster::Cluster;
use crate::dns::{Asks, Server, may_ask, may_ask_anybody, servers};
use crate::finding::Finding;
use crate::isolated::{IsolatedPods, isolated_pods};
use crate::notation;

pub(super) static RULE: Rule =
    Rule { id: "BH006", name: "egress-without-dns", severity: Severity::Warning, messages: &["BH006"], find };

fn find(cluster: &Cluster<'_>) -> Vec<Finding> {
    let servers = servers(cluster);
    let groups = isolated_pods(cluster, Direction::Egress);
    let mute = groups.iter().filter(|group| {
        group.allows_anything()
            && asks(cluster, group, &servers, Protocol::Udp) == Asks::No
            && asks(cluster, group, &servers, Protocol::Tcp) != Asks::Yes
    });
    mute.filter_map(|group| report(cluster, group, RULE.finding())).collect()
}

/// Whether the pods of a group may ask over a protocol.
pub(super) fn asks(cluster: &Cluster<'_>, group: &IsolatedPods<'_>, servers: &[Server], protocol: Protocol) -> Asks {
    match group.pods.first() {
        Some(pod) if !servers.is_empty() => may_ask(cluster, *pod, servers, protocol),
        _ => may_ask_anybody(&group.policies, protocol),
    }
}

/// A finding about a group, at the first of its policies.
pub(super) fn report(cluster: &Cluster<'_>, group: &IsolatedPods<'_>, finding: Finding) -> Option<Finding> {
    let (first, others) = group.policies.split_first()?;
    let pods = group.pods.iter().map(|id| &*cluster.snapshot.pods[*id]);
    let finding = finding.with("count", group.pods.len()).with("pods", notation::pods(pods));
    let finding = finding.at(first.position).about(&first.origin).in_field("spec.egress");
    Some(others.iter().fold(finding, |finding, policy| finding.related(&policy.origin, "spec.egress", policy.position)))
}
