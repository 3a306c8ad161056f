//! On which nodes a pod may run, as far as the snapshot shows it.

use bulkhead_model::object::{Node, Pod, Scheduling, Taint, Toleration, WorkloadKind};
use bulkhead_snapshot::{NodeId, PodId, Snapshot};

/// Taints that come and go with a node's state: none keeps a pod away for good.
const PASSING: &str = "node.kubernetes.io/";

/// The nodes on which a pod, or the one that takes its place, may run: not cordoned, no taint that it does not tolerate, its node
/// selector and its required node affinity met. A DaemonSet's pods are pinned to their node each; whoever takes their place is not.
pub(crate) fn nodes_for(snapshot: &Snapshot, pod: PodId) -> Vec<NodeId> {
    let of_daemon_set = snapshot.workload_of(pod).is_some_and(|(kind, _)| kind == WorkloadKind::DaemonSet.name());
    let pod = &snapshot.pods[pod];
    let may = |(_, node): &(NodeId, &Node)| !node.unschedulable && admits(pod, of_daemon_set, node);
    snapshot.nodes.iter().filter(may).map(|(id, _)| id).collect()
}

fn admits(pod: &Pod, of_daemon_set: bool, node: &Node) -> bool {
    let nothing = Scheduling::default();
    let asked = pod.scheduling.as_deref().unwrap_or(&nothing);
    let stands = |taint: &Taint| asked.tolerations.iter().any(|toleration| tolerates(toleration, taint));
    let keeps_away =
        |taint: &Taint| taint.effect != "PreferNoSchedule" && !taint.key.starts_with(PASSING) && !stands(taint);
    let selected = asked.node_selector.iter().all(|(key, value)| node.labels.get(key) == Some(value));
    let of_terms = asked.terms.as_ref().is_none_or(|terms| {
        terms.iter().any(|term| {
            let named = of_daemon_set || term.names.as_ref().is_none_or(|names| names.contains(&node.name));
            named && term.expressions.iter().all(|expression| expression.matches(&node.labels))
        })
    });
    selected && of_terms && !node.taints.iter().any(keeps_away)
}

fn tolerates(toleration: &Toleration, taint: &Taint) -> bool {
    let any = |wanted: &Option<bulkhead_model::Name>, value| wanted.as_ref().is_none_or(|wanted| wanted == value);
    any(&toleration.key, &taint.key) && any(&toleration.value, &taint.value) && any(&toleration.effect, &taint.effect)
}
