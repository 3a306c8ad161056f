//! Addresses and ports that are not one Service's alone: kube-proxy makes rules for both, and the first to match has the packets.

use std::collections::BTreeMap;
use std::net::IpAddr;

use bulkhead_model::object::{Service, ServiceType};
use bulkhead_model::{Issue, ObjectRef, PortNumber, Protocol};

use crate::code;
use crate::snapshot::Snapshot;

/// Reports them, each Service after the first once for an address.
pub(super) fn check(snapshot: &mut Snapshot) {
    let mut first: BTreeMap<(IpAddr, Protocol, PortNumber), &Service> = BTreeMap::new();
    let mut issues = shared_node_ports(snapshot);
    for (_, service) in snapshot.services.iter() {
        for address in addresses(service) {
            let earlier = service.ports.iter().find_map(|port| {
                let owner = *first.entry((address, port.protocol, port.port)).or_insert(service);
                (owner.name != service.name).then_some(owner)
            });
            if let Some(earlier) = earlier {
                let issue = Issue::error(code::ADDRESS_OF_TWO_SERVICES).at(service.position);
                let issue = issue.about(ObjectRef::namespaced("Service", &service.name));
                issues.push(
                    issue.with("address", address).with("other", ObjectRef::namespaced("Service", &earlier.name)),
                );
            }
        }
    }
    snapshot.issues.extend(issues);
}

/// A nodePort is one Service's in a cluster; in an input from several it may be two.
fn shared_node_ports(snapshot: &Snapshot) -> Vec<Issue> {
    let mut first: BTreeMap<(Protocol, PortNumber), &Service> = BTreeMap::new();
    let mut issues = Vec::new();
    for (_, service) in snapshot.services.iter() {
        for (port, number) in service.ports.iter().filter_map(|port| Some((port, port.node_port?))) {
            let owner = *first.entry((port.protocol, number)).or_insert(service);
            if owner.name != service.name {
                let issue = Issue::error(code::NODE_PORT_OF_TWO_SERVICES).at(service.position);
                let issue = issue.about(ObjectRef::namespaced("Service", &service.name));
                issues.push(issue.with("port", number).with("other", ObjectRef::namespaced("Service", &owner.name)));
            }
        }
    }
    issues
}

fn addresses(service: &Service) -> impl Iterator<Item = IpAddr> + '_ {
    let balanced = service.load_balancer_ingress.iter().filter_map(|ingress| ingress.address);
    let balanced = balanced.filter(|_| service.kind == ServiceType::LoadBalancer);
    service.cluster_ips.iter().chain(&service.external_ips).copied().chain(balanced)
}
