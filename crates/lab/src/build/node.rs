//! A node: its NIC, its settings, its tunnel, and what the CNI masquerades there.

use std::fmt::Write as _;

use anyhow::Result;

use super::lan::{self, Lan};
use super::tunnel;
use crate::cluster::{
    Cluster, Cni, NODE_PORTS, Node, Overlay, Proxy, external_cidr, lan_length, pod_cidr, service_cidr, table_family,
    whole_length,
};
use crate::machine::{Namespace, router, set};
use bulkhead_analysis::path::Family;

/// The NIC is there before every other device, as in most clusters: the kernel takes its address where a device has none.
pub(super) fn build(cluster: &Cluster, node: &Node, lan: &Lan) -> Result<Namespace> {
    let namespace = Namespace::create(&node.name())?;
    namespace.inside(settings)??;
    lan.connect(&namespace, lan::bridge(node.subnet), &node.name())?;
    namespace.ip("link set eth0 up")?;
    for &family in &cluster.families {
        let (address, length) = (node.address(family), lan_length(family));
        let gateway = lan::default_route(node.subnet, family);
        namespace.ip_of(family, &format!("address add {address}/{length} dev eth0\n{gateway}"))?;
    }
    if cluster.cni == Cni::Flannel {
        namespace.ip("link add cni0 type bridge mcast_snooping 0")?;
    }
    for &family in &cluster.families {
        tunnel::build(cluster, node, family, &namespace)?;
        namespace.ip_of(family, &tunnel::routes(cluster, node, family))?;
        if cluster.cni == Cni::Flannel {
            // The address of the bridge is there from the first pod on.
            let (address, length) = (node.bridge(family), lan_length(family));
            namespace.ip(&format!("address add {address}/{length} dev cni0"))?;
        }
        namespace.nft(&source_nat(cluster, node, family))?;
        namespace.nft(&host_ports(cluster, node, family))?;
    }
    if cluster.cni == Cni::Flannel {
        // Packets between the ports of the bridge pass the rules of the node.
        namespace.ip("link set cni0 up")?;
        namespace.inside(|| {
            set("net.bridge.bridge-nf-call-iptables", "1")
                .and_then(|()| set("net.bridge.bridge-nf-call-ip6tables", "1"))
        })??;
    }
    Ok(namespace)
}

/// `DefaultEndpointToHostAction: Accept`: what a pod sends to its own node is accepted before kube-proxy's rules look at it, so that
/// this has to come after kube-proxy, which puts itself first, too. In ipvs mode that is not for packets to Services, which are
/// only on their way (felix/rules/static.go, `cali-forward-check`).
pub(super) fn accept_to_host(cluster: &Cluster, namespace: &Namespace) -> Result<()> {
    if cluster.cni != Cni::Calico || cluster.proxy == Proxy::Nftables {
        return Ok(());
    }
    let programs: &[&'static str] =
        if cluster.proxy == Proxy::Ipvs { &["iptables"] } else { &["iptables", "ip6tables"] };
    for program in programs {
        let run = |rule: &str| {
            let arguments: Vec<&str> = ["-w"].into_iter().chain(rule.split(' ')).collect();
            namespace.feed(program, &arguments, "").map(drop)
        };
        if run("-N to-host").is_ok() {
            if cluster.proxy == Proxy::Ipvs {
                run(&format!("-A to-host -d {} -j RETURN", service_cidr(Family::V4)))?;
                run(&format!("-A to-host -d {} -j RETURN", external_cidr(Family::V4)))?;
                run(&format!("-A to-host -p tcp --dport {NODE_PORTS} -j RETURN"))?;
                run(&format!("-A to-host -p udp --dport {NODE_PORTS} -j RETURN"))?;
            }
            run("-A to-host -j ACCEPT")?;
        }
        // It is not there the first time.
        let _ = run("-D INPUT -i cali+ -j to-host");
        run("-I INPUT -i cali+ -j to-host")?;
    }
    Ok(())
}

fn settings() -> Result<()> {
    router()?;
    // What comes from a port that is used again is to be balanced anew, and not to go where a packet of the world before went.
    for timeout in
        ["udp_timeout", "udp_timeout_stream", "tcp_timeout_syn_sent", "tcp_timeout_syn_recv", "tcp_timeout_close"]
    {
        set(&format!("net.netfilter.nf_conntrack_{timeout}"), "1")?;
    }
    Ok(())
}

/// The CNI's own source NAT, in one table beside kube-proxy's.
///
/// Calico: `felix/rules/nat.go` (natOutgoing) and `felix/rules/static.go` (what leaves by the tunnel with an address of another
/// device of the node). flannel: `pkg/trafficmngr/iptables`, its rules in their order.
fn source_nat(cluster: &Cluster, node: &Node, family: Family) -> String {
    let (ip, pods) = (table_family(family), pod_cidr(family));
    let rules = match cluster.cni {
        Cni::Calico => {
            let mut rules = String::new();
            if cluster.nat_outgoing {
                let _ = writeln!(rules, "{ip} saddr {pods} {ip} daddr != {pods} masquerade fully-random");
            }
            if cluster.overlay != Overlay::None {
                let _ = writeln!(
                    rules,
                    "oifname \"{}\" fib saddr . oif type != local fib saddr type local masquerade fully-random",
                    tunnel::device(cluster, family)
                );
            }
            rules
        }
        Cni::Flannel => format!(
            "meta mark & 0x4000 == 0x4000 return\n\
             {ip} saddr {block} {ip} daddr {pods} return\n\
             {ip} saddr {pods} {ip} daddr {block} return\n\
             {ip} saddr != {block} {ip} daddr {block} return\n\
             {ip} saddr {pods} {ip} daddr != {multicast} masquerade fully-random\n\
             {ip} saddr != {pods} {ip} daddr {pods} masquerade fully-random\n",
            block = node.pod_block(family),
            multicast = if family == Family::V4 { "224.0.0.0/4" } else { "ff00::/8" },
        ),
    };
    format!("table {ip} cni {{\n chain postrouting {{ type nat hook postrouting priority srcnat;\n{rules} }}\n}}")
}

/// Host ports as the portmap plugin makes them: on every address of the node, for everybody, and the source is rewritten only
/// where a pod calls itself.
fn host_ports(cluster: &Cluster, node: &Node, family: Family) -> String {
    let (ip, length) = (table_family(family), whole_length(family));
    let (mut translate, mut hairpin) = (String::new(), String::new());
    let here = cluster.pods.iter().filter(|pod| cluster.nodes.get(pod.node) == Some(node) && !pod.host_network);
    for pod in here {
        for port in &pod.ports {
            let Some(host_port) = port.host_port else { continue };
            let (address, number) = (cluster.pod_address(pod, family), port.number);
            let at = if family == Family::V4 { address.to_string() } else { format!("[{address}]") };
            let protocol = port.protocol.name().to_ascii_lowercase();
            let _ = writeln!(translate, "fib daddr type local {protocol} dport {host_port} dnat to {at}:{number}");
            let _ = writeln!(
                hairpin,
                "{ip} saddr {address}/{length} {ip} daddr {address}/{length} {protocol} dport {number} masquerade"
            );
        }
    }
    format!(
        "table {ip} portmap {{\n\
         chain prerouting {{ type nat hook prerouting priority dstnat;\n{translate} }}\n\
         chain output {{ type nat hook output priority -100;\n{translate} }}\n\
         chain postrouting {{ type nat hook postrouting priority srcnat;\n{hairpin} }}\n}}"
    )
}
