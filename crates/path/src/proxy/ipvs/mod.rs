//! kube-proxy in ipvs mode (`pkg/proxy/ipvs/proxier.go`; measured with kube-proxy 1.36 on a kernel with `ip_vs`).
//!
//! The addresses of Services are bound on `kube-ipvs0` of every node, so a process that calls one has that address itself as
//! its source. Where a node has an endpoint of its own and the traffic policy is Local, nobody is short-circuited; where it
//! has none, the packet is balanced over all endpoints without being masqueraded, and mostly its answer gets lost.

use std::net::IpAddr;

use bulkhead_model::object::TrafficPolicy;
use bulkhead_snapshot::NodeId;

use super::habits::{Choice, Habits, Loopback, Picks, Process, Ranges, Served, Source, Translated, Without};
use super::service_rules::{self, Matched};
use super::{Arrival, Mark, Member, Mode, Proxy, ProxyQuestion, Refuses, Translation};
use crate::about::{CALICO, NODES, SHOP, measured};
use crate::cni::Family;
use crate::network::{AddressKind, Endpoint, Network, PortOf, addresses_of, port_of};
use crate::reason::{NO_SUCH_PORT, Reason};

/// The member of the list.
pub(super) const MEMBER: Member = Member {
    name: "ipvs",
    modes: &[MODE],
    title: "kube-proxy (ipvs)",
    reads: &[
        "ConfigMap kube-system/kube-proxy, or kube-proxy-config (EKS): KubeProxyConfiguration",
        "arguments of kube-proxy's DaemonSet or pods",
    ],
    engines: &[],
    example: &[NODES, include_str!("example.yaml"), CALICO, SHOP],
    detect: None,
};

/// The mode as it is named.
pub(super) const MODE: Mode = Mode { name: "ipvs", habits: &HABITS, rules: &Ipvs };

const HABITS: Habits = Habits {
    cluster_own: measured(Source::Masqueraded, SOURCE),
    cluster_other: measured(Source::Masqueraded, SOURCE),
    local_own: measured(Source::Kept, SOURCE),
    local_without: measured(Without::Astray, SOURCE),
    inside_local: measured(Choice::OwnElseEveryone, SOURCE),
    without: measured(Without::Refused, SOURCE),
    picks: measured(Picks::Kernel, "Linux net/netfilter/nf_nat_masquerade.c; measured with every overlay"),
    loopback: measured(Loopback::Refuses, SOURCE),
    node_ports: measured(Served::All, "kubernetes/kubernetes pkg/proxy/util/nodeport_addresses.go; measured"),
    far_node_port: measured(Translated::There, SOURCE),
    process: measured(Process::OfDevice, SOURCE),
    source_ranges: measured(Ranges::Judged, SOURCE),
};

/// Where the mode's facts are from.
const SOURCE: &str = "kubernetes/kubernetes pkg/proxy/ipvs/proxier.go; measured with kube-proxy 1.36 and ip_vs";

/// Its rules.
#[derive(Clone, Copy, Debug)]
struct Ipvs;

impl Proxy for Ipvs {
    fn translate(&self, question: &ProxyQuestion<'_>) -> Translation {
        let matched = match service_rules::matched(question, HABITS.loopback.value) {
            Ok(matched) => matched,
            Err(decided) => return decided,
        };
        match matched {
            Matched::Nothing => unknown_port(question),
            Matched::Cluster(port) => cluster_address(question, port),
            Matched::NodePort(port) | Matched::External(port) => external(question, port),
            Matched::UnservedNodePort(_) => service_rules::nobody_listens(question),
            Matched::HealthCheck(service) => service_rules::health_check(question, service),
            Matched::LoadBalancer(port) => {
                outside_source_ranges(question, port).unwrap_or_else(|| external(question, port))
            }
        }
    }

    fn process_source(&self, network: &Network<'_>, destination: IpAddr) -> Option<IpAddr> {
        network.services().address(destination).map(|_| destination)
    }

    /// The set `KUBE-LOOP-BACK` holds the node's own endpoints only.
    fn masquerades_hairpin(&self, node: NodeId, endpoint: &Endpoint) -> bool {
        endpoint.node == Some(node)
    }

    fn binds_service_addresses(&self) -> bool {
        true
    }

    fn refuses(&self) -> Refuses {
        Refuses::AfterPolicy
    }
}

/// The address is local, and nothing listens at another port of it (chain KUBE-IPVS-FILTER refuses).
fn unknown_port(question: &ProxyQuestion<'_>) -> Translation {
    let reason = || Reason::new(NO_SUCH_PORT).with("port", question.port);
    match question.network.services().address(question.destination) {
        Some((_, service)) => Translation::Rejected { service: Some(service), reason: reason() },
        None => Translation::Untouched,
    }
}

/// A process has the load balancer's address as its source; it passes where its node's address is in the ranges (the set
/// `KUBE-LOAD-BALANCER-SOURCE-IP`).
fn outside_source_ranges(question: &ProxyQuestion<'_>, port: PortOf) -> Option<Translation> {
    let source = match question.from {
        Arrival::Process => question.network.primary_address(question.node, question.family()).ok(),
        Arrival::Pod(_) | Arrival::Network => question.source,
    };
    service_rules::outside_source_ranges(&ProxyQuestion { source, ..*question }, port)
}

fn cluster_address(question: &ProxyQuestion<'_>, port: PortOf) -> Translation {
    let endpoints = question.endpoints(port);
    let set = match question.service(port).internal_traffic_policy {
        TrafficPolicy::Cluster => question.cluster_set(&endpoints),
        TrafficPolicy::Local => match endpoints.local(question.node) {
            // Endpoints elsewhere are at hand where somebody outside may be sent to them (`UsesClusterEndpoints`; found by the lab).
            none if none.is_empty() && is_reached_from_outside(question, port) => question.cluster_set(&endpoints),
            local => local,
        },
    };
    if set.is_empty() {
        return service_rules::no_endpoints(port);
    }
    service_rules::to(port, &endpoints, set, cluster_mark(question))
}

/// Whether a port of a Service has a nodePort, or an address for those outside.
fn is_reached_from_outside(question: &ProxyQuestion<'_>, port: PortOf) -> bool {
    let has_node_port = port_of(question.network.snapshot(), port).is_some_and(|port| port.node_port.is_some());
    let is_for_outside = |(address, kind)| kind != AddressKind::Cluster && Family::of(address) == question.family();
    has_node_port || addresses_of(question.service(port)).into_iter().any(is_for_outside)
}

/// Without a detector the set `KUBE-CLUSTER-IP` is matched `src,dst`: a process that has the address itself as its source.
fn cluster_mark(question: &ProxyQuestion<'_>) -> Mark {
    match service_rules::cluster_mark(question) {
        Mark::Keep if question.from == Arrival::Process => Mark::Masquerade,
        mark => mark,
    }
}

fn external(question: &ProxyQuestion<'_>, port: PortOf) -> Translation {
    let endpoints = question.endpoints(port);
    if !endpoints.any() {
        return service_rules::no_endpoints(port);
    }
    if question.service(port).external_traffic_policy == TrafficPolicy::Cluster {
        let set = question.cluster_set(&endpoints);
        return service_rules::to(port, &endpoints, set, Mark::Masquerade);
    }
    let local = endpoints.local(question.node);
    let set = if local.is_empty() { question.cluster_set(&endpoints) } else { local };
    service_rules::to(port, &endpoints, set, Mark::Keep)
}
