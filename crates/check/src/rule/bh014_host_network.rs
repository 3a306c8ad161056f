//! A policy whose selector selects pods in their node's network. No policy is ever about those: their packets are the node's.

use std::collections::BTreeSet;

use bulkhead_model::Severity;
use bulkhead_model::object::Pod;

use super::Rule;
use super::bh004_selects_no_pod::subject_field;
use crate::cluster::Cluster;
use crate::finding::Finding;
use crate::notation;

pub(super) static RULE: Rule =
    Rule { id: "BH014", name: "host-network", severity: Severity::Warning, messages: &["BH014"], find };

fn find(cluster: &Cluster<'_>) -> Vec<Finding> {
    let mut seen = BTreeSet::new();
    let policies = cluster.policies.lowered().iter().filter(|policy| policy.doubt.is_none());
    let once = policies.filter(|policy| seen.insert(&policy.origin));
    let finding = once.filter_map(|policy| {
        let selection = cluster.population.pods(&policy.subject, None);
        let uncovered: Vec<&Pod> = selection.host_network.iter().map(|id| &*cluster.snapshot.pods[*id]).collect();
        let finding = RULE.finding().at(policy.position).about(&policy.origin).in_field(subject_field(policy));
        let finding = finding.with("count", uncovered.len()).with("pods", notation::pods(uncovered.iter().copied()));
        (!uncovered.is_empty()).then_some(finding)
    });
    finding.collect()
}
