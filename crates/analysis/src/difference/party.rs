//! Whom two states of a cluster are compared for: workloads whose pods are all treated alike, else pods; and nodes.

use std::collections::{BTreeMap, BTreeSet};

use bulkhead_isolation::names::WORKSPACE_LABEL;
use bulkhead_model::Name;
use bulkhead_model::object::PodOrigin;
use bulkhead_policy::reach::ClassId;
use bulkhead_snapshot::PodId;

use super::State;
use crate::reachability::{PeerName, workload_name};

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

/// A party in one state.
#[derive(Clone, Copy, Debug)]
pub(super) struct Present {
    pub(super) class: ClassId,
    /// Whether it can be several pods.
    pub(super) has_replicas: bool,
}

/// The tenant of a party in a state.
pub(super) fn tenant_of(party: &PeerName, state: &State<'_>) -> Tenant {
    let Some(namespace) = party.namespace() else { return Tenant::Nodes };
    let known = state.snapshot.namespace(namespace).map(|id| &state.snapshot.namespaces[id]);
    let workspace = known.and_then(|known| known.labels.get(WORKSPACE_LABEL)).filter(|workspace| !workspace.is_empty());
    workspace.map_or_else(|| Tenant::Namespace(namespace.clone()), |workspace| Tenant::Workspace(workspace.clone()))
}

/// The workloads whose pods are not all treated alike.
pub(super) fn mixed(state: &State<'_>) -> BTreeSet<PeerName> {
    let mut classes: BTreeMap<PeerName, BTreeSet<ClassId>> = BTreeMap::new();
    for (pod, class) in active(state) {
        classes.entry(workload_name(state.snapshot, pod)).or_default().insert(class);
    }
    classes.into_iter().filter(|(_, classes)| classes.len() > 1).map(|(party, _)| party).collect()
}

/// Everybody in a state. The pods of some workloads stand for themselves.
pub(super) fn parties(state: &State<'_>, apart: &BTreeSet<PeerName>) -> BTreeMap<PeerName, Present> {
    let mut found: BTreeMap<PeerName, Present> = BTreeMap::new();
    for (pod, class) in active(state) {
        let workload = workload_name(state.snapshot, pod);
        let object = &state.snapshot.pods[pod];
        if apart.contains(&workload) {
            found.insert(PeerName::Pod(object.name.clone()), Present { class, has_replicas: false });
            continue;
        }
        let can_be_several = object.origin == PodOrigin::Template && matches!(workload, PeerName::Workload { .. });
        let several = |present: &mut Present| present.has_replicas = true;
        let present = Present { class, has_replicas: can_be_several };
        found.entry(workload).and_modify(several).or_insert(present);
    }
    for (id, node) in state.snapshot.nodes.iter() {
        if let Some(class) = state.reach.class_of_node(id) {
            found.insert(PeerName::Node(node.name.clone()), Present { class, has_replicas: false });
        }
    }
    found
}

fn active<'s>(state: &'s State<'_>) -> impl Iterator<Item = (PodId, ClassId)> + 's {
    state.snapshot.pods.ids().filter_map(|pod| Some((pod, state.reach.class_of_pod(pod)?)))
}
