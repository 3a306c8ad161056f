//! Nodes that treat a packet alike, whatever Service it is for: five thousand nodes are a few cohorts, and one of each is asked.
//!
//! What tells nodes of one cohort apart is the endpoints that they have or that are hinted for them, and the addresses that are
//! only theirs. Whoever asks one for all sets those apart.

use std::collections::BTreeMap;
use std::sync::Arc;

use bulkhead_model::Name;
use bulkhead_snapshot::{Id, NodeId, Snapshot};

use super::{KubeProxy, NodePortAddresses, Nodes, Services};
use crate::cni::Family;

/// The cohort of each node, by row, for packets of each family.
#[derive(Debug, Default)]
pub(crate) struct Cohorts {
    of_family: [Vec<Option<u32>>; 2],
    /// Every node with an address of a family, sorted out: most doors are those of all of them.
    addressed: [(Arc<[NodeId]>, ByCohort); 2],
}

/// What a node's proxy looks at besides endpoints: nodes with the same are a cohort.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Key<'s> {
    kind: u32,
    zone: Option<&'s Name>,
    /// Whether NodePorts are served at its address.
    serves: bool,
    /// Whether it gives pods addresses of the family: without, there is no detector by them.
    gives_addresses: bool,
    /// The pools that hold its address: source NAT may end at them.
    pools: Vec<usize>,
}

/// Nodes by their cohorts.
#[derive(Clone, Debug, Default)]
pub(crate) struct ByCohort {
    pub(crate) cohorts: Vec<Vec<NodeId>>,
    /// Those that stand alone.
    pub(crate) alone: Vec<NodeId>,
}

impl Cohorts {
    pub(crate) fn of(snapshot: &Snapshot, nodes: &Nodes, services: &Services, proxy: &KubeProxy) -> Self {
        let of_family = Family::ALL.map(|family| of_family(snapshot, nodes, services, proxy, family));
        let mut cohorts = Self { of_family, addressed: Default::default() };
        cohorts.addressed = Family::ALL.map(|family| {
            let all = nodes.addressed(family);
            (Arc::clone(&all), cohorts.sort_out(&all, family))
        });
        cohorts
    }

    /// Some nodes, in order, by their cohorts.
    pub(crate) fn by_cohort(&self, nodes: &[NodeId], family: Family) -> ByCohort {
        match self.addressed.get(family.index()) {
            Some((all, known)) if all[..] == *nodes => known.clone(),
            _ => self.sort_out(nodes, family),
        }
    }

    fn sort_out(&self, nodes: &[NodeId], family: Family) -> ByCohort {
        let mut found = ByCohort::default();
        for node in nodes.iter().copied() {
            let Some(cohort) = self.cohort(node, family) else {
                found.alone.push(node);
                continue;
            };
            if found.cohorts.len() <= cohort {
                found.cohorts.resize_with(cohort + 1, Vec::new);
            }
            found.cohorts.get_mut(cohort).into_iter().for_each(|members| members.push(node));
        }
        found.cohorts.retain(|members| !members.is_empty());
        found
    }

    /// The cohort of a node; `None` for one that stands alone.
    pub(crate) fn cohort(&self, node: NodeId, family: Family) -> Option<usize> {
        let cohort = self.of_family.get(family.index())?.get(node.row() as usize).copied().flatten();
        cohort.and_then(|cohort| usize::try_from(cohort).ok())
    }
}

impl ByCohort {
    /// Takes nodes out of their cohorts.
    pub(crate) fn set_apart(&mut self, nodes: &[NodeId]) {
        for members in &mut self.cohorts {
            for node in nodes {
                if let Ok(at) = members.binary_search(node) {
                    self.alone.push(members.remove(at));
                }
            }
        }
        self.cohorts.retain(|members| !members.is_empty());
    }

    /// Leaves a node out.
    pub(crate) fn remove(&mut self, node: NodeId) {
        self.alone.retain(|other| *other != node);
        for members in &mut self.cohorts {
            if let Ok(at) = members.binary_search(&node) {
                members.remove(at);
            }
        }
        self.cohorts.retain(|members| !members.is_empty());
    }
}

fn of_family(
    snapshot: &Snapshot,
    nodes: &Nodes,
    services: &Services,
    proxy: &KubeProxy,
    family: Family,
) -> Vec<Option<u32>> {
    let mut known: BTreeMap<Key<'_>, u32> = BTreeMap::new();
    let cohort = |(id, node): (NodeId, &bulkhead_model::object::Node)| {
        let row = nodes.row(id);
        let address = row.primary.get(family.index()).copied().flatten()?;
        // An address that is somebody else's, too, has rules of its own.
        if nodes.with_address(address) != [id]
            || services.address(address).is_some()
            || !snapshot.pods_with_address(address).is_empty()
        {
            return None;
        }
        let serves = match proxy.node_port_addresses.value() {
            Some(NodePortAddresses::Ranges(ranges)) => ranges.iter().any(|range| range.contains(&address)),
            Some(NodePortAddresses::All | NodePortAddresses::Primary) | None => true,
        };
        let pools = snapshot.ip_pools.iter().enumerate();
        let holds =
            |pool: &bulkhead_model::object::IpPool| pool.cidr.known().is_none_or(|cidr| cidr.contains(&address));
        let key = Key {
            kind: row.kind,
            zone: nodes.row(id).zone.as_ref(),
            serves,
            gives_addresses: node.pod_cidrs.iter().any(|cidr| Family::of(cidr.addr()) == family),
            pools: pools.filter(|(_, pool)| holds(pool)).map(|(index, _)| index).collect(),
        };
        let next = u32::try_from(known.len()).ok()?;
        Some(*known.entry(key).or_insert(next))
    };
    snapshot.nodes.iter().map(cohort).collect()
}
