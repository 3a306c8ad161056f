//! kube-ovn's subnets: by which nodes their pods are connected to what is no pod.

use std::net::IpAddr;

use bulkhead_model::Readable;
use bulkhead_model::object::{KubeOvnGateway, KubeOvnSubnet, Node};
use bulkhead_snapshot::Snapshot;

use super::JOIN_ADDRESS;

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
    let is_join = |subnet: &&KubeOvnSubnet| {
        let nets = subnet.cidrs.known().map_or(&[][..], Vec::as_slice);
        nets.iter().any(|net| joins.iter().any(|address| net.contains(address)))
    };
    snapshot.kube_ovn_subnets.iter().filter(|subnet| !is_join(subnet)).cloned().collect()
}

/// The field by which a subnet is not connected to nodes by the join network: nothing settles how their packets get there.
pub(super) fn apart(subnet: &KubeOvnSubnet) -> Option<String> {
    let vlan = subnet.vlan.as_ref().map(|vlan| format!("spec.vlan: {vlan}"));
    let vpc = subnet.vpc.as_ref().filter(|vpc| **vpc != DEFAULT_VPC);
    vlan.or_else(|| vpc.map(|vpc| format!("spec.vpc: {vpc}")))
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
