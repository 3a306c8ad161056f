//! Gateways that are no pods: load balancers outside of the cluster, and processes of every node.

use std::net::IpAddr;

use bulkhead_model::Protocol;
use bulkhead_model::object::{Ingress, Service};
use bulkhead_policy::Identity;
use bulkhead_snapshot::ServiceId;

use super::super::Tracing;
use super::{no_port, target_of};
use crate::cni::Family;
use crate::door::{Balanced, SentBy, Side};
use crate::gateway::{self, TargetsBy, Way};
use crate::lb::{self, Targets};
use crate::network::{Endpoint, Endpoints, Network, PortOf};
use crate::reason::{
    ASSUMED_GATEWAY_REACHED, BALANCED_BY, GATEWAY_IDENTITY, GATEWAY_OF_NODES, GATEWAY_OUTSIDE,
    LOAD_BALANCER_SOURCE_UNKNOWN, NAME_NOT_RESOLVED, Reason,
};
use crate::request::{DoorKind, Served};
use crate::route::{Address, Outcome, Route, RouteEndpoint};
use crate::walk::{Client, Trail, nowhere};

/// Through a load balancer outside, which opens connections to nodes or pods from addresses of its own.
pub(super) fn from_outside(
    tracing: &Tracing<'_>,
    object: &Served,
    way: &Way<'_>,
    (targets, addresses): (TargetsBy, &[&str]),
    kind: Option<DoorKind>,
) -> Vec<Route> {
    if kind.is_some_and(|kind| kind != DoorKind::LoadBalancer) {
        return Vec::new();
    }
    let title = way.gateway.member.title;
    if Tracing::side(tracing.client) == Side::Inside {
        let reason = Reason::new(GATEWAY_OUTSIDE).with("implementation", title);
        return vec![nowhere(Outcome::Undetermined, reason, Some(DoorKind::LoadBalancer))];
    }
    let network = tracing.network;
    let mut routes = Vec::new();
    for backend in &way.backends {
        let id = match target_of(network, way, backend) {
            Ok(id) => id,
            Err(ended) => {
                routes.push(*ended);
                continue;
            }
        };
        let service = &network.snapshot().services[id];
        let Some(port) = service.port(&backend.port, backend.protocol) else {
            routes.push(no_port(backend));
            continue;
        };
        let to_pods = match sends_to_pods(network, targets, way.ingress, service) {
            Ok(to_pods) => to_pods,
            Err(reason) => {
                routes.push(nowhere(Outcome::Undetermined, reason, Some(DoorKind::LoadBalancer)));
                continue;
            }
        };
        let targets = if to_pods { Targets::Endpoints } else { Targets::NodePort(lb::node_targets(network, id)) };
        for source in sources(network, addresses, title) {
            let balanced = Balanced {
                front: Address::Unknown(Reason::new(NAME_NOT_RESOLVED).with("name", &object.name)),
                front_port: way.first_port(),
                service: id,
                from: SentBy::Balancer(source),
                how: Reason::new(BALANCED_BY).with("implementation", title).with("by", &object.name),
                assumptions: Vec::new(),
                guarded: false,
            };
            let doors = lb::to_targets(network, id, port, &targets, &lb::families_of(service), &balanced);
            routes.extend(doors.iter().filter(|door| tracing.reaches(door)).flat_map(|door| tracing.through(door)));
        }
    }
    routes
}

fn sends_to_pods(
    network: &Network<'_>,
    targets: TargetsBy,
    ingress: Option<&Ingress>,
    service: &Service,
) -> Result<bool, Reason> {
    match targets {
        TargetsBy::Pods => Ok(true),
        TargetsBy::Aws => gateway::aws_sends_to_pods(network.snapshot(), ingress, service),
        TargetsBy::AwsGateway(default) => gateway::aws_gateway_sends_to_pods(network.snapshot(), default, service),
        TargetsBy::PodsIfServiceHas(key, texts) => {
            Ok(service.annotations.get(key).is_some_and(|own| texts.split('|').any(|text| own.contains(text))))
        }
    }
}

/// Where connections come from: what the user says, else what is published, else nobody knows.
fn sources(network: &Network<'_>, addresses: &[&str], title: &'static str) -> Vec<Address> {
    let published = gateway::published(addresses);
    let blocks = match network.balancer_blocks() {
        [] => published.as_slice(),
        told => told,
    };
    if blocks.is_empty() {
        let unknown = Reason::missing(LOAD_BALANCER_SOURCE_UNKNOWN, "--load-balancer-source");
        return vec![Address::Unknown(unknown.with("implementation", title))];
    }
    blocks.iter().map(|block| Address::Known(Network::balancer_representative(block))).collect()
}

/// Through a process of every node, whose packets policies know by an identity and not by an address.
pub(super) fn by_nodes(tracing: &Tracing<'_>, way: &Way<'_>, identity: Identity) -> Vec<Route> {
    let network = tracing.network;
    let mut routes = Vec::new();
    for backend in &way.backends {
        let id = match target_of(network, way, backend) {
            Ok(id) => id,
            Err(ended) => {
                routes.push(*ended);
                continue;
            }
        };
        let service = &network.snapshot().services[id];
        let wanted = service.port(&backend.port, backend.protocol);
        let index = wanted.and_then(|wanted| service.ports.iter().position(|own| own == wanted));
        let Some(index) = index else {
            routes.push(no_port(backend));
            continue;
        };
        let sets = Family::ALL.map(|family| Endpoints::of(network.snapshot(), PortOf { service: id, index }, family));
        for endpoint in sets.iter().flat_map(Endpoints::ready) {
            routes.push(to_endpoint(tracing, way, identity, id, endpoint));
        }
    }
    routes
}

/// What the gateway of a node opens to one endpoint. Another engine than the gateway's own does not know the identity.
fn to_endpoint(tracing: &Tracing<'_>, way: &Way<'_>, identity: Identity, id: ServiceId, endpoint: &Endpoint) -> Route {
    let (network, door) = (tracing.network, Some(DoorKind::LoadBalancer));
    let title = way.gateway.member.title;
    let says = |code| Reason::new(code).with("identity", identity.name()).with("implementation", title);
    let knows = network.policies().engine().judges_by_identity();
    let (Some(pod), Some(client), true) = (endpoint.pod, address_of(tracing), knows) else {
        let reached = RouteEndpoint {
            pod: endpoint.pod,
            node: endpoint.node,
            address: Some(endpoint.address),
            port: endpoint.port,
        };
        let route = nowhere(Outcome::Undetermined, says(GATEWAY_IDENTITY), door);
        return Route { endpoint: Some(reached), service: Some(id), ..route };
    };
    let balanced = Balanced {
        front: Address::Unknown(says(GATEWAY_IDENTITY)),
        front_port: way.first_port(),
        service: id,
        from: SentBy::Balancer(Address::Unknown(says(GATEWAY_IDENTITY))),
        how: says(GATEWAY_OF_NODES),
        assumptions: Vec::new(),
        guarded: false,
    };
    let source = Address::Unknown(says(GATEWAY_OF_NODES));
    let protocol = way.backends.first().map_or(Protocol::Tcp, |backend| backend.protocol);
    let trail = Trail::new(tracing.client, source, endpoint.address, endpoint.port, protocol);
    let mut trail = trail.balanced(client, &balanced);
    trail.own_identity = Some(identity);
    trail.service = Some(id);
    trail.assume(Some(says(ASSUMED_GATEWAY_REACHED)));
    Route { door, ..tracing.walker.by_own_gateway(trail, pod) }
}

/// The client's own address, where it has one.
fn address_of(tracing: &Tracing<'_>) -> Option<IpAddr> {
    let network = tracing.network;
    match tracing.client {
        Client::Outside(address) => Some(address),
        Client::Pod(pod, _) => network.snapshot().pods[pod].addresses.first().copied(),
        Client::Process(node) => Family::ALL.into_iter().find_map(|family| network.primary_address(node, family).ok()),
    }
}
