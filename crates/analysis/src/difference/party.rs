//! Whom two states of a cluster are compared for: workloads whose pods are all treated alike, else pods; and nodes.

use std::collections::{BTreeMap, BTreeSet};

use bulkhead_isolation::names::WORKSPACE_LABEL;
use bulkhead_model::object::PodOrigin;
use bulkhead_model::{Name, NamespacedName};
use bulkhead_policy::reach::ClassId;
use bulkhead_snapshot::{PodId, Snapshot};

use super::State;

/// Somebody in the cluster.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Party {
    /// All pods of a workload.
    Workload {
        /// The namespace.
        namespace: Name,
        /// The topmost owner's kind.
        kind: Name,
        /// Its name.
        name: Name,
    },
    /// One pod.
    Pod(NamespacedName),
    /// A node, with everything on it that has no network of its own.
    Node(Name),
}

/// Whose somebody is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tenant {
    /// A workspace, with all its namespaces.
    Workspace(Name),
    /// A namespace of no workspace.
    Namespace(Name),
    /// The cluster's nodes.
    Nodes,
    /// Nobody in the cluster.
    Outside,
}

impl Party {
    /// The namespace; nodes have none.
    pub fn namespace(&self) -> Option<&Name> {
        match self {
            Self::Workload { namespace, .. } | Self::Pod(NamespacedName { namespace, .. }) => Some(namespace),
            Self::Node(_) => None,
        }
    }
}

/// A party in one state.
#[derive(Clone, Copy, Debug)]
pub(super) struct Present {
    pub(super) class: ClassId,
    /// Whether it can be several pods.
    pub(super) has_replicas: bool,
}

/// The tenant of a party in a state.
pub(super) fn tenant_of(party: &Party, state: &State<'_>) -> Tenant {
    let Some(namespace) = party.namespace() else { return Tenant::Nodes };
    let known = state.snapshot.namespace(namespace).map(|id| &state.snapshot.namespaces[id]);
    let workspace = known.and_then(|known| known.labels.get(WORKSPACE_LABEL)).filter(|workspace| !workspace.is_empty());
    workspace.map_or_else(|| Tenant::Namespace(namespace.clone()), |workspace| Tenant::Workspace(workspace.clone()))
}

/// The workloads whose pods are not all treated alike.
pub(super) fn mixed(state: &State<'_>) -> BTreeSet<Party> {
    let mut classes: BTreeMap<Party, BTreeSet<ClassId>> = BTreeMap::new();
    for (pod, class) in active(state) {
        classes.entry(workload_of(state.snapshot, pod)).or_default().insert(class);
    }
    classes.into_iter().filter(|(_, classes)| classes.len() > 1).map(|(party, _)| party).collect()
}

/// Everybody in a state. The pods of some workloads stand for themselves.
pub(super) fn parties(state: &State<'_>, apart: &BTreeSet<Party>) -> BTreeMap<Party, Present> {
    let mut found: BTreeMap<Party, Present> = BTreeMap::new();
    for (pod, class) in active(state) {
        let workload = workload_of(state.snapshot, pod);
        let object = &state.snapshot.pods[pod];
        if apart.contains(&workload) {
            found.insert(Party::Pod(object.name.clone()), Present { class, has_replicas: false });
            continue;
        }
        let can_be_several = object.origin == PodOrigin::Template && matches!(workload, Party::Workload { .. });
        let several = |present: &mut Present| present.has_replicas = true;
        let present = Present { class, has_replicas: can_be_several };
        found.entry(workload).and_modify(several).or_insert(present);
    }
    for (id, node) in state.snapshot.nodes.iter() {
        if let Some(class) = state.reach.class_of_node(id) {
            found.insert(Party::Node(node.name.clone()), Present { class, has_replicas: false });
        }
    }
    found
}

fn active<'s>(state: &'s State<'_>) -> impl Iterator<Item = (PodId, ClassId)> + 's {
    state.snapshot.pods.ids().filter_map(|pod| Some((pod, state.reach.class_of_pod(pod)?)))
}

/// The kubelet's own pods name their node as their owner, and an owner without a kind is nobody.
fn workload_of(snapshot: &Snapshot, pod: PodId) -> Party {
    let name = &snapshot.pods[pod].name;
    match snapshot.workload_of(pod).filter(|(kind, _)| !kind.is_empty() && kind != "Node") {
        Some((kind, name_of)) => Party::Workload { namespace: name.namespace.clone(), kind, name: name_of },
        None => Party::Pod(name.clone()),
    }
}
