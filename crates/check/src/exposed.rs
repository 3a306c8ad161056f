//! Services that the world outside can reach, and what their pods' policies let in of it.

use std::net::IpAddr;

use bulkhead_model::object::{Direction, Pod, Service, ServicePort, ServiceType, TrafficPolicy};
use bulkhead_model::{AddressSet, ObjectRef, PortRef};
use bulkhead_path::{Answer, DoorKind, Origin, Request, Target, trace};
use bulkhead_policy::rule::Who;

use crate::cluster::Cluster;
use crate::meaning::{PortArea, port_area};
use crate::service_ports::{selects, services_of, target};
use crate::site::{PeerSite, RuleSite};

/// A port of a Service with a door to the outside.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Exposed<'a> {
    pub(crate) service: &'a Service,
    pub(crate) port: &'a ServicePort,
    /// The door that is looked through: the node port, or the load balancer where there is none.
    pub(crate) door: DoorKind,
}

/// Every exposed port of Services with this `externalTrafficPolicy` that leads to a pod which a rule for ingress is about, on a
/// port that the rule is about.
pub(crate) fn exposed<'a>(cluster: &Cluster<'a>, site: RuleSite<'_>, policy: TrafficPolicy) -> Vec<Exposed<'a>> {
    let Some(ports) = port_area(&site.rule.ports).filter(|_| site.policy.direction == Direction::Ingress) else {
        return Vec::new();
    };
    let Some(namespace) = site.policy.origin.namespace.as_deref() else { return Vec::new() };
    let selection = cluster.population.pods(&site.policy.subject, None);
    let pods: Vec<&Pod> = selection.pods.iter().map(|id| &*cluster.snapshot.pods[*id]).collect();
    let of_namespace = services_of(cluster.snapshot, namespace)
        .filter(|service| service.external_traffic_policy == policy && service.selector.is_some());
    let ports_of = of_namespace.flat_map(|service| service.ports.iter().map(move |port| (service, port)));
    let exposed = ports_of.filter_map(|(service, port)| Some(Exposed { service, port, door: door(service, port)? }));
    exposed.filter(|exposed| exposed.leads_to(&pods, &ports)).collect()
}

/// A port's door to the outside.
fn door(service: &Service, port: &ServicePort) -> Option<DoorKind> {
    match service.kind {
        ServiceType::NodePort | ServiceType::LoadBalancer if port.node_port.is_some() => Some(DoorKind::NodePort),
        ServiceType::LoadBalancer => Some(DoorKind::LoadBalancer),
        // A manifest that nobody has applied has no number yet.
        ServiceType::NodePort => Some(DoorKind::NodePort),
        ServiceType::ClusterIp | ServiceType::ExternalName(_) => None,
    }
}

impl Exposed<'_> {
    fn leads_to(&self, pods: &[&Pod], ports: &PortArea) -> bool {
        let is_open = |pod: &&&Pod| {
            let number = target(self.port, pod);
            let by_number = number.is_some_and(|number| ports.holds(self.port.protocol, number));
            by_number
                || pod.ports().any(|port| {
                    Some(port.number) == number
                        && port.name.as_ref().is_some_and(|name| ports.holds_named(port.protocol, name))
                })
        };
        pods.iter().filter(|pod| selects(self.service, pod)).any(|pod| is_open(&pod))
    }

    /// A reference to the Service.
    pub(crate) fn object(&self) -> ObjectRef {
        ObjectRef::namespaced("Service", &self.service.name)
    }

    /// Every route of a client outside through the door.
    pub(crate) fn knock(&self, cluster: &Cluster<'_>, client: IpAddr) -> Answer {
        let name = self.service.name.clone();
        let request = Request {
            from: Origin::Address(client),
            to: Target::Service { name, door: Some(self.door) },
            port: Some(PortRef::Number(self.port.port)),
            protocol: self.port.protocol,
            entry_node: None,
        };
        trace(cluster.network, &request)
    }
}

/// The addresses of a peer's block; `None` where it is no block.
pub(crate) fn block_of(peer: PeerSite<'_>) -> Option<AddressSet> {
    match &peer.peer.who {
        Who::Block { block, .. } => Some(AddressSet::from_block(block)),
        _ => None,
    }
}

/// What is left of a set for clients outside: no pods, no nodes, no Services.
pub(crate) fn outside(cluster: &Cluster<'_>, addresses: &AddressSet) -> AddressSet {
    addresses.difference(&cluster.addresses.taken)
}

/// One client of a set: an address that looks like one, not the name of a network.
pub(crate) fn client_in(addresses: &AddressSet) -> Option<IpAddr> {
    let (first, last) = addresses.ranges().next()?;
    let second = match first {
        IpAddr::V4(address) => IpAddr::from(u32::from(address).wrapping_add(1).to_be_bytes()),
        IpAddr::V6(address) => IpAddr::from(u128::from(address).wrapping_add(1).to_be_bytes()),
    };
    Some(if first == last { first } else { second })
}
