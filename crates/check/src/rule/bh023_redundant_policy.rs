//! A NetworkPolicy without which every packet would fare the same, whatever pods there are: others isolate the same pods and let
//! the same through.

use bulkhead_model::Severity;

use super::Rule;
use crate::cluster::Cluster;
use crate::finding::Finding;
use crate::notation;
use crate::redundancy::RedundantPolicy;

pub(super) static RULE: Rule =
    Rule { id: "BH023", name: "redundant-policy", severity: Severity::Note, messages: &["BH023", "BH023.same"], find };

fn find(cluster: &Cluster<'_>) -> Vec<Finding> {
    cluster.redundancy().policies.iter().map(report).collect()
}

fn report(redundant: &RedundantPolicy<'_>) -> Finding {
    let finding = if redundant.is_same { RULE.finding_of("BH023.same") } else { RULE.finding() };
    let finding = finding.at(redundant.policy.position).about(&redundant.policy.origin);
    let finding = finding.with("by", notation::listed(redundant.by.iter().map(|policy| &policy.origin)));
    redundant.by.iter().fold(finding, |finding, by| finding.related(&by.origin, "", by.position))
}
