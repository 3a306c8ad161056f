//! Pods that could exist: one for each pair of selectors that a rule names and that no workload of the input settles.

use std::collections::BTreeSet;

use bulkhead_model::object::{
    ClusterNetworkPolicy, ClusterPeer, Direction, Matches, NetworkPolicy, Peer, PeerNamespaces, Pod,
};
use bulkhead_model::{LabelSelector, Labels, Name, Position, Readable, Requirement, Written};
use bulkhead_policy::rule::{NamespaceSet, PodSet};
use bulkhead_policy::selector::SelectorTable;
use bulkhead_snapshot::Snapshot;

use crate::selecting::namespace_labels;
use crate::world::World;

/// The label that every namespace has, with its name.
const NAMESPACE_NAME: &str = "kubernetes.io/metadata.name";

/// Pods that could exist. A rule is about them where it says the same as the rule that they come from, or nothing at all:
/// selectors are compared as they are written, and never by whom they could select.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Representative {
    /// What is known of their namespaces. A rule that names none is about its policy's own, by its name.
    pub namespaces: LabelSelector,
    /// What is known of their labels.
    pub pods: LabelSelector,
}

impl Representative {
    /// Whether a rule that names these pods is about them; `None` where the selectors could not be read.
    pub(crate) fn is_in(&self, set: &PodSet, selectors: &SelectorTable) -> Option<bool> {
        let of_namespace = match &set.namespaces {
            NamespaceSet::Named(name) => Some(self.namespaces == only_namespace(name)),
            NamespaceSet::Selected(id) => selectors.get(*id).and_then(|selector| says(selector, &self.namespaces)),
            NamespaceSet::SameLabels(_) | NamespaceSet::NotSameLabels(_) => None,
        };
        let of_pod = selectors.get(set.pods).and_then(|selector| says(selector, &self.pods));
        match (of_namespace, of_pod) {
            (Some(false), _) | (_, Some(false)) => Some(false),
            (Some(true), Some(true)) => Some(true),
            _ => None,
        }
    }

    /// Whether a pod of the input is one of them, so that there is nothing to suppose. Selectors with expressions, and those
    /// that leave the namespace or the pod open, are never settled by one pod.
    fn is_settled_by(&self, pod: &Pod, namespace: &Labels) -> bool {
        [(&self.namespaces, namespace), (&self.pods, &pod.labels)].into_iter().all(|(selector, labels)| {
            !selector.is_everything() && has_only_labels(selector) && selector.matches(labels) == Some(true)
        })
    }
}

/// Whether a rule's selector says nothing, or the same as another one; `None` where it could not be read.
fn says(selector: &LabelSelector, other: &LabelSelector) -> Option<bool> {
    let readable = selector.requirements.iter().all(|requirement| requirement.known().is_some());
    readable.then(|| selector.is_everything() || in_order(selector) == in_order(other))
}

fn has_only_labels(selector: &LabelSelector) -> bool {
    let is_label = |requirement: &Requirement| matches!(requirement.written, Written::Label);
    selector.requirements.iter().all(|requirement| requirement.known().is_some_and(is_label))
}

fn only_namespace(name: &Name) -> LabelSelector {
    LabelSelector { requirements: vec![Requirement::equals(NAMESPACE_NAME, name.clone()).into()] }
}

/// A selector with its requirements in order, so that two that say the same are equal.
fn in_order(selector: &LabelSelector) -> LabelSelector {
    let mut selector = selector.clone();
    selector.requirements.sort_unstable();
    selector.requirements.dedup();
    selector
}

/// Every pod that rules suppose, in the order of the input; of those that say the same, the first.
pub(crate) fn representatives(world: &World) -> Vec<Representative> {
    let snapshot = &world.snapshot;
    let mut policies: Vec<(Position, Vec<Representative>)> = Vec::new();
    policies.extend(snapshot.network_policies.iter().map(|policy| (policy.position, of_namespace(policy))));
    policies.extend(snapshot.cluster_network_policies.iter().map(|policy| (policy.position, of_cluster(policy))));
    policies.sort_by_key(|(position, _)| *position);
    let mut seen = BTreeSet::new();
    let supposed = policies.into_iter().flat_map(|(_, supposed)| supposed);
    let new = supposed.filter(|it| seen.insert((in_order(&it.namespaces), in_order(&it.pods))));
    new.filter(|it| !is_settled(it, world, snapshot)).collect()
}

fn is_settled(supposed: &Representative, world: &World, snapshot: &Snapshot) -> bool {
    let settles = |pod: &Pod| supposed.is_settled_by(pod, &namespace_labels(snapshot, &pod.name.namespace));
    world.workloads().any(|member| settles(&member.pod))
}

fn of_namespace(policy: &NetworkPolicy) -> Vec<Representative> {
    let directions = [(policy.isolates_ingress, &policy.ingress), (policy.isolates_egress, &policy.egress)];
    let rules = directions.into_iter().filter(|(isolates, _)| *isolates != Some(false)).flat_map(|(_, rules)| rules);
    let peers = rules.filter_map(Readable::known).flat_map(|rule| match &rule.peers {
        Matches::OneOf(peers) => peers.as_slice(),
        Matches::Any => &[],
    });
    let supposed = peers.filter_map(|peer| match peer.known()? {
        Peer::Pods { namespaces, pods, .. } => {
            let own = || only_namespace(&policy.name.namespace);
            let namespaces = namespaces.clone().unwrap_or_else(own);
            Some(Representative { namespaces, pods: pods.clone().unwrap_or_default() })
        }
        Peer::Block { .. } => None,
    });
    supposed.filter(says_something).collect()
}

fn of_cluster(policy: &ClusterNetworkPolicy) -> Vec<Representative> {
    let rules = [Direction::Ingress, Direction::Egress].into_iter().flat_map(|direction| policy.rules(direction));
    let peers = rules.filter_map(Readable::known).flat_map(|rule| &rule.peers);
    let supposed = peers.filter_map(|peer| match peer.known()? {
        ClusterPeer::Pods { namespaces: PeerNamespaces::Selected(namespaces), pods, .. } => {
            Some(Representative { namespaces: namespaces.clone(), pods: pods.clone() })
        }
        _ => None,
    });
    supposed.filter(says_something).collect()
}

/// Selectors that say nothing are about the whole cluster, and those that could not be read about nobody knows whom.
fn says_something(supposed: &Representative) -> bool {
    let Representative { namespaces, pods } = supposed;
    let mut requirements = namespaces.requirements.iter().chain(&pods.requirements);
    !(namespaces.is_everything() && pods.is_everything()) && requirements.all(|it| it.known().is_some())
}
