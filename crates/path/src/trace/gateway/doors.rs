//! The doors of a gateway's pods: those of the Services that select them, and their ports on their nodes.

use std::collections::BTreeMap;
use std::sync::Arc;

use bulkhead_model::object::{ContainerPort, Pod, Service, ServicePort};
use bulkhead_model::{PortNumber, PortRef, Protocol};
use bulkhead_snapshot::{NodeId, PodId, ServiceId};

use crate::door::{self, At, Door, Entry, Side};
use crate::gateway::Ports;
use crate::network::Network;
use crate::request::{DoorKind, Request};

/// The doors of pods for the ports at which they serve an object.
pub(super) fn of_pods(
    network: &Network<'_>,
    pods: &[PodId],
    ports: &Ports,
    request: &Request,
    kind: Option<DoorKind>,
    side: Side,
) -> Vec<Door> {
    let rows: Vec<&Pod> = pods.iter().map(|pod| &*network.snapshot().pods[*pod]).collect();
    let mut doors = Vec::new();
    for (id, service) in services_of(network, &rows) {
        let wanted = wanted_ports(service, &rows, ports, request);
        doors.extend(wanted.into_iter().flat_map(|port| door::of_service(network, id, port, kind, side)));
    }
    if kind.is_none_or(|kind| kind == DoorKind::HostPort) {
        doors.extend(on_nodes(network, &rows, ports, request));
    }
    doors
}

/// The Services that select any of some pods.
pub(in crate::trace) fn services_of<'n>(network: &'n Network<'_>, pods: &[&Pod]) -> Vec<(ServiceId, &'n Service)> {
    let selects = |service: &Service| {
        let selector = service.selector.as_ref();
        pods.iter().any(|pod| {
            pod.name.namespace == service.name.namespace
                && selector
                    .is_some_and(|selector| selector.iter().all(|(key, value)| pod.labels.get(key) == Some(value)))
        })
    };
    network.snapshot().services.iter().filter(|(_, service)| selects(service)).collect()
}

/// The Service's ports by which the gateway is asked: for HTTP the one that the request names, without one that of plain HTTP; for
/// listeners those that lead to one.
fn wanted_ports<'s>(service: &'s Service, pods: &[&Pod], ports: &Ports, request: &Request) -> Vec<&'s ServicePort> {
    let listeners = match ports {
        Ports::Http => {
            let wanted = match &request.port {
                Some(wanted) => service.port(wanted, request.protocol),
                None => service
                    .port(&PortRef::Number(80), Protocol::Tcp)
                    .or_else(|| service.port(&PortRef::Name("http".into()), Protocol::Tcp)),
            };
            return wanted.into_iter().collect();
        }
        Ports::Of(listeners) => listeners,
    };
    let asked = |port: &&ServicePort| match &request.port {
        None => true,
        Some(PortRef::Number(number)) => port.port == *number,
        Some(PortRef::Name(name)) => port.name.as_ref() == Some(name),
    };
    let mut wanted: Vec<&ServicePort> = Vec::new();
    for (number, protocol) in listeners {
        let of_protocol = || service.ports.iter().filter(|port| port.protocol == *protocol);
        let same = of_protocol().find(|port| port.port == *number);
        let leading = || of_protocol().find(|port| leads_to(port, pods, *number));
        wanted.extend(same.or_else(leading).filter(asked));
    }
    wanted
}

/// Whether a Service's port leads to this port of the pods.
fn leads_to(port: &ServicePort, pods: &[&Pod], number: PortNumber) -> bool {
    match &port.target_port {
        PortRef::Number(target) => *target == number,
        PortRef::Name(name) => pods.iter().any(|pod| pod.named_port(name, port.protocol) == Some(number)),
    }
}

/// The ports that the gateway's pods have on their nodes: by `hostPort`, or as hostNetwork pods.
fn on_nodes(network: &Network<'_>, pods: &[&Pod], ports: &Ports, request: &Request) -> Vec<Door> {
    let snapshot = network.snapshot();
    let mut nodes: BTreeMap<(PortNumber, Protocol), Vec<NodeId>> = BTreeMap::new();
    for pod in pods {
        let Some(node) = pod.node.as_ref().and_then(|name| snapshot.node(name)) else { continue };
        let asked = pod.ports().filter(|port| is_asked(port, ports, request));
        for port in asked {
            let on_node = port.host_port.or_else(|| pod.host_network.then_some(port.number));
            if let Some(number) = on_node {
                nodes.entry((number, port.protocol)).or_default().push(node);
            }
        }
    }
    let families = crate::cni::Family::ALL;
    let doors = nodes.into_iter().flat_map(|((port, protocol), nodes)| {
        let nodes: Arc<[NodeId]> = nodes.into();
        families.map(|family| Door {
            kind: Some(DoorKind::HostPort),
            at: At::NodesOf(family, nodes.clone()),
            port,
            protocol,
            entry: Entry::Nodes(nodes.clone()),
            target: None,
            balanced: None,
            assumptions: Vec::new(),
        })
    });
    doors.collect()
}

fn is_asked(port: &ContainerPort, ports: &Ports, request: &Request) -> bool {
    let on_node = port.host_port.unwrap_or(port.number);
    let named = match &request.port {
        None => true,
        Some(PortRef::Number(number)) => on_node == *number,
        Some(PortRef::Name(name)) => port.name.as_ref() == Some(name),
    };
    match ports {
        Ports::Http if request.port.is_none() => {
            port.protocol == request.protocol && (port.number == 80 || port.name.as_deref() == Some("http"))
        }
        Ports::Http => port.protocol == request.protocol && named,
        Ports::Of(listeners) => {
            let leads = |(number, protocol): &(PortNumber, Protocol)| {
                port.protocol == *protocol && (on_node == *number || port.number == *number)
            };
            named && listeners.iter().any(leads)
        }
    }
}
