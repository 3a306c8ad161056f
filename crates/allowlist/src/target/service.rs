//! A Service as the target.

use std::collections::BTreeSet;

use bulkhead_model::object::{Service, ServicePort, ServiceType};
use bulkhead_model::{Issue, NamespacedName, ObjectRef, PortRef};
use bulkhead_path::DoorKind;
use bulkhead_snapshot::{ServiceId, Snapshot};

use super::{Dial, PORT_MISSING, TARGET_MISSING, Target, is_wanted, selected, service_target, wants_port};
use crate::exposure::Exposure;

/// The Service, its pods and every door that it has. Gives the doors.
pub(super) fn resolve(
    snapshot: &Snapshot,
    exposure: &Exposure,
    name: &NamespacedName,
    target: &mut Target,
) -> BTreeSet<DoorKind> {
    let Some(id) = add(snapshot, name, target) else { return BTreeSet::new() };
    let service = &snapshot.services[id];
    for wanted in &exposure.ports {
        let has = |port: &ServicePort| match wanted {
            PortRef::Number(number) => port.port == *number,
            PortRef::Name(name) => port.name.as_ref() == Some(name),
        };
        if !service.ports.iter().any(has) {
            target.issues.push(Issue::error(PORT_MISSING).with("port", wanted));
        }
    }
    dial(service, exposure, target)
}

/// Adds a Service and its pods to the target, without any way to them.
pub(super) fn add(snapshot: &Snapshot, name: &NamespacedName, target: &mut Target) -> Option<ServiceId> {
    let reference = ObjectRef::namespaced("Service", name);
    let Some(id) = snapshot.service(name) else {
        target.issues.push(Issue::error(TARGET_MISSING).about(reference));
        return None;
    };
    let service = &snapshot.services[id];
    if target.services.contains(&id) {
        return Some(id);
    }
    target.services.push(id);
    add_port_names(service, target);
    let Some(selector) = &service.selector else {
        target.issues.push(Issue::warning("targetWithoutSelector").about(reference).at(service.position));
        return Some(id);
    };
    let (policed, host) = selected(snapshot, &name.namespace, selector);
    if host > 0 {
        let issue = Issue::warning("targetOnHostNetwork").about(reference).at(service.position);
        target.issues.push(issue.with("pods", host));
    }
    target.pods.extend(&policed);
    let selection = (name.namespace.clone(), selector.clone());
    target.selection_of.insert(id, selection.clone());
    target.selections.insert(selection, policed);
    Some(id)
}

/// Adds the names by which a Service finds ports on pods.
pub(super) fn add_port_names(service: &Service, target: &mut Target) {
    for port in &service.ports {
        if let PortRef::Name(name) = &port.target_port {
            target.port_names.insert((name.clone(), port.protocol));
        }
    }
}

/// Adds the ways to a Service by all its doors. Gives the doors.
pub(super) fn dial(service: &Service, exposure: &Exposure, target: &mut Target) -> BTreeSet<DoorKind> {
    let doors = doors(service);
    for door in doors.iter().copied().filter(|door| is_wanted(exposure, *door)) {
        for (port, dial) in by_door(service, door) {
            if wants_port(exposure, port.port, port.name.as_ref()) {
                target.dials.push(dial);
            } else {
                target.others.push(dial);
            }
        }
    }
    doors
}

/// The ways to a Service by all its doors and ports.
pub(crate) fn every_dial(service: &Service) -> impl Iterator<Item = Dial> + '_ {
    doors(service).into_iter().flat_map(|door| by_door(service, door)).map(|(_, dial)| dial)
}

fn by_door(service: &Service, door: DoorKind) -> impl Iterator<Item = (&ServicePort, Dial)> {
    let ports = service.ports.iter().filter(move |port| door != DoorKind::NodePort || port.node_port.is_some());
    ports.map(move |port| {
        let by = port.name.clone().map_or(PortRef::Number(port.port), PortRef::Name);
        (port, Dial { to: service_target(&service.name, door), door, port: Some(by), protocol: port.protocol })
    })
}

/// The doors that a Service has.
fn doors(service: &Service) -> BTreeSet<DoorKind> {
    let has = |door: &DoorKind| match door {
        DoorKind::ClusterIp => !service.cluster_ips.is_empty(),
        DoorKind::NodePort => service.ports.iter().any(|port| port.node_port.is_some()),
        DoorKind::LoadBalancer => {
            service.kind == ServiceType::LoadBalancer && !service.load_balancer_ingress.is_empty()
        }
        DoorKind::ExternalIp => !service.external_ips.is_empty(),
        DoorKind::PodIp => service.headless,
        DoorKind::HostPort => false,
    };
    DoorKind::ALL.into_iter().filter(has).collect()
}
