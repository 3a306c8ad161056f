//! A rule that lets nothing through that other rules for the same pods do not, whatever pods there are.

use bulkhead_model::Severity;

use super::Rule;
use crate::cluster::Cluster;
use crate::finding::Finding;
use crate::notation;
use crate::redundancy::RedundantRule;

pub(super) static RULE: Rule =
    Rule { id: "BH022", name: "redundant-rule", severity: Severity::Note, messages: &["BH022"], find };

fn find(cluster: &Cluster<'_>) -> Vec<Finding> {
    cluster.redundancy().rules.iter().map(report).collect()
}

fn report(rule: &RedundantRule<'_>) -> Finding {
    let by = rule.by.iter().map(|site| format!("{} {}", site.policy.origin, site.field()));
    let finding = rule.site.place(RULE.finding()).with("by", notation::listed(by));
    rule.by.iter().fold(finding, |finding, by| finding.related(&by.policy.origin, by.field(), by.rule.position))
}
