//! How a node reaches the others' pods.

use std::fmt::Write as _;

use anyhow::Result;

use crate::cluster::{Cluster, Node};
use crate::machine::Namespace;

/// Calico's name; flannel's is another, and nothing depends on it.
pub(super) const DEVICE: &str = "vxlan.calico";
/// Calico's number, flannel's port differs; nothing depends on either.
const VNI: u32 = 4096;
const PORT: u16 = 4789;

/// The VXLAN device, with what flannel and Felix tell the kernel about the other nodes.
pub(super) fn build(cluster: &Cluster, node: &Node, namespace: &Namespace) -> Result<()> {
    let mut links = format!(
        "link add {DEVICE} address {mac} type vxlan id {VNI} dev eth0 local {local} dstport {PORT} nolearning\n\
         address add {tunnel}/32 dev {DEVICE}\nlink set {DEVICE} up\n",
        mac = node.tunnel_mac(),
        local = node.address(),
        tunnel = node.tunnel(),
    );
    let mut forwarding = String::new();
    for other in cluster.nodes.iter().filter(|other| *other != node) {
        let (mac, tunnel, address) = (other.tunnel_mac(), other.tunnel(), other.address());
        let _ = writeln!(links, "neighbour add {tunnel} lladdr {mac} dev {DEVICE} nud permanent");
        let _ = writeln!(forwarding, "fdb append {mac} dev {DEVICE} dst {address}");
    }
    namespace.ip(&links)?;
    namespace.feed("bridge", &["-batch", "-"], &forwarding).map(drop)
}

/// The routes to the other nodes' pods. Between subnets without a tunnel the router knows the way.
pub(super) fn routes(cluster: &Cluster, node: &Node) -> String {
    let mut batch = String::new();
    for other in cluster.nodes.iter().filter(|other| *other != node) {
        let block = other.pod_block();
        let _ = if cluster.tunnels(node, other) {
            writeln!(batch, "route add {block} via {} dev {DEVICE} onlink", other.tunnel())
        } else if node.subnet == other.subnet {
            writeln!(batch, "route add {block} via {}", other.address())
        } else {
            writeln!(batch, "route add {block} via {}", node.subnet.router())
        };
    }
    batch
}
