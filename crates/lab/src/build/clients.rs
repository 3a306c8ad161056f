//! The clients outside: one machine behind the router and one in the nodes' subnet.

use std::fmt::Write as _;

use anyhow::Result;

use super::lan::{self, Lan};
use crate::cluster::{Client, Cluster, Subnet, external_cidr, lan_length, type_of_service};
use crate::machine::Namespace;

pub(super) fn off_lan(cluster: &Cluster, lan: &Lan) -> Result<Namespace> {
    let namespace = Namespace::create("off-lan")?;
    lan.connect(&namespace, lan::OFF_LAN, "off-lan")?;
    namespace.ip("link set eth0 up")?;
    for &family in &cluster.families {
        namespace.ip_of(
            family,
            &format!(
                "address add {}/{} dev eth0\nroute add default via {}",
                cluster.address(Client::OffLan(0), family),
                lan_length(family),
                lan::off_lan_router(family)
            ),
        )?;
    }
    Ok(namespace)
}

pub(super) fn on_lan(cluster: &Cluster, lan: &Lan) -> Result<Namespace> {
    let namespace = Namespace::create("on-lan")?;
    lan.connect(&namespace, lan::bridge(Subnet::A), "on-lan")?;
    namespace.ip("link set eth0 up")?;
    for &family in &cluster.families {
        let (address, length) = (cluster.address(Client::OnLan(0), family), lan_length(family));
        let mut batch = format!("address add {address}/{length} dev eth0\n");
        for (index, node) in cluster.nodes.iter().enumerate() {
            // A node in another subnet is behind the router, which has the same rule.
            if node.subnet == Subnet::A {
                let (table, external) = (lan::FIRST_TABLE + index, external_cidr(family));
                let _ = writeln!(batch, "route add {external} via {} table {table}", node.address(family));
                let _ = writeln!(batch, "rule add tos {:#x} lookup {table} priority {table}", type_of_service(index));
            }
        }
        batch.push_str(&lan::default_route(Subnet::A, family));
        namespace.ip_of(family, &batch)?;
    }
    Ok(namespace)
}
