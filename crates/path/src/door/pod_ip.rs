//! A pod's own address. From outside it can be reached only where routers know the pods' ranges.

use std::sync::Arc;

use bulkhead_model::object::{Service, ServicePort};
use bulkhead_model::{PortNumber, Protocol};
use bulkhead_snapshot::{PodId, ServiceId};

use super::{At, Door, Entry, Side};
use crate::cni::Family;
use crate::network::{Endpoints, Network, PortOf};
use crate::reason::{ASSUMED_POD_ROUTES, NO_ROUTE_FROM_OUTSIDE, Reason};
use crate::request::DoorKind;

/// The endpoints of a Service by their own addresses: what the names of a headless one resolve to.
pub(super) fn of_service(
    network: &Network<'_>,
    id: ServiceId,
    service: &Service,
    port: &ServicePort,
    _: Side,
) -> Vec<Door> {
    let Some(index) = service.ports.iter().position(|own| own == port) else { return Vec::new() };
    let sets = Family::ALL.map(|family| Endpoints::of(network.snapshot(), PortOf { service: id, index }, family));
    let endpoints = sets.iter().flat_map(|set| set.ready().iter());
    let door = |endpoint: &crate::network::Endpoint| {
        let entry = endpoint.pod.map_or_else(|| super::cluster_ip::entry(endpoint.address), |pod| entry(network, pod));
        Door {
            kind: Some(DoorKind::PodIp),
            at: At::Address(endpoint.address),
            port: endpoint.port,
            protocol: port.protocol,
            entry,
            target: endpoint.pod,
            balanced: None,
            assumptions: Vec::new(),
        }
    };
    endpoints.map(door).collect()
}

/// One pod, by its own address of a family that the client has, too.
pub(crate) fn of_pod(
    network: &Network<'_>,
    pod: PodId,
    port: PortNumber,
    protocol: Protocol,
    families: &[Family],
) -> Door {
    let addresses = &network.snapshot().pods[pod].addresses;
    let shared = addresses.iter().find(|address| families.contains(&Family::of(**address)));
    let at = shared.or(addresses.first()).map_or(At::Unaddressed(pod), |address| At::Address(*address));
    Door {
        kind: Some(DoorKind::PodIp),
        at,
        port,
        protocol,
        entry: entry(network, pod),
        target: Some(pod),
        balanced: None,
        assumptions: Vec::new(),
    }
}

/// How packets from outside come to a pod: straight to its node, where the CNI announces such routes.
pub(super) fn entry(network: &Network<'_>, pod: PodId) -> Entry {
    let snapshot = network.snapshot();
    let row = &snapshot.pods[pod];
    let node = row.node.as_ref().and_then(|name| snapshot.node(name));
    let unknown = || {
        Reason::new(NO_ROUTE_FROM_OUTSIDE)
            .with("address", row.addresses.first().map_or_else(String::new, ToString::to_string))
    };
    let announced = || {
        if network.routes_to_pods_are_told() {
            return Some(true);
        }
        let cni = network.cni_rules().ok()?;
        row.addresses.first().map(|address| cni.announces_pods(*address))
    };
    match node {
        Some(node) if row.host_network => Entry::Nodes(Arc::from([node])),
        Some(node) if announced() == Some(true) => Entry::Assumed(Arc::from([node]), Reason::new(ASSUMED_POD_ROUTES)),
        node => Entry::Unknown(unknown(), node),
    }
}
