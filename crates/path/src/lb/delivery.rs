//! What follows from a load balancer's habits: the doors by which its packets come in.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::sync::Arc;

use bulkhead_model::object::{IpMode, LoadBalancerIngress, Service, ServicePort, ServiceType, TrafficPolicy};
use bulkhead_model::{PortNumber, Protocol};
use bulkhead_snapshot::{Evidence, NodeId, ServiceId};

use super::habits::{Arrives, Follows, Health, LocalNodes, Source, Without};
use super::nodes::{self, Counting};
use super::{Asked, LoadBalancerKind, Setup, claim, member_of};
use crate::cni::Family;
use crate::door::{At, Balanced, Door, Entry, SentBy, Side};
use crate::network::{AddressKind, Endpoints, Network, PortOf, endpoints_expected};
use crate::proxy;
use crate::reason::{
    ASSUMED_ANNOUNCERS, ASSUMED_HEALTH_CHECKS, BALANCED_BY, HELD_UNKNOWN, LOAD_BALANCER_PROXIES,
    LOAD_BALANCER_SOURCE_UNKNOWN, LOCAL_UNSUPPORTED, NAME_NOT_RESOLVED, NO_NODE_PORT, NO_NODE_PORT_BY_TYPE,
    NO_SUCH_PORT, NOT_ANNOUNCED, Reason,
};
use crate::request::DoorKind;
use crate::route::Address;

/// The doors of a Service's load balancer for one of its ports.
pub(crate) fn doors(
    network: &Network<'_>,
    id: ServiceId,
    service: &Service,
    port: &ServicePort,
    side: Side,
) -> Vec<Door> {
    let of = |ingress: &LoadBalancerIngress| {
        let asked = Asked { network, id, service, ingress, port: Some(port) };
        match side {
            Side::Outside => from_outside(&asked, port),
            Side::Inside => vec![from_inside(&asked, port)],
        }
    };
    service.load_balancer_ingress.iter().flat_map(of).collect()
}

/// The doors at an address of a load balancer, whatever port of it is dialled.
pub(crate) fn doors_at(
    network: &Network<'_>,
    id: ServiceId,
    address: IpAddr,
    port: PortNumber,
    protocol: Protocol,
) -> Vec<Door> {
    let service = &network.snapshot().services[id];
    let ingress = service.load_balancer_ingress.iter().find(|ingress| ingress.address == Some(address));
    let dialled = service.ports.iter().find(|own| own.port == port && own.protocol == protocol);
    let asked = ingress.map(|ingress| Asked { network, id, service, ingress, port: dialled });
    let entry = match (asked, dialled) {
        (Some(asked), Some(port)) => return from_outside(&asked, port),
        (Some(asked), None) => at_other_port(&asked, address),
        (None, _) => entry(network, id, address),
    };
    vec![at_address(address, port, protocol, entry, Vec::new())]
}

/// By which nodes packets come in for a port that no Service has at the address.
fn at_other_port(asked: &Asked<'_>, address: IpAddr) -> Entry {
    match held(asked) {
        Ok(Held::OnNode) => entry(asked.network, asked.id, address),
        // Whoever announces it has nobody to give it to; whoever listens for the Service does not listen there.
        Ok(Held::Nowhere) => Entry::Elsewhere(Reason::new(NO_SUCH_PORT)),
        Err(unknown) => Entry::Unknown(unknown, None),
    }
}

/// Whether nodes have a load balancer's address themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Held {
    /// The one that packets for it come to.
    OnNode,
    Nowhere,
}

/// Whether nodes have an address themselves that is a load balancer's, or why nobody can tell.
pub(crate) fn held_at(network: &Network<'_>, address: IpAddr) -> Result<Held, Reason> {
    let Some((AddressKind::LoadBalancer, id)) = network.services().address(address) else { return Ok(Held::Nowhere) };
    let service = &network.snapshot().services[id];
    let ingress = service.load_balancer_ingress.iter().find(|ingress| ingress.address == Some(address));
    ingress.map_or(Ok(Held::Nowhere), |ingress| held(&Asked { network, id, service, ingress, port: None }))
}

fn held(asked: &Asked<'_>) -> Result<Held, Reason> {
    let (member, setup, _) = set_up(asked)?;
    let shown = || asked.ingress.address.map_or_else(String::new, |address| address.to_string());
    match setup.variant.habits.arrives.value {
        Arrives::HeldAddress => Ok(Held::OnNode),
        // Nobody is known who would, or would not; in ipvs mode every node has it, and what answers there hangs on the release.
        Arrives::Address if member.name == super::vip::NAME || proxy::binds_service_addresses(asked.network) => {
            Err(Reason::new(HELD_UNKNOWN).with("address", shown()))
        }
        Arrives::Address | Arrives::NodePort | Arrives::Pod => Ok(Held::Nowhere),
    }
}

/// By which nodes packets come in that keep the load balancer's address as their destination.
pub(crate) fn entry(network: &Network<'_>, id: ServiceId, address: IpAddr) -> Entry {
    let service = &network.snapshot().services[id];
    let ingress = service.load_balancer_ingress.iter().find(|ingress| ingress.address == Some(address));
    let proxies = || Entry::Unknown(Reason::new(LOAD_BALANCER_PROXIES).with("address", address), None);
    let Some(ingress) = ingress else { return proxies() };
    let asked = Asked { network, id, service, ingress, port: None };
    match set_up(&asked) {
        Err(unknown) => Entry::Unknown(unknown, None),
        Ok((member, setup, _)) => match setup.variant.habits.arrives.value {
            Arrives::Address | Arrives::HeldAddress => entering(&asked, member, &setup),
            Arrives::NodePort | Arrives::Pod => proxies(),
        },
    }
}

fn set_up(asked: &Asked<'_>) -> Result<(LoadBalancerKind, Setup, Option<Evidence>), Reason> {
    let (member, evidence) = member_of(asked)?;
    Ok((member, (member.read)(asked)?, evidence))
}

/// Clients inside are served by their own node's rules where there are any; elsewhere they leave the cluster.
fn from_inside(asked: &Asked<'_>, port: &ServicePort) -> Door {
    let at = asked.ingress.address.map_or(At::Name, At::Address);
    let entry = match (asked.ingress.address, asked.ingress.ip_mode) {
        (Some(address), IpMode::Vip) => entry(asked.network, asked.id, address),
        (Some(address), IpMode::Proxy) => {
            Entry::Unknown(Reason::new(LOAD_BALANCER_PROXIES).with("address", address), None)
        }
        (None, _) => Entry::Unknown(unresolved(asked), None),
    };
    Door { at, entry, ..blank(port.port, port.protocol) }
}

fn from_outside(asked: &Asked<'_>, port: &ServicePort) -> Vec<Door> {
    let (member, setup, evidence) = match set_up(asked) {
        Ok(found) => found,
        Err(unknown) => {
            let at = asked.ingress.address.map_or(At::Name, At::Address);
            return vec![Door { at, entry: Entry::Unknown(unknown, None), ..blank(port.port, port.protocol) }];
        }
    };
    let habits = &setup.variant.habits;
    let targets = match habits.arrives.value {
        Arrives::Address | Arrives::HeldAddress => {
            let Some(address) = asked.ingress.address else { return Vec::new() };
            let entry = entering(asked, member, &setup);
            return vec![at_address(address, port.port, port.protocol, entry, setup.assumptions)];
        }
        Arrives::NodePort => Targets::NodePort(entering(asked, member, &setup)),
        Arrives::Pod => Targets::Endpoints,
    };
    let mut assumptions = setup.assumptions.clone();
    if habits.health.value == Health::Pod && habits.source.value != Source::Own {
        assumptions.push(Reason::new(ASSUMED_HEALTH_CHECKS).with("implementation", member.title));
    }
    let front = asked.ingress.address.map_or_else(|| Address::Unknown(unresolved(asked)), Address::Known);
    let by = evidence.as_ref().map_or_else(|| "-".to_owned(), claim::text);
    let how = Reason::new(BALANCED_BY).with("implementation", member.title).with("by", by);
    let balanced = Balanced {
        front,
        front_port: port.port,
        service: asked.id,
        from: SentBy::Client,
        how,
        assumptions,
        guarded: true,
    };
    let families = asked.families();
    let sources = sources(asked.network, habits.source.value, member.title);
    let with = |from: SentBy| {
        to_targets(asked.network, asked.id, port, &targets, &families, &Balanced { from, ..balanced.clone() })
    };
    sources.into_iter().flat_map(with).collect()
}

/// Whom packets come from: one door for each block of the load balancer's own addresses.
fn sources(network: &Network<'_>, source: Source, title: &'static str) -> Vec<SentBy> {
    let unknown =
        || Reason::missing(LOAD_BALANCER_SOURCE_UNKNOWN, "--load-balancer-source").with("implementation", title);
    let own = || match network.balancer_blocks() {
        [] => vec![Address::Unknown(unknown())],
        blocks => blocks.iter().map(|block| Address::Known(Network::balancer_representative(block))).collect(),
    };
    match source {
        Source::Client => vec![SentBy::Client],
        Source::ClientOfSameFamily => vec![SentBy::ClientOfSameFamily(unknown())],
        Source::Own => own().into_iter().map(SentBy::Balancer).collect(),
    }
}

/// What a load balancer sends packets to.
#[derive(Clone, Debug)]
pub(crate) enum Targets {
    /// The nodePort, at these nodes.
    NodePort(Entry),
    /// The ready endpoints themselves.
    Endpoints,
}

/// The doors of a port of a Service, behind something that sends packets to nodes or pods by itself.
pub(crate) fn to_targets(
    network: &Network<'_>,
    id: ServiceId,
    port: &ServicePort,
    targets: &Targets,
    families: &[Family],
    balanced: &Balanced,
) -> Vec<Door> {
    match targets {
        Targets::Endpoints => to_endpoints(network, id, port, families, balanced),
        Targets::NodePort(entry) => {
            let service = &network.snapshot().services[id];
            families.iter().map(|family| to_node_port(service, port, entry, *family, balanced)).collect()
        }
    }
}

/// The nodes to which something outside sends requests for a Service's nodePort: with Local its health checks leave those with an
/// endpoint.
pub(crate) fn node_targets(network: &Network<'_>, id: ServiceId) -> Entry {
    let service = &network.snapshot().services[id];
    let ingress = LoadBalancerIngress { address: None, hostname: None, ip_mode: IpMode::Proxy };
    let asked = Asked { network, id, service, ingress: &ingress, port: None };
    let all = nodes::targets(&asked);
    if service.external_traffic_policy == TrafficPolicy::Cluster {
        return Entry::Nodes(all);
    }
    let have = nodes::with_endpoint(&asked, Counting::Ready);
    Entry::Nodes(all.iter().copied().filter(|node| have.binary_search(node).is_ok()).collect())
}

fn to_node_port(service: &Service, port: &ServicePort, entry: &Entry, family: Family, balanced: &Balanced) -> Door {
    let Some(node_port) = port.node_port else {
        let of_type = service.kind == ServiceType::ClusterIp;
        let entry = Entry::Elsewhere(Reason::new(if of_type { NO_NODE_PORT_BY_TYPE } else { NO_NODE_PORT }));
        return Door { at: At::NodesOf(family, Arc::from([])), entry, ..blank(port.port, port.protocol) };
    };
    let nodes = match entry {
        Entry::Nodes(nodes) | Entry::Assumed(nodes, _) => nodes.clone(),
        Entry::Unknown(..) | Entry::Elsewhere(_) => Arc::from([]),
    };
    Door {
        at: At::NodesOf(family, nodes),
        entry: entry.clone(),
        balanced: Some(Box::new(balanced.clone())),
        ..blank(node_port, port.protocol)
    }
}

fn to_endpoints(
    network: &Network<'_>,
    id: ServiceId,
    port: &ServicePort,
    families: &[Family],
    balanced: &Balanced,
) -> Vec<Door> {
    let service = &network.snapshot().services[id];
    let Some(index) = service.ports.iter().position(|own| own == port) else { return Vec::new() };
    let sets = families.iter().map(|family| Endpoints::of(network.snapshot(), PortOf { service: id, index }, *family));
    let endpoints: Vec<_> = sets.flat_map(|set| set.ready().to_vec()).collect();
    if endpoints.is_empty() {
        let nobody = || Entry::Elsewhere(Reason::new(crate::reason::NO_ENDPOINTS));
        let expected = endpoints_expected(network.snapshot(), id);
        let entry = expected.map_or_else(nobody, |expected| Entry::Unknown(expected, None));
        return vec![Door { at: At::Name, entry, ..blank(port.port, port.protocol) }];
    }
    let door = |endpoint: crate::network::Endpoint| {
        let unknown = || Reason::new(crate::reason::POD_WITHOUT_NODE).with("pod", endpoint.address);
        Door {
            at: At::Address(endpoint.address),
            entry: endpoint
                .node
                .map_or_else(|| Entry::Unknown(unknown(), None), |node| Entry::Nodes(Arc::from([node]))),
            target: endpoint.pod,
            balanced: Some(Box::new(balanced.clone())),
            ..blank(endpoint.port, port.protocol)
        }
    };
    endpoints.into_iter().map(door).collect()
}

fn at_address(address: IpAddr, port: PortNumber, protocol: Protocol, entry: Entry, assumptions: Vec<Reason>) -> Door {
    Door { at: At::Address(address), entry, assumptions, ..blank(port, protocol) }
}

fn blank(port: PortNumber, protocol: Protocol) -> Door {
    Door {
        kind: Some(DoorKind::LoadBalancer),
        at: At::NodesOf(Family::V4, Arc::from([])),
        port,
        protocol,
        entry: Entry::Nodes(Arc::from([])),
        target: None,
        balanced: None,
        assumptions: Vec::new(),
    }
}

/// The nodes that are left with the Service's traffic policy.
fn entering(asked: &Asked<'_>, member: LoadBalancerKind, setup: &Setup) -> Entry {
    let habits = &setup.variant.habits;
    let shown = || asked.ingress.address.map_or_else(|| name_of(asked).to_string(), |address| address.to_string());
    let nobody = || Entry::Elsewhere(Reason::new(NOT_ANNOUNCED).with("address", shown()));
    if setup.nodes.is_empty() {
        return nobody();
    }
    let is_local = |own: &Asked<'_>| own.service.external_traffic_policy == TrafficPolicy::Local;
    let counting = match habits.local.value {
        LocalNodes::Ready => Some(Counting::Ready),
        LocalNodes::Serving => Some(Counting::Serving),
        LocalNodes::Unsupported if is_local(asked) => {
            let reason = Reason::new(LOCAL_UNSUPPORTED).with("implementation", member.title);
            return Entry::Unknown(reason.with("address", shown()), None);
        }
        LocalNodes::Same | LocalNodes::Unsupported => None,
    };
    // Who announces an address for one Service, answers for it whichever of those that share it is meant.
    let withdraws = habits.without.value == Without::Withdrawn;
    let announced = if withdraws { nodes::sharing(asked) } else { vec![*asked] };
    let (with_local, others): (Vec<Asked<'_>>, Vec<Asked<'_>>) =
        announced.into_iter().partition(|own| counting.is_some() && is_local(own));
    if others.iter().any(|own| !withdraws || nodes::has_endpoints(own)) {
        return Entry::Nodes(setup.nodes.clone());
    }
    let have = setup.with_endpoint.clone().unwrap_or_else(|| {
        let of_each = with_local.iter().flat_map(|own| nodes::with_endpoint(own, counting.unwrap_or(Counting::Ready)));
        of_each.collect::<BTreeSet<NodeId>>().into_iter().collect()
    });
    let left: Vec<NodeId> = setup.nodes.iter().copied().filter(|node| have.binary_search(node).is_ok()).collect();
    if left.is_empty() {
        return if withdraws { nobody() } else { Entry::Nodes(setup.nodes.clone()) };
    }
    if matches!(habits.follows.value, Follows::Promptly) {
        return Entry::Nodes(left.into());
    }
    let assumption = Reason::new(ASSUMED_ANNOUNCERS).with("address", shown());
    let assumption = match member.name {
        super::vip::NAME => assumption,
        name => assumption.with("implementation", name).with("protocol", setup.variant.name),
    };
    Entry::Assumed(left.into(), assumption)
}

fn name_of(asked: &Asked<'_>) -> bulkhead_model::Name {
    asked.ingress.hostname.clone().unwrap_or_default()
}

fn unresolved(asked: &Asked<'_>) -> Reason {
    Reason::new(NAME_NOT_RESOLVED).with("name", name_of(asked))
}
