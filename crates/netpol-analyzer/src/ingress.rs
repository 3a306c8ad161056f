//! What Ingresses and Routes lead to: the pods behind the Services that they name, on the ports that those have.

use std::collections::BTreeMap;

use bulkhead_model::object::{Pod, Service, ServicePort};
use bulkhead_model::{Name, NamespacedName, PortNumber, PortRange, PortRef, Protocol};
use bulkhead_policy::reach::PortRanges;
use bulkhead_snapshot::Snapshot;

use crate::peer::Peer;
use crate::world::{Member, World};

/// The TCP ports of everybody that an Ingress or a Route leads to.
pub(crate) fn targets(world: &World) -> BTreeMap<Peer, PortRanges> {
    let mut found: BTreeMap<Peer, Vec<PortNumber>> = BTreeMap::new();
    for (service, wanted) in services_behind(&world.snapshot) {
        let Some(service) = world.snapshot.service(&service).map(|id| &world.snapshot.services[id]) else { continue };
        for member in behind(service, world) {
            let ports = target_ports(service, wanted.as_ref()).filter_map(|port| number_on(&member.pod, port));
            found.entry(member.peer.clone()).or_default().extend(ports);
        }
    }
    let range = |number: PortNumber| (Protocol::Tcp, PortRange { first: number, last: number });
    found.into_iter().map(|(peer, ports)| (peer, ports.into_iter().map(range).collect())).collect()
}

/// The Services that Ingresses and Routes name, with the port.
fn services_behind(snapshot: &Snapshot) -> Vec<(NamespacedName, Option<PortRef>)> {
    let in_namespace =
        |name: &NamespacedName, service: &Name| NamespacedName::new(name.namespace.clone(), service.clone());
    let ingresses = snapshot.ingresses.iter().flat_map(|ingress| {
        let backends = ingress.backends().into_iter();
        backends.map(move |backend| (in_namespace(&ingress.name, &backend.service), Some(backend.port.clone())))
    });
    let routes = snapshot.routes.iter().flat_map(|route| {
        let services = route.services.iter();
        services.map(move |service| (in_namespace(&route.name, service), route.target_port.clone()))
    });
    ingresses.chain(routes).collect()
}

/// Who a Service selects.
fn behind<'w>(service: &'w Service, world: &'w World) -> impl Iterator<Item = &'w Member> {
    let selects = |pod: &Pod| {
        let selector = service.selector.as_ref();
        let all =
            |selector: &bulkhead_model::Labels| selector.iter().all(|(key, value)| pod.labels.get(key) == Some(value));
        pod.name.namespace == service.name.namespace && selector.is_some_and(all)
    };
    world.workloads().filter(move |member| selects(&member.pod))
}

/// The target of the first port of a Service that is the wanted one by its name, its number or its target; of every port
/// where none is wanted.
fn target_ports<'s>(service: &'s Service, wanted: Option<&'s PortRef>) -> impl Iterator<Item = &'s PortRef> {
    let is_wanted = move |port: &&ServicePort| match wanted {
        None => true,
        Some(PortRef::Name(name)) if port.name.as_ref() == Some(name) => true,
        Some(PortRef::Number(number)) if port.port == *number => true,
        Some(wanted) => port.target_port == *wanted,
    };
    let count = if wanted.is_some() { 1 } else { usize::MAX };
    service.ports.iter().filter(is_wanted).take(count).map(|port| &port.target_port)
}

/// The number of a port on a pod, if the pod declares it. A port that is declared for another protocol counts as TCP, unless
/// it is asked for by its name.
fn number_on(pod: &Pod, port: &PortRef) -> Option<PortNumber> {
    match port {
        PortRef::Name(name) => {
            let named = pod.ports().find(|port| port.name.as_ref() == Some(name));
            named.filter(|port| port.protocol == Protocol::Tcp).map(|port| port.number)
        }
        PortRef::Number(number) => pod.ports().any(|port| port.number == *number).then_some(*number),
    }
}
