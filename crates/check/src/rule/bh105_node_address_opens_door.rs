//! A node's address on the allowlist of pods that have a door to the outside with `externalTrafficPolicy: Cluster`. It is needed
//! there, and it lets in whoever comes by way of that node: every client, every pod.

use bulkhead_model::Severity;
use bulkhead_model::object::TrafficPolicy;

use super::Rule;
use crate::cluster::Cluster;
use crate::exposed::{block_of, exposed};
use crate::finding::Finding;
use crate::notation;
use crate::site::PeerSite;

pub(super) static RULE: Rule =
    Rule { id: "BH105", name: "node-address-opens-door", severity: Severity::Note, messages: &["BH105"], find };

fn find(cluster: &Cluster<'_>) -> Vec<Finding> {
    cluster.allowed_peers().filter_map(|peer| of_peer(cluster, peer)).collect()
}

fn of_peer(cluster: &Cluster<'_>, peer: PeerSite<'_>) -> Option<Finding> {
    let block = block_of(peer).filter(|block| !block.is_empty() && block.is_subset(&cluster.addresses.nodes))?;
    let doors = exposed(cluster, peer.at, TrafficPolicy::Cluster);
    let first = doors.first()?;
    let nets = notation::listed(block.to_nets());
    let finding = peer.place(RULE.finding()).with("cidr", nets).with("service", &first.service.name);
    let finding = finding.with("door", first.door.name());
    Some(finding.related(&first.object(), "spec.externalTrafficPolicy", first.service.position))
}
