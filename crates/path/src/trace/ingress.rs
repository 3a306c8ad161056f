//! An Ingress: the client's way to a gateway, and the gateway's own way to the backends, as one route.

use std::collections::BTreeMap;
use std::sync::Arc;

use bulkhead_model::object::{Ingress, IngressBackend, Service, ServicePort};
use bulkhead_model::{Issue, NamespacedName, PortNumber, PortRef, Protocol};
use bulkhead_snapshot::{NodeId, PodId, ServiceId};

use super::{Tracing, origin};
use crate::door::{self, At, Door, Entry, Side};
use crate::gateway::{Gateway, ingress_nginx};
use crate::network::Network;
use crate::reason::{GATEWAY_UNKNOWN, NO_BACKEND, Reason};
use crate::request::{DoorKind, Request};
use crate::route::{Hop, Outcome, Route, Step};
use crate::walk::{Client, nowhere};

/// Every route of a client to the backends of an Ingress.
pub(super) fn routes(
    tracing: &Tracing<'_>,
    request: &Request,
    name: &NamespacedName,
    kind: Option<DoorKind>,
) -> Result<Vec<Route>, Box<Issue>> {
    let network = tracing.network;
    let snapshot = network.snapshot();
    let ingress = snapshot.ingresses.iter().find(|ingress| ingress.name == *name);
    let ingress = ingress.ok_or_else(|| origin::unknown_object("ingress", name))?;
    let serving: Vec<&Gateway> =
        network.gateways().iter().filter(|gateway| gateway.serves(snapshot, ingress)).collect();
    if serving.is_empty() {
        let class = ingress.class.as_deref().unwrap_or_default();
        return Ok(vec![nowhere(Outcome::Undetermined, Reason::new(GATEWAY_UNKNOWN).with("class", class), kind)]);
    }
    let mut routes = Vec::new();
    let mut backends = Backends { network, ingress, known: BTreeMap::new() };
    let mut doors = Vec::new();
    for gateway in serving {
        doors.extend(doors_of(network, gateway, request, kind, Tracing::side(tracing.client)));
    }
    let usable: Vec<&Door> = doors.iter().filter(|door| tracing.reaches(door)).collect();
    if usable.is_empty() {
        return Err(Box::new(
            Issue::error("noSuchDoor").with("service", name).with("door", kind.map_or("any", DoorKind::name)),
        ));
    }
    for door in usable {
        for first in tracing.through(door) {
            routes.extend(backends.behind(first));
        }
    }
    Ok(routes)
}

/// The doors of a gateway: those of the Services that select its pods, and its pods' ports on their nodes.
fn doors_of(
    network: &Network<'_>,
    gateway: &Gateway,
    request: &Request,
    kind: Option<DoorKind>,
    side: Side,
) -> Vec<Door> {
    let mut doors = Vec::new();
    for (id, service) in services_of(network, gateway) {
        let ports = wanted_port(service, request);
        doors.extend(ports.into_iter().flat_map(|port| door::of_service(network, id, port, kind, side)));
    }
    if kind.is_none_or(|kind| kind == DoorKind::HostPort) {
        doors.extend(host_ports(network, gateway, request));
    }
    doors
}

fn services_of<'n>(network: &'n Network<'_>, gateway: &Gateway) -> Vec<(ServiceId, &'n Service)> {
    let snapshot = network.snapshot();
    let selects = |service: &Service| {
        let selector = service.selector.as_ref();
        gateway.pods.iter().map(|pod| &snapshot.pods[*pod]).any(|pod| {
            pod.name.namespace == service.name.namespace
                && selector
                    .is_some_and(|selector| selector.iter().all(|(key, value)| pod.labels.get(key) == Some(value)))
        })
    };
    snapshot.services.iter().filter(|(_, service)| selects(service)).collect()
}

/// The Service's port that the request names; without one, that of plain HTTP.
fn wanted_port<'s>(service: &'s Service, request: &Request) -> Option<&'s ServicePort> {
    match &request.port {
        Some(wanted) => service.port(wanted, request.protocol),
        None => service
            .port(&PortRef::Number(80), Protocol::Tcp)
            .or_else(|| service.port(&PortRef::Name("http".into()), Protocol::Tcp)),
    }
}

/// The ports that the gateway's pods have on their nodes: by `hostPort`, or as hostNetwork pods.
fn host_ports(network: &Network<'_>, gateway: &Gateway, request: &Request) -> Vec<Door> {
    let snapshot = network.snapshot();
    let mut nodes: BTreeMap<PortNumber, Vec<NodeId>> = BTreeMap::new();
    for pod in gateway.pods.iter().map(|pod| &snapshot.pods[*pod]) {
        let Some(node) = pod.node.as_ref().and_then(|name| snapshot.node(name)) else { continue };
        let asked = pod.ports().filter(|port| port.protocol == request.protocol && is_asked(port, request));
        let on_node = asked.filter_map(|port| port.host_port.or_else(|| pod.host_network.then_some(port.number)));
        for port in on_node {
            nodes.entry(port).or_default().push(node);
        }
    }
    let families = crate::cni::Family::ALL;
    let doors = nodes.into_iter().flat_map(|(port, nodes)| {
        let nodes: Arc<[NodeId]> = nodes.into();
        families.map(|family| Door {
            kind: Some(DoorKind::HostPort),
            at: At::NodesOf(family, nodes.clone()),
            port,
            protocol: request.protocol,
            entry: Entry::Nodes(nodes.clone()),
            target: None,
            balanced: None,
            assumptions: Vec::new(),
        })
    });
    doors.collect()
}

fn is_asked(port: &bulkhead_model::object::ContainerPort, request: &Request) -> bool {
    match &request.port {
        None => port.number == 80 || port.name.as_deref() == Some("http"),
        Some(PortRef::Number(number)) => port.host_port.unwrap_or(port.number) == *number,
        Some(PortRef::Name(name)) => port.name.as_ref() == Some(name),
    }
}

/// The ways from gateway pods to the backends of one Ingress.
struct Backends<'n> {
    network: &'n Network<'n>,
    ingress: &'n Ingress,
    known: BTreeMap<PodId, Vec<Route>>,
}

impl Backends<'_> {
    /// The client's way to a gateway, with everything behind it.
    fn behind(&mut self, first: Route) -> Vec<Route> {
        let gateway = first.endpoint.as_ref().and_then(|endpoint| endpoint.pod);
        let Some(gateway) = gateway.filter(|_| first.outcome == Outcome::Delivered) else { return vec![first] };
        if !self.known.contains_key(&gateway) {
            let routes = self.behind_gateway(gateway);
            self.known.insert(gateway, routes);
        }
        let behind = self.known.get(&gateway).map_or(&[][..], Vec::as_slice);
        behind.iter().map(|second| joined(&first, second, &self.ingress.name)).collect()
    }

    fn behind_gateway(&self, gateway: PodId) -> Vec<Route> {
        let snapshot = self.network.snapshot();
        let pod = &snapshot.pods[gateway];
        let node = pod.node.as_ref().and_then(|name| snapshot.node(name));
        let client = match (pod.host_network, node) {
            (true, Some(node)) => Client::Process(node),
            (_, node) => Client::Pod(gateway, node),
        };
        let backends = self.ingress.backends();
        let routes: Vec<Route> = backends.iter().flat_map(|backend| self.to_backend(client, backend)).collect();
        if routes.is_empty() { vec![no_backend(&self.ingress.name)] } else { routes }
    }

    fn to_backend(&self, client: Client, backend: &IngressBackend) -> Vec<Route> {
        let snapshot = self.network.snapshot();
        let name = NamespacedName::new(self.ingress.name.namespace.clone(), backend.service.clone());
        let nothing = || vec![no_backend(&name)];
        let Some(id) = snapshot.service(&name) else { return nothing() };
        let service = &snapshot.services[id];
        let Some(port) = service.port(&backend.port, Protocol::Tcp) else { return nothing() };
        let by_service =
            self.ingress.annotations.get(ingress_nginx::SERVICE_UPSTREAM).is_some_and(|value| value == "true");
        let kind = if by_service && !service.headless { DoorKind::ClusterIp } else { DoorKind::PodIp };
        let tracing = Tracing::new(self.network, client, None);
        let doors = door::of_service(self.network, id, port, Some(kind), Side::Inside);
        let routes: Vec<Route> =
            doors.iter().filter(|door| tracing.reaches(door)).flat_map(|door| tracing.through(door)).collect();
        if routes.is_empty() { nothing() } else { routes }
    }
}

/// nginx answers by itself (503, or its default backend).
fn no_backend(name: &NamespacedName) -> Route {
    nowhere(Outcome::Rejected, Reason::new(NO_BACKEND).with("backend", name), None)
}

fn joined(first: &Route, second: &Route, ingress: &NamespacedName) -> Route {
    let mut hops = first.hops.clone();
    if let Some(arrived) = first.hops.last() {
        let after = second.hops.first().map_or_else(|| arrived.after.clone(), |sent| sent.after.clone());
        let step = Step::Proxy { object: ingress.clone() };
        hops.push(Hop { place: arrived.place.clone(), step, before: arrived.after.clone(), after, reason: None });
    }
    hops.extend(second.hops.iter().skip(1).cloned());
    let mut assumptions = first.assumptions.clone();
    assumptions.extend(second.assumptions.iter().filter(|own| !first.assumptions.contains(own)).cloned());
    Route {
        entry_nodes: first.entry_nodes.clone(),
        door_nodes: first.door_nodes.clone(),
        door: first.door,
        service: first.service,
        verdicts: first.verdicts.iter().chain(&second.verdicts).cloned().collect(),
        questions: first.questions.iter().chain(&second.questions).copied().collect(),
        assumptions,
        hops,
        ..second.clone()
    }
}
