//! What the load balancers of AWS have in common: how annotations are written, and which nodes are targets.

use std::sync::Arc;

use bulkhead_snapshot::NodeId;

use super::{Asked, nodes};

/// The labels that nodes must have to be targets: read by the AWS Load Balancer Controller
/// (`buildTargetGroupBindingNodeSelector`) and by the older cloud provider alike.
const NODE_LABELS: &str = "service.beta.kubernetes.io/aws-load-balancer-target-node-labels";

/// The nodes to which nodePorts are sent.
pub(super) fn targets(asked: &Asked<'_>) -> Arc<[NodeId]> {
    let all = nodes::targets(asked);
    let Some(labels) = asked.service.annotations.get(NODE_LABELS) else { return all };
    nodes::only(asked, &all, |node| {
        pairs(labels).all(|(key, value)| node.labels.get(key).is_some_and(|own| own == value))
    })
}

/// `KEY=VALUE` between commas.
pub(super) fn pairs(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
    parts.map(|part| part.split_once('=').unwrap_or((part, ""))).map(|(key, value)| (key.trim(), value.trim()))
}
