//! A node: its NIC, its settings, its tunnel, and what the CNI masquerades there.

use std::fmt::Write as _;

use anyhow::Result;

use super::lan::{self, Lan};
use super::tunnel;
use crate::cluster::{Cluster, Cni, Node, Overlay, POD_CIDR};
use crate::machine::{Namespace, set};

/// The NIC is there before every other device, as in most clusters: the kernel takes its address where a device has none.
pub(super) fn build(cluster: &Cluster, node: &Node, lan: &Lan) -> Result<Namespace> {
    let namespace = Namespace::create(&node.name())?;
    namespace.inside(settings)??;
    lan.connect(&namespace, lan::bridge(node.subnet), &node.name())?;
    let address = node.address();
    namespace
        .ip(&format!("link set eth0 up\naddress add {address}/24 dev eth0\n{}", lan::default_route(node.subnet)))?;
    if cluster.overlay != Overlay::None {
        tunnel::build(cluster, node, &namespace)?;
    }
    namespace.ip(&tunnel::routes(cluster, node))?;
    if cluster.cni == Cni::Flannel {
        // The address of the bridge is there from the first pod on; packets between its ports pass the rules of the node.
        namespace
            .ip(&format!("link add cni0 type bridge\naddress add {}/24 dev cni0\nlink set cni0 up", node.bridge()))?;
        namespace.inside(|| set("net.bridge.bridge-nf-call-iptables", "1"))??;
    }
    namespace.nft(&source_nat(cluster, node))?;
    namespace.nft(&host_ports(cluster, node))?;
    if cluster.cni == Cni::Calico && cluster.proxy == crate::cluster::Proxy::Iptables {
        // DefaultEndpointToHostAction Accept: what a pod sends to its own node is accepted before kube-proxy's rules look at it.
        namespace.feed("iptables", &["-w", "-I", "INPUT", "-i", "cali+", "-j", "ACCEPT"], "")?;
    }
    Ok(namespace)
}

fn settings() -> Result<()> {
    set("net.ipv4.ip_forward", "1")?;
    for interface in ["all", "default"] {
        set(&format!("net.ipv4.conf.{interface}.rp_filter"), "0")?;
        set(&format!("net.ipv4.conf.{interface}.send_redirects"), "0")?;
        set(&format!("net.ipv4.conf.{interface}.accept_redirects"), "0")?;
    }
    // With the kernel's limit, a refusal looks like silence after a handful of packets.
    set("net.ipv4.icmp_ratelimit", "0")?;
    set("net.ipv4.icmp_ratemask", "0")?;
    // A datagram from a port that is used again is to be balanced anew.
    set("net.netfilter.nf_conntrack_udp_timeout", "1")?;
    set("net.netfilter.nf_conntrack_udp_timeout_stream", "1")
}

/// The CNI's own source NAT, in one table beside kube-proxy's.
///
/// Calico: `felix/rules/nat.go` (natOutgoing) and `felix/rules/static.go` (what leaves by the tunnel with an address of another
/// device of the node). flannel: `pkg/trafficmngr/iptables`, its rules in their order.
fn source_nat(cluster: &Cluster, node: &Node) -> String {
    let rules = match cluster.cni {
        Cni::Calico => {
            let mut rules = String::new();
            if cluster.nat_outgoing {
                let _ = writeln!(rules, "ip saddr {POD_CIDR} ip daddr != {POD_CIDR} masquerade fully-random");
            }
            if cluster.overlay != Overlay::None {
                let _ = writeln!(
                    rules,
                    "oifname \"{}\" fib saddr . oif type != local fib saddr type local masquerade fully-random",
                    tunnel::DEVICE
                );
            }
            rules
        }
        Cni::Flannel => format!(
            "meta mark & 0x4000 == 0x4000 return\n\
             ip saddr {block} ip daddr {POD_CIDR} return\n\
             ip saddr {POD_CIDR} ip daddr {block} return\n\
             ip saddr != {block} ip daddr {block} return\n\
             ip saddr {POD_CIDR} ip daddr != 224.0.0.0/4 masquerade fully-random\n\
             ip saddr != {POD_CIDR} ip daddr {POD_CIDR} masquerade fully-random\n",
            block = node.pod_block()
        ),
    };
    format!("table ip cni {{\n chain postrouting {{ type nat hook postrouting priority srcnat;\n{rules} }}\n}}")
}

/// Host ports as the portmap plugin makes them: on every address of the node, for everybody, and the source is rewritten only
/// where a pod calls itself.
fn host_ports(cluster: &Cluster, node: &Node) -> String {
    let (mut translate, mut hairpin) = (String::new(), String::new());
    let here = cluster.pods.iter().filter(|pod| cluster.nodes.get(pod.node) == Some(node) && !pod.host_network);
    for pod in here {
        for port in &pod.ports {
            let Some(host_port) = port.host_port else { continue };
            let (address, number) = (pod.address, port.number);
            let protocol = port.protocol.name().to_ascii_lowercase();
            let _ = writeln!(translate, "fib daddr type local {protocol} dport {host_port} dnat to {address}:{number}");
            let _ = writeln!(hairpin, "ip saddr {address} ip daddr {address} {protocol} dport {number} masquerade");
        }
    }
    format!(
        "table ip portmap {{\n\
         chain prerouting {{ type nat hook prerouting priority dstnat;\n{translate} }}\n\
         chain output {{ type nat hook output priority -100;\n{translate} }}\n\
         chain postrouting {{ type nat hook postrouting priority srcnat;\n{hairpin} }}\n}}"
    )
}
