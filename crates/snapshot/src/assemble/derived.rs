//! Endpoints that follow from selectors, for manifests that nobody has applied yet.
//!
//! The endpoint slice controller makes one slice for each address family and each set of target ports; so does this.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;

use bulkhead_model::object::{Endpoint, EndpointPort, EndpointSlice, Pod, Service, ServiceType};
use bulkhead_model::{Issue, Labels, NamespacedName, PortRef, Position};

use crate::code;
use crate::snapshot::{DERIVED_SLICE, Snapshot};
use crate::table::PodId;

/// Gives every Service with a selector the slices that the controller would make of the pods in the input.
pub(super) fn derive(snapshot: &mut Snapshot) {
    let mut pods_by_namespace: BTreeMap<&str, Vec<PodId>> = BTreeMap::new();
    for (id, pod) in snapshot.pods.iter().filter(|(_, pod)| pod.is_active() && !pod.addresses.is_empty()) {
        pods_by_namespace.entry(&pod.name.namespace).or_default().push(id);
    }
    let mut slices = BTreeMap::new();
    for (id, service) in snapshot.services.iter() {
        let Some(selector) = service.selector.as_ref().filter(|_| !is_alias(service)) else { continue };
        let pods = pods_by_namespace.get(service.name.namespace.as_str()).map_or(&[][..], Vec::as_slice);
        let pods = pods.iter().map(|pod| &snapshot.pods[*pod]).filter(|pod| selects(selector, pod));
        let of_service = slices_of(service, pods);
        if !of_service.is_empty() {
            slices.insert(id, of_service);
        }
    }
    if !slices.is_empty() {
        snapshot.issues.push(Issue::note(code::ENDPOINTS_DERIVED).with("services", slices.len()));
    }
    snapshot.slices = slices;
}

fn is_alias(service: &Service) -> bool {
    matches!(service.kind, ServiceType::ExternalName(_))
}

fn selects(selector: &Labels, pod: &Pod) -> bool {
    selector.iter().all(|(key, value)| pod.labels.get(key) == Some(value))
}

fn slices_of<'p>(service: &Service, pods: impl Iterator<Item = &'p Arc<Pod>>) -> Vec<Arc<EndpointSlice>> {
    let mut groups: BTreeMap<(bool, Vec<EndpointPort>), Vec<Endpoint>> = BTreeMap::new();
    for pod in pods {
        let ports = ports(service, pod);
        for address in addresses(service, pod) {
            groups.entry((address.is_ipv6(), ports.clone())).or_default().push(endpoint(service, pod, address));
        }
    }
    let name = NamespacedName::new(service.name.namespace.clone(), format!("{}{DERIVED_SLICE}", service.name.name));
    let slice = |((_, ports), endpoints)| {
        Arc::new(EndpointSlice {
            name: name.clone(),
            service: Some(service.name.name.clone()),
            ports,
            endpoints,
            from_endpoints: false,
            position: Position::NOWHERE,
        })
    };
    groups.into_iter().map(slice).collect()
}

/// The ports that the Service has on a pod. One whose name the pod does not declare is left out, as by the controller.
fn ports(service: &Service, pod: &Pod) -> Vec<EndpointPort> {
    let port = |port: &bulkhead_model::object::ServicePort| {
        let number = match &port.target_port {
            PortRef::Number(number) => Some(*number),
            PortRef::Name(name) => pod.named_port(name, port.protocol),
        };
        number.map(|number| EndpointPort { name: port.name.clone(), protocol: port.protocol, port: Some(number) })
    };
    service.ports.iter().filter_map(port).collect()
}

/// The pod's first address of each family that the Service has; of the pod's first family where nobody gave the Service an
/// address yet.
fn addresses(service: &Service, pod: &Pod) -> Vec<IpAddr> {
    let first = |is_ipv6: bool| pod.addresses.iter().copied().find(|address| address.is_ipv6() == is_ipv6);
    if service.cluster_ips.is_empty() {
        return pod.addresses.first().copied().into_iter().collect();
    }
    service.cluster_ips.iter().filter_map(|address| first(address.is_ipv6())).collect()
}

fn endpoint(service: &Service, pod: &Pod, address: IpAddr) -> Endpoint {
    let is_ready = pod.ready.unwrap_or(true);
    Endpoint {
        address,
        ready: service.publish_not_ready_addresses || (is_ready && !pod.terminating),
        serving: service.publish_not_ready_addresses || is_ready,
        terminating: pod.terminating,
        node: pod.node.clone(),
        pod: Some(pod.name.clone()),
        hint_nodes: Vec::new(),
        hint_zones: Vec::new(),
    }
}
