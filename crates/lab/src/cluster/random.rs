//! A random cluster.

use bulkhead_analysis::path::Family;
use fastrand::Rng;

use super::{
    Cluster, Cni, ContainerPort, DetectLocal, Kernel, Node, NodePortsAt, Overlay, Pod, Protocol, Proxy, Subnet,
};

/// The pods of an application, and how many at most.
const APPS: [(&str, &str, usize); 4] =
    [("shop", "web", 4), ("shop", "db", 2), ("billing", "api", 2), ("ops", "probe", 2)];

impl Cluster {
    /// The cluster of a seed.
    pub(crate) fn random(rng: &mut Rng, kernel: Kernel) -> Self {
        let cni = if rng.u8(..4) == 0 { Cni::Flannel } else { Cni::Calico };
        let overlays: &[Overlay] = match cni {
            Cni::Calico if kernel == Kernel::Second => &[Overlay::None, Overlay::Vxlan, Overlay::Ipip, Overlay::Ipip],
            Cni::Calico => &[Overlay::None, Overlay::Vxlan, Overlay::CrossSubnet],
            Cni::Flannel => &[Overlay::None, Overlay::Vxlan],
        };
        let overlay = *rng.choice(overlays).unwrap_or(&Overlay::Vxlan);
        // host-gw needs one subnet.
        let one_subnet = cni == Cni::Flannel && overlay == Overlay::None;
        let zones: &[Option<&str>] = if rng.u8(..3) == 0 { &[None] } else { &[Some("a"), Some("b")] };
        let nodes: Vec<Node> = (1..=rng.u8(2..=4))
            .map(|number| {
                let subnet = if !one_subnet && number > 1 && rng.u8(..3) == 0 { Subnet::B } else { Subnet::A };
                Node { number, subnet, zone: rng.choice(zones).copied().flatten() }
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
            proxy: match (kernel, rng.bool()) {
                (Kernel::Second, _) => Proxy::Ipvs,
                (Kernel::Host, true) => Proxy::Iptables,
                (Kernel::Host, false) => Proxy::Nftables,
            },
            nat_outgoing: cni == Cni::Flannel || rng.u8(..5) > 0,
            masquerade_all: rng.u8(..8) == 0,
            detect_local,
            node_ports_at: node_ports_at(rng),
            families: if rng.bool() && kernel == Kernel::Host { Family::ALL.into() } else { vec![Family::V4] },
            pods: pods(rng, nodes.len()),
            nodes,
        }
    }
}

fn node_ports_at(rng: &mut Rng) -> NodePortsAt {
    match rng.u8(..6) {
        0 => NodePortsAt::Primary,
        1 => NodePortsAt::LanA,
        _ => NodePortsAt::Unsaid,
    }
}

fn pods(rng: &mut Rng, nodes: usize) -> Vec<Pod> {
    let mut pods = Vec::new();
    for (namespace, app, most) in APPS {
        for number in 0..rng.usize(1..=most) {
            let node = rng.usize(..nodes);
            let host_network = rng.u8(..8) == 0;
            pods.push(pod(rng, (namespace, app), (number, node), host_network, pods.len()));
        }
    }
    pods
}

fn pod(
    rng: &mut Rng,
    (namespace, app): (&'static str, &'static str),
    (number, node): (usize, usize),
    host_network: bool,
    index: usize,
) -> Pod {
    let index = u8::try_from(index).unwrap_or(u8::MAX);
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
        host: 10 + index,
        ports: vec![
            port("http", number_of_http, Protocol::Tcp, host_port),
            port("admin", 9090 + offset, Protocol::Tcp, None),
            port("dns", 5353 + offset, Protocol::Udp, None),
        ],
    }
}
