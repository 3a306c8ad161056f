//! A policy whose selector selects no pod of the input. It isolates nothing, although somebody thinks that it does.

use std::collections::BTreeSet;

use bulkhead_model::Severity;
use bulkhead_policy::rule::{LoweredPolicy, NamespaceSet};

use super::Rule;
use crate::cluster::Cluster;
use crate::finding::Finding;
use crate::meaning::subject_area;
use crate::near_miss::near_miss;
use crate::notation;

pub(super) static RULE: Rule =
    Rule { id: "BH004", name: "selects-no-pod", severity: Severity::Warning, messages: &["BH004", "BH004.near"], find };

fn find(cluster: &Cluster<'_>) -> Vec<Finding> {
    let mut seen = BTreeSet::new();
    let policies = cluster.policies.lowered().iter().filter(|policy| policy.doubt.is_none());
    let empty = policies.filter(|policy| seen.insert(&policy.origin) && selects_nothing(cluster, policy));
    empty.map(|policy| report(cluster, policy)).collect()
}

/// A selector that selects everything is meant for pods that are still to come; one that contradicts itself has a rule of its
/// own.
fn selects_nothing(cluster: &Cluster<'_>, policy: &LoweredPolicy) -> bool {
    let selectors = cluster.policies.selectors();
    let everything = selectors.get(policy.subject.pods).is_some_and(bulkhead_model::LabelSelector::is_everything);
    let contradiction = subject_area(policy, selectors).is_some_and(|area| area.is_empty());
    let known = home(policy)
        .map_or_else(|| cluster.population.shows_cluster(), |namespace| cluster.population.shows_pods_of(namespace));
    known && !everything && !contradiction && cluster.population.pods(&policy.subject, None).is_surely_nothing()
}

fn report(cluster: &Cluster<'_>, policy: &LoweredPolicy) -> Finding {
    let selector = cluster.policies.selectors().get(policy.subject.pods);
    let near = selector.zip(home(policy)).and_then(|(selector, home)| {
        let pods: Vec<_> = cluster.population.of_namespace(home).map(|(_, pod)| &pod.labels).collect();
        near_miss(selector, &pods)
    });
    let finding = match near {
        None => RULE.finding(),
        Some(near) => RULE.finding_of("BH004.near").with("wanted", near.wanted).with("instead", near.instead),
    };
    let selector = selector.map(notation::selector).unwrap_or_default();
    finding.at(policy.position).about(&policy.origin).in_field(subject_field(policy)).with("selector", selector)
}

fn home(policy: &LoweredPolicy) -> Option<&str> {
    match &policy.subject.namespaces {
        NamespaceSet::Named(name) => Some(name),
        _ => None,
    }
}

/// The field that says whom a policy is about.
pub(super) fn subject_field(policy: &LoweredPolicy) -> &'static str {
    if policy.origin.namespace.is_some() { "spec.podSelector" } else { "spec.subject" }
}
