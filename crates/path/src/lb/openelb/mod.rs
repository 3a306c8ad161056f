//! OpenELB (`pkg/speaker`). In layer2 mode one node answers for the address (chosen by a hash over the nodes), in BGP mode
//! routers get every node as next hop, in vip mode keepalived holds it on one; with `externalTrafficPolicy: Local` only nodes
//! that the Service's Endpoints name. Which of several it is, may change at any time, so that each is a way in.
//!
//! Releases up to May 2025 keep a stale announcement when the last endpoint leaves a node, and share one set of nodes among
//! the Services of one Eip; packets that such a node gets are dropped there.

use std::net::IpAddr;

use bulkhead_model::object::{Eip, Service};
use bulkhead_snapshot::{ServiceId, Snapshot};

use super::{LoadBalancer, announcing};
use crate::door::Entry;
use crate::network::Network;
use crate::reason::{ASSUMED_ANNOUNCERS, Reason};

/// The member of the list.
pub(super) struct OpenElb;

const CLAIM: (&str, &str) = ("lb.kubesphere.io/v1alpha1", "openelb");
const EIP: &str = "eip.openelb.kubesphere.io/v1alpha2";
const PROTOCOL: &str = "protocol.openelb.kubesphere.io/v1alpha1";

impl LoadBalancer for OpenElb {
    fn entry(&self, network: &Network<'_>, service: ServiceId, address: IpAddr) -> Option<Entry> {
        let row = &network.snapshot().services[service];
        let claimed = row.annotations.get(CLAIM.0).is_some_and(|value| value == CLAIM.1);
        let eip = eip_of(network.snapshot(), row, address);
        if !claimed && eip.is_none() {
            return None;
        }
        let protocol = row.annotations.get(PROTOCOL).or_else(|| eip.map(|eip| &eip.protocol));
        let assumption = Reason::new(ASSUMED_ANNOUNCERS)
            .with("address", address)
            .with("implementation", "openelb")
            .with("protocol", protocol.map_or("unknown", smol_str::SmolStr::as_str));
        Some(announcing(network, service, address).entry(assumption))
    }
}

/// The Eip that the Service names, else the one that has the address.
fn eip_of<'s>(snapshot: &'s Snapshot, service: &Service, address: IpAddr) -> Option<&'s Eip> {
    let named = service.annotations.get(EIP);
    let mut eips = snapshot.eips.iter().filter(|eip| !eip.disabled);
    eips.find(|eip| match named {
        Some(name) => eip.name == *name,
        None => eip.addresses.known().is_some_and(|addresses| addresses.contains(address)),
    })
}
