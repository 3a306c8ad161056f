//! kube-ovn: OVN ports for pods, and the node's own port `ovn0` with an address of the join subnet.

use std::net::IpAddr;

use bulkhead_model::object::Node;
use bulkhead_snapshot::{Evidence, Snapshot};

use super::standard::Standard;
use super::wiring::{Device, Interface, Outgoing, ProcessSource, Wiring};
use super::{Cni, Family, Member, PodInterface, Tunnel, daemon_set, node_annotation};
use crate::Overrides;
use crate::about::{KUBE_PROXY, SHOP, derived, stated};
use crate::agent::Agent;
use crate::overrides::Carriage;
use crate::reason::{ASSUMED_DISTRIBUTED_GATEWAY, Reason};

/// The member of the list.
pub(super) const MEMBER: Member = Member {
    name: "kube-ovn",
    title: "kube-ovn",
    wiring: &WIRING,
    reads: &[
        "arguments of kube-ovn-controller and kube-ovn-cni: --network-type, --tunnel-type",
        "annotations of nodes: ovn.kubernetes.io/ip_address",
    ],
    engines: &["kube-ovn"],
    example: &[include_str!("example.yaml"), KUBE_PROXY, SHOP],
    parts: &[],
    detect,
    read,
};

const JOIN: &str = "kubeovn/kube-ovn pkg/daemon/gateway_linux.go: masquerading by ovn0 picks its join address";

const WIRING: Wiring = Wiring {
    interface: stated(Interface::SwitchPort, "kubeovn/kube-ovn: ports of Open vSwitch, and ovn0 for the node"),
    own_source: stated(Device::Gateway, JOIN),
    tunnel_source: stated(Device::Gateway, JOIN),
    plain_source: stated(Device::Gateway, JOIN),
    process_source: stated(
        ProcessSource::Primary,
        "kubeovn/kube-ovn pkg/daemon/controller_linux.go: the node's route to pods has its own address as source",
    ),
    outgoing: derived(Outgoing::NotToPods, "kubeovn/kube-ovn pkg/daemon/gateway_linux.go: subnets with natOutgoing"),
};

const JOIN_ADDRESS: &str = "ovn.kubernetes.io/ip_address";

fn detect(snapshot: &Snapshot) -> Option<Evidence> {
    daemon_set(snapshot, |name| name == "kube-ovn-cni").or_else(|| node_annotation(snapshot, &[JOIN_ADDRESS]))
}

fn read(snapshot: &Snapshot, overrides: &Overrides) -> Box<dyn Cni> {
    let agents = ["kube-ovn-controller", "kube-ovn-cni"].map(|name| Agent::named(snapshot, name));
    let flag = |name: &str| agents.iter().flatten().find_map(|agent| agent.flag(name));
    let carriage = match flag("network-type").as_deref() {
        Some("vxlan") => Some(Carriage::Tunnel(Tunnel::Vxlan)),
        Some("geneve") | None => Some(Carriage::Tunnel(Tunnel::Geneve)),
        // An underlay (`vlan`) has no join network in its way, and nothing settles which source it gives.
        Some(_) => None,
    };
    let mut wiring = WIRING;
    if carriage.is_none() {
        let source = "kubeovn/kube-ovn: an underlay's traffic does not pass the join network";
        wiring.own_source = crate::about::open(Device::None, source);
        wiring.process_source = crate::about::open(ProcessSource::OfDevice, source);
    }
    Box::new(Standard {
        device: join_address,
        interface: PodInterface::Bridge("ovn0".to_owned()),
        assumption: Some(Reason::new(ASSUMED_DISTRIBUTED_GATEWAY)),
        ..Standard::new(snapshot, overrides, wiring, carriage, Some(true))
    })
}

/// `100.64.0.2`, or one of each family with a comma between.
fn join_address(node: &Node, family: Family) -> Result<IpAddr, &'static str> {
    let addresses = node.annotations.get(JOIN_ADDRESS).ok_or(JOIN_ADDRESS)?;
    let mut parsed = addresses.split(',').filter_map(|address| address.trim().parse::<IpAddr>().ok());
    parsed.find(|address| Family::of(*address) == family).ok_or(JOIN_ADDRESS)
}
