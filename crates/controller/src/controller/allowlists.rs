//! The status of allowlists of workspaces. One says what is so in every project that it is for, so that it is worked out of all of them
//! together, and only once in a while where many of them change.

use std::collections::BTreeSet;
use std::time::Duration;

use bulkhead_analysis::isolation::{AllowlistStatus, EntryState, LastApplied, Plan, Setting, code, names, plan};
use bulkhead_analysis::model::{Name, NamespacedName, ObjectRef};
use bulkhead_resources::{PolicyReference, WorkspaceAllowlistStatus};

use super::Controller;
use super::conflict::conflict;
use crate::condition::{self, Finding, State};
use crate::source::Kind;
use crate::time::Now;

/// How long changes are collected before a status is worked out.
const PAUSE: Duration = Duration::from_millis(200);
/// How long projects that are not done yet are waited for.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

impl Controller {
    /// The status of an allowlist may have to be another one.
    pub(super) fn look_at_allowlist(&mut self, allowlist: Name, now: Now) {
        self.allowlists_since.entry(allowlist.clone()).or_insert(now.steady);
        self.allowlists.add(allowlist, now.steady + PAUSE);
    }

    /// Works out the statuses that are due.
    pub(super) fn settle_allowlists(&mut self, now: Now) {
        let is_busy = self.due.len() > 0 || !self.planned.is_empty();
        while let Some(name) = self.allowlists.pop(now.steady) {
            let since = self.allowlists_since.get(&name).copied().unwrap_or(now.steady);
            if is_busy && now.steady < since + LONGEST_PAUSE {
                self.allowlists.add(name, now.steady + PAUSE);
                continue;
            }
            self.allowlists_since.remove(&name);
            // KubeSphere knows nothing of them.
            if self.options.setting == Setting::Default {
                self.settle_allowlist(&name, now);
            }
        }
    }

    fn settle_allowlist(&mut self, name: &Name, now: Now) {
        let subject = (Kind::Allowlist, NamespacedName::new("", name.clone()));
        let Some(workspace) = self.world.workspace_of_allowlist(name).cloned() else { return };
        let members: BTreeSet<Name> = self.world.members(&workspace).into_iter().collect();
        let mut snapshot = self.world.excerpt(&members);
        if members.is_empty() {
            snapshot = self.world.excerpt_of_allowlist(name);
        }
        let plan = plan(&snapshot, self.options.setting, &self.settings(now));
        let policy = names::policy_of_allowlist(name);
        // What is still to be written is not there yet: once it is, this is looked at again.
        let mut writes = plan.apply.iter().map(|manifest| &manifest.name).chain(&plan.delete);
        if writes.any(|write| write.name == policy && self.may_write(&write.namespace)) {
            return;
        }
        let Some(status) = plan.allowlists.iter().find(|status| status.allowlist == *name) else { return };
        self.tell_status_of_allowlist(&subject, status, &plan, now);
    }

    fn tell_status_of_allowlist(
        &mut self,
        subject: &(Kind, NamespacedName),
        status: &AllowlistStatus,
        plan: &Plan,
        now: Now,
    ) {
        let Some(row) = self.world.row(subject.0, &subject.1).filter(|row| !row.terminating) else { return };
        let foreign = status.policies.iter().find_map(|policy| conflict(policy, plan));
        let unresolved = EntryState::Unresolved { reason: code::POLICY_CONFLICT, last_applied: LastApplied::Nothing };
        let state = if foreign.is_some() { &unresolved } else { &status.state };
        let issue = match state {
            EntryState::Unresolved { reason, .. } => foreign.or_else(|| {
                let own = ObjectRef::cluster("WorkspaceAllowlist", status.allowlist.clone());
                plan.issues.iter().find(|issue| issue.code == *reason && issue.object.as_ref() == Some(&own))
            }),
            _ => None,
        };
        let finding = Finding { state: State::Entry(state), issue, generation: row.generation() };
        let conditions = condition::conditions(&finding, row.status().as_ref(), now.date, &*self.options.words);
        let is_conflict = |policy: &&NamespacedName| conflict(policy, plan).is_none();
        let reference = |policy: &NamespacedName| PolicyReference {
            namespace: policy.namespace.to_string(),
            name: policy.name.to_string(),
        };
        let policies: Vec<PolicyReference> =
            status.policies.iter().filter(is_conflict).take(MOST_POLICIES).map(reference).collect();
        let wanted = WorkspaceAllowlistStatus {
            observed_generation: row.generation(),
            conditions: Some(conditions.clone()),
            projects: i32::try_from(status.projects.len()).ok(),
            policies: (!policies.is_empty()).then_some(policies),
        };
        let Ok(wanted) = serde_json::to_value(&wanted) else { return };
        self.want_status(subject, &wanted, &conditions, now);
    }
}

/// How many policies a status names: an object must not grow with the cluster.
const MOST_POLICIES: usize = 1024;
