//! A random cluster.

use std::net::Ipv4Addr;

use fastrand::Rng;

use super::{Cluster, Cni, ContainerPort, DetectLocal, Node, Overlay, Pod, Protocol, Proxy, Subnet};

/// The pods of an application, and how many at most.
const APPS: [(&str, &str, usize); 4] =
    [("shop", "web", 4), ("shop", "db", 2), ("billing", "api", 2), ("ops", "probe", 2)];

impl Cluster {
    /// The cluster of a seed.
    pub(crate) fn random(rng: &mut Rng) -> Self {
        let cni = if rng.u8(..4) == 0 { Cni::Flannel } else { Cni::Calico };
        let overlays: &[Overlay] = match cni {
            Cni::Calico => &[Overlay::None, Overlay::Vxlan, Overlay::CrossSubnet],
            Cni::Flannel => &[Overlay::None, Overlay::Vxlan],
        };
        let overlay = *rng.choice(overlays).unwrap_or(&Overlay::Vxlan);
        // host-gw needs one subnet.
        let one_subnet = cni == Cni::Flannel && overlay == Overlay::None;
        let nodes: Vec<Node> = (1..=rng.u8(2..=4))
            .map(|number| {
                let subnet = if !one_subnet && number > 1 && rng.u8(..3) == 0 { Subnet::B } else { Subnet::A };
                Node { number, subnet }
            })
            .collect();
        let detect_local = match rng.u8(..6) {
            0 => DetectLocal::Interface,
            // Where pods' addresses are not the node's podCIDR, no pod is recognised; flannel's are.
            1 if cni == Cni::Flannel => DetectLocal::NodeCidr,
            _ => DetectLocal::ClusterCidr,
        };
        Self {
            cni,
            overlay,
            proxy: if rng.bool() { Proxy::Iptables } else { Proxy::Nftables },
            nat_outgoing: cni == Cni::Flannel || rng.u8(..5) > 0,
            masquerade_all: rng.u8(..8) == 0,
            detect_local,
            pods: pods(rng, &nodes),
            nodes,
        }
    }
}

fn pods(rng: &mut Rng, nodes: &[Node]) -> Vec<Pod> {
    let mut pods = Vec::new();
    for (namespace, app, most) in APPS {
        for number in 0..rng.usize(1..=most) {
            let node = rng.usize(..nodes.len());
            let host_network = rng.u8(..8) == 0;
            pods.push(pod(rng, nodes, (namespace, app), (number, node), host_network, pods.len()));
        }
    }
    pods
}

fn pod(
    rng: &mut Rng,
    nodes: &[Node],
    (namespace, app): (&'static str, &'static str),
    (number, node): (usize, usize),
    host_network: bool,
    index: usize,
) -> Pod {
    let index = u8::try_from(index).unwrap_or(u8::MAX);
    let on = nodes.get(node);
    let address = if host_network {
        on.map_or(Ipv4Addr::UNSPECIFIED, Node::address)
    } else {
        Ipv4Addr::new(10, 244, on.map_or(0, |on| on.number), 10 + index)
    };
    // Pods of one application differ in what `http` means to them; on a node's own network nobody shares a port.
    let offset = if host_network { 100 * (1 + u16::from(index)) } else { 0 };
    let number_of_http = 8080 + offset + u16::from(rng.bool());
    let host_port = (!host_network && rng.u8(..6) == 0).then(|| 9000 + u16::from(index));
    let port = |name, number, protocol, host_port| ContainerPort { name, number, protocol, host_port };
    Pod {
        namespace,
        name: format!("{app}-{number}"),
        app,
        node,
        host_network,
        address,
        ports: vec![
            port("http", number_of_http, Protocol::Tcp, host_port),
            port("admin", 9090 + offset, Protocol::Tcp, None),
            port("dns", 5353 + offset, Protocol::Udp, None),
        ],
    }
}
