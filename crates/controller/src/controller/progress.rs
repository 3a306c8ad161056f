//! How projects get on: which are looked at, which steps are made, and what an answer means.

use std::collections::{BTreeSet, VecDeque};
use std::time::Duration;

use bulkhead_analysis::isolation::{Settings, Step, names, steps};
use bulkhead_analysis::model::{Name, NamespacedName};
use bulkhead_store::{Selection, StoreError};

use super::{Controller, Owner, since_1970};
use crate::call::{Action, Answer, Call};
use crate::kept::{Kept, Listed};
use crate::options::{Territory, Writing};
use crate::planning::Outcome;
use crate::policy;
use crate::project::{Knowledge, State};
use crate::source::{Kind, network_policies};
use crate::time::Now;
use crate::world::Touched;

/// How many projects are planned at once: what they have in common is worked out once.
const BATCH: usize = 64;
/// A refusal is waited for like so many failures more: what was refused for what it says is not right a moment later.
const PATIENT: u32 = 4;

impl Controller {
    /// Takes note of whose policies may have to be others.
    pub(super) fn note(&mut self, touched: Touched, now: Now) {
        // What was refused was made of something that has changed, and may be right now.
        let is_of_changed = |policy: &&NamespacedName| {
            let exposure = names::exposure_of_policy(&policy.name);
            let exposure = exposure.map(|name| NamespacedName::new(policy.namespace.clone(), name));
            exposure.is_some_and(|exposure| touched.exposures.contains(&exposure))
        };
        let mut of_exposures: Vec<NamespacedName> = Vec::new();
        if !touched.exposures.is_empty() {
            of_exposures.extend(self.refusals.keys().filter(is_of_changed).cloned());
        }
        for policy in of_exposures.into_iter().chain(touched.policies) {
            self.refused.remove(&policy);
            self.refusals.remove(&policy);
        }
        for namespace in touched.namespaces {
            self.touch(namespace, now);
        }
        for namespace in touched.exposing {
            self.touch_ways(namespace, now);
        }
        if touched.ways && self.is_synced() {
            self.look_at_ways(now);
        }
        for allowlist in touched.allowlists {
            self.look_at_allowlist(allowlist, now);
        }
    }

    pub(super) fn touch(&mut self, namespace: Name, now: Now) {
        let project = self.projects.entry(namespace.clone()).or_default();
        match project.state {
            State::Rest => {
                project.state = State::Waiting;
                project.since = now.steady;
                self.due.add(namespace, now.steady + self.options.debounce);
            }
            State::Waiting => {}
            State::Reading | State::Planning | State::Planned(_) | State::Writing { .. } => project.touched = true,
        }
    }

    /// What a project's Exposures need may be something else.
    fn touch_ways(&mut self, namespace: Name, now: Now) {
        match self.projects.get_mut(&namespace) {
            Some(project) if matches!(project.state, State::Planning) => project.moved = true,
            _ => self.touch(namespace, now),
        }
    }

    /// Touches those who wait for a time, and everyone where what everyone depends on has changed.
    pub(super) fn wake_sleepers(&mut self, now: Now) {
        while let Some(policy) = self.refused.pop(now.steady) {
            self.touch(policy.namespace, now);
        }
        while let Some(namespace) = self.expiries.pop(since_1970(now.date)) {
            self.touch(namespace, now);
        }
        if self.ways.is_some_and(|at| at <= now.steady) {
            self.ways = None;
            for namespace in self.world.exposing() {
                self.touch_ways(namespace, now);
            }
        }
        if self.world.refresh_common() {
            let everyone: Vec<Name> = self.world.namespaces().cloned().collect();
            for namespace in everyone {
                self.touch(namespace, now);
            }
        }
    }

    /// Begins what there is room for.
    pub(super) fn progress(&mut self, now: Now, actions: &mut Vec<Action>) {
        while self.has_room() {
            if let Some(name) = self.planned.pop_front() {
                self.start(&name, now, actions);
            } else if !self.look(now, actions) {
                break;
            }
        }
        self.plan_exposing(now, actions);
        self.settle_allowlists(now);
        self.write_statuses(now, actions);
    }

    /// Looks at the projects that are due; whether there were any.
    fn look(&mut self, now: Now, actions: &mut Vec<Action>) -> bool {
        let mut batch = BTreeSet::new();
        let mut any = false;
        while batch.len() < BATCH {
            let Some(name) = self.due.pop(now.steady) else { break };
            any = true;
            let is_beside = self.is_worked_out_beside(&name);
            let Some(project) = self.projects.get_mut(&name) else { continue };
            project.touched = false;
            if project.knowledge == Knowledge::Doubtful {
                project.state = State::Reading;
                let call = Call::List(network_policies(), Selection::namespace(name.as_str()));
                self.begin(Owner::Project(name), call, actions);
            } else if is_beside {
                self.exposing.insert(name);
            } else {
                batch.insert(name);
            }
        }
        if !batch.is_empty() {
            self.counters.planned += batch.len() as u64;
            let outcome = self.planning(&batch, now).work();
            self.carry_out(&batch, outcome, now, now);
        }
        any
    }

    /// Begins what a plan of some projects says. It knows what was known at `planned`.
    pub(super) fn carry_out(&mut self, batch: &BTreeSet<Name>, mut outcome: Outcome, planned: Now, now: Now) {
        let is_ours = |name: &NamespacedName| {
            batch.contains(&name.namespace) && self.may_write(&name.namespace) && self.is_inside(name)
        };
        let plan = &mut outcome.plan;
        plan.apply.retain(|manifest| is_ours(&manifest.name) && !self.refused.contains(&manifest.name));
        plan.delete.retain(|name| is_ours(name));
        let mut todo: std::collections::BTreeMap<Name, VecDeque<Step>> = std::collections::BTreeMap::new();
        for step in steps(plan, &outcome.before) {
            todo.entry(step.policy().namespace.clone()).or_default().push_back(step);
        }
        for name in batch {
            // What expires while it is worked out calls for another one.
            self.note_expiry(name, planned);
            self.planned_for(name, todo.remove(name).unwrap_or_default(), &outcome, now);
        }
    }

    /// What a plan depends on now besides the cluster.
    pub(super) fn settings(&self, now: Now) -> Settings {
        Settings {
            now: Some(now.date),
            refused: self.refused.keys().cloned().collect(),
            ..self.options.settings.clone()
        }
    }

    /// Whether anything can be written in a namespace: one that is not there, or is going, takes nothing.
    pub(super) fn may_write(&self, namespace: &str) -> bool {
        self.world.namespace(namespace).is_some_and(|(_, row)| !row.terminating)
    }

    /// Whether a policy may be written, or is not there yet.
    fn is_inside(&self, policy: &NamespacedName) -> bool {
        let row = self.world.row(Kind::NetworkPolicy, policy).map(|row| &row.kept);
        match (self.options.territory, row) {
            (Territory::Labelled, Some(Kept::NetworkPolicy(policy))) => {
                policy.labels.get(names::MANAGED_BY).is_some_and(|value| value == names::MANAGER)
            }
            _ => true,
        }
    }

    fn planned_for(&mut self, name: &Name, steps: VecDeque<Step>, outcome: &Outcome, now: Now) {
        let later = self.later(now, self.projects.get(name).map_or(0, |project| project.failures));
        let Some(project) = self.projects.get_mut(name) else { return };
        let was_verifying = std::mem::take(&mut project.verifying);
        let is_fresh = std::mem::take(&mut project.knowledge) == Knowledge::Fresh;
        if steps.is_empty() {
            if was_verifying {
                self.counters.mended += 1;
                self.counters.latency.observe(now.steady.saturating_sub(project.since));
            }
            project.failures = 0;
            self.failing.remove(name);
            project.state = State::Rest;
            if !self.may_write(name) && self.world.namespace(name).is_none() {
                self.projects.remove(name);
            }
            self.settle(name, outcome, now);
        } else if was_verifying {
            // What was written is not what was to be written: somebody else has a say in it.
            project.failures += 1;
            self.failing.insert(name.clone());
            project.state = State::Waiting;
            self.due.set(name.clone(), later);
        } else if is_fresh || is_safe_unread(&steps) {
            if let Some(too_often) = project.repairs.note(&steps, now.steady) {
                project.state = State::Waiting;
                let later = self.later(now, too_often);
                self.due.set(name.clone(), later);
                return;
            }
            project.state = State::Planned(steps);
            self.planned.push_back(name.clone());
        } else {
            project.knowledge = Knowledge::Doubtful;
            project.state = State::Waiting;
            self.due.set(name.clone(), now.steady);
        }
    }

    /// Begins the steps of a project.
    fn start(&mut self, name: &Name, now: Now, actions: &mut Vec<Action>) {
        let Some(project) = self.projects.get_mut(name) else { return };
        let State::Planned(steps) = &mut project.state else { return };
        let steps = std::mem::take(steps);
        if project.touched {
            project.touched = false;
            project.state = State::Waiting;
            self.due.set(name.clone(), now.steady);
            return;
        }
        self.step(name, steps, now, actions);
    }

    /// Makes the next of some steps, or looks again after the last one.
    fn step(&mut self, name: &Name, mut steps: VecDeque<Step>, now: Now, actions: &mut Vec<Action>) {
        while let Some(step) = steps.pop_front() {
            let seen = self.world.row(Kind::NetworkPolicy, step.policy());
            let Some(call) = policy::call(&step, seen, self.options.writing.commit()) else { continue };
            self.world.writing(step.policy());
            if let Some(project) = self.projects.get_mut(name) {
                project.state = State::Writing { step: Box::new(step), rest: steps };
            }
            self.begin(Owner::Project(name.clone()), call, actions);
            return;
        }
        let Some(project) = self.projects.get_mut(name) else { return };
        match self.options.writing {
            Writing::DryRun => project.state = State::Rest,
            Writing::Real => {
                project.verifying = !std::mem::take(&mut project.moved) && !project.touched;
                project.state = State::Waiting;
                self.due.set(name.clone(), now.steady);
            }
        }
    }

    /// A call for a project was answered.
    pub(super) fn advance(&mut self, name: &Name, answer: Result<Answer, StoreError>, now: Now, touched: &mut Touched) {
        let Some(project) = self.projects.get_mut(name) else { return };
        match (std::mem::take(&mut project.state), answer) {
            (State::Writing { step, rest }, Ok(answer)) => {
                let until = now.steady + self.options.echo;
                match (&answer, self.options.writing) {
                    (_, Writing::DryRun) => self.world.not_written(step.policy(), touched),
                    (Answer::Object(object), _) => self.world.wrote(step.policy(), Some(object), until, touched),
                    _ => self.world.wrote(step.policy(), None, until, touched),
                }
                self.after_step(name, rest, now, touched);
            }
            (State::Writing { step, .. }, Err(error)) => {
                self.world.not_written(step.policy(), touched);
                self.step_failed(name, &step, &error, now);
            }
            (State::Reading, answer) => {
                let list = match answer {
                    Ok(Answer::List(list)) => Listed::whole(&network_policies(), &list),
                    Ok(Answer::Read(list)) => list,
                    Ok(_) => return self.failed(name, None, now),
                    Err(error) => return self.failed(name, Some(&error), now),
                };
                project.knowledge = Knowledge::Fresh;
                project.state = State::Waiting;
                self.world.list_policies(name, list, touched);
                self.due.set(name.clone(), now.steady);
            }
            (state, _) => project.state = state,
        }
    }

    /// Goes on with the steps, unless something has changed since they were planned.
    fn after_step(&mut self, name: &Name, rest: VecDeque<Step>, now: Now, touched: &Touched) {
        let Some(project) = self.projects.get_mut(name) else { return };
        if project.touched || touched.namespaces.contains(name) {
            project.touched = false;
            project.state = State::Waiting;
            self.due.set(name.clone(), now.steady);
        } else {
            project.state = State::Planned(rest);
            self.planned.push_front(name.clone());
        }
    }

    /// A step failed. An entry whose policy is refused for what it says waits; for everything else what is there is read again.
    fn step_failed(&mut self, name: &Name, step: &Step, error: &StoreError, now: Now) {
        let is_refusal =
            matches!(error, StoreError::Invalid { .. } | StoreError::Forbidden(_) | StoreError::BadRequest(_));
        if is_refusal && self.world.is_made_of_an_object(step.policy()) {
            let refusals = self.refusals.entry(step.policy().clone()).or_default();
            *refusals += 1;
            let refusals = *refusals + PATIENT;
            let later = self.later(now, refusals);
            self.refused.set(step.policy().clone(), later);
            if let Some(project) = self.projects.get_mut(name) {
                project.state = State::Waiting;
            }
            self.due.set(name.clone(), now.steady);
            return;
        }
        self.failed(name, Some(error), now);
    }

    /// Something failed: it is tried again later, and not before the store said, if it did.
    fn failed(&mut self, name: &Name, error: Option<&StoreError>, now: Now) {
        let failures = self.projects.get(name).map_or(0, |project| project.failures);
        let asked = match error {
            Some(StoreError::Unavailable { retry_after: Some(wait), .. }) => now.steady + *wait,
            _ => Duration::ZERO,
        };
        let later = self.later(now, failures).max(asked);
        let Some(project) = self.projects.get_mut(name) else { return };
        project.failures += 1;
        self.failing.insert(name.clone());
        project.knowledge = Knowledge::Doubtful;
        project.touched = false;
        project.state = State::Waiting;
        self.due.set(name.clone(), later);
    }
}

/// Whether some steps are right even where a watch is behind. What a policy opens or closes depends on those beside it, and the order
/// of steps on all of them: they are read first. A project's own policy where nothing else has to be done isolates it, whatever is
/// beside it, and is written only if it is of the version that was seen; it is the one that every project of a cluster may need at once.
fn is_safe_unread(steps: &VecDeque<Step>) -> bool {
    let own = |step: &Step| matches!(step, Step::Write(policy) if policy.name.name == names::BASE_POLICY);
    steps.len() == 1 && steps.iter().all(own)
}
