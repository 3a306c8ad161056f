//! Something that could not be read, or that contradicts the rest of the input: whatever it could touch is not judged. The API
//! server refuses most of it.

use bulkhead_model::{Issue, Severity};

use super::{
    Rule, bh016_unknown_field, bh017_end_port, bh019_declared_twice, bh020_host_bits, bh027_other_policy_kind,
};
use crate::cluster::Cluster;
use crate::finding::Finding;

pub(super) static RULE: Rule =
    Rule { id: "BH018", name: "input-error", severity: Severity::Error, messages: &[], find };

/// What has a rule of its own.
const OTHERS: [&[&str]; 5] = [
    bh016_unknown_field::CODES,
    bh017_end_port::CODES,
    bh019_declared_twice::CODES,
    bh020_host_bits::CODES,
    bh027_other_policy_kind::CODES,
];

fn find(cluster: &Cluster<'_>) -> Vec<Finding> {
    let found = cluster.snapshot.issues.iter().chain(cluster.network.issues());
    let errors = found.filter(|issue| issue.severity == Severity::Error);
    let left = errors.filter(|issue| !OTHERS.iter().any(|codes| codes.contains(&issue.code)));
    left.map(|issue| RULE.read_finding(issue)).collect()
}

/// Whether some rule reports what the reader found.
pub(super) fn is_reported(issue: &Issue) -> bool {
    issue.severity == Severity::Error || OTHERS.iter().any(|codes| codes.contains(&issue.code))
}
