//! Calico's pools against each other: which of two that contradict each other counts, nobody can tell.

use bulkhead_model::{Issue, ObjectRef};

use crate::code;
use crate::snapshot::Snapshot;

pub(super) fn check(snapshot: &mut Snapshot) {
    let mut issues = Vec::new();
    for (at, pool) in snapshot.ip_pools.iter().enumerate() {
        let about = |issue: Issue| issue.at(pool.position).about(ObjectRef::cluster("IPPool", pool.name.clone()));
        if pool.has_two_overlays() {
            issues.push(about(Issue::error(code::IP_POOL_TWO_OVERLAYS)).in_field("spec.vxlanMode"));
        }
        let mut earlier = snapshot.ip_pools.iter().take(at);
        if let Some(other) = earlier.rfind(|other| pool.contradicts(other)) {
            let source = snapshot.source(other.position).unwrap_or_default();
            let place = format!("IPPool {} ({source}:{})", other.name, other.position.line);
            let cidr = pool.cidr.known().map(ToString::to_string).unwrap_or_default();
            let issue = about(Issue::error(code::IP_POOLS_CONTRADICT)).in_field("spec.cidr");
            issues.push(issue.with("cidr", cidr).with("other", place));
        }
    }
    snapshot.issues.extend(issues);
}
