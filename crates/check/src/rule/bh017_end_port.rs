//! An `endPort` that the API refuses: without a `port`, beside a port's name, or below `port` (KEP-2079).

use bulkhead_model::Severity;
use bulkhead_snapshot::code;

use super::Rule;
use crate::cluster::Cluster;
use crate::finding::Finding;

pub(super) static RULE: Rule = Rule { id: "BH017", name: "end-port", severity: Severity::Error, messages: &[], find };

/// The reader's codes that this rule reports.
pub(super) const CODES: &[&str] = &[code::END_PORT_WITHOUT_PORT, code::END_PORT_WITH_NAME, code::END_PORT_BELOW_PORT];

fn find(cluster: &Cluster<'_>) -> Vec<Finding> {
    cluster.read_issues(CODES).map(|issue| RULE.read_finding(issue)).collect()
}
