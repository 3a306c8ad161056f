//! A network in which nobody enforces policies (flannel alone): the API server takes them, and every pod stays open.

use bulkhead_model::{ObjectRef, Position, Severity};
use bulkhead_policy::Answer;
use bulkhead_snapshot::{Evidence, Fact};

use super::Rule;
use crate::cluster::Cluster;
use crate::finding::Finding;

pub(super) static RULE: Rule =
    Rule { id: "BH025", name: "not-enforced", severity: Severity::Error, messages: &["BH025"], find };

fn find(cluster: &Cluster<'_>) -> Vec<Finding> {
    let engine = cluster.policies.engine();
    let mut policies: Vec<&ObjectRef> = cluster.policies.lowered().iter().map(|policy| &policy.origin).collect();
    policies.dedup();
    if engine.enforces() != Answer::No || policies.is_empty() {
        return Vec::new();
    }
    let profile = engine.profile();
    let finding = RULE.finding().with("engine", profile.name).with("count", policies.len());
    let finding = finding.with("source", profile.enforces.source);
    vec![match evidence(&engine.known) {
        Some((object, field, position)) => finding.at(position).about(object).in_field(field),
        None => finding,
    }]
}

/// Where the input shows a fact.
fn evidence<T>(fact: &Fact<T>) -> Option<(&ObjectRef, &str, Position)> {
    match fact {
        Fact::Known { evidence: Evidence::Field { object, field, position, .. }, .. } => {
            Some((object, field.as_str(), *position))
        }
        _ => None,
    }
}
