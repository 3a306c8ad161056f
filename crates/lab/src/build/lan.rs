//! What the nodes hang on: two subnets and the router between them, which is also the API server's machine.

use std::fmt::Write as _;

use anyhow::Result;

use crate::cluster::{ANNOUNCER, Cluster, EXTERNAL_CIDR, Node, OFF_LAN_CIDR, Overlay, Subnet, type_of_service};
use crate::machine::{Namespace, set};

/// The machine in the middle.
pub(crate) struct Lan {
    pub(crate) namespace: Namespace,
}

/// Routing tables of the router by which the addresses that belong to no machine go to one node; one for each node.
pub(super) const FIRST_TABLE: usize = 100;
const MOST_NODES: usize = 7;

impl Lan {
    /// Makes it, in this process's own namespace.
    pub(crate) fn create() -> Result<Self> {
        let namespace = Namespace::of_this_process("lan")?;
        namespace.inside(|| -> Result<()> {
            set("net.ipv4.ip_forward", "1")?;
            set("net.ipv4.conf.all.rp_filter", "0")?;
            set("net.ipv4.conf.default.rp_filter", "0")?;
            set("net.ipv4.conf.all.send_redirects", "0")?;
            set("net.ipv4.conf.default.send_redirects", "0")?;
            set("net.ipv4.icmp_ratelimit", "0")?;
            set("net.ipv4.icmp_ratemask", "0")
        })??;
        namespace.ip("link set lo up\n\
            link add lan-a type bridge\naddress add 10.10.0.254/24 dev lan-a\nlink set lan-a up\n\
            link add lan-b type bridge\naddress add 10.20.0.254/24 dev lan-b\nlink set lan-b up\n\
            link add lan-off type bridge\naddress add 198.51.100.254/24 dev lan-off\nlink set lan-off up\n\
            route add unreachable 10.96.0.0/16\nroute add unreachable 10.244.0.0/16")?;
        Ok(Self { namespace })
    }

    /// Connects a machine: its `eth0` to a bridge.
    pub(crate) fn connect(&self, machine: &Namespace, bridge: &str, port: &str) -> Result<()> {
        self.namespace.ip(&format!(
            "link add {port} type veth peer name eth0 netns {id}\nlink set {port} master {bridge}\nlink set {port} up",
            id = machine.id()
        ))
    }

    /// The routes of a cluster: to each node's pods where packets go unwrapped, and by which node packets for the others' addresses come in.
    pub(crate) fn route(&self, cluster: &Cluster) -> Result<()> {
        let mut batch = String::new();
        for (index, node) in cluster.nodes.iter().enumerate() {
            if cluster.overlay == Overlay::None {
                let _ = writeln!(batch, "route add {} via {}", node.pod_block(), node.address());
            }
            let table = FIRST_TABLE + index;
            if index == ANNOUNCER {
                let _ = writeln!(batch, "route replace {EXTERNAL_CIDR} via {}", node.address());
            }
            let _ = writeln!(batch, "route add {EXTERNAL_CIDR} via {} table {table}", node.address());
            let _ = writeln!(batch, "rule add tos {:#x} lookup {table} priority {table}", type_of_service(index));
        }
        self.namespace.ip(&batch)
    }

    /// Takes away what the cluster before left here: its namespaces end some time after their last process, and until then their
    /// machines would still answer.
    pub(crate) fn forget(&self) {
        let nodes = (1..=MOST_NODES).map(|number| format!("node{number}"));
        for port in nodes.chain(["off-lan".to_owned(), "on-lan".to_owned()]) {
            let _ = self.namespace.feed("ip", &["link", "del", &port], "");
        }
        for table in (FIRST_TABLE..FIRST_TABLE + MOST_NODES).map(|table| table.to_string()) {
            // They say that there is nothing where there was nothing.
            while self.namespace.feed("ip", &["rule", "del", "lookup", &table], "").is_ok() {}
            let _ = self.namespace.feed("ip", &["route", "flush", "table", &table], "");
        }
        for number in 1..=MOST_NODES {
            let block = Node { number: u8::try_from(number).unwrap_or(u8::MAX), subnet: Subnet::A }.pod_block();
            let _ = self.namespace.feed("ip", &["route", "del", &block], "");
        }
    }
}

/// The bridge of a subnet.
pub(super) fn bridge(subnet: Subnet) -> &'static str {
    match subnet {
        Subnet::A => "lan-a",
        Subnet::B => "lan-b",
    }
}

/// The bridge of the clients behind the router.
pub(super) const OFF_LAN: &str = "lan-off";

/// The routes by which a machine of a subnet reaches the other networks.
pub(super) fn default_route(subnet: Subnet) -> String {
    format!("route add default via {}\n", subnet.router())
}

/// The router's address towards the clients behind it.
pub(super) fn off_lan_router() -> String {
    OFF_LAN_CIDR.replace(".0/24", ".254")
}
