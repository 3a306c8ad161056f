//! Sets of nodes by which packets for an address may come in.

use std::collections::BTreeSet;
use std::sync::Arc;

use bulkhead_model::LabelSelector;
use bulkhead_model::object::Node;
use bulkhead_snapshot::{NodeId, PodId, Snapshot};

use super::Asked;
use crate::cni::Family;
use crate::network::{Endpoints, PortOf};

/// The label by which a node stays out of load balancers outside (`k8s.io/cloud-provider`; kubeadm gives it to control planes).
const EXCLUDED: &str = "node.kubernetes.io/exclude-from-external-load-balancers";

/// The pods of an implementation of load balancers.
#[derive(Debug)]
pub(crate) struct Running {
    /// The active ones.
    pub(crate) pods: Vec<PodId>,
    /// The nodes that they run on.
    nodes: Arc<[NodeId]>,
}

impl Running {
    pub(crate) fn of(snapshot: &Snapshot, pods: Vec<PodId>) -> Self {
        let on = |pod: &PodId| snapshot.pods[*pod].node.as_ref().and_then(|name| snapshot.node(name));
        let nodes: BTreeSet<NodeId> = pods.iter().filter_map(on).collect();
        Self { pods, nodes: nodes.into_iter().collect() }
    }
}

/// Lists of nodes that load balancers of many Services share.
#[derive(Debug)]
pub(crate) struct NodeLists {
    every: Arc<[NodeId]>,
    /// Those that their label does not keep out of load balancers.
    targets: Arc<[NodeId]>,
    /// The others, in order.
    excluded: Vec<NodeId>,
}

impl NodeLists {
    pub(crate) fn of(snapshot: &Snapshot) -> Self {
        let is_excluded = |id: &NodeId| snapshot.nodes[*id].labels.get(EXCLUDED).is_some();
        let (excluded, targets): (Vec<NodeId>, Vec<NodeId>) = snapshot.nodes.ids().partition(is_excluded);
        Self { every: snapshot.nodes.ids().collect(), targets: targets.into(), excluded }
    }
}

/// Every node.
pub(crate) fn every(asked: &Asked<'_>) -> Arc<[NodeId]> {
    Arc::clone(&asked.network.node_lists().every)
}

/// Every node that its label does not keep out of load balancers: the targets of a cloud's.
pub(crate) fn targets(asked: &Asked<'_>) -> Arc<[NodeId]> {
    Arc::clone(&asked.network.node_lists().targets)
}

/// Those of some nodes that their label does not keep out of load balancers, unless it is `ignored`.
pub(crate) fn without_excluded(
    asked: &Asked<'_>,
    nodes: Arc<[NodeId]>,
    ignored: impl FnOnce() -> bool,
) -> Arc<[NodeId]> {
    let excluded = &asked.network.node_lists().excluded;
    if excluded.is_empty() || ignored() {
        return nodes;
    }
    nodes.iter().filter(|node| excluded.binary_search(node).is_err()).copied().collect()
}

/// The nodes for which something holds.
pub(crate) fn matching(asked: &Asked<'_>, holds: impl Fn(&Node) -> bool) -> Arc<[NodeId]> {
    asked.network.snapshot().nodes.iter().filter(|(_, node)| holds(node)).map(|(id, _)| id).collect()
}

/// Those of some nodes for which something holds.
pub(crate) fn only(asked: &Asked<'_>, nodes: &[NodeId], holds: impl Fn(&Node) -> bool) -> Arc<[NodeId]> {
    nodes.iter().copied().filter(|node| holds(&asked.network.snapshot().nodes[*node])).collect()
}

/// Whether any of the selectors selects a node; none at all selects every one. One that cannot be read may select it.
pub(crate) fn selected(selectors: &[LabelSelector], node: &Node) -> bool {
    selectors.is_empty() || selectors.iter().any(|selector| selector.matches(&node.labels) != Some(false))
}

/// The nodes on which pods of an implementation run; every one where the input has none of them.
pub(crate) fn running(asked: &Asked<'_>, name: &str) -> Arc<[NodeId]> {
    let nodes = asked.running(name).map(|running| &running.nodes);
    nodes.filter(|nodes| !nodes.is_empty()).map_or_else(|| every(asked), Arc::clone)
}

/// Which endpoints count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Counting {
    Ready,
    /// Those that serve while they end, too.
    Serving,
}

/// The nodes with an endpoint of a Service.
pub(crate) fn with_endpoint(asked: &Asked<'_>, counting: Counting) -> Vec<NodeId> {
    let ports = (0..asked.service.ports.len()).map(|index| PortOf { service: asked.id, index });
    let families = asked.families();
    let sets = ports
        .flat_map(|port| families.iter().map(move |family| Endpoints::of(asked.network.snapshot(), port, *family)));
    let mut nodes: Vec<NodeId> = sets
        .flat_map(|set| match counting {
            Counting::Ready => set.ready_nodes(),
            Counting::Serving => set.serving_nodes(),
        })
        .collect();
    nodes.sort_unstable();
    nodes.dedup();
    nodes
}

/// A Service and those that share its address.
pub(crate) fn sharing<'a>(asked: &Asked<'a>) -> Vec<Asked<'a>> {
    let network = asked.network;
    let all = asked.ingress.address.map(|address| network.services().with_load_balancer_address(address));
    let others = all.unwrap_or_default().into_iter().filter(|id| *id != asked.id);
    let other = |id| Asked { id, service: &network.snapshot().services[id], port: None, ..*asked };
    std::iter::once(*asked).chain(others.map(other)).collect()
}

/// Whether a Service has any endpoint, on a node or not.
pub(crate) fn has_endpoints(asked: &Asked<'_>) -> bool {
    let families = asked.families();
    let mut ports = (0..asked.service.ports.len()).map(|index| PortOf { service: asked.id, index });
    ports.any(|port| families.iter().any(|family| Endpoints::of(asked.network.snapshot(), port, *family).any()))
}

impl Asked<'_> {
    /// The families of the address, or where only a name is known those of the Service.
    pub(crate) fn families(&self) -> Vec<Family> {
        match self.ingress.address {
            Some(address) => vec![Family::of(address)],
            None => families_of(self.service),
        }
    }
}

/// The families of a Service's clusterIPs; a manifest that has none yet serves IPv4.
pub(crate) fn families_of(service: &bulkhead_model::object::Service) -> Vec<Family> {
    let has = |family: &Family| service.cluster_ips.iter().any(|address| Family::of(*address) == *family);
    if service.cluster_ips.is_empty() { vec![Family::V4] } else { Family::ALL.into_iter().filter(has).collect() }
}
