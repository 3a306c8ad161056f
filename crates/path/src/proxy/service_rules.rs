//! The rules that iptables and nftables mode have in common (KUBE-SVC, KUBE-SVL, KUBE-EXT and their nftables counterparts;
//! `pkg/proxy/iptables/proxier.go`, `pkg/proxy/nftables/proxier.go`): measured to agree case by case.

use bulkhead_model::object::{Service, TrafficPolicy};
use bulkhead_model::{IpNet, Readable};
use bulkhead_snapshot::ServiceId;

use super::habits::Loopback;
use super::recognition::{Recognised, recognise};
use super::{Arrival, Mark, Marks, ProxyQuestion, Translation};
use crate::cni::Family;
use crate::network::{AddressKind, AddressRule, EndpointSet, Endpoints, Found, NodePortAddresses, PortOf};
use crate::reason::{
    ASSUMED_ENDPOINTS, CONTESTED_ADDRESS, HEALTH_CHECK, MASQUERADE_ALL_UNKNOWN, NO_ENDPOINTS, NO_LISTENER,
    NO_LOCAL_ENDPOINT, NODE_PORT_ADDRESSES_UNKNOWN, Reason, SOURCE_RANGE, UNREADABLE_SERVICE,
};

/// What a packet's destination is to kube-proxy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Matched {
    Nothing,
    Cluster(PortOf),
    External(PortOf),
    LoadBalancer(PortOf),
    NodePort(PortOf),
    /// A NodePort, at an address where kube-proxy serves none.
    UnservedNodePort(PortOf),
    HealthCheck(ServiceId),
}

/// Finds the rule for a packet; `Err` where nobody can tell, or nothing listens.
pub(super) fn matched(question: &ProxyQuestion<'_>, loopback: Loopback) -> Result<Matched, Translation> {
    let services = question.network.services();
    let contested = || Translation::Unknown(Reason::new(CONTESTED_ADDRESS).with("address", question.destination));
    match services.rule(question.destination, question.protocol, question.port) {
        Found::One(AddressRule { kind: AddressKind::Cluster, port }) => return Ok(Matched::Cluster(port)),
        Found::One(AddressRule { kind: AddressKind::External, port }) => return Ok(Matched::External(port)),
        Found::One(AddressRule { kind: AddressKind::LoadBalancer, port }) => return Ok(Matched::LoadBalancer(port)),
        Found::Contested => return Err(contested()),
        Found::Nothing => {}
    }
    let local = question.network.nodes().is_local(question.node, question.destination);
    if !local && !super::holds(question.network, question.from, question.destination) {
        return Ok(Matched::Nothing);
    }
    let check = services.health_check(question.protocol, question.port);
    match (services.node_port(question.protocol, question.port), check) {
        (Found::One(port), _) => accepts_node_ports(question, loopback).map(|serves| match serves {
            Serves::Yes => Matched::NodePort(port),
            Serves::No => Matched::UnservedNodePort(port),
        }),
        (Found::Contested, _) => Err(contested()),
        // The server of health checks listens at the same addresses, in the Service's families only, and the port is nobody else's
        // (found by the lab).
        (Found::Nothing, Some(service)) => {
            let cluster_ips = &question.network.snapshot().services[service].cluster_ips;
            let in_family = cluster_ips.iter().any(|address| Family::of(*address) == question.family());
            match accepts_node_ports(question, loopback)? {
                Serves::Yes if in_family => Ok(Matched::HealthCheck(service)),
                Serves::Yes | Serves::No => Err(nobody_listens(question)),
            }
        }
        (Found::Nothing, None) => Ok(Matched::Nothing),
    }
}

enum Serves {
    Yes,
    No,
}

/// Whether kube-proxy serves NodePorts at the address that was called (`pkg/proxy/util/nodeport_addresses.go`).
fn accepts_node_ports(question: &ProxyQuestion<'_>, loopback: Loopback) -> Result<Serves, Translation> {
    let address = question.destination;
    if address.is_loopback() && (address.is_ipv6() || loopback == Loopback::Refuses) {
        return Ok(Serves::No);
    }
    let accepted = match question.network.kube_proxy().node_port_addresses.value() {
        None => {
            let unknown = Reason::missing(NODE_PORT_ADDRESSES_UNKNOWN, "--nodeport-addresses");
            return Err(Translation::Unknown(unknown));
        }
        Some(NodePortAddresses::All) => true,
        Some(NodePortAddresses::Primary) => {
            question.network.nodes().row(question.node).primary.contains(&Some(address))
        }
        Some(NodePortAddresses::Ranges(ranges)) => ranges.iter().any(|range| range.contains(&address)),
    };
    Ok(if accepted { Serves::Yes } else { Serves::No })
}

/// A NodePort at an address where kube-proxy does not serve it: the packet comes to a port where nobody listens.
pub(super) fn nobody_listens(question: &ProxyQuestion<'_>) -> Translation {
    let reason = Reason::new(NO_LISTENER).with("address", question.destination);
    Translation::Rejected { service: None, reason }
}

/// The answer of kube-proxy's own health check server (`pkg/proxy/healthcheck`): it counts ready endpoints only, although
/// the node still delivers to serving ones that end (measured).
pub(super) fn health_check(question: &ProxyQuestion<'_>, service: ServiceId) -> Translation {
    let ports = 0..question.network.snapshot().services[service].ports.len();
    let ready = ports.into_iter().any(|index| question.endpoints(PortOf { service, index }).ready_on(question.node));
    let status = if ready { "200" } else { "503" };
    Translation::Answered { service, reason: Reason::new(HEALTH_CHECK).with("status", status) }
}

/// KUBE-SVC, or KUBE-SVL where `internalTrafficPolicy` is Local.
pub(super) fn cluster_address(question: &ProxyQuestion<'_>, port: PortOf) -> Translation {
    let endpoints = question.endpoints(port);
    if !endpoints.any() {
        return no_endpoints(port);
    }
    let set = match question.service(port).internal_traffic_policy {
        TrafficPolicy::Cluster => question.cluster_set(&endpoints),
        TrafficPolicy::Local => endpoints.local(question.node),
    };
    if set.is_empty() {
        return no_local_endpoint(port);
    }
    to(port, &endpoints, set, cluster_mark(question))
}

/// A packet to a clusterIP is masqueraded with masqueradeAll, or where a detector does not take it for a local pod's.
pub(super) fn cluster_mark(question: &ProxyQuestion<'_>) -> Mark {
    match question.network.kube_proxy().masquerade_all.value() {
        Some(true) => return Mark::Masquerade,
        Some(false) => {}
        None => return Mark::Unknown(Reason::missing(MASQUERADE_ALL_UNKNOWN, "--masquerade-all")),
    }
    match recognise(question) {
        Recognised::Local | Recognised::NoDetector => Mark::Keep,
        Recognised::NotLocal => Mark::Masquerade,
        Recognised::Unknown(reason) => Mark::Unknown(reason),
    }
}

/// KUBE-EXT: a NodePort, an externalIP, a load balancer's address.
pub(super) fn external(question: &ProxyQuestion<'_>, port: PortOf) -> Translation {
    let endpoints = question.endpoints(port);
    if !endpoints.any() {
        return no_endpoints(port);
    }
    if question.service(port).external_traffic_policy == TrafficPolicy::Cluster {
        let set = question.cluster_set(&endpoints);
        return to(port, &endpoints, set, Mark::Masquerade);
    }
    // The node itself and its pods are subject to no traffic policy (the "short-circuit"). The pods' rule comes first: a process that
    // calls its node's tunnel address has that as its source, which a detector by ranges takes for a pod's (found by the lab).
    match (recognise(question), question.from) {
        (Recognised::Local, _) => {
            let set = question.cluster_set(&endpoints);
            to(port, &endpoints, set, Mark::Keep)
        }
        (_, Arrival::Process) => {
            let set = question.cluster_set(&endpoints);
            to(port, &endpoints, set, Mark::Masquerade)
        }
        (Recognised::NotLocal | Recognised::NoDetector, _) => {
            let set = endpoints.local(question.node);
            if set.is_empty() { no_local_endpoint(port) } else { to(port, &endpoints, set, Mark::Keep) }
        }
        (Recognised::Unknown(reason), _) => Translation::Unknown(reason),
    }
}

/// `loadBalancerSourceRanges` of the packet's family: `Some` where they do not let it pass. Ranges of the other family alone
/// restrict nothing (`newBaseServiceInfo` splits them by family).
pub(super) fn outside_source_ranges(question: &ProxyQuestion<'_>, port: PortOf) -> Option<Translation> {
    let service = question.service(port);
    let ranges = match readable_ranges(service, question.family()) {
        Ok(ranges) => ranges,
        Err(reason) => return Some(Translation::Unknown(reason)),
    };
    if ranges.is_empty() {
        return None;
    }
    let Some(source) = question.source else {
        return Some(Translation::Unknown(Reason::new(UNREADABLE_SERVICE).with("field", "source")));
    };
    let outside = !ranges.iter().any(|range| range.contains(&source));
    let reason = || Reason::new(SOURCE_RANGE).with("source", source);
    outside.then(|| Translation::Dropped { service: port.service, reason: reason() })
}

/// `loadBalancerSourceRanges` of one family.
pub(crate) fn readable_ranges(service: &Service, family: Family) -> Result<Vec<IpNet>, Reason> {
    let mut ranges = Vec::new();
    for range in &service.load_balancer_source_ranges {
        match range {
            Readable::Known(range) if Family::of(range.addr()) == family => ranges.push(*range),
            Readable::Known(_) => {}
            Readable::Unreadable { .. } => {
                return Err(Reason::new(UNREADABLE_SERVICE).with("field", "spec.loadBalancerSourceRanges"));
            }
        }
    }
    Ok(ranges)
}

pub(super) fn to(port: PortOf, endpoints: &Endpoints, set: EndpointSet, marks: impl Into<Marks>) -> Translation {
    let assumption = endpoints.assumed.then(|| Reason::new(ASSUMED_ENDPOINTS));
    Translation::Endpoints { service: port.service, set, marks: Box::new(marks.into()), assumption }
}

pub(super) fn no_endpoints(port: PortOf) -> Translation {
    Translation::Rejected { service: Some(port.service), reason: Reason::new(NO_ENDPOINTS) }
}

/// Where a proxy refuses what others drop.
pub(super) fn refused_without_local_endpoint(port: PortOf) -> Translation {
    Translation::Rejected { service: Some(port.service), reason: Reason::new(NO_LOCAL_ENDPOINT) }
}

pub(super) fn no_local_endpoint(port: PortOf) -> Translation {
    Translation::Dropped { service: port.service, reason: Reason::new(NO_LOCAL_ENDPOINT) }
}
