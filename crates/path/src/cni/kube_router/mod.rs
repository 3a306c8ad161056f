//! kube-router: a bridge on each node, plain routes inside of a subnet and IP in IP between subnets.

use std::net::IpAddr;

use bulkhead_model::object::Node;
use bulkhead_snapshot::{Evidence, Snapshot};

use super::standard::{AddressOf, Standard};
use super::wiring::{Device, Interface, Outgoing, ProcessSource, Wiring};
use super::{Cni, Family, Member, PodInterface, Tunnel, daemon_set, first_host, node_annotation, pod_cidr};
use crate::Overrides;
use crate::about::{KUBE_PROXY, NODES, SHOP, derived, stated};
use crate::agent::Agent;
use crate::overrides::Carriage;

/// The member of the list.
pub(super) const MEMBER: Member = Member {
    name: "kube-router",
    title: "kube-router",
    wiring: &WIRING,
    reads: &[
        "arguments of the DaemonSet kube-router: --enable-overlay, --overlay-type, --enable-pod-egress, --run-router, \
         --service-node-port-range",
        "spec.podCIDRs of nodes",
    ],
    engines: &["kube-router"],
    example: &[NODES, include_str!("example.yaml"), KUBE_PROXY, SHOP],
    parts: &[],
    detect,
    read,
};

const BRIDGE: &str = "cloudnativelabs/kube-router daemonset/: the bridge plugin with kube-bridge as the gateway";

const WIRING: Wiring = Wiring {
    interface: stated(Interface::Bridge, BRIDGE),
    own_source: stated(Device::Gateway, BRIDGE),
    tunnel_source: derived(
        Device::First,
        "cloudnativelabs/kube-router pkg/controllers/routing: tunnel devices have no address",
    ),
    plain_source: derived(
        Device::Nic,
        "cloudnativelabs/kube-router pkg/controllers/routing: routes by the other node's address",
    ),
    process_source: derived(ProcessSource::OfDevice, "the kernel picks it by the route"),
    outgoing: stated(
        Outgoing::NotToPodsOrNodes,
        "cloudnativelabs/kube-router pkg/controllers/routing/pod_egress.go: neither to pods' subnets nor to nodes",
    ),
};

fn detect(snapshot: &Snapshot) -> Option<Evidence> {
    let routes = |agent: Agent<'_>| agent.flag("run-router").as_deref() != Some("false");
    Agent::daemon_set(snapshot, is_agent)
        .filter(|agent| routes(*agent))
        .and_then(|_| daemon_set(snapshot, is_agent))
        .or_else(|| node_annotation(snapshot, &["kube-router.io/pod-cidr", "kube-router.io/pod-cidrs"]))
}

fn is_agent(name: &str) -> bool {
    name == "kube-router"
}

fn read(snapshot: &Snapshot, overrides: &Overrides) -> Box<dyn Cni> {
    let agent = Agent::daemon_set(snapshot, is_agent);
    let flag = |name: &str| agent.and_then(|agent| agent.flag(name));
    let carriage = agent.map(|_| match (flag("enable-overlay").as_deref(), flag("overlay-type").as_deref()) {
        (Some("false"), _) => Carriage::Plain,
        (_, Some("full")) => Carriage::Tunnel(Tunnel::Ipip),
        _ => Carriage::OtherSubnet(Tunnel::Ipip),
    });
    let masquerading = agent.map(|_| flag("enable-pod-egress").as_deref() != Some("false"));
    Box::new(Standard {
        device: AddressOf::new(bridge),
        interface: PodInterface::Bridge("kube-bridge".to_owned()),
        ..Standard::new(snapshot, overrides, WIRING, carriage, masquerading)
    })
}

fn bridge(node: &Node, family: Family) -> Result<IpAddr, &'static str> {
    pod_cidr(node, family).and_then(first_host).ok_or("spec.podCIDRs")
}
