//! kube-ovn's subnets: by which nodes their pods are connected to what is no pod.

use std::net::IpAddr;

use bulkhead_model::Readable;
use bulkhead_model::object::{KubeOvnGateway, KubeOvnSubnet, Node};
use bulkhead_snapshot::Snapshot;

use super::JOIN_ADDRESS;
use crate::reason::{Reason, SUBNET_UNSETTLED};

/// The field that says it.
pub(super) const GATEWAY_TYPE: &str = "spec.gatewayType";
/// The VPC that nodes are connected to.
const DEFAULT_VPC: &str = "ovn-cluster";

/// By which nodes packets between a subnet's pods and what is outside pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Exit {
    /// Each pod's own.
    ByItsNode,
    /// The node in question, and no other.
    ByThisOnly,
    /// Gateways of the subnet.
    ByGateways,
    /// What says it could not be read.
    Unknown,
}

/// The subnets of pods: the one that connects nodes has their addresses.
pub(super) fn of(snapshot: &Snapshot) -> Vec<KubeOvnSubnet> {
    let joins: Vec<IpAddr> = snapshot
        .nodes
        .rows()
        .iter()
        .filter_map(|node| node.annotations.get(JOIN_ADDRESS))
        .flat_map(|addresses| addresses.split(',').filter_map(|address| address.trim().parse().ok()))
        .collect();
    let is_join = |subnet: &&KubeOvnSubnet| joins.iter().any(|address| holds(subnet, *address));
    snapshot.kube_ovn_subnets.iter().filter(|subnet| !is_join(subnet)).cloned().collect()
}

/// Whether an address is of a subnet.
pub(super) fn holds(subnet: &KubeOvnSubnet, address: IpAddr) -> bool {
    subnet.cidrs.known().is_some_and(|nets| nets.iter().any(|net| net.contains(&address)))
}

/// Whether nodes are connected to a subnet by the join network: where not, nothing settles how their packets get there.
pub(super) fn joined(subnet: &KubeOvnSubnet) -> Result<(), Reason> {
    let vlan = subnet.vlan.as_ref().map(|vlan| format!("spec.vlan: {vlan}"));
    let vpc = subnet.vpc.as_ref().filter(|vpc| **vpc != DEFAULT_VPC);
    let field = vlan.or_else(|| vpc.map(|vpc| format!("spec.vpc: {vpc}")));
    field.map_or(Ok(()), |field| Err(unsettled(subnet, &field)))
}

/// That nothing settles what a node's packets are to pods of a subnet, for what a field of it says.
pub(super) fn unsettled(subnet: &KubeOvnSubnet, field: &str) -> Reason {
    Reason::new(SUBNET_UNSETTLED).with("subnet", &subnet.name).with("field", field)
}

/// By which nodes packets of a subnet pass, for one of the nodes.
pub(super) fn exit(subnet: &KubeOvnSubnet, node: &Node) -> Exit {
    match &subnet.gateway {
        Readable::Known(KubeOvnGateway::Distributed) => Exit::ByItsNode,
        Readable::Known(KubeOvnGateway::Centralized(nodes)) if nodes.as_slice() == [node.name.clone()] => {
            Exit::ByThisOnly
        }
        Readable::Known(KubeOvnGateway::Centralized(_)) => Exit::ByGateways,
        Readable::Unreadable { .. } => Exit::Unknown,
    }
}
