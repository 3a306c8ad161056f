//! A Service's clusterIP. From outside it can be reached only where somebody routes the Services' range into the cluster.

use std::net::IpAddr;

use bulkhead_model::object::{Service, ServicePort};
use bulkhead_snapshot::ServiceId;

use super::{At, Door, Entry, Side};
use crate::network::Network;
use crate::reason::{NO_ROUTE_FROM_OUTSIDE, Reason};
use crate::request::DoorKind;

pub(super) fn of_service(_: &Network<'_>, _: ServiceId, service: &Service, port: &ServicePort, _: Side) -> Vec<Door> {
    let addresses = service.cluster_ips.iter().filter(|_| !service.headless);
    let door = |address: &IpAddr| Door {
        kind: Some(DoorKind::ClusterIp),
        at: At::Address(*address),
        port: port.port,
        protocol: port.protocol,
        entry: entry(*address),
        target: None,
        balanced: None,
        assumptions: Vec::new(),
    };
    addresses.map(door).collect()
}

pub(super) fn entry(address: IpAddr) -> Entry {
    Entry::Unknown(Reason::new(NO_ROUTE_FROM_OUTSIDE).with("address", address), None)
}
