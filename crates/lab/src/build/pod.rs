//! A pod with a network of its own.

use anyhow::{Context, Result};

use crate::cluster::{Cluster, Cni};
use crate::machine::{Namespace, set};

/// The hardware address of the node's end of every pod's interface, as Calico sets it.
const GATEWAY_MAC: &str = "ee:ee:ee:ee:ee:ee";

pub(super) fn build(cluster: &Cluster, index: usize, node: &Namespace) -> Result<Namespace> {
    let pod = cluster.pods.get(index).context("no such pod")?;
    let namespace = Namespace::create(&pod.full_name())?;
    let interface = cluster.pod_interface(index);
    let on = cluster.nodes.get(pod.node).context("a pod without a node")?;
    node.ip(&format!("link add {interface} type veth peer name eth0 netns {}", namespace.id()))?;
    match cluster.cni {
        Cni::Calico => {
            let settings = interface.clone();
            node.ip(&format!(
                "link set {interface} address {GATEWAY_MAC} up\nroute add {} dev {interface} scope link",
                pod.address
            ))?;
            node.inside(move || -> Result<()> {
                set(&format!("net.ipv4.conf.{settings}.rp_filter"), "1")?;
                set(&format!("net.ipv4.conf.{settings}.proxy_arp"), "1")
            })??;
            namespace.ip(&format!(
                "link set eth0 up\naddress add {}/32 dev eth0\nroute add 169.254.1.1 dev eth0 scope link\n\
                 neighbour add 169.254.1.1 lladdr {GATEWAY_MAC} dev eth0 nud permanent\n\
                 route add default via 169.254.1.1",
                pod.address
            ))?;
        }
        Cni::Flannel => {
            node.ip(&format!(
                "link set {interface} master cni0\nlink set {interface} type bridge_slave hairpin on\nlink set {interface} up"
            ))?;
            namespace.ip(&format!(
                "link set eth0 up\naddress add {}/24 dev eth0\nroute add default via {}",
                pod.address,
                on.bridge()
            ))?;
        }
    }
    Ok(namespace)
}
