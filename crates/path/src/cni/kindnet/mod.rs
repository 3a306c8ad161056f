//! kindnet, the network of kind clusters: an interface for each pod, plain routes between nodes.

use std::net::IpAddr;

use bulkhead_model::object::Node;
use bulkhead_snapshot::{Evidence, Snapshot};

use super::standard::{AddressOf, Standard};
use super::wiring::{Device, Interface, Outgoing, ProcessSource, Wiring};
use super::{Cni, Family, Member, daemon_set, first_host, pod_cidr};
use crate::Overrides;
use crate::about::{KUBE_PROXY, NODES, SHOP, derived, stated};
use crate::overrides::Carriage;

/// The member of the list.
pub(super) const MEMBER: Member = Member {
    name: "kindnet",
    title: "kindnet",
    wiring: &WIRING,
    reads: &["spec.podCIDRs of nodes"],
    engines: &["kindnet"],
    example: &[NODES, include_str!("example.yaml"), KUBE_PROXY, SHOP],
    parts: &[],
    detect,
    read,
};

const WIRING: Wiring = Wiring {
    interface: stated(
        Interface::WithGateway,
        "containernetworking/plugins plugins/main/ptp/ptp.go: the node's end has the gateway's address",
    ),
    own_source: derived(Device::Gateway, "containernetworking/plugins plugins/main/ptp/ptp.go"),
    tunnel_source: stated(Device::None, "kubernetes-sigs/kind images/kindnetd: there are no tunnels"),
    plain_source: stated(
        Device::Nic,
        "kubernetes-sigs/kind images/kindnetd: a route to each node's podCIDR by its address",
    ),
    process_source: derived(ProcessSource::OfDevice, "the kernel picks it by the route"),
    outgoing: stated(Outgoing::NotToPods, "kubernetes-sigs/kind images/kindnetd: chain KIND-MASQ-AGENT"),
};

fn detect(snapshot: &Snapshot) -> Option<Evidence> {
    daemon_set(snapshot, |name| name == "kindnet")
}

fn read(snapshot: &Snapshot, overrides: &Overrides) -> Box<dyn Cni> {
    Box::new(Standard {
        device: AddressOf::new(gateway),
        ..Standard::new(snapshot, overrides, WIRING, Some(Carriage::Plain), Some(true))
    })
}

/// What the interface for each pod is called hangs on the runtime; kube-proxy is told of it nowhere.
fn gateway(node: &Node, family: Family) -> Result<IpAddr, &'static str> {
    pod_cidr(node, family).and_then(first_host).ok_or("spec.podCIDRs")
}
