//! The question and the answer.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bulkhead_model::object::{Direction, PolicyManifest, SelectorManifest};
use bulkhead_model::watch::{Phase, Unwatched, Watch};
use bulkhead_model::{AddressSet, Issue, IssueCode, Name};
use bulkhead_path::{Network, Reason, Served};
use bulkhead_snapshot::PodId;

use crate::allowed::{Allowed, Open, STOPPED};
use crate::client::{self, CLIENT_MISSING, Wanted};
use crate::comparison::{self, Superfluous};
use crate::each_node;
use crate::effort::Effort;
use crate::entries::Entries;
use crate::entry::{self, Making, Missing, Needed, WITNESSES};
use crate::excess::{self, Excess};
use crate::exposure::{Exposure, ExposureTarget};
use crate::following;
use crate::native::{self, Answered, Native};
use crate::policy::{Proposed, policies};
use crate::requirement::{self, Requirement, Requirements, Wishes, Witness};
use crate::settings::{Robust, Settings};
use crate::shared::Shared;
use crate::target::{self, PORT_MISSING, TARGET_MISSING, Target};
use crate::{limit, robust, selector};

/// The minimal allowlist of an exposure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Minimal {
    /// What was asked.
    pub exposure: Exposure,
    /// How.
    pub settings: Settings,
    /// The target's pods that the entries are for.
    pub pods: Vec<PodId>,
    /// The target's allowlist, in a fixed order. Empty where nothing has to be added, and where only the clients' were asked for.
    pub entries: Entries,
    /// The clients' allowlists, where their egress is restricted.
    pub egress: Vec<EgressList>,
    /// For each of the target's selectors, which of the entries are its own.
    lists: Vec<IngressList>,
    /// Who else gets in through the entries.
    pub excess: Vec<Excess>,
    /// Ways of which nobody can say what they need.
    pub undetermined: Vec<Undetermined>,
    /// What else the person should know.
    pub issues: Vec<Issue>,
}

/// What some clients must be let out to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EgressList {
    /// Their namespace.
    pub namespace: Name,
    /// The selector of the policy that holds the entries.
    pub selector: SelectorManifest,
    /// The clients.
    pub pods: Vec<PodId>,
    /// What they must be let out to, in a fixed order.
    pub entries: Entries,
}

/// A way of which nobody can say what it needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undetermined {
    /// What is missing.
    pub reason: Reason,
    /// The way, as far as it is known.
    pub witness: Witness,
}

/// Computes the minimal allowlist of an exposure. Never fails: what stands in the way is in [`Minimal::issues`] and
/// [`Minimal::undetermined`].
pub fn minimal(network: &Network<'_>, exposure: &Exposure, settings: &Settings) -> Minimal {
    Answering::new(&Shared::new(network), exposure, *settings).answer()
}

/// The same for many exposures, in their order; what they have in common is worked out once.
pub fn minimal_all(
    network: &Network<'_>,
    exposures: &[Exposure],
    settings: &Settings,
    effort: Effort<'_>,
) -> Vec<Minimal> {
    minimal_each(network, exposures, settings, effort, |_, answer| answer)
}

/// The same, of which only what `take` makes of each answer is kept: all answers together may be large.
pub fn minimal_each<T: Send>(
    network: &Network<'_>,
    exposures: &[Exposure],
    settings: &Settings,
    effort: Effort<'_>,
    take: impl Fn(usize, Minimal) -> T + Sync,
) -> Vec<T> {
    effort.watch.begins(Phase::Exposures);
    let next = AtomicUsize::new(0);
    let work = |watch: &dyn Watch| {
        let shared = Shared::new(network);
        let mut answers = Vec::new();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let Some(exposure) = exposures.get(number) else { return answers };
            watch.did(number, exposures.len());
            answers.push((number, take(number, Answering::new(&shared, exposure, *settings).answer())));
        }
    };
    let mut answers = std::thread::scope(|scope| {
        // Where the watch unwinds, nobody begins with another one.
        let _end = AtEnd { next: &next, count: exposures.len() };
        let threads = effort.threads.min(exposures.len() / FEW);
        let spawn = |_| std::thread::Builder::new().spawn_scoped(scope, || work(&Unwatched)).ok();
        let helpers: Vec<_> = (1..threads).filter_map(spawn).collect();
        let mut answers = work(effort.watch);
        for helper in helpers {
            answers.extend(helper.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        }
        answers
    });
    answers.sort_by_key(|(number, _)| *number);
    answers.into_iter().map(|(_, answer)| answer).collect()
}

/// No wanted client gets anywhere, whatever policies allow.
const NEVER_ARRIVES: IssueCode = "exposureNeverArrives";

/// No thread is worth fewer.
const FEW: usize = 16;

/// Ends the counting of what is to be done next.
struct AtEnd<'n> {
    next: &'n AtomicUsize,
    count: usize,
}

impl Drop for AtEnd<'_> {
    fn drop(&mut self) {
        self.next.store(self.count, Ordering::Relaxed);
    }
}

/// What [`minimal`] answers, by the plain way: clients are followed node by node. [`minimal`] is held against it.
pub fn minimal_one_by_one(network: &Network<'_>, exposure: &Exposure, settings: &Settings) -> Minimal {
    let shared = Shared::new(network);
    let answering = Answering::new(&shared, exposure, *settings);
    Answering { following: Following::OneByOne, ..answering }.answer()
}

/// What of an exposure NetworkPolicy cannot say, in the engine's own kinds; beside what [`minimal`] answers.
pub fn native(network: &Network<'_>, exposure: &Exposure, settings: &Settings) -> Native {
    let shared = Shared::new(network);
    let mut answering = Answering::new(&shared, exposure, *settings);
    let found = answering.requirements();
    let (target, wanted) = (answering.target.clone(), Rc::clone(&answering.wanted));
    let unknown = found.unknown.clone();
    let minimal = answering.answer_from(found);
    native::of(&shared, &Answered { exposure, target, wanted, unknown, minimal })
}

/// An allowlist held against the policies that are there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// What is needed and not let in: the minimal allowlist.
    pub missing: Minimal,
    /// What is let in although nobody needs it for this exposure.
    pub superfluous: Vec<Superfluous>,
    /// Who gets in today although nobody asked for it.
    pub excess: Vec<Excess>,
}

/// Holds an exposure against the policies that are there.
pub fn compare(network: &Network<'_>, exposure: &Exposure, settings: &Settings) -> Comparison {
    let shared = Shared::new(network);
    // Asked is what gets in today.
    let mut answering = Answering { open: Open::NeedsNothing, ..Answering::new(&shared, exposure, *settings) };
    let found = answering.requirements();
    let superfluous = comparison::superfluous(&shared, &answering.target, &found.ingress);
    let excess = excess::today(&shared, exposure, &answering.target, &answering.wanted);
    Comparison { missing: answering.answer_from(found), superfluous, excess }
}

/// One exposure on its way to an answer.
struct Answering<'a> {
    shared: &'a Shared<'a>,
    exposure: &'a Exposure,
    settings: Settings,
    target: Target,
    wanted: Rc<Wanted>,
    issues: Vec<Issue>,
    following: Following,
    open: Open,
}

/// How many clients are followed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Following {
    /// Of those that nothing tells apart a few.
    Together,
    /// Every node's.
    OneByOne,
}

impl<'a> Answering<'a> {
    fn new(shared: &'a Shared<'a>, exposure: &'a Exposure, settings: Settings) -> Self {
        let target = target::resolve(shared.network, exposure);
        let wanted = shared.wanted(&exposure.clients);
        let of_gateways = about_gateways(shared.network, &target);
        let issues = target.issues.iter().chain(&wanted.issues).cloned().chain(of_gateways).collect();
        Self {
            shared,
            exposure,
            settings,
            target,
            wanted,
            issues,
            following: Following::Together,
            open: Open::NeedsAll,
        }
    }

    fn answer(mut self) -> Minimal {
        let found = self.requirements();
        self.answer_from(found)
    }

    fn answer_from(mut self, found: Requirements) -> Minimal {
        self.issues.extend(self.nothing_arrives(&found));
        let (entries, lists) = self.ingress(&found.ingress);
        let egress = self.egress(&found.egress);
        let excess = excess::excess(self.shared, self.exposure, &self.target, &self.wanted, &entries);
        Minimal {
            exposure: self.exposure.clone(),
            settings: self.settings,
            pods: self.target.pods.iter().copied().collect(),
            lists,
            entries,
            egress,
            excess,
            undetermined: undetermined(found.unknown),
            issues: self.issues,
        }
    }

    fn requirements(&mut self) -> Requirements {
        let wishes = Wishes { exposure: self.exposure, target: &self.target, sides: self.settings.sides };
        // What a client's own policies let out, and where it may be tomorrow, is its own affair.
        let together = self.following == Following::Together;
        if together && !self.settings.sides.egress() && self.settings.robust == Robust::Now {
            return following::collect(self.shared, &wishes, &self.wanted, &self.shared.crowd(&self.exposure.clients));
        }
        let (snapshot, target) = (self.shared.snapshot(), &self.target);
        let classes = client::classes(self.shared, snapshot, &self.wanted, &target.services, &target.pods);
        let mut found = Requirements::default();
        requirement::collect(&self.shared.open, &wishes, &classes, &mut found);
        if self.settings.robust == Robust::Nodes {
            self.issues.extend(robust::collect(self.shared, &wishes, &self.wanted, &mut found));
        }
        found
    }

    fn nothing_arrives(&self, found: &Requirements) -> Option<Issue> {
        let silent = !self.exposure.clients.is_empty() && found.delivered == 0 && found.unknown.is_empty();
        silent.then(|| Issue::warning(NEVER_ARRIVES).with("target", &self.exposure.target))
    }

    /// The target's entries, and for each of its selectors which of them are its own.
    fn ingress(&mut self, required: &[Requirement]) -> (Entries, Vec<IngressList>) {
        if !self.settings.sides.ingress() {
            return (Entries::default(), Vec::new());
        }
        let pods = self.target.pods.iter().copied();
        let allowed = Allowed::new(self.shared, Direction::Ingress, pods, self.open);
        self.issues.extend(not_isolated(allowed.isolated(), &self.target));
        // What one selector's blocks let in, another's list leaves out.
        let several = self.target.selections.len() > 1;
        let inside = several.then_some(&self.wanted.inside);
        let required = each_node::together(self.shared, required, &allowed, inside);
        // the selector of the most pods first: what it lets in, those within it need no more
        let mut selections: Vec<_> = self.target.selections.iter().collect();
        selections.sort_by_key(|(_, pods)| std::cmp::Reverse(pods.len()));
        let mut by_selection: Vec<(_, Entries)> = Vec::new();
        for (selection, pods) in selections {
            let mine = required.iter().filter(|requirement| {
                let own = requirement.way.service().and_then(|service| self.target.selection_of.get(&service));
                pods.contains(&requirement.pod) && own.is_none_or(|own| own == selection)
            });
            let mine: Vec<&Requirement> = mine.collect();
            let needed = entry::needed_addresses(&mine);
            let mut missing: Vec<Missing<'_>> =
                mine.into_iter().filter_map(|requirement| Some((requirement, allowed.not_yet(requirement)?))).collect();
            for (other, have) in &by_selection {
                let pods = self.target.selections.get(*other);
                missing.retain(|need| {
                    !(pods.is_some_and(|pods| pods.contains(&need.0.pod)) && entry::admit_all(self.shared, have, need))
                });
            }
            let entries = self.entries(&missing, &needed, &selection.0);
            by_selection.push((selection, entries));
        }
        by_selection.sort_by_key(|(selection, _)| *selection);
        let (mut entries, mut lists) = (Entries::default(), Vec::new());
        let mut issues = Vec::new();
        for ((namespace, labels), mine) in by_selection {
            let mine = shortened(self.settings, mine, &mut issues);
            let from = entries.len();
            entries.append(mine);
            lists.push((namespace.clone(), selector::label_selector(labels), from..entries.len()));
        }
        self.issues.extend(issues);
        self.issues.extend(allowed.into_stopped());
        (entries, lists)
    }

    fn entries(&self, missing: &[Missing<'_>], needed: &Needed, namespace: &Name) -> Entries {
        let making = Making {
            shared: self.shared,
            whole: &self.wanted.whole,
            own: namespace,
            filler: &self.wanted.inside,
            needed,
            witnesses: WITNESSES,
        };
        entry::entries(&making, missing)
    }

    /// What those of the wanted clients whose egress is restricted must be let out to.
    fn egress(&mut self, required: &[Requirement]) -> Vec<EgressList> {
        let clients: BTreeSet<PodId> = required.iter().map(|requirement| requirement.pod).collect();
        let allowed = Allowed::new(self.shared, Direction::Egress, clients.into_iter(), Open::NeedsNothing);
        // Who is free needs no policy, but the administrator may stop its packets all the same.
        let missing = required.iter().filter_map(|requirement| Some((requirement, allowed.not_yet(requirement)?)));
        let missing: Vec<Missing<'_>> =
            missing.filter(|(requirement, _)| allowed.isolated().contains(&requirement.pod)).collect();
        let snapshot = self.shared.snapshot();
        let mut by_namespace: std::collections::BTreeMap<&Name, BTreeSet<PodId>> = std::collections::BTreeMap::new();
        for (requirement, _) in &missing {
            let namespace = &snapshot.pods[requirement.pod].name.namespace;
            by_namespace.entry(namespace).or_default().insert(requirement.pod);
        }
        let nobody = AddressSet::empty();
        let mut lists = Vec::new();
        for (namespace, pods) in by_namespace {
            for (selector, members) in selector::subjects(self.shared, namespace, &pods, &self.wanted.whole) {
                self.issues.extend(isolates_others(&allowed, self.shared, namespace, &members));
                let whole = BTreeSet::new();
                let making = Making {
                    shared: self.shared,
                    whole: &whole,
                    own: namespace,
                    filler: &nobody,
                    needed: &Needed::new(),
                    witnesses: WITNESSES,
                };
                let mine: Vec<Missing<'_>> =
                    missing.iter().filter(|(requirement, _)| members.contains(&requirement.pod)).cloned().collect();
                let entries = shortened(self.settings, entry::entries(&making, &mine), &mut self.issues);
                let pods = members.intersection(&pods).copied().collect();
                lists.push(EgressList { namespace: namespace.clone(), selector, pods, entries });
            }
        }
        self.issues.extend(allowed.into_stopped());
        lists
    }
}

/// Objects of the target that nobody serves, and who else may be behind them, each once.
fn about_gateways(network: &Network<'_>, target: &Target) -> Vec<Issue> {
    let objects: BTreeSet<Served> = target.dials.iter().filter_map(|dial| dial.to.served()).collect();
    let of = |object: &Served| network.not_served(object).into_iter().chain(network.unclear_backends(object));
    let mut issues: Vec<Issue> = objects.iter().flat_map(of).collect();
    issues.dedup();
    issues
}

/// A namespace, a selector, and which of the entries are for it.
type IngressList = (Name, SelectorManifest, std::ops::Range<usize>);

fn shortened(settings: Settings, entries: Entries, issues: &mut Vec<Issue>) -> Entries {
    let Some(limit) = settings.max_entries else { return entries };
    if entries.len() <= limit {
        return entries;
    }
    let (entries, found) = limit::shorten(entries.to_vec(), limit);
    issues.extend(found);
    entries.into()
}

/// A policy restricts the egress of whomever it selects: also of pods that were free.
fn isolates_others(
    allowed: &Allowed<'_>,
    shared: &Shared<'_>,
    namespace: &Name,
    selected: &BTreeSet<PodId>,
) -> Option<Issue> {
    let free: Vec<&PodId> = selected.iter().filter(|pod| !allowed.restricts(**pod)).collect();
    let first = free.first()?;
    Some(
        Issue::warning("egressPolicyRestrictsOthers")
            .with("namespace", namespace)
            .with("pods", free.len())
            .with("pod", &shared.snapshot().pods[**first].name),
    )
}

/// A target that nothing isolates lets everyone in today; the answer is for the day when it is isolated.
fn not_isolated(isolated: &BTreeSet<PodId>, target: &Target) -> Option<Issue> {
    let open = target.pods.difference(isolated).count();
    (open > 0).then(|| Issue::warning("targetNotIsolated").with("pods", open).with("of", target.pods.len()))
}

/// The same finding from several clients and doors is told once.
fn undetermined(unknown: Vec<(Reason, Witness)>) -> Vec<Undetermined> {
    let mut seen = BTreeSet::new();
    let first = |(reason, witness): (Reason, Witness)| {
        let key = (reason.clone(), witness.client().clone(), witness.door());
        seen.insert(key).then_some(Undetermined { reason, witness })
    };
    unknown.into_iter().filter_map(first).collect()
}

/// Whether what is needed is let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LetIn {
    /// All of it.
    All,
    /// Not all of it.
    NotAll,
    /// Nobody can tell of all of it.
    Unknown,
}

impl Comparison {
    /// Whether all that is needed is let in.
    pub fn let_in(&self) -> LetIn {
        let missing = &self.missing;
        let fails = |issue: &Issue| issue.code == NEVER_ARRIVES || issue.code == STOPPED;
        if !missing.entries.is_empty() || !missing.egress.is_empty() || missing.issues.iter().any(fails) {
            return LetIn::NotAll;
        }
        let is_sure = missing.undetermined.is_empty() && missing.missing().next().is_none();
        if is_sure { LetIn::All } else { LetIn::Unknown }
    }
}

impl Minimal {
    /// Whether all that was named is there; of several Services that an object stands for some may be missing.
    pub fn is_usable(&self) -> bool {
        self.missing().all(|issue| issue.code == TARGET_MISSING && !self.pods.is_empty())
    }

    /// Why nobody gets in whatever is let in: something that was named is not there, or no way leads there.
    pub fn in_the_way(&self) -> Option<&Issue> {
        self.missing().next().or_else(|| self.issues.iter().find(|issue| issue.code == NEVER_ARRIVES))
    }

    /// What was named and is not there.
    fn missing(&self) -> impl Iterator<Item = &Issue> {
        let is_named =
            |code: IssueCode| code == TARGET_MISSING || code == PORT_MISSING || CLIENT_MISSING.contains(&code);
        self.issues.iter().filter(move |issue| is_named(issue.code))
    }

    /// The NetworkPolicies that hold just the entries: for the target one for each selector that needs entries, then one for each
    /// group of clients. None where nobody can say what any of them would have to hold: it would shut everybody out.
    pub fn policies(&self) -> Vec<PolicyManifest> {
        if self.entries.is_empty() && self.egress.is_empty() && !self.undetermined.is_empty() {
            return Vec::new();
        }
        let ingress = self.lists.iter().map(|(namespace, selector, mine)| Proposed {
            namespace: namespace.clone(),
            selector: selector.clone(),
            direction: Direction::Ingress,
            entries: Cow::Owned(self.entries.slice(mine)),
        });
        let egress = self.egress.iter().map(|list| Proposed {
            namespace: list.namespace.clone(),
            selector: list.selector.clone(),
            direction: Direction::Egress,
            entries: Cow::Borrowed(&list.entries),
        });
        policies(&self.exposure.target, &ingress.chain(egress).collect::<Vec<_>>())
    }

    /// The name of what shall be reachable.
    pub fn target(&self) -> &ExposureTarget {
        &self.exposure.target
    }
}
