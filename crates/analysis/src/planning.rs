//! Plans with Exposures: what each needs, worked out on the policies as the rest of the plan will have made them.

use bulkhead_allowlist::{self as allowlist, Effort, Exposure, Minimal, Robust, Sides};
use bulkhead_isolation::{Exposed, NeededList, Needs, Plan, Setting, Settings, draft};
use bulkhead_model::object::ExposureObject;
use bulkhead_model::watch::Phase;
use bulkhead_model::{Issue, IssueCode, Name, NamespacedName, ObjectRef, Severity};
use bulkhead_path::{Network, Overrides};
use bulkhead_snapshot::Snapshot;

/// A plan, and what its Exposures need.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Planned {
    /// The plan.
    pub plan: Plan,
    /// The minimal allowlist of each Exposure that one could be made for, in the plan's order.
    pub exposures: Vec<PlannedExposure>,
}

/// What an Exposure needs. Pods and nodes are those of the plan's snapshot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedExposure {
    /// The Exposure.
    pub exposure: NamespacedName,
    /// Its minimal allowlist, robust to pods that move.
    pub minimal: Minimal,
}

/// Some ways of an Exposure are undetermined.
pub const UNDETERMINED: IssueCode = "exposureUndetermined";
/// Only some of an Exposure's pods are isolated.
const PARTLY_ISOLATED: IssueCode = "exposurePartlyIsolated";
/// The pods of an Exposure are in another namespace.
const OTHER_NAMESPACE: IssueCode = "exposureOtherNamespace";
/// An Exposure's target has no pods now.
const WITHOUT_PODS: IssueCode = "exposureWithoutPods";
/// What `allowlist` says of targets that nothing isolates.
const NOT_ISOLATED: IssueCode = "targetNotIsolated";
/// What `allowlist` says of nodes that are not there yet: whoever plans again when they come need not hear it.
const NEW_NODES: IssueCode = "robustNewNodes";

/// What the Exposures of a snapshot need, and what there is to say about them.
#[derive(Clone, Debug)]
pub struct Worked<T> {
    /// What each needs, for [`Draft::expose`](bulkhead_isolation::Draft::expose).
    pub exposed: Vec<Exposed>,
    /// What was made of the minimal allowlist of each that one could be made for.
    pub taken: Vec<T>,
    /// What is wrong, or worth knowing.
    pub issues: Vec<Issue>,
}

/// Plans everything that a snapshot asks for.
pub fn planned(
    snapshot: &Snapshot,
    setting: Setting,
    settings: &Settings,
    overrides: &Overrides,
    effort: Effort<'_>,
) -> Planned {
    let take = |object: &ExposureObject, minimal| PlannedExposure { exposure: object.name.clone(), minimal };
    let (plan, exposures) = planned_with(snapshot, setting, settings, overrides, effort, take);
    Planned { plan, exposures }
}

/// The same, of which only what `take` makes of each minimal allowlist is kept: all of them together may be large.
pub(crate) fn planned_with<T: Send>(
    snapshot: &Snapshot,
    setting: Setting,
    settings: &Settings,
    overrides: &Overrides,
    effort: Effort<'_>,
    take: impl Fn(&ExposureObject, Minimal) -> T + Sync,
) -> (Plan, Vec<T>) {
    effort.watch.begins(Phase::Lower);
    let mut draft = draft(snapshot, setting, settings);
    if setting == Setting::KubeSphere {
        return (draft.plan(snapshot), Vec::new());
    }
    if snapshot.exposures.is_empty() {
        draft.expose(snapshot, Vec::new());
        return (draft.plan(snapshot), Vec::new());
    }
    let worked = work_out(&draft.without_exposures(snapshot.clone()), |_| true, settings, overrides, effort, take);
    draft.note(worked.issues);
    draft.expose(snapshot, worked.exposed);
    (draft.plan(snapshot), worked.taken)
}

/// Works out what some Exposures of a snapshot need: of one with the policies as a draft leaves them
/// ([`Draft::without_exposures`](bulkhead_isolation::Draft::without_exposures)). Of each minimal allowlist only what `take` makes of it
/// is kept.
pub fn work_out<T: Send>(
    snapshot: &Snapshot,
    is_asked: impl Fn(&ExposureObject) -> bool,
    settings: &Settings,
    overrides: &Overrides,
    effort: Effort<'_>,
    take: impl Fn(&ExposureObject, Minimal) -> T + Sync,
) -> Worked<T> {
    let mut worked = Worked { exposed: Vec::new(), taken: Vec::new(), issues: Vec::new() };
    let (mut objects, mut asked) = (Vec::new(), Vec::new());
    for object in snapshot.exposures.iter().filter(|object| is_asked(object)) {
        match asked_by(snapshot, object, settings) {
            Ok((exposure, issues)) => {
                objects.push((object, issues.first().map(|issue| issue.code)));
                worked.issues.extend(issues);
                asked.push(exposure);
            }
            Err((needs, issue)) => {
                worked.issues.extend(issue.map(|issue| *issue));
                worked.exposed.push(exposed_as(object, needs));
            }
        }
    }
    if asked.is_empty() {
        return worked;
    }
    let network = Network::new(snapshot, overrides);
    let question = allowlist::Settings { sides: Sides::Ingress, robust: Robust::Nodes, max_entries: None };
    let answers = allowlist::minimal_each(&network, &asked, &question, effort, |number, minimal| {
        let (object, doubt) = objects.get(number)?;
        let needs = needs(object, &minimal, *doubt);
        Some((exposed_as(object, needs.0), needs.1, take(object, minimal)))
    });
    for (exposed, issues, taken) in answers.into_iter().flatten() {
        worked.issues.extend(issues);
        worked.exposed.push(exposed);
        worked.taken.push(taken);
    }
    worked
}

type Asked = (Exposure, Vec<Issue>);

/// What an Exposure asks for, or why it needs nothing that could be worked out.
fn asked_by(
    snapshot: &Snapshot,
    object: &ExposureObject,
    settings: &Settings,
) -> Result<Asked, (Needs, Option<Box<Issue>>)> {
    let is_over = |now| object.unreadable.is_none() && object.expires.is_some_and(|expires| expires <= now);
    if settings.now.is_some_and(is_over) {
        return Err((Needs::Over, None));
    }
    allowlist::asked_by(snapshot, object).map_err(|issue| (Needs::Unknown(issue.code), Some(issue)))
}

/// An Exposure of which nobody knows what it needs, for somebody who cannot work it out: whatever there is of it stays.
pub fn exposed_unknown(object: &ExposureObject, reason: IssueCode) -> Exposed {
    Exposed { asked: None, ..exposed_as(object, Needs::Unknown(reason)) }
}

fn exposed_as(object: &ExposureObject, needs: Needs) -> Exposed {
    Exposed { exposure: object.name.clone(), position: object.position, asked: word_of(object), needs }
}

/// A word that is another one where an Exposure asks for something else. It only ever has to be equal to itself.
fn word_of(object: &ExposureObject) -> Option<Name> {
    if object.unreadable.is_some() {
        return None;
    }
    let text = format!("{:?} {:?} {:?} {:?}", object.target, object.ports, object.doors, object.clients);
    // FNV-1a, which is the same on every machine and in every release.
    let mix = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325, mix);
    Some(Name::from(format!("{hash:016x}")))
}

/// What an Exposure needs, as far as its minimal allowlist says. `doubt` is what of its request could not be read.
fn needs(object: &ExposureObject, minimal: &Minimal, doubt: Option<IssueCode>) -> (Needs, Vec<Issue>) {
    let about = |issue: Issue| match issue.object {
        Some(_) => issue,
        None => issue.about(ObjectRef::namespaced("Exposure", &object.name)).at(object.position),
    };
    let told = minimal.issues.iter().filter(|issue| issue.code != NOT_ISOLATED && issue.code != NEW_NODES);
    let mut issues: Vec<Issue> = told.cloned().map(about).collect();
    let error = minimal.issues.iter().find(|issue| issue.severity == Severity::Error).map(|issue| issue.code);
    if minimal.pods.is_empty() {
        issues.extend(error.is_none().then(|| about(Issue::warning(WITHOUT_PODS))));
        return (Needs::Unknown(error.unwrap_or(WITHOUT_PODS)), issues);
    }
    match open_pods(minimal) {
        0 => {}
        open if open >= minimal.pods.len() => return (Needs::Nothing, issues),
        open => {
            issues.push(about(Issue::error(PARTLY_ISOLATED).with("pods", open).with("of", minimal.pods.len())));
            return (Needs::Unknown(PARTLY_ISOLATED), issues);
        }
    }
    let mut doubt = doubt.or(error);
    if let Some(way) = minimal.undetermined.first() {
        let issue =
            Issue::warning(UNDETERMINED).with("ways", minimal.undetermined.len()).with("reason", way.reason.code);
        issues.push(about(issue));
        doubt = doubt.or(Some(UNDETERMINED));
    }
    let own = &object.name.namespace;
    let policies = minimal.policies();
    if let Some(other) = policies.iter().find(|policy| policy.name.namespace != *own) {
        issues.push(about(Issue::error(OTHER_NAMESPACE).with("namespace", &other.name.namespace)));
        doubt = doubt.or(Some(OTHER_NAMESPACE));
    }
    let lists = policies.into_iter().filter(|policy| policy.name.namespace == *own);
    let lists = lists.filter_map(|policy| {
        let rules = policy.ingress.filter(|rules| !rules.is_empty())?;
        Some(NeededList { pods: policy.pod_selector, rules })
    });
    (Needs::Lists { lists: lists.collect(), doubt }, issues)
}

/// How many of the target's pods nothing isolates.
fn open_pods(minimal: &Minimal) -> usize {
    let note = minimal.issues.iter().find(|issue| issue.code == NOT_ISOLATED);
    let argument =
        |issue: &Issue| issue.arguments.iter().find(|(name, _)| *name == "pods").map(|(_, value)| value.clone());
    note.and_then(argument).and_then(|value| value.parse().ok()).unwrap_or(0)
}
