//! A field of a policy that the API does not have: `port` for `ports`, `form` for `from`. The API server drops it unless validation is strict,
//! and what is left matches more than was meant.

use bulkhead_model::Severity;
use bulkhead_snapshot::code;

use super::Rule;
use crate::cluster::Cluster;
use crate::finding::Finding;

pub(super) static RULE: Rule =
    Rule { id: "BH016", name: "unknown-field", severity: Severity::Error, messages: &[], find };

/// The reader's codes that this rule reports.
pub(super) const CODES: &[&str] = &[code::UNKNOWN_FIELD, code::DUPLICATE_KEY];

fn find(cluster: &Cluster<'_>) -> Vec<Finding> {
    cluster.read_issues(CODES).map(|issue| RULE.read_finding(issue)).collect()
}
