//! The clients outside: one machine behind the router and one in the nodes' subnet.

use std::fmt::Write as _;

use anyhow::Result;

use super::lan::{self, Lan};
use crate::cluster::{Client, Cluster, EXTERNAL_CIDR, Subnet, type_of_service};
use crate::machine::Namespace;

pub(super) fn off_lan(cluster: &Cluster, lan: &Lan) -> Result<Namespace> {
    let namespace = Namespace::create("off-lan")?;
    lan.connect(&namespace, lan::OFF_LAN, "off-lan")?;
    namespace.ip(&format!(
        "link set eth0 up\naddress add {}/24 dev eth0\nroute add default via {}",
        cluster.address(Client::OffLan(0)),
        lan::off_lan_router()
    ))?;
    Ok(namespace)
}

pub(super) fn on_lan(cluster: &Cluster, lan: &Lan) -> Result<Namespace> {
    let namespace = Namespace::create("on-lan")?;
    lan.connect(&namespace, lan::bridge(Subnet::A), "on-lan")?;
    let mut batch = format!("link set eth0 up\naddress add {}/24 dev eth0\n", cluster.address(Client::OnLan(0)));
    for (index, node) in cluster.nodes.iter().enumerate() {
        // A node in another subnet is behind the router, which has the same rule.
        if node.subnet == Subnet::A {
            let table = lan::FIRST_TABLE + index;
            let _ = writeln!(batch, "route add {EXTERNAL_CIDR} via {} table {table}", node.address());
            let _ = writeln!(batch, "rule add tos {:#x} lookup {table} priority {table}", type_of_service(index));
        }
    }
    batch.push_str(&lan::default_route(Subnet::A));
    namespace.ip(&batch)?;
    Ok(namespace)
}
