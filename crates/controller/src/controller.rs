//! The state machine.

mod allowlists;
mod conflict;
mod exposures;
mod progress;
mod settle;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

use bulkhead_analysis::model::{Name, NamespacedName};
use bulkhead_store::{Event, StoreError};
use jiff::Timestamp;

use self::exposures::Underway;
use crate::call::{Action, Answer, Call, Input, Ticket, WatchId};
use crate::counters::Counters;
use crate::kept::Listed;
use crate::lease::Lease;
use crate::options::Options;
use crate::project::{Project, State};
use crate::queue::Queue;
use crate::reflector::{Reflector, Want};
use crate::source::{SOURCES, Source};
use crate::status::{Statuses, Subject};
use crate::time::Now;
use crate::world::{Touched, World};

/// Keeps a cluster's policies right. Told what happened, it says what is to be done.
#[derive(Debug)]
pub struct Controller {
    options: Options,
    world: World,
    reflectors: Vec<Reflector>,
    lease: Option<Lease>,
    projects: BTreeMap<Name, Project>,
    /// Those of them with failures: asked for after every turn.
    failing: BTreeSet<Name>,
    /// Projects that wait, by when they are due.
    due: Queue<Name>,
    /// Projects whose steps are known, in order.
    planned: VecDeque<Name>,
    statuses: Statuses,
    /// Events to write, once each.
    notices: VecDeque<Call>,
    /// Projects whose own policy is somebody else's, and which one was told of.
    conflicts: BTreeMap<Name, Option<Name>>,
    /// Policies that were refused, until they are tried again.
    refused: Queue<NamespacedName>,
    /// How often each was refused; a zero stands for nothing.
    refusals: BTreeMap<NamespacedName, u32>,
    /// When the next entry of a project expires, as the time since 1970.
    expiries: Queue<Name>,
    /// Allowlists of workspaces whose status may have to be another one, by when it is looked at.
    allowlists: Queue<Name>,
    /// Since when each of those has been waiting.
    allowlists_since: BTreeMap<Name, Duration>,
    /// When everything that is exposed is looked at again, as something changed elsewhere.
    ways: Option<Duration>,
    /// Projects with Exposures that are due: they are planned together.
    exposing: BTreeSet<Name>,
    /// Their plan, while it is worked out.
    underway: Option<Underway>,
    /// Whose calls are under way.
    calls: BTreeMap<Ticket, (Owner, &'static str, String)>,
    tickets: u64,
    random: fastrand::Rng,
    stopping: bool,
    counters: Counters,
}

/// Who waits for an answer.
#[derive(Clone, Debug)]
enum Owner {
    List(usize),
    Lease,
    Project(Name),
    Status(Subject),
    Notice,
}

impl Controller {
    /// A controller that knows nothing yet.
    pub fn new(options: Options) -> Self {
        let mut world = World::default();
        world.also_dns(options.settings.dns_services.iter().cloned());
        Self {
            world,
            reflectors: SOURCES.iter().map(|_| Reflector::new()).collect(),
            lease: options.lease.clone().map(Lease::new),
            projects: BTreeMap::new(),
            failing: BTreeSet::new(),
            due: Queue::default(),
            planned: VecDeque::new(),
            statuses: Statuses::default(),
            notices: VecDeque::new(),
            conflicts: BTreeMap::new(),
            refused: Queue::default(),
            refusals: BTreeMap::new(),
            expiries: Queue::default(),
            allowlists: Queue::default(),
            allowlists_since: BTreeMap::new(),
            ways: None,
            exposing: BTreeSet::new(),
            underway: None,
            calls: BTreeMap::new(),
            tickets: 0,
            random: fastrand::Rng::with_seed(options.seed),
            stopping: false,
            counters: Counters::default(),
            options,
        }
    }

    /// Takes note of something that happened.
    pub fn take(&mut self, input: Input, now: Now) {
        let mut touched = Touched::default();
        match input {
            Input::Stop => self.stopping = true,
            Input::Told(id, told) => self.told(id, told, now, &mut touched),
            Input::Answered(ticket, answer) => self.answered(ticket, answer, now, &mut touched),
            Input::Planned(ticket, outcome) => self.take_planned(ticket, *outcome, now),
        }
        self.note(touched, now);
    }

    /// What is to be done now. Nothing that it says is to be done twice.
    pub fn act(&mut self, now: Now) -> Vec<Action> {
        let mut actions = Vec::new();
        self.reflect(now, &mut actions);
        self.lead(now, &mut actions);
        if self.is_synced() && self.leads(now) && !self.stopping {
            self.wake_sleepers(now);
            self.progress(now, &mut actions);
        }
        self.count(now);
        actions
    }

    /// When something is to be done without anything having happened, on the steady clock.
    pub fn wakes(&self, now: Now) -> Option<Duration> {
        let reflectors = self.reflectors.iter().filter_map(Reflector::wakes);
        let lease = self.lease.as_ref().and_then(Lease::wakes);
        let may_work = self.is_synced() && self.leads(now) && !self.stopping && self.has_room();
        let expiry =
            self.expiries.wakes().map(|date| now.steady.saturating_add(date.saturating_sub(since_1970(now.date))));
        let own =
            [self.due.wakes(), self.statuses.wakes(), self.refused.wakes(), self.allowlists.wakes(), expiry, self.ways];
        let work = own.into_iter().flatten();
        reflectors.chain(lease).chain(work.filter(|_| may_work)).min()
    }

    /// Whether nothing is left to do: everything is written, or failed so often that it is worth saying so. Where something cannot be
    /// listed, nothing can be done.
    pub fn is_settled(&self) -> bool {
        let at_rest = |project: &Project| matches!(project.state, State::Rest) || project.failures >= GIVE_UP;
        self.reflectors.iter().all(|reflector| reflector.listed || reflector.failures() >= GIVE_UP)
            && self.projects.values().all(at_rest)
            && self.allowlists.len() == 0
            && self.ways.is_none()
            && self.statuses.is_empty()
            && self.notices.is_empty()
            && self.calls.values().all(|(owner, ..)| matches!(owner, Owner::Lease))
    }

    /// Whether, after [`Input::Stop`], everything that was begun is finished and the lease handed over.
    pub fn is_stopped(&self) -> bool {
        self.stopping && self.calls.is_empty() && self.lease.as_ref().is_none_or(|lease| !lease.is_held())
    }

    /// The projects that cannot be made right, and how often that was tried.
    pub fn failing(&self) -> impl Iterator<Item = (&Name, u32)> {
        self.failing.iter().filter_map(|name| Some((name, self.projects.get(name)?.failures)))
    }

    /// What was done so far.
    pub fn counters(&self) -> &Counters {
        &self.counters
    }

    /// Whether everything has been listed once. What only Exposures depend on need not be there, but is waited for.
    pub fn is_synced(&self) -> bool {
        let is_known = |(source, reflector): (&Source, &Reflector)| {
            reflector.listed || (source.is_surroundings() && reflector.failures() > 0)
        };
        SOURCES.iter().zip(&self.reflectors).all(is_known)
    }

    /// Whether this one may write now.
    pub fn leads(&self, now: Now) -> bool {
        self.lease.as_ref().is_none_or(|lease| lease.leads(now))
    }

    fn told(&mut self, id: WatchId, told: Result<Event, StoreError>, now: Now, touched: &mut Touched) {
        let later = self.later(now, self.reflectors.get(id.source).map_or(0, Reflector::failures));
        let Some((source, reflector)) = SOURCES.get(id.source).zip(self.reflectors.get_mut(id.source)) else { return };
        if reflector.epoch != id.epoch {
            return;
        }
        match told {
            Ok(event) => {
                reflector.told(&event);
                *self.counters.events.entry(source.resource().group_resource()).or_default() += 1;
                self.world.told(source.kind, event, now.steady, touched);
            }
            Err(error) => reflector.broke(&error, now.steady, later),
        }
    }

    fn answered(&mut self, ticket: Ticket, answer: Result<Answer, StoreError>, now: Now, touched: &mut Touched) {
        let Some((owner, verb, kind)) = self.calls.remove(&ticket) else { return };
        let outcome = answer.as_ref().map_or_else(StoreError::reason, |_| "ok");
        *self.counters.calls.entry((verb, kind, outcome)).or_default() += 1;
        match owner {
            Owner::List(source) => self.listed(source, answer, now, touched),
            Owner::Project(project) => self.advance(&project, answer, now, touched),
            Owner::Status(subject) => self.status_answered(&subject, answer, now),
            Owner::Notice => {}
            Owner::Lease => {
                let jitter = self.jitter(self.options.lease.as_ref().map_or(Duration::ZERO, |lease| lease.retry / 5));
                if let Some(lease) = &mut self.lease {
                    lease.answered(ticket, answer.as_ref(), now, jitter);
                }
            }
        }
    }

    fn listed(&mut self, at: usize, answer: Result<Answer, StoreError>, now: Now, touched: &mut Touched) {
        let later = self.later(now, self.reflectors.get(at).map_or(0, Reflector::failures));
        let again = now.steady + self.options.relist + self.jitter(self.options.relist / 5);
        let knew_ways = self.knows_ways();
        let Some((source, reflector)) = SOURCES.get(at).zip(self.reflectors.get_mut(at)) else { return };
        match answer {
            Ok(Answer::List(list)) => {
                reflector.listed(&list.resource_version, now.steady, again);
                self.world.list(source, Listed::whole(&source.resource(), &list), touched);
            }
            Ok(Answer::Read(list)) => {
                reflector.listed(&list.resource_version, now.steady, again);
                self.world.list(source, list, touched);
            }
            Err(StoreError::NoSuchKind(_)) => reflector.has_no_kind(again.min(now.steady + NO_KIND)),
            _ => reflector.not_listed(later),
        }
        if !knew_ways && self.knows_ways() {
            touched.namespaces.extend(self.world.exposing());
        }
    }

    /// Keeps up with the sources.
    fn reflect(&mut self, now: Now, actions: &mut Vec<Action>) {
        if self.stopping {
            return;
        }
        for (at, source) in SOURCES.iter().enumerate() {
            let Some(reflector) = self.reflectors.get_mut(at) else { continue };
            match reflector.want(now.steady) {
                Want::Nothing => {}
                Want::List => {
                    reflector.listing();
                    self.begin(Owner::List(at), Call::List(source.resource(), source.selection()), actions);
                }
                Want::Watch { from } => {
                    let id = WatchId { source: at, epoch: reflector.epoch };
                    *self.counters.watches.entry(source.resource().group_resource()).or_default() += 1;
                    let (resource, selection) = (source.resource(), source.selection());
                    actions.push(Action::Watch { id, resource, selection, from });
                }
            }
        }
    }

    /// Keeps the lease, or gives it back.
    fn lead(&mut self, now: Now, actions: &mut Vec<Action>) {
        let busy = self.calls.values().any(|(owner, ..)| !matches!(owner, Owner::Lease | Owner::List(_)));
        let Some(lease) = &mut self.lease else { return };
        if self.stopping && !busy {
            lease.release();
        }
        let ticket = Ticket(self.tickets + 1);
        if let Some(call) = lease.want(now, ticket) {
            self.begin(Owner::Lease, call, actions);
        }
    }

    /// Begins a call of somebody's.
    fn begin(&mut self, owner: Owner, call: Call, actions: &mut Vec<Action>) {
        self.tickets += 1;
        let ticket = Ticket(self.tickets);
        self.calls.insert(ticket, (owner, call.verb(), call.resource().group_resource()));
        actions.push(Action::Call(ticket, call));
    }

    /// The moment of the next attempt after so many failures: twice as late each time, with up to half as much again.
    fn later(&mut self, now: Now, failures: u32) -> Duration {
        let factor = 2_u32.saturating_pow(failures.min(16));
        let wait = self.options.backoff.saturating_mul(factor).min(self.options.longest_backoff);
        now.steady + wait + self.jitter(wait / 2)
    }

    fn jitter(&mut self, most: Duration) -> Duration {
        most.mul_f64(self.random.f64())
    }

    fn has_room(&self) -> bool {
        let is_write = |owner: &Owner| !matches!(owner, Owner::List(_) | Owner::Lease);
        self.calls.values().filter(|(owner, ..)| is_write(owner)).count() < self.options.parallel
    }

    fn count(&mut self, now: Now) {
        self.counters.leads = self.leads(now);
        self.counters.synced = self.is_synced();
        self.counters.objects = self.world.counts().collect();
        self.counters.waiting = (self.due.len() + self.exposing.len()) as u64;
        self.counters.writing =
            self.calls.values().filter(|(owner, ..)| matches!(owner, Owner::Project(_))).count() as u64;
    }
}

/// A date as a time since 1970.
fn since_1970(date: Timestamp) -> Duration {
    Duration::try_from(date.as_duration()).unwrap_or_default()
}

/// How many failures of a project in a row are worth an end, where an end is wanted.
const GIVE_UP: u32 = 5;
/// How long until a kind that a cluster does not have is asked for again.
const NO_KIND: Duration = Duration::from_secs(30);
