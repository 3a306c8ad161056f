//! Every exposure of a cluster: what Exposure objects ask for, and every Service that is exposed without one.

use std::collections::BTreeSet;

use bulkhead_model::object::{ExposedObject, ExposedTo, ExposureObject, Service, ServiceType};
use bulkhead_model::{Issue, IssueCode, Name, NamespacedName, ObjectRef, Readable};
use bulkhead_path::{DoorKind, Served, ServedKind};
use bulkhead_snapshot::Snapshot;

use crate::exposure::{Client, Exposure, ExposureTarget};

/// The exposures of a cluster, by the name of their target. A Service with a NodePort, a load balancer or an externalIP and
/// without an Exposure is meant for `clients` by these doors.
pub fn exposures(snapshot: &Snapshot, clients: &[Client]) -> (Vec<Exposure>, Vec<Issue>) {
    let (mut exposures, mut issues) = (Vec::new(), Vec::new());
    for object in &snapshot.exposures {
        match asked_by(snapshot, object) {
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

/// What an Exposure asks for. What of its doors and clients could not be read is left out, which is narrower, and said; without a
/// target that can be read it asks for nothing.
pub fn asked_by(snapshot: &Snapshot, object: &ExposureObject) -> Result<(Exposure, Vec<Issue>), Box<Issue>> {
    let about = |issue: Issue| issue.about(ObjectRef::namespaced("Exposure", &object.name)).at(object.position);
    let named = |name: &Name| NamespacedName::new(object.name.namespace.clone(), name.clone());
    let target = match &object.target {
        _ if object.unreadable.is_some() => return Err(Box::new(about(Issue::error(UNREADABLE)))),
        ExposedObject::Service(name) => ExposureTarget::Service(named(name)),
        ExposedObject::Ingress(name) => ExposureTarget::Ingress(named(name)),
        ExposedObject::Route(kind, name) => {
            ExposureTarget::Gateway(Served { kind: ServedKind::Route(*kind), name: named(name) })
        }
        ExposedObject::Other => return Err(Box::new(about(Issue::error(TARGET_UNKNOWN)))),
    };
    let mut issues = Vec::new();
    let doors = doors(object, &target, &about, &mut issues);
    if doors.as_ref().is_some_and(Vec::is_empty) {
        return Err(Box::new(about(Issue::error(UNREADABLE))));
    }
    let unread = object.clients.iter().filter(|client| client.known().is_none()).count();
    if unread > 0 {
        issues.push(about(Issue::error("exposureClientUnknown").with("clients", unread)));
    }
    let clients =
        object.clients.iter().filter_map(Readable::known).flat_map(|client| clients(snapshot, client)).collect();
    let exposure = Exposure { target, ports: object.ports.clone(), doors: doors.unwrap_or_default(), clients };
    Ok((exposure, issues))
}

/// The code of the issue about an Exposure whose target is none that has an allowlist.
const TARGET_UNKNOWN: IssueCode = "exposureTargetUnknown";
/// The code of the issue about an Exposure of which something cannot be read that would open more if it were left out.
const UNREADABLE: IssueCode = "exposureUnreadable";

/// The door of what a gateway serves: every one that leads to whoever serves it.
const GATEWAY: &str = "Gateway";

/// The doors that an Exposure names; `None` where it names none, or those of a gateway: every door that the target has.
fn doors(
    object: &ExposureObject,
    target: &ExposureTarget,
    about: &dyn Fn(Issue) -> Issue,
    issues: &mut Vec<Issue>,
) -> Option<Vec<DoorKind>> {
    let is_served = !matches!(target, ExposureTarget::Service(_));
    let is_gateway = |door: &Readable<Name>| is_served && door.known().is_some_and(|name| name == GATEWAY);
    if object.doors.is_empty() || object.doors.iter().any(is_gateway) {
        return None;
    }
    let mut doors = Vec::new();
    for door in &object.doors {
        let known = door.known().and_then(|name| DoorKind::ALL.into_iter().find(|kind| kind.name() == name.as_str()));
        if let Some(kind) = known {
            doors.push(kind);
        } else {
            let issue = match door.known() {
                Some(name) => Issue::error("exposureDoorUnknown").with("value", name),
                None => Issue::error("exposureDoorUnreadable"),
            };
            issues.push(about(issue));
        }
    }
    Some(doors)
}

/// The clients that one of an Exposure's means. A selector means the pods that it selects now.
fn clients(snapshot: &Snapshot, client: &ExposedTo) -> Vec<Client> {
    match client {
        ExposedTo::Block(net) => vec![Client::Block(*net)],
        ExposedTo::Namespace(name) => vec![Client::Namespace(name.clone())],
        ExposedTo::Pods(namespace, selector) => {
            let pods = snapshot.pods_of(namespace).map(|(_, pod)| pod).filter(|pod| pod.is_active());
            let selected = pods.filter(|pod| selector.matches(&pod.labels) == Some(true));
            selected.map(|pod| Client::Pod(pod.name.clone())).collect()
        }
        ExposedTo::Workspace(name) => vec![Client::Workspace(name.clone())],
        ExposedTo::Pod(name) => vec![Client::Pod(name.clone())],
        ExposedTo::Node(name) => vec![Client::Node(name.clone())],
        ExposedTo::Any => vec![Client::Any],
    }
}
