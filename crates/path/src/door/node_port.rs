//! A port of the nodes: a door for every node.

use bulkhead_model::object::{Service, ServicePort};
use bulkhead_snapshot::ServiceId;

use super::{At, Door, Entry, Side};
use crate::cni::Family;
use crate::network::Network;
use crate::request::DoorKind;

pub(super) fn of_service(
    network: &Network<'_>,
    _: ServiceId,
    service: &Service,
    port: &ServicePort,
    _: Side,
) -> Vec<Door> {
    let Some(node_port) = port.node_port else { return Vec::new() };
    let families = Family::ALL.into_iter().filter(|family| serves(service, *family));
    let doors = families.filter_map(|family| {
        let nodes = network.nodes().addressed(family);
        (!nodes.is_empty()).then(|| Door {
            kind: Some(DoorKind::NodePort),
            at: At::NodesOf(family, nodes.clone()),
            port: node_port,
            protocol: port.protocol,
            entry: Entry::Nodes(nodes),
            target: None,
            balanced: None,
            assumptions: Vec::new(),
        })
    });
    doors.collect()
}

/// A Service serves the families of its clusterIPs; a manifest that has none yet serves IPv4.
fn serves(service: &Service, family: Family) -> bool {
    let mut families = service.cluster_ips.iter().map(|address| Family::of(*address)).peekable();
    if families.peek().is_none() { family == Family::V4 } else { families.any(|own| own == family) }
}
