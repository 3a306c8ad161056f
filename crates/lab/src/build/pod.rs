//! A pod with a network of its own.

use anyhow::{Context, Result};
use bulkhead_analysis::path::Family;

use crate::cluster::{Cluster, Cni, Pod, lan_length, whole_length};
use crate::machine::{Namespace, set};

/// The hardware address of the node's end of every pod's interface, as Calico sets it.
const GATEWAY_MAC: &str = "ee:ee:ee:ee:ee:ee";

/// The address of a Calico pod's gateway: one that nobody has, and the one that the kernel makes of [`GATEWAY_MAC`].
fn gateway(family: Family) -> &'static str {
    match family {
        Family::V4 => "169.254.1.1",
        Family::V6 => "fe80::ecee:eeff:feee:eeee",
    }
}

pub(super) fn build(cluster: &Cluster, index: usize, node: &Namespace) -> Result<Namespace> {
    let pod = cluster.pods.get(index).context("no such pod")?;
    let namespace = Namespace::create(&pod.full_name())?;
    let interface = cluster.pod_interface(index);
    node.ip(&format!("link add {interface} type veth peer name eth0 netns {}", namespace.id()))?;
    match cluster.cni {
        Cni::Calico => routed(cluster, pod, &interface, node, &namespace)?,
        Cni::Flannel => bridged(cluster, pod, &interface, node, &namespace)?,
    }
    Ok(namespace)
}

/// Calico: a route to each pod's own interface.
fn routed(cluster: &Cluster, pod: &Pod, interface: &str, node: &Namespace, namespace: &Namespace) -> Result<()> {
    node.ip(&format!("link set {interface} address {GATEWAY_MAC} up"))?;
    let settings = interface.to_owned();
    node.inside(move || -> Result<()> {
        set(&format!("net.ipv4.conf.{settings}.rp_filter"), "1")?;
        set(&format!("net.ipv4.conf.{settings}.proxy_arp"), "1")
    })??;
    namespace.ip("link set eth0 up")?;
    for &family in &cluster.families {
        let (address, length, gateway) = (cluster.pod_address(pod, family), whole_length(family), gateway(family));
        node.ip(&format!("route add {address}/{length} dev {interface}"))?;
        namespace.ip_of(
            family,
            &format!(
                "address add {address}/{length} dev eth0\nroute add {gateway} dev eth0\n\
                 neighbour replace {gateway} lladdr {GATEWAY_MAC} dev eth0 nud permanent\n\
                 route add default via {gateway} dev eth0"
            ),
        )?;
    }
    Ok(())
}

/// flannel: a bridge.
fn bridged(cluster: &Cluster, pod: &Pod, interface: &str, node: &Namespace, namespace: &Namespace) -> Result<()> {
    node.ip(&format!(
        "link set {interface} master cni0\nlink set {interface} type bridge_slave hairpin on\nlink set {interface} up"
    ))?;
    namespace.ip("link set eth0 up")?;
    let on = cluster.nodes.get(pod.node).context("a pod without a node")?;
    for &family in &cluster.families {
        let (address, length) = (cluster.pod_address(pod, family), lan_length(family));
        namespace.ip_of(
            family,
            &format!("address add {address}/{length} dev eth0\nroute add default via {}", on.bridge(family)),
        )?;
    }
    Ok(())
}
