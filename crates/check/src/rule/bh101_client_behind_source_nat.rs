//! An allowlist with clients' addresses behind a door where those addresses get lost: with `externalTrafficPolicy: Cluster`, a packet
//! that enters by another node than the pod's arrives with an address of that node. What the policy sees is worked out by
//! following a client of the block through the door.

use bulkhead_model::Severity;
use bulkhead_model::object::TrafficPolicy;
use bulkhead_path::reason::POLICY_INGRESS;
use bulkhead_path::{Address, Answer, Outcome};

use super::Rule;
use crate::cluster::Cluster;
use crate::exposed::{Exposed, block_of, client_in, exposed, outside};
use crate::finding::Finding;
use crate::site::PeerSite;

pub(super) static RULE: Rule = Rule {
    id: "BH101",
    name: "client-behind-source-nat",
    severity: Severity::Warning,
    messages: &["BH101", "BH101.unknown"],
    find,
};

fn find(cluster: &Cluster<'_>) -> Vec<Finding> {
    cluster.allowed_peers().flat_map(|peer| of_peer(cluster, peer)).collect()
}

fn of_peer(cluster: &Cluster<'_>, peer: PeerSite<'_>) -> Vec<Finding> {
    let Some(block) = block_of(peer) else { return Vec::new() };
    let clients = outside(cluster, &block);
    let holds_every_node = !cluster.addresses.nodes.is_empty() && cluster.addresses.nodes.is_subset(&block);
    let Some(client) = client_in(&clients).filter(|_| !holds_every_node) else { return Vec::new() };
    let doors = exposed(cluster, peer.at, TrafficPolicy::Cluster);
    let lost = doors.iter().filter_map(|door| lost_at(cluster, door, client));
    lost.map(|finding| peer.place(finding)).collect()
}

/// What is lost of a client at a door.
fn lost_at(cluster: &Cluster<'_>, door: &Exposed<'_>, client: std::net::IpAddr) -> Option<Finding> {
    let answer = door.knock(cluster, client);
    let finding = match seen_instead(cluster, &answer, client) {
        Some((node, seen)) => RULE.finding().with("node", node).with("seen", seen),
        None if nobody_knows(cluster, &answer) => RULE.finding_of("BH101.unknown"),
        None => return None,
    };
    let finding = finding.with("client", client).with("service", &door.service.name).with("door", door.door.name());
    Some(finding.related(&door.object(), "spec.externalTrafficPolicy", door.service.position))
}

/// A route on which the client is denied because it is seen as somebody else: the node by which it comes in, and who that is.
fn seen_instead(cluster: &Cluster<'_>, answer: &Answer, client: std::net::IpAddr) -> Option<(String, String)> {
    answer.routes.iter().find_map(|route| {
        let by_policy = route.reason.as_ref().is_some_and(|reason| reason.code == POLICY_INGRESS);
        let Some(Address::Known(seen)) = route.seen_by_policy else { return None };
        let denied = route.outcome == Outcome::Denied && by_policy && seen != client;
        let node = route.door_nodes.first().map(|node| cluster.snapshot.nodes[*node].name.to_string());
        denied.then(|| (node.unwrap_or_default(), seen.to_string()))
    })
}

/// Whether it cannot be told what the policy sees: the input has no nodes, or does not show how their network works.
fn nobody_knows(cluster: &Cluster<'_>, answer: &Answer) -> bool {
    let open = answer.routes.iter().any(|route| route.outcome == Outcome::Undetermined);
    cluster.snapshot.nodes.is_empty() || open
}
