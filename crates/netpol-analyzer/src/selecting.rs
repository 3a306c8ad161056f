//! Whom selectors select among the pods of the input.

use bulkhead_model::object::Pod;
use bulkhead_model::{Labels, Name};
use bulkhead_policy::rule::{NamespaceSet, PodSet};
use bulkhead_policy::selector::SelectorTable;
use bulkhead_snapshot::Snapshot;

/// The labels of a namespace, whether an object declares it or not.
pub(crate) fn namespace_labels(snapshot: &Snapshot, name: &Name) -> Labels {
    match snapshot.namespace(name) {
        Some(namespace) => snapshot.namespaces[namespace].labels.clone(),
        None => Labels::default().with("kubernetes.io/metadata.name", name.clone()),
    }
}

/// Whether a pod is in a set; `None` where that hangs on something that could not be read.
pub(crate) fn is_in(pod: &Pod, set: &PodSet, selectors: &SelectorTable, snapshot: &Snapshot) -> Option<bool> {
    let namespace = &pod.name.namespace;
    let of_namespace = match &set.namespaces {
        NamespaceSet::Named(name) => Some(name == namespace),
        NamespaceSet::Selected(id) => selectors.matches(*id, &namespace_labels(snapshot, namespace)),
        NamespaceSet::SameLabels(_) | NamespaceSet::NotSameLabels(_) => None,
    };
    match (of_namespace, selectors.matches(set.pods, &pod.labels)) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), Some(true)) => Some(true),
        _ => None,
    }
}
