//! The target of an exposure, resolved: its Services, its pods, its doors.

use std::collections::{BTreeMap, BTreeSet};

use bulkhead_model::object::{Service, ServiceType};
use bulkhead_model::{Issue, Labels, Name, NamespacedName, ObjectRef, PortRef};
use bulkhead_path::{DoorKind, Network};
use bulkhead_snapshot::{PodId, ServiceId, Snapshot};

use crate::exposure::{Exposure, ExposureTarget};

/// A resolved target.
#[derive(Clone, Debug, Default)]
pub(crate) struct Target {
    /// The Services whose pods are the target: the one that was named, or the Ingress' backends.
    pub(crate) services: Vec<ServiceId>,
    /// Their pods that a NetworkPolicy can select: active, with their own network.
    pub(crate) pods: BTreeSet<PodId>,
    /// Selectors that select just the pods, and whom each selects, by namespace and labels.
    pub(crate) selections: BTreeMap<(Name, Labels), BTreeSet<PodId>>,
    /// The doors to look through.
    pub(crate) doors: Vec<DoorKind>,
    /// What stands in the way of an answer.
    pub(crate) issues: Vec<Issue>,
}

/// The doors that a gateway may have.
const GATEWAY_DOORS: [DoorKind; 4] =
    [DoorKind::NodePort, DoorKind::LoadBalancer, DoorKind::ExternalIp, DoorKind::HostPort];

/// Resolves the target of an exposure. What is missing or cannot be selected becomes an issue.
pub(crate) fn resolve(network: &Network<'_>, exposure: &Exposure) -> Target {
    let snapshot = network.snapshot();
    let mut target = Target::default();
    match &exposure.target {
        ExposureTarget::Service(name) => {
            add_service(snapshot, name, &mut target);
            target.doors = service_doors(snapshot, &target);
        }
        ExposureTarget::Ingress(name) => {
            let Some(ingress) = snapshot.ingresses.iter().find(|ingress| ingress.name == *name) else {
                target.issues.push(Issue::error("targetMissing").about(ObjectRef::namespaced("Ingress", name)));
                return target;
            };
            for backend in ingress.backends() {
                let service = NamespacedName::new(name.namespace.clone(), backend.service.clone());
                add_service(snapshot, &service, &mut target);
            }
            target.doors = GATEWAY_DOORS.to_vec();
        }
        ExposureTarget::Gateway(object) => {
            let Some(backends) = network.backends(object) else {
                let object = ObjectRef::namespaced(object.kind.name(), &object.name);
                target.issues.push(Issue::error("targetMissing").about(object));
                return target;
            };
            for backend in &backends {
                add_service(snapshot, backend, &mut target);
            }
            target.doors = GATEWAY_DOORS.to_vec();
        }
    }
    if !exposure.doors.is_empty() {
        let missing = exposure.doors.iter().filter(|door| !target.doors.contains(door));
        let missing: Vec<Issue> =
            missing.map(|door| Issue::warning("targetWithoutDoor").with("door", door.name())).collect();
        target.issues.extend(missing);
        target.doors.retain(|door| exposure.doors.contains(door));
    }
    for wanted in &exposure.ports {
        if !target.services.iter().any(|service| has_port(&snapshot.services[*service], wanted)) {
            target.issues.push(Issue::error("targetPortMissing").with("port", wanted));
        }
    }
    target
}

fn has_port(service: &Service, wanted: &PortRef) -> bool {
    service.ports.iter().any(|port| match wanted {
        PortRef::Number(number) => port.port == *number,
        PortRef::Name(name) => port.name.as_ref() == Some(name),
    })
}

fn add_service(snapshot: &Snapshot, name: &NamespacedName, target: &mut Target) {
    let reference = ObjectRef::namespaced("Service", name);
    let Some(id) = snapshot.service(name) else {
        target.issues.push(Issue::error("targetMissing").about(reference));
        return;
    };
    let service = &snapshot.services[id];
    target.services.push(id);
    let Some(selector) = &service.selector else {
        target.issues.push(Issue::warning("targetWithoutSelector").about(reference).at(service.position));
        return;
    };
    let (mut policed, mut host) = (BTreeSet::new(), 0_usize);
    for (id, pod) in snapshot.pods.iter() {
        let selected = pod.name.namespace == name.namespace
            && pod.is_active()
            && selector.iter().all(|(key, value)| pod.labels.get(key) == Some(value));
        if selected && pod.host_network {
            host += 1;
        } else if selected {
            policed.insert(id);
        }
    }
    if host > 0 {
        let issue = Issue::warning("targetOnHostNetwork").about(reference).at(service.position);
        target.issues.push(issue.with("pods", host));
    }
    target.pods.extend(&policed);
    target.selections.insert((name.namespace.clone(), selector.clone()), policed);
}

/// The doors that a Service has.
fn service_doors(snapshot: &Snapshot, target: &Target) -> Vec<DoorKind> {
    let mut doors = BTreeSet::new();
    for id in &target.services {
        let service = &snapshot.services[*id];
        if !service.cluster_ips.is_empty() {
            doors.insert(DoorKind::ClusterIp);
        }
        if service.ports.iter().any(|port| port.node_port.is_some()) {
            doors.insert(DoorKind::NodePort);
        }
        if service.kind == ServiceType::LoadBalancer && !service.load_balancer_ingress.is_empty() {
            doors.insert(DoorKind::LoadBalancer);
        }
        if !service.external_ips.is_empty() {
            doors.insert(DoorKind::ExternalIp);
        }
        if service.headless {
            doors.insert(DoorKind::PodIp);
        }
    }
    doors.into_iter().collect()
}
