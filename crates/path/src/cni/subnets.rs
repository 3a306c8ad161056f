//! The subnets that nodes are in, where a CNI asks for them and no object shows them.

use std::net::IpAddr;

use bulkhead_model::IpNet;
use bulkhead_model::object::Node;

use super::Family;
use crate::Overrides;
use crate::reason::{NODE_SUBNETS_UNKNOWN, Reason};

/// What the user says about the nodes' subnets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct NodeSubnets {
    told: Vec<IpNet>,
}

impl NodeSubnets {
    pub(super) fn of(overrides: &Overrides) -> Self {
        Self { told: overrides.node_subnets.clone().unwrap_or_default() }
    }

    /// Whether two nodes are in one subnet. Objects show nodes' addresses, never how long their prefixes are.
    pub(super) fn same(&self, from: &Node, to: &Node, family: Family) -> Result<bool, Reason> {
        let unknown = |node: &Node| Reason::missing(NODE_SUBNETS_UNKNOWN, "--node-subnets").with("node", &node.name);
        let of = |node: &Node| self.subnet(node, family).ok_or_else(|| unknown(node));
        Ok(of(from)? == of(to)?)
    }

    fn subnet(&self, node: &Node, family: Family) -> Option<IpNet> {
        let address = node.internal_addresses().find(|address| Family::of(*address) == family)?;
        self.holding(address)
    }

    /// The narrowest of the subnets that holds an address.
    fn holding(&self, address: IpAddr) -> Option<IpNet> {
        self.told.iter().copied().filter(|net| net.contains(&address)).max_by_key(IpNet::prefix_len)
    }

    /// Nodes with equal keys are in the same subnets.
    pub(super) fn key(&self, node: &Node) -> String {
        format!("{:?}", Family::ALL.map(|family| self.subnet(node, family)))
    }
}
