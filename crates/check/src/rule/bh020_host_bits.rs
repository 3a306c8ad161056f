//! A cidr with bits set behind its prefix: `10.0.0.1/8` means all of 10.0.0.0/8, and looks like one address.

use bulkhead_model::Severity;
use bulkhead_snapshot::code;

use super::Rule;
use crate::cluster::Cluster;
use crate::finding::Finding;

pub(super) static RULE: Rule =
    Rule { id: "BH020", name: "host-bits", severity: Severity::Warning, messages: &[], find };

/// The reader's codes that this rule reports.
pub(super) const CODES: &[&str] = &[code::CIDR_HOST_BITS];

fn find(cluster: &Cluster<'_>) -> Vec<Finding> {
    cluster.read_issues(CODES).map(|issue| RULE.read_finding(issue)).collect()
}
