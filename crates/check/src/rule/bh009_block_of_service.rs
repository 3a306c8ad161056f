//! An ipBlock made for the address of a Service. kube-proxy replaces that address by an endpoint's before an egress policy
//! looks (except where the engine looks earlier), and no packet ever has it as its source.

use bulkhead_model::object::{Direction, Service};
use bulkhead_model::{AddressSet, IpNet, Severity};
use bulkhead_policy::EgressView;
use bulkhead_policy::rule::Who;
use bulkhead_snapshot::ServiceId;

use super::Rule;
use crate::cluster::Cluster;
use crate::finding::Finding;
use crate::notation;
use crate::site::PeerSite;

pub(super) static RULE: Rule = Rule {
    id: "BH009",
    name: "block-of-service",
    severity: Severity::Warning,
    messages: &["BH009", "BH009.unknown", "BH009.source"],
    find,
};

/// The shortest prefixes that a range for Services has: 10.96.0.0/12 (kubeadm's default), and /108, which the API server allows.
/// A larger block is made for something else.
const SHORTEST: [u8; 2] = [12, 108];

fn find(cluster: &Cluster<'_>) -> Vec<Finding> {
    cluster.allowed_peers().filter_map(|peer| of_peer(cluster, peer)).collect()
}

fn of_peer(cluster: &Cluster<'_>, peer: PeerSite<'_>) -> Option<Finding> {
    let Who::Block { block, .. } = &peer.peer.who else { return None };
    let addresses = AddressSet::from_block(block);
    let [shortest_v4, shortest_v6] = SHORTEST;
    let is_small = match block.cidr {
        IpNet::V4(cidr) => cidr.prefix_len() >= shortest_v4,
        IpNet::V6(cidr) => cidr.prefix_len() >= shortest_v6,
    };
    let is_others = |others: &AddressSet| !addresses.intersection(others).is_empty();
    if !is_small || is_others(&cluster.addresses.pods) || is_others(&cluster.addresses.nodes) {
        return None;
    }
    let inside = cluster.addresses.by_service.iter().filter(|(address, _)| addresses.contains(*address));
    let mut services: Vec<ServiceId> = inside.map(|(_, service)| *service).collect();
    services.sort_unstable();
    services.dedup();
    let first = services.first()?;
    let finding = match (peer.at.policy.direction, cluster.policies.engine().profile().egress_view.value) {
        (Direction::Ingress, _) => RULE.finding_of("BH009.source"),
        (Direction::Egress, EgressView::Endpoint) => RULE.finding(),
        (Direction::Egress, EgressView::Unknown) => RULE.finding_of("BH009.unknown"),
        (Direction::Egress, EgressView::Service) => return None,
    };
    let named = services.iter().map(|id| &cluster.snapshot.services[*id]);
    let finding = peer.place(finding).with("cidr", block.cidr);
    let finding = finding.with("services", notation::listed(named.map(|service| &service.name)));
    let service: &Service = &cluster.snapshot.services[*first];
    let object = bulkhead_model::ObjectRef::namespaced("Service", &service.name);
    Some(finding.related(&object, "spec.clusterIP", service.position))
}
