//! Every exposure of a cluster: what Exposure objects ask for, and every Service that is exposed without one.

use std::collections::BTreeSet;

use bulkhead_model::object::{ExposedObject, ExposedTo, ExposureObject, Service, ServiceType};
use bulkhead_model::{Issue, NamespacedName, ObjectRef, Readable};
use bulkhead_path::DoorKind;
use bulkhead_snapshot::Snapshot;

use crate::exposure::{Client, Exposure, ExposureTarget};

/// The exposures of a cluster, by the name of their target. A Service with a NodePort, a load balancer or an externalIP and
/// without an Exposure is meant for `clients` by these doors.
pub fn exposures(snapshot: &Snapshot, clients: &[Client]) -> (Vec<Exposure>, Vec<Issue>) {
    let (mut exposures, mut issues) = (Vec::new(), Vec::new());
    for object in &snapshot.exposures {
        match of_object(object) {
            Ok((exposure, found)) => {
                exposures.push(exposure);
                issues.extend(found);
            }
            Err(issue) => issues.push(*issue),
        }
    }
    let asked: BTreeSet<ExposureTarget> = exposures.iter().map(|exposure| exposure.target.clone()).collect();
    for (_, service) in snapshot.services.iter() {
        let target = ExposureTarget::Service(service.name.clone());
        let doors = outer_doors(service);
        if !doors.is_empty() && !asked.contains(&target) {
            exposures.push(Exposure { target, ports: Vec::new(), doors, clients: clients.to_vec() });
        }
    }
    exposures.sort_by(|one, other| one.target.cmp(&other.target));
    (exposures, issues)
}

/// The doors by which somebody outside gets to a Service.
fn outer_doors(service: &Service) -> Vec<DoorKind> {
    let mut doors = Vec::new();
    if service.ports.iter().any(|port| port.node_port.is_some()) {
        doors.push(DoorKind::NodePort);
    }
    if service.kind == ServiceType::LoadBalancer && !service.load_balancer_ingress.is_empty() {
        doors.push(DoorKind::LoadBalancer);
    }
    if !service.external_ips.is_empty() {
        doors.push(DoorKind::ExternalIp);
    }
    doors
}

/// What an Exposure asks for. What of it could not be read is left out, which is narrower; without a target it asks for nothing.
fn of_object(object: &ExposureObject) -> Result<(Exposure, Vec<Issue>), Box<Issue>> {
    let about = |issue: Issue| issue.about(ObjectRef::namespaced("Exposure", &object.name)).at(object.position);
    let named = |name: &_| NamespacedName::new(object.name.namespace.clone(), bulkhead_model::Name::clone(name));
    let target = match &object.target {
        ExposedObject::Service(name) => ExposureTarget::Service(named(name)),
        ExposedObject::Ingress(name) => ExposureTarget::Ingress(named(name)),
        ExposedObject::Other => return Err(Box::new(about(Issue::error("exposureTargetUnknown")))),
    };
    let mut issues = Vec::new();
    let mut doors = Vec::new();
    for door in &object.doors {
        let known = door.known().and_then(|name| DoorKind::ALL.into_iter().find(|kind| kind.name() == name.as_str()));
        if let Some(kind) = known {
            doors.push(kind);
        } else {
            let value = door.known().map(ToString::to_string).unwrap_or_default();
            issues.push(about(Issue::error("exposureDoorUnknown").with("value", value)));
        }
    }
    if doors.is_empty() && !object.doors.is_empty() {
        return Err(Box::new(about(Issue::error("exposureTargetUnknown"))));
    }
    let client = |client: &Readable<ExposedTo>| match client.known()? {
        ExposedTo::Block(net) => Some(Client::Block(*net)),
        ExposedTo::Namespace(name) => Some(Client::Namespace(name.clone())),
        ExposedTo::Workspace(name) => Some(Client::Workspace(name.clone())),
        ExposedTo::Pod(name) => Some(Client::Pod(name.clone())),
        ExposedTo::Node(name) => Some(Client::Node(name.clone())),
        ExposedTo::Any => Some(Client::Any),
    };
    let clients = object.clients.iter().filter_map(client).collect();
    Ok((Exposure { target, ports: object.ports.clone(), doors, clients }, issues))
}
