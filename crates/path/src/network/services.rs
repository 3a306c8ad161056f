//! Which address, protocol and port belongs to which port of which Service: what kube-proxy has a rule for.

use std::collections::BTreeMap;
use std::net::IpAddr;

use bulkhead_model::object::{IpMode, Service, ServicePort, ServiceType};
use bulkhead_model::{PortNumber, Protocol};
use bulkhead_snapshot::{ServiceId, Snapshot};

/// One port of a Service, by the Service and the index in its `ports`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct PortOf {
    pub(crate) service: ServiceId,
    pub(crate) index: usize,
}

/// What a rule's address is to its Service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum AddressKind {
    Cluster,
    External,
    LoadBalancer,
}

/// A rule for an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct AddressRule {
    pub(crate) kind: AddressKind,
    pub(crate) port: PortOf,
}

/// What is found for an address and port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Found<T> {
    /// No rule.
    Nothing,
    /// One.
    One(T),
    /// Several Services claim it.
    Contested,
}

/// Every rule of a snapshot.
#[derive(Debug, Default)]
pub(crate) struct Services {
    by_address: BTreeMap<(IpAddr, Protocol, PortNumber), Vec<AddressRule>>,
    by_node_port: BTreeMap<(Protocol, PortNumber), Vec<PortOf>>,
    health_checks: BTreeMap<PortNumber, Vec<ServiceId>>,
    /// Every address that has any rule.
    addresses: BTreeMap<IpAddr, Vec<(AddressKind, ServiceId)>>,
    /// The addresses of proxying load balancers, for which there are no rules.
    proxied: BTreeMap<IpAddr, ServiceId>,
}

impl Services {
    pub(crate) fn of(snapshot: &Snapshot) -> Self {
        let mut services = Self::default();
        for (id, service) in snapshot.services.iter() {
            if !matches!(service.kind, ServiceType::ExternalName(_)) {
                services.add(id, service);
            }
        }
        services
    }

    fn add(&mut self, id: ServiceId, service: &Service) {
        let addresses = addresses_of(service);
        for (address, kind) in &addresses {
            self.addresses.entry(*address).or_default().push((*kind, id));
        }
        for (index, port) in service.ports.iter().enumerate() {
            let rule = PortOf { service: id, index };
            for (address, kind) in &addresses {
                let rules = self.by_address.entry((*address, port.protocol, port.port)).or_default();
                rules.push(AddressRule { kind: *kind, port: rule });
            }
            if let Some(node_port) = port.node_port {
                self.by_node_port.entry((port.protocol, node_port)).or_default().push(rule);
            }
        }
        if let Some(port) = service.health_check_node_port {
            self.health_checks.entry(port).or_default().push(id);
        }
        for ingress in service.load_balancer_ingress.iter().filter(|ingress| ingress.ip_mode == IpMode::Proxy) {
            if let Some(address) = ingress.address {
                self.proxied.insert(address, id);
            }
        }
    }

    /// The rule for an address and port.
    pub(crate) fn rule(&self, address: IpAddr, protocol: Protocol, port: PortNumber) -> Found<AddressRule> {
        found(self.by_address.get(&(address, protocol, port)), |rule| rule.port.service)
    }

    /// The rule for a port of the nodes.
    pub(crate) fn node_port(&self, protocol: Protocol, port: PortNumber) -> Found<PortOf> {
        found(self.by_node_port.get(&(protocol, port)), |rule| rule.service)
    }

    /// The Service whose health check kube-proxy answers at a port of the nodes.
    pub(crate) fn health_check(&self, protocol: Protocol, port: PortNumber) -> Option<ServiceId> {
        self.health_checks.get(&port).filter(|_| protocol == Protocol::Tcp)?.first().copied()
    }

    /// What an address is, whatever the port.
    pub(crate) fn address(&self, address: IpAddr) -> Option<(AddressKind, ServiceId)> {
        self.addresses.get(&address).and_then(|claims| claims.first()).copied()
    }

    /// The Services that have an address by a load balancer.
    pub(crate) fn with_load_balancer_address(&self, address: IpAddr) -> Vec<ServiceId> {
        let claims = self.addresses.get(&address).into_iter().flatten();
        claims.filter(|(kind, _)| *kind == AddressKind::LoadBalancer).map(|(_, service)| *service).collect()
    }

    /// The Service whose proxying load balancer has an address.
    pub(crate) fn proxied(&self, address: IpAddr) -> Option<ServiceId> {
        self.proxied.get(&address).copied()
    }
}

fn found<T: Copy>(rules: Option<&Vec<T>>, service: impl Fn(&T) -> ServiceId) -> Found<T> {
    match rules.map_or(&[][..], Vec::as_slice) {
        [] => Found::Nothing,
        [first, others @ ..] if others.iter().all(|other| service(other) == service(first)) => Found::One(*first),
        _ => Found::Contested,
    }
}

/// The addresses for which every node has rules: not those of a load balancer that proxies (KEP-1860).
pub(crate) fn addresses_of(service: &Service) -> Vec<(IpAddr, AddressKind)> {
    let cluster = service.cluster_ips.iter().map(|address| (*address, AddressKind::Cluster));
    let external = service.external_ips.iter().map(|address| (*address, AddressKind::External));
    let balanced = service.load_balancer_ingress.iter().filter(|ingress| ingress.ip_mode == IpMode::Vip);
    let balanced = balanced.filter_map(|ingress| ingress.address).map(|address| (address, AddressKind::LoadBalancer));
    let balanced = balanced.filter(|_| service.kind == ServiceType::LoadBalancer);
    if service.headless { Vec::new() } else { cluster.chain(external).chain(balanced).collect() }
}

/// The port of a Service that a [`PortOf`] of the same snapshot refers to.
pub(crate) fn port_of(snapshot: &Snapshot, port: PortOf) -> Option<&ServicePort> {
    snapshot.services[port.service].ports.get(port.index)
}
