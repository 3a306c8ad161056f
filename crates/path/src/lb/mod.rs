//! Which nodes a load balancer's address leads to: one folder for each implementation, and the list of them.

mod openelb;
mod proxy;
mod vip;

use std::net::IpAddr;
use std::sync::Arc;

use bulkhead_model::object::TrafficPolicy;
use bulkhead_snapshot::{NodeId, ServiceId};

use crate::cni::Family;
use crate::door::{Entry, every_node};
use crate::network::{Endpoints, Network, PortOf};
use crate::reason::Reason;

/// The implementations. The first that claims an address has it; the last claims every one.
const MEMBERS: &[&dyn LoadBalancer] = &[&proxy::Proxy, &openelb::OpenElb, &vip::Vip];

/// An implementation.
trait LoadBalancer: Sync {
    /// By which nodes packets to an address come in; `None` where the address is not this implementation's.
    fn entry(&self, network: &Network<'_>, service: ServiceId, address: IpAddr) -> Option<Entry>;
}

/// By which nodes packets to an address of a Service's load balancer come in.
pub(crate) fn entry(network: &Network<'_>, service: ServiceId, address: IpAddr) -> Entry {
    let claimed = MEMBERS.iter().find_map(|member| member.entry(network, service, address));
    claimed.unwrap_or_else(|| Entry::Nodes(every_node(network)))
}

/// Every node where the traffic policy is Cluster; those with a ready endpoint where it is Local, and every one where there
/// is none of those: then nothing is withdrawn.
fn announcing(network: &Network<'_>, service: ServiceId, address: IpAddr) -> Announcing {
    let row = &network.snapshot().services[service];
    if row.external_traffic_policy == TrafficPolicy::Cluster {
        return Announcing::Every(every_node(network));
    }
    let ports = (0..row.ports.len()).map(|index| PortOf { service, index });
    let family = Family::of(address);
    let mut with_endpoints: Vec<NodeId> =
        ports.flat_map(|port| Endpoints::of(network.snapshot(), port, family).ready_nodes()).collect();
    with_endpoints.sort_unstable();
    with_endpoints.dedup();
    if with_endpoints.is_empty() {
        Announcing::Every(every_node(network))
    } else {
        Announcing::WithEndpoint(with_endpoints.into())
    }
}

/// The nodes that may announce an address.
enum Announcing {
    Every(Arc<[NodeId]>),
    WithEndpoint(Arc<[NodeId]>),
}

impl Announcing {
    /// The entry; that nodes without an endpoint do not announce is an assumption about the implementation.
    fn entry(self, assumption: Reason) -> Entry {
        match self {
            Self::Every(nodes) => Entry::Nodes(nodes),
            Self::WithEndpoint(nodes) => Entry::Assumed(nodes, assumption),
        }
    }
}
