//! Any load balancer that leaves the destination as it is (`ipMode: VIP`: MetalLB, kube-vip, a passthrough one of a cloud):
//! packets arrive with the client's source. With `externalTrafficPolicy: Local` the health check keeps nodes without an
//! endpoint out.

use std::net::IpAddr;

use bulkhead_snapshot::ServiceId;

use super::{LoadBalancer, announcing};
use crate::door::Entry;
use crate::network::Network;
use crate::reason::{ASSUMED_ANNOUNCERS, Reason};

/// The member of the list.
pub(super) struct Vip;

impl LoadBalancer for Vip {
    fn entry(&self, network: &Network<'_>, service: ServiceId, address: IpAddr) -> Option<Entry> {
        let assumption = Reason::new(ASSUMED_ANNOUNCERS).with("address", address);
        Some(announcing(network, service, address).entry(assumption))
    }
}
