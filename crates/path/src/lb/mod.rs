//! Which nodes a load balancer's address leads to: one folder for each implementation, and the list of them.

use std::net::IpAddr;

use bulkhead_snapshot::ServiceId;

use crate::door::{Entry, every_node};
use crate::network::Network;
use crate::reason::{LOAD_BALANCER_PROXIES, Reason};

/// By which nodes packets to an address of a Service's load balancer come in.
pub(crate) fn entry(network: &Network<'_>, service: ServiceId, address: IpAddr) -> Entry {
    let proxied = network.services().proxied(address) == Some(service);
    let reason = || Reason::new(LOAD_BALANCER_PROXIES).with("address", address);
    if proxied { Entry::Unknown(reason(), None) } else { Entry::Nodes(every_node(network)) }
}
