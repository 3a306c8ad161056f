//! One object twice in the input: the last one counts, as with `kubectl apply`, and the other does nothing.

use bulkhead_model::Severity;
use bulkhead_snapshot::code;

use super::Rule;
use crate::cluster::Cluster;
use crate::finding::Finding;

pub(super) static RULE: Rule =
    Rule { id: "BH019", name: "declared-twice", severity: Severity::Warning, messages: &[], find };

/// The reader's codes that this rule reports.
pub(super) const CODES: &[&str] = &[code::DUPLICATE_OBJECT];

fn find(cluster: &Cluster<'_>) -> Vec<Finding> {
    cluster.read_issues(CODES).map(|issue| RULE.read_finding(issue)).collect()
}
