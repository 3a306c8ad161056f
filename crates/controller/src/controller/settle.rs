//! What is said of entries once their project's policies are as they have to be.

use bulkhead_analysis::isolation::{EntryState, EntryStatus, LastApplied, Plan, Setting, code, names};
use bulkhead_analysis::model::{Issue, Name, NamespacedName, ObjectRef};
use bulkhead_store::StoreError;

use super::{Controller, Owner, since_1970};
use crate::call::{Action, Answer};
use crate::condition::{self, Finding};
use crate::notice;
use crate::time::Now;

impl Controller {
    /// The project's policies are right: its entries get the statuses that say so, or say why not.
    pub(super) fn settle(&mut self, project: &Name, plan: &Plan, now: Now) {
        let dates = self.world.entries(project).filter_map(|(entry, _)| entry.expires);
        match dates.filter(|date| *date > now.date).min() {
            Some(date) => self.expiries.set(project.clone(), since_1970(date)),
            None => self.expiries.remove(project),
        }
        // KubeSphere's own entries have no status.
        if self.options.setting == Setting::KubeSphere {
            return;
        }
        self.tell_conflict(project, plan, now);
        let own = plan.entries.iter().filter(|status| status.entry.namespace == *project);
        for status in own.cloned().collect::<Vec<_>>() {
            self.settle_entry(&status, plan, now);
        }
    }

    fn settle_entry(&mut self, entry: &EntryStatus, plan: &Plan, now: Now) {
        let name = &entry.entry;
        let Some((_, row)) = self.world.entries(&name.namespace).find(|(it, _)| it.name == *name) else { return };
        if row.terminating {
            return;
        }
        let policy = format!("{}{}", names::POLICY_PREFIX, name.name);
        let about = |kind: &str, name: &NamespacedName, issue: &&Issue| {
            issue.object.as_ref() == Some(&ObjectRef::namespaced(kind, name))
        };
        let conflict = NamespacedName::new(name.namespace.clone(), policy.as_str());
        let conflict = plan
            .issues
            .iter()
            .find(|issue| issue.code == code::POLICY_CONFLICT && about("NetworkPolicy", &conflict, issue));
        let unresolved = EntryState::Unresolved { reason: code::POLICY_CONFLICT, last_applied: LastApplied::Nothing };
        let state = if conflict.is_some() { &unresolved } else { &entry.state };
        let issue = match state {
            EntryState::Unresolved { reason, .. } => conflict.or_else(|| {
                let is_it = |issue: &&Issue| issue.code == *reason && about("NamespaceNetworkPolicy", name, issue);
                plan.issues.iter().find(is_it)
            }),
            _ => None,
        };
        let finding = Finding { state, issue, namespace: &name.namespace, policy, generation: row.generation };
        let before = row.status.as_deref();
        let status = condition::status(&finding, before, now.date, &*self.options.words);
        let Ok(wanted) = serde_json::to_value(&status) else { return };
        if before == Some(&wanted) {
            self.statuses.drop(name);
            return;
        }
        let uid = row.uid.as_ref().map(ToString::to_string);
        let notice = notice::about(name, uid.as_deref(), before, &status, now.date);
        self.notices.extend(notice);
        self.statuses.want(name, uid, wanted, now.steady);
    }

    /// Writes statuses and Events that there is room for.
    pub(super) fn write_statuses(&mut self, now: Now, actions: &mut Vec<Action>) {
        while self.has_room() {
            let commit = self.options.writing.commit();
            let Some((name, call)) = self.statuses.next(now.steady, commit) else { break };
            self.begin(Owner::Status(name), call, actions);
        }
        while self.has_room() {
            let Some(call) = self.notices.pop_front() else { break };
            if self.options.writing == crate::Writing::Real {
                self.begin(Owner::Notice, call, actions);
            }
        }
    }

    /// A status was written, or not.
    pub(super) fn status_answered(&mut self, name: &NamespacedName, answer: Result<Answer, StoreError>, now: Now) {
        match answer {
            Ok(_) => self.statuses.written(name, now.steady),
            Err(error) => {
                let failures = self.statuses.failed(name);
                let is_hopeless = matches!(
                    error,
                    StoreError::NotFound { .. }
                        | StoreError::Invalid { .. }
                        | StoreError::NoSuchKind(_)
                        | StoreError::Conflict { .. }
                );
                if is_hopeless {
                    self.statuses.drop(name);
                } else {
                    let later = self.later(now, failures);
                    self.statuses.again(name, later);
                }
            }
        }
    }

    /// The entry that a policy is made of.
    pub(super) fn entry_of(&self, policy: &NamespacedName) -> Option<NamespacedName> {
        let name = policy.name.strip_prefix(names::POLICY_PREFIX)?;
        let entry = NamespacedName::new(policy.namespace.clone(), name);
        self.world.row(crate::source::Kind::Entry, &entry).map(|_| entry)
    }
}
