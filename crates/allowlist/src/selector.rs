//! Selectors that select just the wanted pods, as nearly as their labels allow.

use std::collections::{BTreeMap, BTreeSet};

use bulkhead_model::object::{PeerManifest, SelectorManifest};
use bulkhead_model::{Labels, Name};
use bulkhead_snapshot::{PodId, Snapshot};

/// Labels that one pod, or one revision, has for itself: no selector should hang on them.
const REVISION_LABELS: [&str; 3] = ["pod-template-hash", "controller-revision-hash", "pod-template-generation"];

/// Labels that part the pods of one workload.
const POD_LABELS: [&str; 2] = ["statefulset.kubernetes.io/pod-name", "apps.kubernetes.io/pod-index"];

/// Labels that say where a pod happens to run.
const PLACE_PREFIX: &str = "topology.kubernetes.io/";

/// The label that the API server puts on every namespace.
pub(crate) const NAMESPACE_LABEL: &str = "kubernetes.io/metadata.name";

/// A peer, and the pods that it selects.
#[derive(Clone, Debug)]
pub(crate) struct Selected {
    /// The peer.
    pub(crate) peer: PeerManifest,
    /// Whom it selects now.
    pub(crate) pods: BTreeSet<PodId>,
}

/// The fewest peers that select every wanted pod and as few others as labels allow. `whole` are the namespaces of which every
/// pod is wanted, those of tomorrow included; `own` is the namespace that the policy will be in.
pub(crate) fn select(
    snapshot: &Snapshot,
    wanted: &BTreeSet<PodId>,
    whole: &BTreeSet<Name>,
    own: &Name,
) -> Vec<Selected> {
    let mut by_namespace: BTreeMap<&Name, BTreeSet<PodId>> = BTreeMap::new();
    for pod in wanted {
        by_namespace.entry(&snapshot.pods[*pod].name.namespace).or_default().insert(*pod);
    }
    let mut selected = Vec::new();
    for (namespace, pods) in by_namespace {
        let candidates = candidates(snapshot, namespace);
        let namespaces = (namespace != own).then(|| SelectorManifest::label(NAMESPACE_LABEL, namespace.clone()));
        if whole.contains(namespace) && candidates.is_subset(&pods) {
            let everything = namespaces.is_none().then(SelectorManifest::default);
            selected.push(Selected { peer: PeerManifest::Pods { pods: everything, namespaces }, pods: candidates });
            continue;
        }
        for (labels, pods) in groups(snapshot, &candidates, &pods) {
            let pods_selector = SelectorManifest {
                match_labels: labels.iter().map(|(key, value)| (key.clone(), value.clone())).collect(),
                match_expressions: Vec::new(),
            };
            let peer = PeerManifest::Pods { pods: Some(pods_selector), namespaces: namespaces.clone() };
            selected.push(Selected { peer, pods });
        }
    }
    without_superfluous(selected, wanted)
}

/// The pods of a namespace that a selector can select.
fn candidates(snapshot: &Snapshot, namespace: &Name) -> BTreeSet<PodId> {
    let pods = snapshot.pods.iter().filter(|(_, pod)| pod.name.namespace == *namespace);
    pods.filter(|(_, pod)| pod.is_active() && !pod.host_network).map(|(id, _)| id).collect()
}

/// Label sets that together select the wanted pods, each with everyone that it selects: a workload's labels where all its pods
/// are wanted or nothing parts them, a single pod's labels where they do.
fn groups(
    snapshot: &Snapshot,
    candidates: &BTreeSet<PodId>,
    wanted: &BTreeSet<PodId>,
) -> BTreeMap<Labels, BTreeSet<PodId>> {
    let matching = |labels: &Labels| -> BTreeSet<PodId> {
        let has = |pod: &&PodId| labels.iter().all(|(key, value)| snapshot.pods[**pod].labels.get(key) == Some(value));
        candidates.iter().filter(has).copied().collect()
    };
    let mut groups = BTreeMap::new();
    for pod in wanted {
        let labels = &snapshot.pods[*pod].labels;
        let workload = without(labels, |key| is_volatile(key) || POD_LABELS.contains(&key));
        let everyone = matching(&workload);
        let single = without(labels, is_volatile);
        if everyone.is_subset(wanted) || single == workload {
            groups.insert(workload, everyone);
        } else {
            let just = matching(&single);
            groups.insert(single, just);
        }
    }
    groups
}

fn is_volatile(key: &str) -> bool {
    REVISION_LABELS.contains(&key) || key.starts_with(PLACE_PREFIX)
}

fn without(labels: &Labels, drop: impl Fn(&str) -> bool) -> Labels {
    labels.iter().filter(|(key, _)| !drop(key)).map(|(key, value)| (key.clone(), value.clone())).collect()
}

/// Leaves out every peer whose wanted pods the others select, too.
fn without_superfluous(mut selected: Vec<Selected>, wanted: &BTreeSet<PodId>) -> Vec<Selected> {
    let mut times: BTreeMap<PodId, usize> = BTreeMap::new();
    for pod in selected.iter().flat_map(|peer| &peer.pods) {
        *times.entry(*pod).or_default() += 1;
    }
    selected.retain(|peer| {
        let needed = peer.pods.iter().any(|pod| wanted.contains(pod) && times.get(pod) == Some(&1));
        if !needed {
            for pod in &peer.pods {
                times.entry(*pod).and_modify(|count| *count -= 1);
            }
        }
        needed
    });
    selected
}
