//! A load balancer that opens connections of its own (`ipMode: Proxy`, KEP-1860): no node has rules for its address, and
//! neither its own address nor its choice of a target is in a snapshot.

use std::net::IpAddr;

use bulkhead_snapshot::ServiceId;

use super::LoadBalancer;
use crate::door::Entry;
use crate::network::Network;
use crate::reason::{LOAD_BALANCER_PROXIES, Reason};

/// The member of the list.
pub(super) struct Proxy;

impl LoadBalancer for Proxy {
    fn entry(&self, network: &Network<'_>, service: ServiceId, address: IpAddr) -> Option<Entry> {
        let proxied = network.services().proxied(address) == Some(service);
        let reason = || Reason::new(LOAD_BALANCER_PROXIES).with("address", address);
        proxied.then(|| Entry::Unknown(reason(), None))
    }
}
