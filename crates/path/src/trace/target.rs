//! What the connection is opened to, and by which doors.

use bulkhead_model::object::{Service, ServicePort};
use bulkhead_model::{Issue, NamespacedName, PortNumber, PortRef, Protocol};
use bulkhead_snapshot::PodId;

use super::{Tracing, origin};
use crate::cni::Family;
use crate::door::{self, Alias, At, Door, Entry};
use crate::reason::{EXTERNAL_NAME, Reason};
use crate::request::{DoorKind, Request, Target};

/// The doors of a request's target, for this client.
pub(super) fn doors(tracing: &Tracing<'_>, request: &Request) -> Result<Vec<Door>, Box<Issue>> {
    let network = tracing.network;
    let snapshot = network.snapshot();
    match &request.to {
        Target::Pod(name) => {
            let pod = snapshot.pod(name).ok_or_else(|| origin::unknown_object("pod", name))?;
            Ok(vec![of_pod(tracing, request, pod)?])
        }
        Target::Node(name) => {
            let node = snapshot.node(name).ok_or_else(|| origin::unknown_object("node", name))?;
            let port = number(request)?;
            let family = tracing.families().first().copied().unwrap_or(Family::V4);
            let address = network.primary_address(node, family);
            let address = address.map_err(|_| Issue::error("nodeWithoutAddress").with("node", name))?;
            Ok(vec![door::of_address(network, address, port, request.protocol)])
        }
        Target::Address(address) => {
            let side = Tracing::side(tracing.client);
            Ok(door::doors_at(network, *address, number(request)?, request.protocol, side))
        }
        Target::Service { name, door } => of_service(tracing, request, name, *door),
        Target::Ingress { .. } | Target::Gateway { .. } => Ok(Vec::new()),
    }
}

fn of_pod(tracing: &Tracing<'_>, request: &Request, pod: PodId) -> Result<Door, Box<Issue>> {
    let network = tracing.network;
    let row = &network.snapshot().pods[pod];
    if !row.is_active() {
        return Err(Box::new(Issue::error("podHasEnded").with("pod", &row.name)));
    }
    let port = match &request.port {
        Some(PortRef::Number(number)) => *number,
        Some(PortRef::Name(name)) => row.named_port(name, request.protocol).ok_or_else(|| no_port(request, name))?,
        None => only_port(row.ports().filter(|port| port.protocol == request.protocol).map(|port| port.number))?,
    };
    Ok(door::pod_ip::of_pod(network, pod, port, request.protocol, &tracing.families()))
}

fn of_service(
    tracing: &Tracing<'_>,
    request: &Request,
    name: &NamespacedName,
    kind: Option<DoorKind>,
) -> Result<Vec<Door>, Box<Issue>> {
    let network = tracing.network;
    let snapshot = network.snapshot();
    let id = snapshot.service(name).ok_or_else(|| origin::unknown_object("service", name))?;
    let id = match door::alias_of(snapshot, id) {
        Alias::Itself(id) => id,
        Alias::Outside(name) => return Ok(vec![outside(request, &name)]),
    };
    let port = service_port(&snapshot.services[id], request)?;
    let doors = door::of_service(network, id, port, kind, Tracing::side(tracing.client));
    let doors: Vec<Door> = doors.into_iter().filter(|door| tracing.reaches(door)).collect();
    if doors.is_empty() {
        let kind = kind.map_or("any", DoorKind::name);
        return Err(Box::new(Issue::error("noSuchDoor").with("service", name).with("door", kind)));
    }
    Ok(doors)
}

/// What an alias of a name outside of the cluster leads to.
fn outside(request: &Request, name: &str) -> Door {
    let port = match &request.port {
        Some(PortRef::Number(number)) => *number,
        Some(PortRef::Name(_)) | None => 0,
    };
    Door {
        kind: None,
        at: At::Name,
        port,
        protocol: request.protocol,
        entry: Entry::Unknown(Reason::new(EXTERNAL_NAME).with("name", name), None),
        target: None,
        balanced: None,
        assumptions: Vec::new(),
    }
}

fn service_port<'s>(service: &'s Service, request: &Request) -> Result<&'s ServicePort, Box<Issue>> {
    if let Some(wanted) = &request.port {
        let found = service.port(wanted, request.protocol);
        return found.ok_or_else(|| of_other_protocol(service, wanted).unwrap_or_else(|| no_port(request, wanted)));
    }
    let mut ports = service.ports.iter().filter(|port| port.protocol == request.protocol);
    match (ports.next(), ports.next(), service.ports.as_slice()) {
        (Some(only), None, _) => Ok(only),
        (None, None, [only]) => Err(needs_protocol(only)),
        _ => Err(Box::new(Issue::error("portNeeded"))),
    }
}

/// The port of that number or name, if it is of another protocol.
fn of_other_protocol(service: &Service, wanted: &PortRef) -> Option<Box<Issue>> {
    let is_wanted = |port: &&ServicePort| match wanted {
        PortRef::Number(number) => port.port == *number,
        PortRef::Name(name) => port.name.as_ref() == Some(name),
    };
    service.ports.iter().find(is_wanted).map(needs_protocol)
}

fn needs_protocol(port: &ServicePort) -> Box<Issue> {
    Box::new(Issue::error("portNeedsProtocol").with("port", port.port).with("protocol", port.protocol))
}

fn only_port(ports: impl Iterator<Item = PortNumber>) -> Result<PortNumber, Box<Issue>> {
    let mut ports: Vec<PortNumber> = ports.collect();
    ports.dedup();
    match ports.as_slice() {
        [only] => Ok(*only),
        _ => Err(Box::new(Issue::error("portNeeded"))),
    }
}

fn number(request: &Request) -> Result<PortNumber, Box<Issue>> {
    match &request.port {
        Some(PortRef::Number(number)) => Ok(*number),
        Some(PortRef::Name(name)) => Err(no_port(request, name)),
        None => Err(Box::new(Issue::error("portNeeded"))),
    }
}

fn no_port(request: &Request, wanted: &impl ToString) -> Box<Issue> {
    let protocol: Protocol = request.protocol;
    Box::new(Issue::error("noSuchPort").with("port", wanted.to_string()).with("protocol", protocol))
}
