//! What is still to be worked out about some projects: their plan, and what their Exposures need.
//!
//! What Exposures need hangs on everything that is known. In a large cluster that takes seconds, so that it is worked out beside the state
//! machine, on everything as it was when it began; the state machine goes on meanwhile, and looks at what has changed when the answer is
//! there. It is one answer with the policies of their projects, so that no moment lies between a switch and what is to stay reachable.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use bulkhead_analysis::allowlist::{Effort, Entry, EntryPeer, Excess, Minimal};
use bulkhead_analysis::isolation::{Draft, Plan, Setting, Settings, draft};
use bulkhead_analysis::model::object::{ExposureObject, NetworkPolicy, PeerManifest};
use bulkhead_analysis::model::watch::Unwatched;
use bulkhead_analysis::model::{Issue, IssueCode, Name, NamespacedName, ObjectRef, PortRef};
use bulkhead_analysis::snapshot::{Objects, Snapshot};
use bulkhead_analysis::{exposed_unknown, work_out};
use bulkhead_resources::{self as resources, ExcessStatus, IntOrString, StatusEntry};
use bulkhead_wire::Words;
use bulkhead_wire::minimal::through_name;

use crate::kept::Kept;
use crate::options::Options;

/// What decides about ways to what is exposed cannot be read.
const NOT_READ: IssueCode = "exposureNotRead";
/// How many entries and strangers a status names: an object must not grow with the cluster.
const MOST_NAMED: usize = 256;

/// What is to be worked out about some projects.
#[derive(Clone, Debug)]
pub struct Planning {
    projects: BTreeSet<Name>,
    settings: Settings,
    options: Options,
    /// What it depends on, as far as it is not about Exposures.
    excerpt: Snapshot,
    ways: Ways,
}

/// What the Exposures of some projects hang on.
#[derive(Clone, Debug)]
pub(crate) enum Ways {
    /// There are no Exposures.
    NotAsked,
    /// Something that decides about ways has not been read yet. These are the Exposures.
    NotRead(Vec<ExposureObject>),
    /// Everything that is known.
    Known(Vec<Kept>),
}

/// A plan of some projects, and what their Exposures let in.
#[derive(Clone, Debug)]
pub struct Outcome {
    pub(crate) plan: Plan,
    /// The policies that the plan is about, as they were.
    pub(crate) before: Vec<Arc<NetworkPolicy>>,
    pub(crate) allowlists: BTreeMap<NamespacedName, Allowlist>,
}

/// The minimal allowlist of an Exposure, as its status tells it.
#[derive(Clone, Debug)]
pub(crate) struct Allowlist {
    pub(crate) entries: Vec<StatusEntry>,
    pub(crate) excess: Vec<ExcessStatus>,
}

impl Planning {
    pub(crate) fn new(
        projects: BTreeSet<Name>,
        settings: Settings,
        options: &Options,
        excerpt: Snapshot,
        ways: Ways,
    ) -> Self {
        Self { projects, settings, options: options.clone(), excerpt, ways }
    }

    /// Works it out. In a large cluster it takes long where there are Exposures.
    pub fn work(self) -> Outcome {
        let mut draft = draft(&self.excerpt, self.options.setting, &self.settings);
        let mut allowlists = BTreeMap::new();
        match (self.options.setting, &self.ways) {
            // KubeSphere knows nothing of Exposures.
            (Setting::KubeSphere, _) => {}
            (Setting::Default, Ways::NotAsked) => draft.expose(&self.excerpt, Vec::new()),
            (Setting::Default, Ways::NotRead(exposures)) => self.expose_unread(&mut draft, exposures),
            (Setting::Default, Ways::Known(everything)) => allowlists = self.expose(&mut draft, everything),
        }
        Outcome { plan: draft.plan(&self.excerpt), before: self.excerpt.network_policies, allowlists }
    }

    fn expose_unread(&self, draft: &mut Draft, exposures: &[ExposureObject]) {
        draft.note(exposures.iter().map(|exposure| {
            Issue::error(NOT_READ).about(ObjectRef::namespaced("Exposure", &exposure.name)).at(exposure.position)
        }));
        draft.expose(&self.excerpt, exposures.iter().map(|exposure| exposed_unknown(exposure, NOT_READ)).collect());
    }

    fn expose(&self, draft: &mut Draft, everything: &[Kept]) -> BTreeMap<NamespacedName, Allowlist> {
        let mut objects = Objects::default();
        for kept in everything {
            kept.put(&mut objects);
        }
        let whole = draft.without_exposures(Snapshot::new(objects));
        let is_own = |exposure: &ExposureObject| self.projects.contains(&exposure.name.namespace);
        let told = |exposure: &ExposureObject, minimal: Minimal| {
            let allowlist = Allowlist::new(&minimal, &exposure.name, &whole, &*self.options.words);
            (exposure.name.clone(), allowlist)
        };
        let effort = Effort::one_thread(&Unwatched);
        let worked = work_out(&whole, is_own, &self.settings, &self.options.overrides, effort, told);
        draft.note(worked.issues);
        draft.expose(&self.excerpt, worked.exposed);
        worked.taken.into_iter().collect()
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
