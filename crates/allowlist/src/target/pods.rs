//! A pod or a workload as the target: by the pods' own addresses, by their host ports, and by every Service that leads to them.

use std::collections::BTreeSet;
use std::net::IpAddr;

use bulkhead_model::object::{ContainerPort, Node, Pod, WorkloadKind};
use bulkhead_model::{Issue, Labels, NamespacedName, ObjectRef, PortRef, Protocol};
use bulkhead_path::{DoorKind, Target as RequestTarget};
use bulkhead_snapshot::{PodId, Snapshot};

use super::{Dial, TARGET_MISSING, Target, is_wanted, selected, service, wants_port};
use crate::exposure::Exposure;
use crate::selector;

/// One pod.
pub(super) fn of_pod(
    snapshot: &Snapshot,
    exposure: &Exposure,
    name: &NamespacedName,
    target: &mut Target,
) -> BTreeSet<DoorKind> {
    let found = snapshot.pod(name).filter(|pod| snapshot.pods[*pod].is_active());
    let Some(pod) = found else {
        target.issues.push(Issue::error(TARGET_MISSING).about(ObjectRef::namespaced("Pod", name)));
        return exposure.doors.iter().copied().collect();
    };
    let labels = selector::lasting_labels(&snapshot.pods[pod].labels);
    add(snapshot, exposure, &BTreeSet::from([pod]), labels, target)
}

/// The pods of a workload.
pub(super) fn of_workload(
    snapshot: &Snapshot,
    exposure: &Exposure,
    kind: WorkloadKind,
    name: &NamespacedName,
    target: &mut Target,
) -> BTreeSet<DoorKind> {
    let pods = workload_pods(snapshot, kind, name);
    if pods.is_empty() {
        target.issues.push(Issue::error(TARGET_MISSING).about(ObjectRef::namespaced(kind.name(), name)));
        return exposure.doors.iter().copied().collect();
    }
    let labels = selector::common_labels(snapshot, &pods);
    add(snapshot, exposure, &pods, labels, target)
}

/// The active pods that a workload made, itself or through others.
pub(crate) fn workload_pods(snapshot: &Snapshot, kind: WorkloadKind, name: &NamespacedName) -> BTreeSet<PodId> {
    let of_it = |id: PodId| snapshot.workload_of(id).is_some_and(|(of, owner)| of == kind.name() && owner == name.name);
    snapshot.pods_of(&name.namespace).filter(|(id, pod)| pod.is_active() && of_it(*id)).map(|(id, _)| id).collect()
}

fn add(
    snapshot: &Snapshot,
    exposure: &Exposure,
    pods: &BTreeSet<PodId>,
    labels: Labels,
    target: &mut Target,
) -> BTreeSet<DoorKind> {
    let Some(first) = pods.first() else { return BTreeSet::new() };
    let namespace = snapshot.pods[*first].name.namespace.clone();
    let policed: BTreeSet<PodId> = pods.iter().copied().filter(|pod| !snapshot.pods[*pod].host_network).collect();
    if policed.len() < pods.len() {
        target.issues.push(Issue::warning("targetOnHostNetwork").with("pods", pods.len() - policed.len()));
    }
    let (everyone, _) = selected(snapshot, &namespace, &labels);
    let besides = everyone.difference(&policed).count();
    if besides > 0 && !policed.is_empty() {
        target.issues.push(Issue::warning("targetSharesLabels").with("pods", besides));
    }
    let mut doors = BTreeSet::from([DoorKind::PodIp]);
    for pod in &policed {
        own_doors(snapshot, exposure, &snapshot.pods[*pod], &mut doors, target);
    }
    let services = snapshot.services.iter().filter(|(_, service)| service.name.namespace == namespace);
    for (id, service) in services {
        let Some(selector) = &service.selector else { continue };
        let has = |pod: &PodId| {
            let labels = &snapshot.pods[*pod].labels;
            selector.iter().all(|(key, value)| labels.get(key) == Some(value))
        };
        if policed.iter().any(has) {
            target.services.push(id);
            service::add_port_names(service, target);
            let every_port = Exposure { ports: Vec::new(), ..exposure.clone() };
            doors.extend(service::dial(service, &every_port, target));
        }
    }
    if !policed.is_empty() {
        target.selections.insert((namespace, labels), policed.clone());
    }
    target.pods = policed;
    target.pod_ports.clone_from(&exposure.ports);
    doors
}

/// The ways to one pod by its own address and by its node's.
pub(super) fn own_doors(
    snapshot: &Snapshot,
    exposure: &Exposure,
    pod: &Pod,
    doors: &mut BTreeSet<DoorKind>,
    target: &mut Target,
) {
    let named = |wanted: &PortRef| match wanted {
        PortRef::Number(number) => Some((*number, Protocol::Tcp)),
        PortRef::Name(name) => {
            pod.ports().find(|port| port.name.as_ref() == Some(name)).map(|port| (port.number, port.protocol))
        }
    };
    let declared = || pod.ports().map(|port| (port.number, port.protocol)).collect::<BTreeSet<_>>();
    let ports: BTreeSet<_> =
        if exposure.ports.is_empty() { declared() } else { exposure.ports.iter().filter_map(named).collect() };
    if is_wanted(exposure, DoorKind::PodIp) {
        let to = RequestTarget::Pod(pod.name.clone());
        let dial = |(number, protocol)| Dial {
            to: to.clone(),
            door: DoorKind::PodIp,
            port: Some(PortRef::Number(number)),
            protocol,
        };
        target.dials.extend(ports.into_iter().map(dial));
    }
    for port in pod.ports().filter(|port| wants_port(exposure, port.number, port.name.as_ref())) {
        let Some(host_port) = port.host_port else { continue };
        doors.insert(DoorKind::HostPort);
        if is_wanted(exposure, DoorKind::HostPort) {
            let dial = |to| Dial {
                to: RequestTarget::Address(to),
                door: DoorKind::HostPort,
                port: Some(PortRef::Number(host_port)),
                protocol: port.protocol,
            };
            target.dials.extend(host_addresses(snapshot, pod, port).into_iter().map(dial));
        }
    }
}

/// The addresses at which a host port is served.
fn host_addresses(snapshot: &Snapshot, pod: &Pod, port: &ContainerPort) -> Vec<IpAddr> {
    let node = pod.node.as_ref().and_then(|node| snapshot.node(node)).map(|node| &snapshot.nodes[node]);
    let own = node.into_iter().flat_map(Node::internal_addresses);
    match port.host_ip.filter(|address| !address.is_unspecified()) {
        Some(address) => vec![address],
        None => own.collect(),
    }
}
