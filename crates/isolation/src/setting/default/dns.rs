//! DNS as the cluster really runs it, for pods whose egress is restricted: the pods behind its Services on the ports where they
//! listen, and the addresses of NodeLocal DNS.

use bulkhead_model::object::{PeerManifest, RuleManifest, Service, ServicePort};
use bulkhead_model::{IpNet, Issue, NamespacedName, ObjectRef, PortNumber, Protocol};

use super::cluster::{Cluster, pods_peer};
use super::{node_local_dns, service_port};
use crate::code;

/// The label of the cluster's DNS, on its Service and its pods, whatever server it is.
const LABEL: (&str, &str) = ("k8s-app", "kube-dns");
/// Its Service's usual names.
const NAMES: [&str; 2] = ["kube-dns", "coredns"];
/// The port of DNS, and how a Service calls it.
const PORT: PortNumber = 53;
const PORT_NAMES: [&str; 2] = ["dns", "dns-tcp"];

/// The rules that keep DNS open.
pub(super) fn rules(cluster: &Cluster<'_>, issues: &mut Vec<Issue>) -> Vec<RuleManifest> {
    let mut rules: Vec<RuleManifest> = Vec::new();
    let services = cluster.snapshot.services.rows().iter().filter(|service| is_dns(cluster, service));
    let found = services.flat_map(|service| service_rules(cluster, service, issues)).collect::<Vec<_>>();
    for rule in found.into_iter().chain(node_local_dns::rules(cluster, issues)) {
        if !rules.contains(&rule) {
            rules.push(rule);
        }
    }
    let missing = cluster.settings.dns_services.iter().filter(|name| cluster.service(name).is_none());
    issues.extend(missing.map(|name| Issue::warning(code::DNS_SERVICE_NOT_FOUND).with("service", name)));
    if rules.is_empty() {
        issues.push(Issue::warning(code::DNS_NOT_FOUND));
    }
    rules
}

/// Whether a Service is the cluster's DNS. A tenant's Service never is, whatever its name and labels are: every project would
/// otherwise be open towards it.
fn is_dns(cluster: &Cluster<'_>, service: &Service) -> bool {
    cluster.settings.dns_services.contains(&service.name)
        || (is_named_as_dns(service) && cluster.is_system(&service.name.namespace))
}

/// Whether a Service is called as the cluster's DNS is, or labelled so, whoever's it is.
pub fn is_named_as_dns(service: &Service) -> bool {
    let has_label = |labels: &bulkhead_model::Labels| labels.get(LABEL.0).is_some_and(|value| value == LABEL.1);
    NAMES.contains(&service.name.name.as_str())
        || has_label(&service.labels)
        || service.selector.as_ref().is_some_and(has_label)
}

/// The Services that are the cluster's DNS.
pub(super) fn services(cluster: &Cluster<'_>) -> Vec<NamespacedName> {
    let services = cluster.snapshot.services.rows().iter().filter(|service| is_dns(cluster, service));
    services.map(|service| service.name.clone()).collect()
}

/// The rules for one Service: its pods by selector, those on their nodes' network and endpoints without a pod by address. Ports
/// for anything but DNS (metrics) are left out.
fn service_rules(cluster: &Cluster<'_>, service: &Service, issues: &mut Vec<Issue>) -> Vec<RuleManifest> {
    let Some(service) = cluster.service(&service.name) else { return Vec::new() };
    let is_dns_port = |port: &&ServicePort| {
        port.protocol != Protocol::Sctp
            && (port.port == PORT || port.name.as_deref().is_some_and(|name| PORT_NAMES.contains(&name)))
    };
    let mut numbers = Vec::new();
    for port in service.ports.iter().filter(is_dns_port) {
        let found = cluster.target_numbers(service, port);
        if found.is_empty() {
            issues.push(unresolved(&service.name, port));
        }
        numbers.extend(found.into_iter().map(|number| (port.protocol, number)));
    }
    if numbers.is_empty() {
        return Vec::new();
    }
    let peers = peers(cluster, service);
    let ports = service_port::each_once(&numbers);
    if peers.is_empty() { Vec::new() } else { vec![RuleManifest { peers, ports }] }
}

fn peers(cluster: &Cluster<'_>, service: &Service) -> Vec<PeerManifest> {
    let Some(service) = cluster.service(&service.name) else { return Vec::new() };
    let Some(selector) = &service.selector else { return endpoint_peers(cluster, &service.name) };
    let on_nodes =
        cluster.selected(service).filter(|pod| pod.host_network).flat_map(|pod| pod.addresses.iter().copied());
    let mut nets: Vec<IpNet> = on_nodes.map(IpNet::from).collect();
    nets.sort_unstable();
    nets.dedup();
    [pods_peer(&service.name.namespace, selector)].into_iter().chain(nets.into_iter().map(PeerManifest::cidr)).collect()
}

/// The endpoints of a Service without a selector, by address.
pub(super) fn endpoint_peers(cluster: &Cluster<'_>, service: &NamespacedName) -> Vec<PeerManifest> {
    let slices = cluster.snapshot.service(service).map_or(&[][..], |id| cluster.snapshot.endpoint_slices(id));
    let endpoints = slices.iter().flat_map(|slice| &slice.endpoints);
    let mut nets: Vec<IpNet> = endpoints.map(|endpoint| IpNet::from(endpoint.address)).collect();
    nets.sort_unstable();
    nets.dedup();
    nets.into_iter().map(PeerManifest::cidr).collect()
}

fn unresolved(service: &NamespacedName, port: &ServicePort) -> Issue {
    Issue::warning(code::DNS_PORT_UNRESOLVED)
        .about(ObjectRef::namespaced("Service", service))
        .with("service", service)
        .with("port", &port.target_port)
}
