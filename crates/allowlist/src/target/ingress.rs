//! An Ingress, a Gateway or a route as the target: its backends' pods, through the gateway that serves it.

use std::collections::BTreeSet;

use bulkhead_model::object::Ingress;
use bulkhead_model::{Issue, NamespacedName, ObjectRef, PortRef, Protocol};
use bulkhead_path::{DoorKind, Network, Served, ServedKind, Target as RequestTarget};

use super::{Dial, TARGET_MISSING, Target, is_wanted, service};
use crate::exposure::Exposure;

/// The doors that a controller may have.
const DOORS: [DoorKind; 4] = [DoorKind::NodePort, DoorKind::LoadBalancer, DoorKind::ExternalIp, DoorKind::HostPort];

/// The ports at which clients speak to a controller.
const PORTS: [u16; 2] = [80, 443];

/// The Ingress of that name. Gives the doors.
pub(super) fn resolve(
    network: &Network<'_>,
    exposure: &Exposure,
    name: &NamespacedName,
    target: &mut Target,
) -> BTreeSet<DoorKind> {
    let Some(ingress) = network.snapshot().ingresses.iter().find(|ingress| ingress.name == *name) else {
        target.issues.push(Issue::error(TARGET_MISSING).about(ObjectRef::namespaced("Ingress", name)));
        return exposure.doors.iter().copied().collect();
    };
    let object = Served { kind: ServedKind::Ingress, name: name.clone() };
    for backend in network.backends(&object).unwrap_or_default() {
        if backend.namespace == name.namespace {
            service::add(network.snapshot(), &backend, target);
        } else {
            // Whoever may write the Ingress has no say over another namespace's policies.
            let issue = Issue::warning("targetBackendElsewhere").about(ObjectRef::namespaced("Ingress", name));
            target.issues.push(issue.at(ingress.position).with("service", &backend));
        }
    }
    dial(exposure, ingress, target)
}

/// The Gateway with all of its routes, or the one route. Gives the doors.
pub(super) fn of_gateway(
    network: &Network<'_>,
    exposure: &Exposure,
    object: &Served,
    target: &mut Target,
) -> BTreeSet<DoorKind> {
    let Some(backends) = network.backends(object) else {
        let missing = ObjectRef::namespaced(object.kind.name(), &object.name);
        target.issues.push(Issue::error(TARGET_MISSING).about(missing));
        return exposure.doors.iter().copied().collect();
    };
    for backend in &backends {
        service::add(network.snapshot(), backend, target);
    }
    for door in DOORS.into_iter().filter(|door| is_wanted(exposure, *door)) {
        let to = RequestTarget::Gateway { object: object.clone(), door: Some(door) };
        // its listeners say the ports
        target.dials.push(Dial { to, door, port: None, protocol: Protocol::Tcp });
    }
    DOORS.into_iter().collect()
}

/// Adds the ways to an Ingress' backends. Gives the doors.
pub(super) fn dial(exposure: &Exposure, ingress: &Ingress, target: &mut Target) -> BTreeSet<DoorKind> {
    for door in DOORS.into_iter().filter(|door| is_wanted(exposure, *door)) {
        let to = RequestTarget::Ingress { name: ingress.name.clone(), door: Some(door) };
        let dial = |port| Dial { to: to.clone(), door, port: Some(PortRef::Number(port)), protocol: Protocol::Tcp };
        target.dials.extend(PORTS.map(dial));
    }
    DOORS.into_iter().collect()
}
