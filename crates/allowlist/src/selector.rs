//! Selectors that select just the wanted pods, as nearly as their labels allow.

use std::collections::{BTreeMap, BTreeSet};

use bulkhead_model::object::{PeerManifest, SelectorManifest};
use bulkhead_model::{Labels, Name};
use bulkhead_snapshot::{PodId, Snapshot};

use crate::shared::Shared;

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
    shared: &Shared<'_>,
    wanted: &BTreeSet<PodId>,
    whole: &BTreeSet<Name>,
    own: &Name,
) -> Vec<Selected> {
    let snapshot = shared.snapshot();
    let mut by_namespace: BTreeMap<&Name, BTreeSet<PodId>> = BTreeMap::new();
    for pod in wanted {
        by_namespace.entry(&snapshot.pods[*pod].name.namespace).or_default().insert(*pod);
    }
    if let Some(everyone) = everyone(shared, wanted, whole) {
        return vec![everyone];
    }
    let mut selected = Vec::new();
    for (namespace, pods) in by_namespace {
        let candidates = shared.candidates(namespace);
        let namespaces = (namespace != own).then(|| SelectorManifest::label(NAMESPACE_LABEL, namespace.clone()));
        if whole.contains(namespace) && candidates.iter().all(|pod| pods.contains(pod)) {
            let everything = namespaces.is_none().then(SelectorManifest::default);
            let pods = candidates.iter().copied().collect();
            selected.push(Selected { peer: PeerManifest::Pods { pods: everything, namespaces }, pods });
            continue;
        }
        for (labels, pods) in groups(snapshot, &candidates, &pods) {
            let peer = PeerManifest::Pods { pods: Some(label_selector(&labels)), namespaces: namespaces.clone() };
            selected.push(Selected { peer, pods });
        }
    }
    without_superfluous(selected, wanted)
}

/// The one peer for every pod of every namespace, where just that is wanted.
fn everyone(shared: &Shared<'_>, wanted: &BTreeSet<PodId>, whole: &BTreeSet<Name>) -> Option<Selected> {
    let snapshot = shared.snapshot();
    let namespaces = snapshot.namespaces.rows();
    if namespaces.len() < 2 || namespaces.iter().any(|namespace| !whole.contains(&namespace.name)) {
        return None;
    }
    let all = snapshot.pods.iter().filter(|(_, pod)| pod.is_active() && !pod.host_network);
    let pods: BTreeSet<PodId> = all.map(|(id, _)| id).collect();
    let peer = PeerManifest::Pods { pods: None, namespaces: Some(SelectorManifest::default()) };
    pods.is_subset(wanted).then_some(Selected { peer, pods })
}

/// Selectors for a policy that shall be about some pods of one namespace, each with everyone that it selects.
pub(crate) fn subjects(
    shared: &Shared<'_>,
    namespace: &Name,
    wanted: &BTreeSet<PodId>,
    whole: &BTreeSet<Name>,
) -> Vec<(SelectorManifest, BTreeSet<PodId>)> {
    let candidates = shared.candidates(namespace);
    if whole.contains(namespace) && candidates.iter().all(|pod| wanted.contains(pod)) {
        return vec![(SelectorManifest::default(), wanted.clone())];
    }
    let groups = groups(shared.snapshot(), &candidates, wanted);
    groups.into_iter().map(|(labels, pods)| (label_selector(&labels), pods)).collect()
}

/// The selector of some labels.
pub(crate) fn label_selector(labels: &Labels) -> SelectorManifest {
    SelectorManifest { match_labels: labels.clone(), match_expressions: Vec::new() }
}

/// The labels of a pod that stay when it is replaced.
pub(crate) fn lasting_labels(labels: &Labels) -> Labels {
    without(labels, is_volatile)
}

/// The labels that pods of one workload have in common.
pub(crate) fn common_labels(snapshot: &Snapshot, pods: &BTreeSet<PodId>) -> Labels {
    let mut all = pods.iter().map(|pod| &snapshot.pods[*pod].labels);
    let first = all.next().map(|labels| without(labels, |key| is_volatile(key) || POD_LABELS.contains(&key)));
    let first = first.unwrap_or_default();
    all.fold(first, |common, labels| {
        let shared = common.iter().filter(|(key, value)| labels.get(key) == Some(*value));
        shared.map(|(key, value)| (key.clone(), value.clone())).collect()
    })
}

/// Label sets that together select the wanted pods, each with everyone that it selects: a workload's labels where all its pods
/// are wanted or nothing parts them, a single pod's labels where they do.
fn groups(snapshot: &Snapshot, candidates: &[PodId], wanted: &BTreeSet<PodId>) -> BTreeMap<Labels, BTreeSet<PodId>> {
    let matching = |labels: &Labels| -> BTreeSet<PodId> {
        let has = |pod: &&PodId| labels.iter().all(|(key, value)| snapshot.pods[**pod].labels.get(key) == Some(value));
        candidates.iter().filter(has).copied().collect()
    };
    let mut groups = BTreeMap::new();
    let mut of_workload: BTreeMap<Labels, BTreeSet<PodId>> = BTreeMap::new();
    for pod in wanted {
        let labels = &snapshot.pods[*pod].labels;
        let workload = without(labels, |key| is_volatile(key) || POD_LABELS.contains(&key));
        if groups.contains_key(&workload) {
            continue;
        }
        let everyone = of_workload.entry(workload.clone()).or_insert_with(|| matching(&workload)).clone();
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
