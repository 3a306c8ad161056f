//! Which numbers are a Service's port or node port and not where its pods listen.

use std::collections::BTreeMap;

use bulkhead_model::object::{Pod, Service, ServicePort};
use bulkhead_model::{PortNumber, PortRef, Protocol};
use bulkhead_snapshot::{ServiceId, Snapshot};

/// A port of a Service that stands behind a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct FrontPort {
    pub(crate) service: ServiceId,
    /// Its place in the Service's ports.
    pub(crate) index: usize,
    pub(crate) front: Front,
}

/// Which of a Service's numbers it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Front {
    /// `port`
    Port,
    /// `nodePort`
    NodePort,
}

/// Every number in front of a Service, with the Services that have it.
pub(crate) type FrontPorts = BTreeMap<(Protocol, PortNumber), Vec<FrontPort>>;

/// Finds the numbers of all Services with a selector.
pub(crate) fn front_ports(snapshot: &Snapshot) -> FrontPorts {
    let mut fronts = FrontPorts::new();
    for (id, service) in snapshot.services.iter().filter(|(_, service)| service.selector.is_some()) {
        for (index, port) in service.ports.iter().enumerate() {
            let mut add = |number: PortNumber, front: Front| {
                let found = fronts.entry((port.protocol, number)).or_default();
                found.push(FrontPort { service: id, index, front });
            };
            // A headless Service has no port of its own: its clients dial the pods.
            if !service.headless {
                add(port.port, Front::Port);
            }
            if let Some(number) = port.node_port {
                add(number, Front::NodePort);
            }
        }
    }
    fronts
}

/// Whether a Service selects a pod.
pub(crate) fn selects(service: &Service, pod: &Pod) -> bool {
    service.name.namespace == pod.name.namespace
        && service
            .selector
            .as_ref()
            .is_some_and(|selector| selector.iter().all(|(key, value)| pod.labels.get(key) == Some(value)))
}

/// The number that a Service's port leads to on a pod; `None` where it goes by a name that the pod does not declare.
pub(crate) fn target(port: &ServicePort, pod: &Pod) -> Option<PortNumber> {
    match &port.target_port {
        PortRef::Number(number) => Some(*number),
        PortRef::Name(name) => pod.named_port(name, port.protocol),
    }
}

/// The Services of one namespace.
pub(crate) fn services_of<'a>(snapshot: &'a Snapshot, namespace: &str) -> impl Iterator<Item = &'a Service> + use<'a> {
    let rows = snapshot.services.rows();
    let first = rows.partition_point(|service| service.name.namespace.as_str() < namespace);
    let last = rows.partition_point(|service| service.name.namespace.as_str() <= namespace);
    rows.get(first..last).unwrap_or_default().iter()
}
