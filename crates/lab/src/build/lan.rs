//! What the nodes hang on: two subnets and the router between them, which is also the API server's machine.

use std::fmt::Write as _;

use anyhow::Result;
use bulkhead_analysis::path::Family;

use crate::cluster::{
    ANNOUNCER, Cluster, Node, Overlay, Subnet, external_cidr, lan_length, off_lan, pod_cidr, service_cidr,
    type_of_service,
};
use crate::machine::{Namespace, no_duplicates, router};

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
        namespace.inside(|| no_duplicates().and_then(|()| router()))??;
        namespace.ip("link set lo up\n\
            link add lan-a type bridge mcast_snooping 0\nlink set lan-a up\n\
            link add lan-b type bridge mcast_snooping 0\nlink set lan-b up\n\
            link add lan-off type bridge mcast_snooping 0\nlink set lan-off up")?;
        for family in Family::ALL {
            let (length, pods, services) = (lan_length(family), pod_cidr(family), service_cidr(family));
            let (a, b, off) = (Subnet::A.router(family), Subnet::B.router(family), off_lan_router(family));
            namespace.ip_of(
                family,
                &format!(
                    "address add {a}/{length} dev lan-a\naddress add {b}/{length} dev lan-b\n\
                     address add {off}/{length} dev lan-off\n\
                     route add unreachable {services}\nroute add unreachable {pods}"
                ),
            )?;
        }
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
        for &family in &cluster.families {
            let mut batch = String::new();
            for (index, node) in cluster.nodes.iter().enumerate() {
                let address = node.address(family);
                if cluster.overlay == Overlay::None {
                    let _ = writeln!(batch, "route add {} via {address}", node.pod_block(family));
                }
                let (table, external) = (FIRST_TABLE + index, external_cidr(family));
                if index == ANNOUNCER {
                    let _ = writeln!(batch, "route replace {external} via {address}");
                }
                let _ = writeln!(batch, "route add {external} via {address} table {table}");
                let _ = writeln!(batch, "rule add tos {:#x} lookup {table} priority {table}", type_of_service(index));
            }
            self.namespace.ip_of(family, &batch)?;
        }
        Ok(())
    }

    /// Takes away what the cluster before left here: its namespaces end some time after their last process, and until then their
    /// machines would still answer.
    pub(crate) fn forget(&self) {
        let nodes = (1..=MOST_NODES).map(|number| format!("node{number}"));
        for port in nodes.chain(["off-lan".to_owned(), "on-lan".to_owned()]) {
            let _ = self.namespace.feed("ip", &["link", "del", &port], "");
        }
        for option in ["-4", "-6"] {
            for table in (FIRST_TABLE..FIRST_TABLE + MOST_NODES).map(|table| table.to_string()) {
                // They say that there is nothing where there was nothing.
                while self.namespace.feed("ip", &[option, "rule", "del", "lookup", &table], "").is_ok() {}
                let _ = self.namespace.feed("ip", &[option, "route", "flush", "table", &table], "");
            }
        }
        for family in Family::ALL {
            for number in 1..=MOST_NODES {
                let number = u8::try_from(number).unwrap_or(u8::MAX);
                let block = Node { number, subnet: Subnet::A, zone: None }.pod_block(family);
                let _ = self.namespace.feed("ip", &["route", "del", &block], "");
            }
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

/// The route by which a machine of a subnet reaches the other networks.
pub(super) fn default_route(subnet: Subnet, family: Family) -> String {
    format!("route add default via {}\n", subnet.router(family))
}

/// The router's address towards the clients behind it.
pub(super) fn off_lan_router(family: Family) -> std::net::IpAddr {
    off_lan(family, 254)
}
