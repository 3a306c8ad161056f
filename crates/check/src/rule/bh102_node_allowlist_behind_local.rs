//! An allowlist of nodes' addresses behind a door with `externalTrafficPolicy: Local`: there the policy sees the clients' own
//! addresses, and the entry lets none of them in.

use std::net::{IpAddr, Ipv4Addr};

use bulkhead_model::object::TrafficPolicy;
use bulkhead_model::{AddressSet, Severity};
use bulkhead_path::reason::POLICY_INGRESS;
use bulkhead_path::{Address, Outcome};

use super::Rule;
use crate::cluster::Cluster;
use crate::exposed::{Exposed, block_of, exposed};
use crate::finding::Finding;
use crate::site::PeerSite;

pub(super) static RULE: Rule =
    Rule { id: "BH102", name: "node-allowlist-behind-local", severity: Severity::Warning, messages: &["BH102"], find };

/// Addresses for documentation (RFC 5737): nobody's, so that they stand for any client that no entry names.
const ANY_CLIENT: [IpAddr; 3] = [
    IpAddr::V4(Ipv4Addr::new(203, 0, 113, 253)),
    IpAddr::V4(Ipv4Addr::new(198, 51, 100, 253)),
    IpAddr::V4(Ipv4Addr::new(192, 0, 2, 253)),
];

fn find(cluster: &Cluster<'_>) -> Vec<Finding> {
    cluster.allowed_peers().flat_map(|peer| of_peer(cluster, peer)).collect()
}

fn of_peer(cluster: &Cluster<'_>, peer: PeerSite<'_>) -> Vec<Finding> {
    let of_nodes = block_of(peer).filter(|block| !block.is_empty() && block.is_subset(&cluster.addresses.nodes));
    if of_nodes.is_none() {
        return Vec::new();
    }
    let doors = exposed(cluster, peer.at, TrafficPolicy::Local);
    let closed = doors.iter().filter(|door| !names_clients(cluster, peer) && shuts_out(cluster, door));
    let finding = closed.map(|door| {
        let finding = peer.place(RULE.finding()).with("service", &door.service.name).with("door", door.door.name());
        finding.related(&door.object(), "spec.externalTrafficPolicy", door.service.position)
    });
    finding.collect()
}

/// Whether some rule of the same namespace lets in addresses outside: the entry for nodes stands beside the right one then.
fn names_clients(cluster: &Cluster<'_>, peer: PeerSite<'_>) -> bool {
    let near = cluster.allowed_peers().filter(|other| {
        let (own, other) = (peer.at.policy, other.at.policy);
        own.origin.namespace == other.origin.namespace && own.direction == other.direction
    });
    let mut blocks = near.filter_map(block_of);
    blocks.any(|block| !block.is_subset(&cluster.addresses.nodes))
}

/// Whether a client that nobody names is denied under its own address.
fn shuts_out(cluster: &Cluster<'_>, door: &Exposed<'_>) -> bool {
    let is_nobodys = |client: &IpAddr| {
        let one = AddressSet::from(*client);
        let taken = [&cluster.addresses.pods, &cluster.addresses.nodes];
        taken.into_iter().all(|taken| one.intersection(taken).is_empty())
    };
    let Some(client) = ANY_CLIENT.into_iter().find(is_nobodys) else { return false };
    let answer = door.knock(cluster, client);
    answer.routes.iter().any(|route| {
        let by_policy = route.reason.as_ref().is_some_and(|reason| reason.code == POLICY_INGRESS);
        route.outcome == Outcome::Denied && by_policy && route.seen_by_policy == Some(Address::Known(client))
    })
}
