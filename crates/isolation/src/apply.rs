//! What a cluster is like after a plan has been carried out.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use bulkhead_model::object::{NetworkPolicy, PolicyManifest};
use bulkhead_model::{Issue, NamespacedName, ObjectRef};
use bulkhead_snapshot::Snapshot;

use crate::code;
use crate::plan::Plan;

/// The snapshot as it would be after the plan, and what an API server would refuse of it.
pub fn apply(plan: &Plan, snapshot: &Snapshot) -> (Snapshot, Vec<Issue>) {
    let mut after = snapshot.clone();
    let issues = apply_to(plan, &mut after.network_policies);
    (after, issues)
}

/// Carries out a plan on a list of policies, which is sorted by name afterwards. What an API server would refuse is not written;
/// an issue says so, and the policy that was there before stays.
pub fn apply_to(plan: &Plan, policies: &mut Vec<Arc<NetworkPolicy>>) -> Vec<Issue> {
    let mut issues = Vec::new();
    let mut written = BTreeMap::new();
    for manifest in &plan.apply {
        match manifest.to_network_policy() {
            Ok(policy) => drop(written.insert(manifest.name.clone(), policy)),
            Err(error) => issues.push(refused(manifest, &error.field, &error.value)),
        }
    }
    let gone: BTreeSet<&NamespacedName> = plan.delete.iter().collect();
    policies.retain(|policy| !gone.contains(&policy.name) && !written.contains_key(&policy.name));
    policies.extend(written.into_values().map(Arc::new));
    policies.sort_by(|one, other| one.name.cmp(&other.name));
    issues
}

/// The issue about a policy that no API server accepts.
pub(crate) fn refused(manifest: &PolicyManifest, field: &str, value: &str) -> Issue {
    Issue::error(code::POLICY_REFUSED)
        .about(ObjectRef::namespaced("NetworkPolicy", &manifest.name))
        .in_field(field)
        .with("policy", &manifest.name)
        .with("field", field)
        .with("value", value)
}
