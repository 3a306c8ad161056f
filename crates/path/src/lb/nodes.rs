//! Sets of nodes by which packets for an address may come in.

use std::sync::Arc;

use bulkhead_model::LabelSelector;
use bulkhead_model::object::Node;
use bulkhead_snapshot::NodeId;

use super::Asked;
use crate::cni::Family;
use crate::network::{Endpoints, PortOf};

/// The label by which a node stays out of load balancers outside (`k8s.io/cloud-provider`; kubeadm gives it to control planes).
const EXCLUDED: &str = "node.kubernetes.io/exclude-from-external-load-balancers";

/// Whether a node is kept out of load balancers by its label.
pub(crate) fn is_excluded(node: &Node) -> bool {
    node.labels.get(EXCLUDED).is_some()
}

/// Every node.
pub(crate) fn every(asked: &Asked<'_>) -> Arc<[NodeId]> {
    asked.network.snapshot().nodes.ids().collect()
}

/// Every node that its label does not keep out of load balancers: the targets of a cloud's.
pub(crate) fn targets(asked: &Asked<'_>) -> Arc<[NodeId]> {
    matching(asked, |node| !is_excluded(node))
}

/// The nodes for which something holds.
pub(crate) fn matching(asked: &Asked<'_>, holds: impl Fn(&Node) -> bool) -> Arc<[NodeId]> {
    asked.network.snapshot().nodes.iter().filter(|(_, node)| holds(node)).map(|(id, _)| id).collect()
}

/// Whether any of the selectors selects a node; none at all selects every one. One that cannot be read may select it.
pub(crate) fn selected(selectors: &[LabelSelector], node: &Node) -> bool {
    selectors.is_empty() || selectors.iter().any(|selector| selector.matches(&node.labels) != Some(false))
}

/// The nodes on which pods of an implementation run; every one where the input has none of them.
pub(crate) fn running(asked: &Asked<'_>, name: &str) -> Arc<[NodeId]> {
    let snapshot = asked.network.snapshot();
    let on = |pod: &bulkhead_snapshot::PodId| snapshot.pods[*pod].node.as_ref().and_then(|name| snapshot.node(name));
    let mut nodes: Vec<NodeId> = asked.pods_of(name).iter().filter_map(on).collect();
    nodes.sort_unstable();
    nodes.dedup();
    if nodes.is_empty() { every(asked) } else { nodes.into() }
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
