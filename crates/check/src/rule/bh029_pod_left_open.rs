//! Pods that no policy isolates for ingress, in a namespace whose other pods are isolated: they are open to everybody, beside
//! neighbours that are not.

use std::collections::{BTreeMap, BTreeSet};

use bulkhead_model::object::Direction;
use bulkhead_model::{ObjectRef, Position, Severity};
use bulkhead_snapshot::PodId;

use super::Rule;
use crate::cluster::Cluster;
use crate::finding::Finding;
use crate::isolated::isolated_pods;
use crate::notation;

pub(super) static RULE: Rule =
    Rule { id: "BH029", name: "pod-left-open", severity: Severity::Note, messages: &["BH029"], find };

fn find(cluster: &Cluster<'_>) -> Vec<Finding> {
    let isolated = isolated_pods(cluster, Direction::Ingress);
    let isolated: BTreeSet<PodId> = isolated.into_iter().flat_map(|group| group.pods).collect();
    let namespaces: BTreeSet<&str> =
        isolated.iter().map(|id| cluster.snapshot.pods[*id].name.namespace.as_str()).collect();
    let unsure = unsure_namespaces(cluster);
    let sure = namespaces.into_iter().filter(|namespace| !unsure.contains(namespace));
    sure.filter_map(|namespace| of_namespace(cluster, namespace, &isolated)).collect()
}

/// Namespaces with a policy of which nobody knows whom it isolates.
fn unsure_namespaces<'a>(cluster: &Cluster<'a>) -> BTreeSet<&'a str> {
    let lowered = cluster.policies.lowered().iter().filter(|policy| policy.direction == Direction::Ingress);
    let unsure = lowered.filter(|policy| policy.doubt.is_some() || cluster.population.pods(&policy.subject, None).open);
    unsure.filter_map(|policy| policy.origin.namespace.as_deref()).collect()
}

fn of_namespace(cluster: &Cluster<'_>, namespace: &str, isolated: &BTreeSet<PodId>) -> Option<Finding> {
    let of_namespace = cluster.population.of_namespace(namespace);
    let of_namespace = of_namespace.filter(|(_, pod)| pod.is_active() && !pod.host_network);
    let open: BTreeMap<PodId, _> = of_namespace.filter(|(id, _)| !isolated.contains(id)).collect();
    let first = open.values().next()?;
    let object = ObjectRef::cluster("Namespace", namespace);
    let declared = cluster.snapshot.namespace(namespace).map(|id| cluster.snapshot.namespaces[id].position);
    let position = declared.filter(|position| *position != Position::NOWHERE).unwrap_or(first.position);
    let finding = RULE.finding().at(position).about(&object).with("count", open.len());
    Some(finding.with("pods", notation::pods(open.values().copied())))
}
