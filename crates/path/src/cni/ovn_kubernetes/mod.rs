//! OVN-Kubernetes: OVN ports for pods, and the node's management port with the second address of its subnet.

use std::net::IpAddr;

use bulkhead_model::IpNet;
use bulkhead_model::object::Node;
use bulkhead_snapshot::{Evidence, Settings, Snapshot};

use super::standard::{AddressOf, Standard};
use super::wiring::{Device, Interface, Outgoing, ProcessSource, Wiring};
use super::{
    Cni, Family, Member, PodInterface, Tunnel, daemon_set, first_host, next_address, node_annotation, pod_cidr,
};
use crate::Overrides;
use crate::about::{SHOP, derived, stated};
use crate::overrides::Carriage;

/// The member of the list.
pub(super) const MEMBER: Member = Member {
    name: "ovn-kubernetes",
    title: "OVN-Kubernetes",
    wiring: &WIRING,
    reads: &[
        "annotations of nodes: k8s.ovn.org/node-subnets, k8s.ovn.org/node-gateway-router-lrp-ifaddr(s)",
        "spec.podCIDRs of nodes",
    ],
    engines: &["ovn-kubernetes"],
    example: &[include_str!("example.yaml"), SHOP],
    parts: &[],
    detect,
    read,
};

const MANAGEMENT: &str =
    "ovn-kubernetes/ovn-kubernetes docs/design: ovn-k8s-mp0 has the second address of the node's subnet";

const WIRING: Wiring = Wiring {
    interface: stated(
        Interface::SwitchPort,
        "ovn-kubernetes/ovn-kubernetes: ports of Open vSwitch, and ovn-k8s-mp0 for the node",
    ),
    own_source: derived(Device::Gateway, MANAGEMENT),
    tunnel_source: derived(Device::Gateway, MANAGEMENT),
    plain_source: stated(Device::None, "ovn-kubernetes/ovn-kubernetes: nodes are joined by Geneve"),
    process_source: stated(ProcessSource::Management, MANAGEMENT),
    outgoing: stated(Outgoing::NotToPods, "ovn-kubernetes/ovn-kubernetes: the gateway router gives the node's address"),
};

const SUBNETS: &str = "k8s.ovn.org/node-subnets";

fn detect(snapshot: &Snapshot) -> Option<Evidence> {
    daemon_set(snapshot, |name| name.starts_with("ovnkube-node")).or_else(|| node_annotation(snapshot, &[SUBNETS]))
}

fn read(snapshot: &Snapshot, overrides: &Overrides) -> Box<dyn Cni> {
    let carriage = Some(Carriage::Tunnel(Tunnel::Geneve));
    let standard = Standard::new(snapshot, overrides, WIRING, carriage, Some(true));
    let nodes = snapshot.nodes.rows().iter();
    let subnets = nodes.flat_map(|node| Family::ALL.into_iter().filter_map(|family| subnet(node, family)));
    Box::new(Standard {
        device: AddressOf::new(management),
        interface: PodInterface::Bridge("ovn-k8s-mp0".to_owned()),
        pods: standard.pods.union(&subnets.collect()),
        ..standard
    })
}

/// `{"default":["10.244.1.0/24"]}`, in older releases `{"default":"10.244.1.0/24"}`; else the podCIDR.
fn subnet(node: &Node, family: Family) -> Option<IpNet> {
    let stated = node.annotations.get(SUBNETS).and_then(|text| Settings::parse(text).ok());
    let of_family = |net: &IpNet| Family::of(net.addr()) == family;
    let stated =
        stated.and_then(|stated| stated.list("default").iter().filter_map(|net| net.parse().ok()).find(of_family));
    stated.or_else(|| pod_cidr(node, family))
}

fn management(node: &Node, family: Family) -> Result<IpAddr, &'static str> {
    subnet(node, family).and_then(first_host).and_then(next_address).ok_or(SUBNETS)
}
