//! The nodes' addresses, whose an address is, and which nodes send alike.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;

use bulkhead_model::object::Node;
use bulkhead_model::{AddressSet, Issue, Name, ObjectRef};
use bulkhead_snapshot::{Id, NodeId, Snapshot};

use crate::cni::{Cni, Family, Tunnel};
use crate::proxy::ProxyMode;

/// What is known of every node, by row.
#[derive(Debug, Default)]
pub(crate) struct Nodes {
    rows: Vec<NodeRow>,
    by_address: BTreeMap<IpAddr, Vec<NodeId>>,
    /// Those with a NIC's address of each family.
    addressed: [Arc<[NodeId]>; 2],
    none: NodeRow,
}

/// What is known of one node.
#[derive(Debug, Default)]
pub(crate) struct NodeRow {
    /// The first `InternalIP` of each family: the address of the NIC.
    pub(crate) primary: [Option<IpAddr>; 2],
    /// Every address that is local on the node, its CNI's devices included, in a fixed order.
    pub(crate) addresses: Vec<IpAddr>,
    /// The addresses by what they are: nodes of one kind have the same ones, each its own.
    pub(crate) roles: Arc<[Option<IpAddr>]>,
    /// `topology.kubernetes.io/zone`
    pub(crate) zone: Option<Name>,
    /// Nodes with equal numbers send alike, addresses aside.
    pub(crate) kind: u32,
}

impl Nodes {
    pub(crate) fn of(snapshot: &Snapshot, cni: Option<&dyn Cni>, proxy: Option<ProxyMode>) -> Self {
        let mut nodes = Self::default();
        let mut kinds: BTreeMap<String, u32> = BTreeMap::new();
        for (id, node) in snapshot.nodes.iter() {
            let mut row = row(node, cni);
            let others = proxy.into_iter().flat_map(|mode| mode.rules.other_sources(node));
            row.roles = row.roles.iter().copied().chain(others).collect();
            let key = format!("{:?} {}", pattern(&row.roles), cni.map(|cni| cni.node_key(node)).unwrap_or_default());
            let next = u32::try_from(kinds.len()).unwrap_or(u32::MAX);
            row.kind = *kinds.entry(key).or_insert(next);
            for address in &row.addresses {
                nodes.by_address.entry(*address).or_default().push(id);
            }
            nodes.rows.push(row);
        }
        nodes.addressed = Family::ALL.map(|family| {
            let has = |node: &NodeId| nodes.row(*node).primary.get(family.index()).copied().flatten().is_some();
            snapshot.nodes.ids().filter(has).collect()
        });
        nodes
    }

    /// What is known of a node.
    pub(crate) fn row(&self, node: NodeId) -> &NodeRow {
        self.rows.get(node.row() as usize).unwrap_or(&self.none)
    }

    /// The nodes with a NIC's address of a family, in order.
    pub(crate) fn addressed(&self, family: Family) -> Arc<[NodeId]> {
        self.addressed.get(family.index()).cloned().unwrap_or_default()
    }

    /// The nodes on which an address is local. More than one is a contradiction in the input.
    pub(crate) fn with_address(&self, address: IpAddr) -> &[NodeId] {
        self.by_address.get(&address).map_or(&[], Vec::as_slice)
    }

    /// Whether a node has an address in a set.
    pub(crate) fn any_in(&self, set: &AddressSet) -> bool {
        set.ranges().any(|(first, last)| self.by_address.range(first..=last).next().is_some())
    }

    /// Addresses of the CNI's devices that pods have, too. Those of nodes' status are the snapshot's affair.
    pub(crate) fn shared_with_pods(&self, snapshot: &Snapshot) -> Vec<Issue> {
        let devices = self.by_address.iter().filter(|(address, _)| snapshot.nodes_with_address(**address).is_empty());
        let shared = devices.filter_map(|(address, nodes)| {
            let pod = &snapshot.pods[*snapshot.pods_with_address(*address).first()?];
            let node = &snapshot.nodes[*nodes.first()?];
            let issue = Issue::error("podAddressOfDevice").at(pod.position);
            let issue = issue.about(ObjectRef::namespaced("Pod", &pod.name)).in_field("status.podIPs");
            Some(issue.with("address", address).with("node", &node.name))
        });
        shared.collect()
    }

    /// Whether an address is local on a node.
    pub(crate) fn is_local(&self, node: NodeId, address: IpAddr) -> bool {
        address.is_loopback() || self.with_address(address).contains(&node)
    }
}

fn row(node: &Node, cni: Option<&dyn Cni>) -> NodeRow {
    let primary = Family::ALL.map(|family| {
        let internal = node.internal_addresses().find(|address| Family::of(*address) == family);
        // A node that names no InternalIP may still say which address its pods' traffic uses.
        internal.or_else(|| cni.and_then(|cni| cni.nic_address(node, family)))
    });
    let mut addresses: Vec<IpAddr> = Vec::new();
    let stated = node.addresses.iter().map(|address| address.address);
    let devices = cni.map(|cni| cni.device_addresses(node)).unwrap_or_default();
    let carrying = cni.into_iter().flat_map(|cni| Family::ALL.map(|family| cni.nic_address(node, family))).flatten();
    for address in stated.chain(carrying).chain(devices) {
        if !addresses.contains(&address) {
            addresses.push(address);
        }
    }
    let zone = node.labels.get("topology.kubernetes.io/zone").filter(|zone| !zone.is_empty()).cloned();
    NodeRow { roles: roles(node, primary, cni).into(), primary, addresses, zone, kind: 0 }
}

/// The addresses that masquerading may pick, in a fixed order.
fn roles(node: &Node, primary: [Option<IpAddr>; 2], cni: Option<&dyn Cni>) -> Vec<Option<IpAddr>> {
    let mut roles = primary.to_vec();
    for family in Family::ALL {
        roles.push(cni.and_then(|cni| cni.nic_address(node, family)));
        for tunnel in Tunnel::ALL {
            roles.push(cni.and_then(|cni| cni.tunnel_address(node, tunnel, family).ok()));
        }
    }
    roles
}

/// Which roles are known, and which of them share an address.
fn pattern(roles: &[Option<IpAddr>]) -> Vec<Option<usize>> {
    roles.iter().map(|role| role.and_then(|address| roles.iter().position(|other| *other == Some(address)))).collect()
}
