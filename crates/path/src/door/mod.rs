//! Ways in: which addresses a target has, and by which nodes packets to them come in. One file for each kind of door.

mod address;
mod alias;
mod cluster_ip;
mod external_ip;
mod node_port;
pub(crate) mod pod_ip;

use std::net::IpAddr;
use std::sync::Arc;

use bulkhead_model::object::{Service, ServicePort};
use bulkhead_model::{PortNumber, Protocol};
use bulkhead_snapshot::{NodeId, PodId, ServiceId};

pub(crate) use self::address::{doors_at, of_address};
pub(crate) use self::alias::{Alias, alias_of};
use crate::lb;
use crate::network::Network;
use crate::reason::Reason;
use crate::request::DoorKind;
use crate::route::Address;

/// One door, and how packets come to it.
#[derive(Clone, Debug)]
pub(crate) struct Door {
    pub(crate) kind: Option<DoorKind>,
    pub(crate) at: At,
    pub(crate) port: PortNumber,
    pub(crate) protocol: Protocol,
    /// By which nodes packets from outside come in.
    pub(crate) entry: Entry,
    /// The pod behind it, where the address alone does not tell.
    pub(crate) target: Option<PodId>,
    /// What something outside of the cluster makes of packets before they come to the door.
    pub(crate) balanced: Option<Box<Balanced>>,
    /// What is taken to be as it usually is.
    pub(crate) assumptions: Vec<Reason>,
}

/// What a load balancer, or a gateway outside of the cluster, makes of a client's packet.
#[derive(Clone, Debug)]
pub(crate) struct Balanced {
    /// The address that the client dials.
    pub(crate) front: Address,
    /// The port that it dials.
    pub(crate) front_port: PortNumber,
    /// The Service that it is for.
    pub(crate) service: ServiceId,
    /// Whom the packet comes from afterwards.
    pub(crate) from: SentBy,
    /// Who does it, and what shows that.
    pub(crate) how: Reason,
    /// What is taken to be as it usually is.
    pub(crate) assumptions: Vec<Reason>,
    /// Whether it keeps out whom `loadBalancerSourceRanges` do not hold.
    pub(crate) guarded: bool,
}

/// Whom a packet comes from, behind a load balancer.
#[derive(Clone, Debug)]
pub(crate) enum SentBy {
    /// The client.
    Client,
    /// The client; or, where both sides' families differ, somebody that nobody knows.
    ClientOfSameFamily(Reason),
    /// The load balancer, by an address of its own.
    Balancer(Address),
}

/// The address of a door.
#[derive(Clone, Debug)]
pub(crate) enum At {
    /// This one.
    Address(IpAddr),
    /// Each of these nodes' own, of one family.
    NodesOf(crate::cni::Family, Arc<[NodeId]>),
    /// A pod that has no address in the input.
    Unaddressed(PodId),
    /// What this name stands for; the input does not tell.
    Name,
}

/// By which nodes packets from outside come in.
#[derive(Clone, Debug)]
pub(crate) enum Entry {
    /// By any of these.
    Nodes(Arc<[NodeId]>),
    /// By any of these, if what is assumed holds.
    Assumed(Arc<[NodeId]>, Reason),
    /// Nobody can tell; what happens once they are there, the node given tells where it matters to a verdict.
    Unknown(Reason, Option<NodeId>),
    /// They do not come into the cluster: this happens to them.
    Elsewhere(Reason),
}

/// The doors of a port of a Service, of one kind or of all that a client of that side uses.
pub(crate) fn of_service(
    network: &Network<'_>,
    id: ServiceId,
    port: &ServicePort,
    kind: Option<DoorKind>,
    side: Side,
) -> Vec<Door> {
    let service = &network.snapshot().services[id];
    let asked = |candidate: DoorKind| match (kind, side) {
        (Some(kind), _) => kind == candidate,
        (None, Side::Inside) => candidate != DoorKind::PodIp || service.headless,
        // From outside, clusterIPs and pod addresses are doors only where somebody routes them: they must be asked for.
        (None, Side::Outside) => {
            matches!(candidate, DoorKind::NodePort | DoorKind::LoadBalancer | DoorKind::ExternalIp)
        }
    };
    let finders: [(DoorKind, Finder); 5] = [
        (DoorKind::PodIp, pod_ip::of_service),
        (DoorKind::ClusterIp, cluster_ip::of_service),
        (DoorKind::NodePort, node_port::of_service),
        (DoorKind::LoadBalancer, lb::doors),
        (DoorKind::ExternalIp, external_ip::of_service),
    ];
    let wanted = finders.iter().filter(|(candidate, _)| asked(*candidate));
    wanted.flat_map(|(_, find)| find(network, id, service, port, side)).collect()
}

type Finder = fn(&Network<'_>, ServiceId, &Service, &ServicePort, Side) -> Vec<Door>;

/// Which side of the cluster a client is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Inside,
    Outside,
}

/// All nodes.
pub(crate) fn every_node(network: &Network<'_>) -> Arc<[NodeId]> {
    network.snapshot().nodes.ids().collect()
}
