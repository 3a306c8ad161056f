//! In which order a plan is carried out.
//!
//! An API server takes one object at a time, so that there is a time in which some policies are the old ones and some the new ones.
//! At every moment of it, what a pod may do lies between what it may do before and after: never less than both allow, never more
//! than either allows.
//!
//! NetworkPolicies only ever add to each other, except that the first one that selects a pod closes a direction and the last one that
//! goes opens it. So each policy that changes is first *widened* to what it allowed and will allow, then *narrowed* to what it will
//! allow. Where a direction is closed for pods that nobody had isolated, one policy closes it and holds everything that all of them
//! will allow, until the others are there; where a direction opens, one holds what all of them allowed, until the others are gone.
//!
//! A policy that will select other pods is written under another name first, as no policy can select those of before and after.
//!
//! One case is not expressible: several policies with `podSelector`s of their own that select the same pod, in a project of which some
//! pods are isolated before and after and others are not. The rules of the second of those policies may then come a moment later
//! than those of the first. It never allows too much.

mod namespace;
mod stage;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use bulkhead_model::object::{NetworkPolicy, PolicyManifest};
use bulkhead_model::{Name, NamespacedName};

use self::namespace::Changes;
use crate::plan::Plan;

/// One write to the API server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Writes a policy. It may be wider than the plan's; then a later step narrows it.
    Write(PolicyManifest),
    /// Deletes a policy.
    Delete(NamespacedName),
}

impl Step {
    /// The policy that is written or deleted.
    pub fn policy(&self) -> &NamespacedName {
        match self {
            Self::Write(manifest) => &manifest.name,
            Self::Delete(name) => name,
        }
    }
}

/// The writes that carry out a plan, in an order that keeps every moment between before and after. Those of one namespace stand
/// together; namespaces do not depend on each other. `there` are the policies that the plan was made from.
pub fn steps(plan: &Plan, there: &[Arc<NetworkPolicy>]) -> Vec<Step> {
    let mut changes: BTreeMap<&Name, Changes<'_>> = BTreeMap::new();
    for manifest in &plan.apply {
        changes.entry(&manifest.name.namespace).or_default().apply.push(manifest);
    }
    for name in &plan.delete {
        changes.entry(&name.namespace).or_default().delete.push(name);
    }
    let concerned: BTreeSet<&Name> = changes.keys().copied().collect();
    for policy in there.iter().filter(|policy| concerned.contains(&policy.name.namespace)) {
        if let Some(of_namespace) = changes.get_mut(&policy.name.namespace) {
            of_namespace.there.push(policy);
        }
    }
    changes.into_values().flat_map(Changes::steps).collect()
}
