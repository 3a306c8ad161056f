//! Exposures: when what they need is worked out anew, and what becomes of the answer.

use std::collections::BTreeSet;
use std::time::Duration;

use bulkhead_analysis::isolation::{ExposureState, ExposureStatus, LastApplied, code};
use bulkhead_analysis::model::{Issue, Name, NamespacedName, ObjectRef};
use bulkhead_resources::{self as resources, PolicyReference};

use super::Controller;
use super::conflict::conflict;
use crate::call::{Action, Ticket};
use crate::condition::{self, Finding, State};
use crate::planning::{Outcome, Planning, Ways};
use crate::project::{Knowledge, State as Stand};
use crate::source::{Kind, SOURCES};
use crate::time::Now;

/// How long changes elsewhere are collected before everything that is exposed is looked at again: at least, and for each object that is
/// kept, as what it costs grows with them.
const PAUSE: Duration = Duration::from_secs(2);
const PAUSE_PER_OBJECT: Duration = Duration::from_micros(100);

/// A plan that is being worked out beside.
#[derive(Debug)]
pub(super) struct Underway {
    ticket: Ticket,
    projects: BTreeSet<Name>,
    /// What it knows is of this moment.
    begun: Now,
}

impl Controller {
    /// What the Exposures of some projects hang on.
    pub(super) fn ways_of(&self, projects: &BTreeSet<Name>) -> Ways {
        let mut own = projects.iter().flat_map(|project| self.world.exposures(project)).peekable();
        match (own.peek().is_none(), self.knows_ways()) {
            (true, _) => Ways::NotAsked,
            (false, false) => Ways::NotRead(own.map(|(exposure, _)| exposure.clone()).collect()),
            (false, true) => Ways::Known(self.world.everything()),
        }
    }

    /// Whether what a project's Exposures need takes long to work out.
    pub(super) fn is_worked_out_beside(&self, project: &Name) -> bool {
        self.world.exposures(project).next().is_some() && self.knows_ways()
    }

    /// Begins to work out the plan of the projects with Exposures that are due: of all of them, as it costs the same for one as for all,
    /// and one after the other, as it takes much memory.
    pub(super) fn plan_exposing(&mut self, now: Now, actions: &mut Vec<Action>) {
        if self.underway.is_some() || self.exposing.is_empty() {
            return;
        }
        let projects = std::mem::take(&mut self.exposing);
        for name in &projects {
            let Some(project) = self.projects.get_mut(name) else { continue };
            (project.touched, project.moved) = (false, false);
            project.state = Stand::Planning;
        }
        self.counters.planned += projects.len() as u64;
        let planning = self.planning(&projects, now);
        self.tickets += 1;
        let ticket = Ticket(self.tickets);
        self.underway = Some(Underway { ticket, projects, begun: now });
        actions.push(Action::Plan(ticket, Box::new(planning)));
    }

    /// What is to be worked out about some projects.
    pub(super) fn planning(&self, projects: &BTreeSet<Name>, now: Now) -> Planning {
        let (excerpt, ways) = (self.world.excerpt(projects), self.ways_of(projects));
        Planning::new(projects.clone(), self.settings(now), &self.options, excerpt, ways)
    }

    /// A plan was worked out. What has changed meanwhile for a project's policies calls for another one; what has changed on the ways to
    /// what is exposed is looked at when this one is carried out, as it may change all the time.
    pub(super) fn take_planned(&mut self, ticket: Ticket, outcome: Outcome, now: Now) {
        let Some(underway) = self.underway.take_if(|underway| underway.ticket == ticket) else { return };
        let (mut good, mut moved) = (BTreeSet::new(), Vec::new());
        for name in underway.projects {
            let Some(project) = self.projects.get_mut(&name) else { continue };
            if std::mem::take(&mut project.moved) {
                moved.push(name.clone());
            }
            if std::mem::take(&mut project.touched) {
                project.knowledge = Knowledge::Told;
                project.state = Stand::Waiting;
                self.due.set(name, now.steady);
            } else {
                good.insert(name);
            }
        }
        self.carry_out(&good, outcome, underway.begun, now);
        for name in moved {
            match self.projects.get_mut(&name) {
                Some(project) if matches!(project.state, Stand::Rest) => self.touch(name, now),
                Some(project) => project.moved = true,
                None => {}
            }
        }
    }

    /// Whether everything that decides about ways has been listed.
    pub(super) fn knows_ways(&self) -> bool {
        SOURCES.iter().zip(&self.reflectors).all(|(source, reflector)| reflector.listed || !source.is_surroundings())
    }

    /// Something changed that may be on a way to what is exposed elsewhere.
    pub(super) fn look_at_ways(&mut self, now: Now) {
        let objects = u32::try_from(self.world.len()).unwrap_or(u32::MAX);
        let at = now.steady + PAUSE + PAUSE_PER_OBJECT.saturating_mul(objects);
        self.ways.get_or_insert(at);
    }

    /// The statuses of a project's Exposures, once its policies are right.
    pub(super) fn settle_exposures(&mut self, project: &Name, outcome: &Outcome, now: Now) {
        let own = outcome.plan.exposures.iter().filter(|status| status.exposure.namespace == *project);
        for status in own {
            self.settle_exposure(status, outcome, now);
        }
    }

    fn settle_exposure(&mut self, status: &ExposureStatus, outcome: &Outcome, now: Now) {
        let subject = (Kind::Exposure, status.exposure.clone());
        let Some(row) = self.world.row(subject.0, &subject.1).filter(|row| !row.terminating) else { return };
        let plan = &outcome.plan;
        let name = |policy: &Name| NamespacedName::new(status.exposure.namespace.clone(), policy.clone());
        let foreign = status.policies.iter().find_map(|policy| conflict(&name(policy), plan));
        let unresolved =
            ExposureState::Unresolved { reason: code::POLICY_CONFLICT, last_applied: LastApplied::Nothing };
        let state = if foreign.is_some() { &unresolved } else { &status.state };
        let issue = match state {
            ExposureState::Unresolved { reason, .. } | ExposureState::Partial { reason } => {
                let own = Some(ObjectRef::namespaced("Exposure", &status.exposure));
                let about = |issue: &&Issue| issue.code == *reason && issue.object == own;
                foreign.or_else(|| plan.issues.iter().find(about))
            }
            _ => None,
        };
        let finding = Finding { state: State::Exposure(state), issue, generation: row.generation() };
        let conditions = condition::conditions(&finding, row.status().as_ref(), now.date, &*self.options.words);
        let is_ours = |policy: &&Name| conflict(&name(policy), plan).is_none();
        let reference = |policy: &Name| PolicyReference {
            namespace: status.exposure.namespace.to_string(),
            name: policy.to_string(),
        };
        let policies: Vec<PolicyReference> = status.policies.iter().filter(is_ours).map(reference).collect();
        let allowlist = outcome.allowlists.get(&status.exposure);
        let allowlist = allowlist.filter(|_| matches!(state, ExposureState::Resolved | ExposureState::Partial { .. }));
        let wanted = resources::ExposureStatus {
            observed_generation: row.generation(),
            conditions: Some(conditions.clone()),
            policies: (!policies.is_empty()).then_some(policies),
            entries: allowlist.map(|allowlist| allowlist.entries.clone()).filter(|entries| !entries.is_empty()),
            excess: allowlist.map(|allowlist| allowlist.excess.clone()).filter(|excess| !excess.is_empty()),
        };
        let Ok(wanted) = serde_json::to_value(&wanted) else { return };
        self.want_status(&subject, &wanted, &conditions, now);
    }
}
