//! How a node reaches the others' pods.

use std::fmt::Write as _;

use anyhow::Result;
use bulkhead_analysis::path::Family;

use crate::cluster::{Cluster, Node, Overlay, whole_length};
use crate::machine::Namespace;

/// Calico's number, flannel's port differs; nothing depends on either.
const VNI: u32 = 4096;
const PORT: u16 = 4789;

/// Calico's names; flannel's are others, and nothing depends on them.
pub(super) fn device(cluster: &Cluster, family: Family) -> &'static str {
    match (cluster.overlay, family) {
        (Overlay::Ipip, _) => "tunl0",
        (_, Family::V4) => "vxlan.calico",
        (_, Family::V6) => "vxlan-v6.calico",
    }
}

pub(super) fn build(cluster: &Cluster, node: &Node, family: Family, namespace: &Namespace) -> Result<()> {
    match cluster.overlay {
        Overlay::None => Ok(()),
        Overlay::Ipip => ipip(cluster, node, family, namespace),
        Overlay::Vxlan | Overlay::CrossSubnet => vxlan(cluster, node, family, namespace),
    }
}

/// The device that sends to whatever node a route names. It has to come after the NIC: the kernel makes none by itself where
/// `net.core.fb_tunnels_only_for_init_net` is set.
fn ipip(cluster: &Cluster, node: &Node, family: Family, namespace: &Namespace) -> Result<()> {
    let (device, tunnel) = (device(cluster, family), node.tunnel(family));
    namespace.ip(&format!(
        "link add {device} type ipip\naddress add {tunnel}/{} dev {device}\nlink set {device} up",
        whole_length(family)
    ))
}

/// The VXLAN device, with what flannel and Felix tell the kernel about the other nodes.
fn vxlan(cluster: &Cluster, node: &Node, family: Family, namespace: &Namespace) -> Result<()> {
    let device = device(cluster, family);
    let mut links = format!(
        "link add {device} address {mac} type vxlan id {VNI} dev eth0 local {local} dstport {PORT} nolearning\n\
         address add {tunnel}/{length} dev {device}\nlink set {device} up\n",
        mac = node.tunnel_mac(family),
        local = node.address(family),
        tunnel = node.tunnel(family),
        length = whole_length(family),
    );
    let mut forwarding = String::new();
    for other in cluster.nodes.iter().filter(|other| *other != node) {
        let (mac, tunnel, address) = (other.tunnel_mac(family), other.tunnel(family), other.address(family));
        let _ = writeln!(links, "neighbour add {tunnel} lladdr {mac} dev {device} nud permanent");
        let _ = writeln!(forwarding, "fdb append {mac} dev {device} dst {address}");
    }
    namespace.ip(&links)?;
    namespace.feed("bridge", &["-batch", "-"], &forwarding).map(drop)
}

/// The routes to the other nodes' pods. Between subnets without a tunnel the router knows the way.
pub(super) fn routes(cluster: &Cluster, node: &Node, family: Family) -> String {
    let mut batch = String::new();
    for other in cluster.nodes.iter().filter(|other| *other != node) {
        let block = other.pod_block(family);
        let _ = if cluster.tunnels(node, other) {
            let by = if cluster.overlay == Overlay::Ipip { other.address(family) } else { other.tunnel(family) };
            writeln!(batch, "route add {block} via {by} dev {} onlink", device(cluster, family))
        } else if node.subnet == other.subnet {
            writeln!(batch, "route add {block} via {}", other.address(family))
        } else {
            writeln!(batch, "route add {block} via {}", node.subnet.router(family))
        };
    }
    batch
}
