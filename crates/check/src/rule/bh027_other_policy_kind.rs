//! A policy of a kind that is not understood: what it allows or denies is in none of the findings, and may make them wrong.

use bulkhead_model::Severity;
use bulkhead_snapshot::code;

use super::Rule;
use crate::cluster::Cluster;
use crate::finding::Finding;

pub(super) static RULE: Rule =
    Rule { id: "BH027", name: "other-policy-kind", severity: Severity::Note, messages: &[], find };

/// The reader's codes that this rule reports.
pub(super) const CODES: &[&str] = &[code::POLICY_KIND_NOT_READ, code::POLICY_OF_HOSTS, code::POLICY_STAGED];

fn find(cluster: &Cluster<'_>) -> Vec<Finding> {
    cluster.read_issues(CODES).map(|issue| RULE.read_finding(issue)).collect()
}
