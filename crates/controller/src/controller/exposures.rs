//! Exposures: what each needs is worked out on everything that is known, together with the policies of its project, so that no moment
//! lies between a switch and what is to stay reachable.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use bulkhead_analysis::allowlist::{Entry, EntryPeer, Excess, Minimal};
use bulkhead_analysis::isolation::{Draft, ExposureState, ExposureStatus, LastApplied, Plan, Settings, code};
use bulkhead_analysis::model::object::{ExposureObject, PeerManifest};
use bulkhead_analysis::model::{Issue, IssueCode, Name, NamespacedName, ObjectRef, PortRef};
use bulkhead_analysis::snapshot::Snapshot;
use bulkhead_analysis::{exposed_unknown, work_out};
use bulkhead_resources::{self as resources, ExcessStatus, IntOrString, PolicyReference, StatusEntry};
use bulkhead_wire::Words;
use bulkhead_wire::minimal::through_name;

use super::Controller;
use super::conflict::conflict;
use crate::condition::{self, Finding, State};
use crate::source::{Kind, SOURCES};
use crate::time::Now;

/// What decides about ways to what is exposed cannot be read.
const NOT_READ: IssueCode = "exposureNotRead";
/// How long changes elsewhere are collected before everything that is exposed is looked at again: at least, and for each object that is
/// kept, as what it costs grows with them.
const PAUSE: Duration = Duration::from_secs(2);
const PAUSE_PER_OBJECT: Duration = Duration::from_micros(100);
/// How many entries and strangers a status names: an object must not grow with the cluster.
const MOST_NAMED: usize = 256;

/// A plan of some projects, and what their Exposures let in.
#[derive(Debug)]
pub(super) struct Outcome {
    pub(super) plan: Plan,
    allowlists: BTreeMap<NamespacedName, Allowlist>,
}

/// The minimal allowlist of an Exposure, as its status tells it.
#[derive(Debug)]
struct Allowlist {
    entries: Vec<StatusEntry>,
    excess: Vec<ExcessStatus>,
}

impl Outcome {
    /// A plan that knows nothing of Exposures.
    pub(super) fn without_exposures(plan: Plan) -> Self {
        Self { plan, allowlists: BTreeMap::new() }
    }
}

impl Controller {
    /// The plan of some projects. `snapshot` is what it depends on, as far as it is not about Exposures.
    pub(super) fn outcome(
        &self,
        mut draft: Draft,
        projects: &BTreeSet<Name>,
        snapshot: &Snapshot,
        settings: &Settings,
    ) -> Outcome {
        let has_any = projects.iter().any(|project| self.world.exposures(project).next().is_some());
        let mut allowlists = BTreeMap::new();
        if has_any {
            allowlists = self.expose(&mut draft, projects, snapshot, settings);
        } else {
            draft.expose(snapshot, Vec::new());
        }
        Outcome { plan: draft.plan(snapshot), allowlists }
    }

    fn expose(
        &self,
        draft: &mut Draft,
        projects: &BTreeSet<Name>,
        snapshot: &Snapshot,
        settings: &Settings,
    ) -> BTreeMap<NamespacedName, Allowlist> {
        if !self.knows_ways() {
            let own = projects.iter().flat_map(|project| self.world.exposures(project));
            let own: Vec<&ExposureObject> = own.map(|(exposure, _)| exposure).collect();
            draft.note(own.iter().map(|exposure| {
                Issue::error(NOT_READ).about(ObjectRef::namespaced("Exposure", &exposure.name)).at(exposure.position)
            }));
            draft.expose(snapshot, own.iter().map(|exposure| exposed_unknown(exposure, NOT_READ)).collect());
            return BTreeMap::new();
        }
        let whole = self.world.whole();
        let own: Vec<&ExposureObject> =
            whole.exposures.iter().filter(|exposure| projects.contains(&exposure.name.namespace)).collect();
        let worked = work_out(draft, whole, &own, settings, &self.options.overrides);
        draft.note(worked.issues);
        draft.expose(snapshot, worked.exposed);
        let told = worked.exposures.iter().map(|planned| {
            let allowlist = Allowlist::new(&planned.minimal, &planned.exposure, whole, &*self.options.words);
            (planned.exposure.clone(), allowlist)
        });
        told.collect()
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
        let conditions = condition::conditions(&finding, row.status(), now.date, &*self.options.words);
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
        self.want_status(&subject, wanted, &conditions, now);
    }
}

impl Allowlist {
    fn new(minimal: &Minimal, exposure: &NamespacedName, snapshot: &Snapshot, words: &dyn Words) -> Self {
        let namespace = exposure.namespace.as_str();
        let entry = |entry: Cow<'_, Entry>| status_entry(&entry, snapshot, namespace, words);
        let excess = |excess: &Excess| ExcessStatus {
            who: words.stranger(&excess.who, snapshot, namespace),
            through: through_name(excess.through).to_owned(),
            remedies: (!excess.remedies.is_empty())
                .then(|| excess.remedies.iter().map(|remedy| words.word(remedy.code())).collect()),
        };
        Self {
            entries: minimal.entries.iter().take(MOST_NAMED).map(entry).collect(),
            excess: minimal.excess.iter().take(MOST_NAMED).map(excess).collect(),
        }
    }
}

fn status_entry(entry: &Entry, snapshot: &Snapshot, namespace: &str, words: &dyn Words) -> StatusEntry {
    let source = match &entry.peer {
        EntryPeer::Block(net) => words.peer(&PeerManifest::cidr(net)),
        EntryPeer::Pods { peer, .. } => words.peer(peer),
    };
    let ports = entry.ports.iter().map(|port| resources::Port {
        protocol: port.protocol.name().to_owned(),
        port: Some(match &port.port {
            PortRef::Number(number) => IntOrString::Int(i64::from(*number)),
            PortRef::Name(name) => IntOrString::String(name.to_string()),
        }),
        end_port: None,
    });
    let witness = entry.witnesses.first().map(|witness| words.witness(witness, snapshot, namespace));
    StatusEntry { source, ports: Some(ports.collect()), witness: witness.unwrap_or_default() }
}
