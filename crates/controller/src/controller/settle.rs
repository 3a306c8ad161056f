//! What is said of entries once their project's policies are as they have to be.

use bulkhead_analysis::isolation::{EntryState, EntryStatus, LastApplied, Plan, Setting, code, names};
use bulkhead_analysis::model::{Name, NamespacedName, ObjectRef};
use bulkhead_resources::{Condition, PolicyReference};
use bulkhead_store::StoreError;
use serde_json::Value;

use super::conflict::conflict;
use super::{Controller, Owner, since_1970};
use crate::call::{Action, Answer};
use crate::condition::{self, Finding, State};
use crate::notice;
use crate::planning::Outcome;
use crate::source::Kind;
use crate::status::Subject;
use crate::time::Now;

impl Controller {
    /// The project is planned for: when something of it expires the plan is another one, even while its steps are made.
    pub(super) fn note_expiry(&mut self, project: &Name, now: Now) {
        let allowlists = self.world.allowlists_of_project(project);
        let dates = self.world.entries(project).filter_map(|(entry, _)| entry.expires);
        let dates = dates.chain(allowlists.iter().filter_map(|allowlist| allowlist.expires));
        let dates = dates.chain(self.world.exposures(project).filter_map(|(exposure, _)| exposure.expires));
        match dates.filter(|date| *date > now.date).min() {
            Some(date) => self.expiries.set(project.clone(), since_1970(date)),
            None => self.expiries.remove(project),
        }
    }

    /// The project's policies are right: its entries get the statuses that say so, or say why not.
    pub(super) fn settle(&mut self, project: &Name, outcome: &Outcome, now: Now) {
        let plan = &outcome.plan;
        let allowlists = self.world.allowlists_of_project(project).into_iter();
        let allowlists: Vec<Name> = allowlists.map(|allowlist| allowlist.name.clone()).collect();
        for allowlist in allowlists {
            self.look_at_allowlist(allowlist, now);
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
        self.settle_exposures(project, outcome, now);
    }

    fn settle_entry(&mut self, entry: &EntryStatus, plan: &Plan, now: Now) {
        let name = &entry.entry;
        let Some((_, row)) = self.world.entries(&name.namespace).find(|(it, _)| it.name == *name) else { return };
        if row.terminating {
            return;
        }
        let policy = names::policy_of_entry(name).name.to_string();
        let foreign = conflict(&NamespacedName::new(name.namespace.clone(), policy.as_str()), plan);
        let unresolved = EntryState::Unresolved { reason: code::POLICY_CONFLICT, last_applied: LastApplied::Nothing };
        let state = if foreign.is_some() { &unresolved } else { &entry.state };
        let issue = match state {
            EntryState::Unresolved { reason, .. } => foreign.or_else(|| {
                let own = Some(ObjectRef::namespaced("NamespaceNetworkPolicy", name));
                plan.issues.iter().find(|issue| issue.code == *reason && issue.object == own)
            }),
            _ => None,
        };
        let finding = Finding { state: State::Entry(state), issue, generation: row.generation() };
        let conditions = condition::conditions(&finding, row.status().as_ref(), now.date, &*self.options.words);
        let has_policy = match state {
            EntryState::Resolved { .. } => true,
            EntryState::Unresolved { last_applied, .. } => *last_applied != LastApplied::Nothing,
            EntryState::Inactive | EntryState::Expired => false,
        };
        let policy = PolicyReference { namespace: name.namespace.to_string(), name: policy };
        let status = bulkhead_resources::EntryStatus {
            observed_generation: row.generation(),
            conditions: Some(conditions.clone()),
            policies: has_policy.then(|| vec![policy]),
        };
        let Ok(status) = serde_json::to_value(&status) else { return };
        self.want_status(&(Kind::Entry, name.clone()), &status, &conditions, now);
    }

    /// An object ought to have a status, and whoever watches ought to hear of it, unless it has it.
    pub(super) fn want_status(&mut self, subject: &Subject, wanted: &Value, conditions: &[Condition], now: Now) {
        let Some(row) = self.world.row(subject.0, &subject.1) else { return };
        let before = row.status();
        if before.as_ref() == Some(wanted) {
            self.statuses.drop(subject);
            return;
        }
        let uid = row.uid().map(ToString::to_string);
        let notice = notice::about(subject, uid.as_deref(), before.as_ref(), conditions, now.date);
        self.notices.extend(notice);
        self.statuses.want(subject, uid, wanted, now.steady);
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
    pub(super) fn status_answered(&mut self, name: &Subject, answer: Result<Answer, StoreError>, now: Now) {
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
}
