//! The addresses of a Service's load balancer: `lb` says which nodes announce them.

use bulkhead_model::object::{Service, ServicePort};
use bulkhead_snapshot::ServiceId;

use super::{At, Door};
use crate::lb;
use crate::network::Network;
use crate::request::DoorKind;

pub(super) fn of_service(network: &Network<'_>, id: ServiceId, service: &Service, port: &ServicePort) -> Vec<Door> {
    let addresses = service.load_balancer_ingress.iter().filter_map(|ingress| ingress.address);
    let door = |address| Door {
        kind: Some(DoorKind::LoadBalancer),
        at: At::Address(address),
        port: port.port,
        protocol: port.protocol,
        entry: lb::entry(network, id, address),
        target: None,
    };
    addresses.map(door).collect()
}
