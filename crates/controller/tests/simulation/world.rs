//! A simulated world: a store, people, controllers, and a network between them that does what it likes.

mod judge;
mod misfortune;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use bulkhead_analysis::isolation::{Setting, names};
use bulkhead_analysis::model::object::NetworkPolicy;
use bulkhead_analysis::model::{Name, NamespacedName};
use bulkhead_analysis::snapshot::Snapshot;
use bulkhead_controller::{Answer, Call, Now, Options};
use bulkhead_store::{Object, StoreError};
use fastrand::Rng;
use jiff::Timestamp;

use crate::hull::Hull;
use crate::people::{self, POLICIES};
use crate::plant::Plant;
use crate::replica::{Flight, Replica};
use crate::store::SimulatedStore;
use crate::view::planned;

/// How long the network may hold a call back before it loses it. A lease cannot keep apart what arrives after its end: what lies
/// between its deadline and its end (7 s) has to be longer.
const LOST_AFTER: Duration = Duration::from_secs(6);
/// No calm lasts longer.
const LONG: Duration = Duration::from_mins(10);
/// How long a controller waits for an answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// What is wrong with a world.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Wrong {
    /// More got through than anyone wanted.
    Wider(String),
    /// Less got through than everyone wanted.
    Narrower(String),
    /// Something was written that is not ours.
    Foreign(String),
    /// Somebody wrote who was not the leader when the call was sent.
    NoLeader(String),
    /// After the faults stopped it did not become what it ought to be.
    NotConverged(String),
    /// Something was written where nothing had to change.
    Restless(String),
}

/// Whether the network and people misbehave.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Weather {
    Storm,
    Calm,
}

/// A world.
pub(crate) struct World {
    rng: Rng,
    pub(crate) store: SimulatedStore,
    replicas: Vec<Replica>,
    /// Calls of controllers that are no more.
    orphans: Vec<(String, Flight)>,
    now: Now,
    options: Options,
    plant: Option<Plant>,
    hull: Hull,
    cluster: Option<Snapshot>,
    seen: u64,
    born: u64,
    weather: Weather,
    /// Who holds the lease, by the store.
    holder: Option<String>,
    /// Entries whose policies were refused lately.
    refused: BTreeSet<NamespacedName>,
    pub(crate) writes: u64,
    /// The call that wrote last.
    written: String,
    pub(crate) steps: u64,
    /// What happened of each kind, so that a run that tests nothing is noticed.
    pub(crate) happened: BTreeMap<&'static str, u64>,
}

impl World {
    pub(crate) fn new(seed: u64, options: Options, replicas: usize, plant: Option<Plant>) -> Self {
        let mut rng = Rng::with_seed(seed);
        let mut store = SimulatedStore::default();
        people::first_day(&mut store, &mut rng);
        let now = Now { steady: Duration::from_secs(1), date: Timestamp::from_second(1_800_000_000).expect("a date") };
        let mut world = Self {
            rng,
            store,
            replicas: Vec::new(),
            orphans: Vec::new(),
            now,
            options,
            plant,
            hull: Hull::default(),
            cluster: None,
            seen: 0,
            born: 0,
            weather: Weather::Storm,
            holder: None,
            refused: BTreeSet::new(),
            writes: 0,
            written: String::new(),
            steps: 0,
            happened: BTreeMap::new(),
        };
        for _ in 0..replicas {
            world.bear();
        }
        world.changed();
        world
    }

    fn bear(&mut self) {
        self.born += 1;
        let seed = self.rng.u64(..);
        self.replicas.push(Replica::new(&self.options, format!("c{}", self.born), seed));
    }

    fn count(&mut self, what: &'static str) {
        *self.happened.entry(what).or_default() += 1;
    }

    /// One thing happens.
    pub(crate) fn step(&mut self) -> Result<(), Wrong> {
        self.steps += 1;
        let storm = self.weather == Weather::Storm;
        match self.rng.usize(..100) {
            0..=29 => self.arrive()?,
            30..=54 => self.land(),
            55..=79 => self.tell(),
            80..=84 if storm => self.people(),
            85 | 86 if storm => self.misfortune(),
            _ => self.wait(),
        }
        self.everyone_acts()?;
        if self.steps.is_multiple_of(64) {
            self.agree();
        }
        Ok(())
    }

    fn everyone_acts(&mut self) -> Result<(), Wrong> {
        for at in 0..self.replicas.len() {
            let replica = &mut self.replicas[at];
            if replica.asleep_until > self.now.steady {
                continue;
            }
            let begun = replica.act(self.now);
            let identity = replica.identity.clone();
            for call in begun {
                self.check_leader(&identity, &call)?;
            }
        }
        Ok(())
    }

    /// A call arrives at the store, or does not.
    fn arrive(&mut self) -> Result<(), Wrong> {
        let storm = self.weather == Weather::Storm;
        if storm && !self.orphans.is_empty() && self.rng.usize(..8) == 0 {
            let at = self.rng.usize(..self.orphans.len());
            let (_, flight) = self.orphans.swap_remove(at);
            self.count("call of the dead");
            return self.commit(&flight.call).map(drop);
        }
        let waiting: Vec<(usize, usize)> = self
            .replicas
            .iter()
            .enumerate()
            .flat_map(|(at, replica)| {
                let open = replica.flights.iter().enumerate().filter(|(_, flight)| flight.answer.is_none());
                open.map(move |(flight, _)| (at, flight)).collect::<Vec<_>>()
            })
            .collect();
        if waiting.is_empty() {
            return Ok(());
        }
        let (at, flight) = waiting[self.rng.usize(..waiting.len())];
        let call = self.replicas[at].flights[flight].call.clone();
        let unavailable = || Err(StoreError::unavailable("the network"));
        let answer = match self.rng.usize(..40) {
            0 if storm => {
                self.count("lost before");
                unavailable()
            }
            1 if storm => {
                self.count("lost after");
                self.commit(&call)?.ok();
                unavailable()
            }
            2 if storm => {
                self.count("conflict");
                Err(StoreError::Conflict { message: "by chance".to_owned(), causes: Vec::new() })
            }
            3 if storm => {
                if let (POLICIES, Call::Apply(_, object, ..)) = (call.resource().group_resource().as_str(), &call) {
                    self.count("forestalled");
                    self.by_hand(|store, _| people::forestall(store, &object.key()));
                }
                self.commit(&call)?
            }
            _ => self.commit(&call)?,
        };
        if let Some(flight) = self.replicas[at].flights.get_mut(flight) {
            flight.answer = Some(answer);
        }
        Ok(())
    }

    /// The store does what a controller calls for, and everything that must hold is looked at.
    fn commit(&mut self, call: &Call) -> Result<Result<Answer, StoreError>, Wrong> {
        let planted = self.plant.and_then(|plant| plant.spoil(call, &mut self.rng));
        let call = planted.as_ref().unwrap_or(call);
        let before = self.before(call);
        let version = self.store.version();
        let answer = self.store.call(call);
        if let (Err(StoreError::Forbidden(_)), Call::Apply(_, object, ..)) = (&answer, call)
            && names::is_of_a_plan(object.name())
        {
            self.count("refused");
            self.refused.insert(NamespacedName::new(object.namespace().unwrap_or_default(), object.name()));
        }
        if self.store.version() == version {
            return Ok(answer);
        }
        let kind = call.resource().group_resource();
        if !matches!(kind.as_str(), "leases.coordination.k8s.io" | "events.events.k8s.io") {
            self.writes += 1;
            self.written = format!("{call:?}");
        }
        match kind.as_str() {
            "leases.coordination.k8s.io" => self.note_lease(call),
            "events.events.k8s.io" => {}
            POLICIES => {
                self.count("policy written");
                if self.plant == Some(Plant::MeddlingWebhook) {
                    self.meddle(call);
                }
                Self::check_ours(call, before.as_ref())?;
                let snapshot = self.truth().snapshot();
                self.want(&snapshot);
                self.check_hull(call)?;
            }
            _ => {
                Self::check_status(call, before.as_ref())?;
            }
        }
        Ok(answer)
    }

    fn before(&self, call: &Call) -> Option<Object> {
        let key = match call {
            Call::Apply(_, object, ..) | Call::Create(_, object) | Call::Update(_, object) => object.key(),
            Call::Get(_, key) | Call::Delete { key, .. } => key.clone(),
            Call::List(..) => return None,
        };
        self.store.get(&call.resource().group_resource(), &key).cloned()
    }

    /// A webhook that never leaves a policy as it is.
    fn meddle(&mut self, call: &Call) {
        let Call::Apply(resource, object, ..) = call else { return };
        if let Some(policy) = self.store.get(POLICIES, &object.key()) {
            let mut policy = policy.clone().into_value();
            policy["spec"]["ingress"] = serde_json::json!([{"ports": [{"protocol": "TCP", "port": 8080}]}]);
            self.hull_adds_anything(object.namespace().unwrap_or_default());
            self.store.put(resource, policy);
        }
    }

    fn hull_adds_anything(&mut self, namespace: &str) {
        let name = Name::from(namespace);
        self.hull.add(&name, Vec::new());
    }

    fn note_lease(&mut self, call: &Call) {
        let (Call::Create(_, object) | Call::Update(_, object)) = call else { return };
        let holder = object.0.get("spec").and_then(|spec| spec.get("holderIdentity")?.as_str()).map(str::to_owned);
        if self.holder != holder {
            self.count("new leader");
        }
        self.holder = holder.filter(|holder| !holder.is_empty());
    }

    fn land(&mut self) {
        let awake = |replica: &Replica| replica.asleep_until <= self.now.steady;
        let planning = self.replicas.iter().position(|replica| awake(replica) && !replica.plannings.is_empty());
        if let Some(at) = planning.filter(|_| self.rng.usize(..4) == 0) {
            let replica = &mut self.replicas[at];
            let planning = self.rng.usize(..replica.plannings.len());
            replica.plan(planning, self.now);
            self.count("planned beside");
            return;
        }
        let landed: Vec<(usize, usize)> = self
            .replicas
            .iter()
            .enumerate()
            .filter(|(_, replica)| replica.asleep_until <= self.now.steady)
            .flat_map(|(at, replica)| {
                let done = replica.flights.iter().enumerate().filter(|(_, flight)| flight.answer.is_some());
                done.map(move |(flight, _)| (at, flight)).collect::<Vec<_>>()
            })
            .collect();
        if landed.is_empty() {
            return;
        }
        let (at, flight) = landed[self.rng.usize(..landed.len())];
        if self.plant == Some(Plant::DeafController) && self.rng.usize(..50) == 0 {
            self.replicas[at].flights.swap_remove(flight);
            return;
        }
        self.replicas[at].land(flight, self.now);
        self.knows(at);
    }

    fn tell(&mut self) {
        for replica in &mut self.replicas {
            replica.listen(&self.store);
        }
        let awake = |replica: &Replica| replica.asleep_until <= self.now.steady;
        let telling: Vec<(usize, usize)> = self
            .replicas
            .iter()
            .enumerate()
            .filter(|(_, replica)| awake(replica))
            .flat_map(|(at, replica)| replica.telling().into_iter().map(move |source| (at, source)))
            .collect();
        if telling.is_empty() {
            return;
        }
        let (at, source) = telling[self.rng.usize(..telling.len())];
        self.replicas[at].tell(source, self.now);
        self.knows(at);
    }

    /// A controller knows something new: what it makes of it counts as wanted.
    fn knows(&mut self, at: usize) {
        let snapshot = self.replicas[at].view.snapshot();
        self.want(&snapshot);
    }

    fn people(&mut self) {
        let date = self.now.date.as_second();
        let meddled = self.by_hand(|store, rng| people::act(store, rng, date));
        self.count(if meddled.is_some() { "policy meddled with" } else { "people" });
    }

    /// People change the store.
    fn by_hand<T>(&mut self, change: impl FnOnce(&mut SimulatedStore, &mut Rng) -> T) -> T {
        let before = self.truth().snapshot();
        let outcome = change(&mut self.store, &mut self.rng);
        let after = self.truth().snapshot();
        // A namespace takes its policies with it.
        let namespaces = |snapshot: &Snapshot| {
            let of = |policy: &Arc<NetworkPolicy>| policy.name.namespace.clone();
            snapshot.network_policies.iter().map(of).collect::<BTreeSet<Name>>()
        };
        for namespace in namespaces(&before).union(&namespaces(&after)) {
            let [before, after] = [&before, &after].map(|it| Self::there(it, namespace));
            if before != after {
                self.hull.change_by_hand(namespace, &before, &after);
            }
        }
        if self.store.version() != self.seen {
            self.changed();
        }
        outcome
    }

    fn wait(&mut self) {
        let most = match self.rng.usize(..20) {
            0 => 4000,
            1..=4 => 500,
            _ => 30,
        };
        let time = Duration::from_millis(self.rng.u64(..most));
        self.pass(time);
    }

    fn pass(&mut self, time: Duration) {
        self.now.steady += time;
        let before = self.now.date;
        self.now.date += time;
        let passed = |entry: &Object| expires(entry).is_some_and(|date| before < date && date <= self.now.date);
        let any = people::EXPIRING.iter().any(|kind| self.store.of_kind(kind).any(passed));
        if any {
            self.everyone_wants();
        }
        for at in 0..self.replicas.len() {
            if self.replicas[at].asleep_until > self.now.steady {
                continue;
            }
            let late = |flight: &Flight| !flight.given_up && flight.sent + PATIENCE <= self.now.steady;
            let deaf = self.plant == Some(Plant::DeafController);
            let late: Vec<usize> = (0..self.replicas[at].flights.len())
                .filter(|flight| !deaf && late(&self.replicas[at].flights[*flight]))
                .collect();
            for flight in late {
                self.count("given up");
                self.replicas[at].give_up(flight, self.now);
            }
            let lost = self.now.steady.saturating_sub(LOST_AFTER);
            self.replicas[at].flights.retain(|flight| !flight.given_up || flight.sent > lost);
        }
        let lost = self.now.steady.saturating_sub(LOST_AFTER);
        self.orphans.retain(|(_, flight)| flight.sent > lost);
    }

    /// The faults stop. Everything becomes as it ought to be, and then nothing is written any more.
    pub(crate) fn calm_down(&mut self) -> Result<(), Wrong> {
        self.lose_the_last();
        self.weather = Weather::Calm;
        self.store.refuses.clear();
        self.orphans.clear();
        self.count("calm");
        for replica in &mut self.replicas {
            replica.asleep_until = Duration::ZERO;
        }
        // Longer than until everything is listed again, so that lost events come to light.
        self.run_for((self.options.relist * 2).min(LONG) + Duration::from_mins(2))?;
        self.check_converged()?;
        while self.is_restless()? {
            self.count("expired at rest");
        }
        self.check_converged()?;
        self.refused.clear();
        self.agree();
        self.weather = Weather::Storm;
        Ok(())
    }

    /// Whether something expires while nothing is to be written: a clock that was put back lets that happen so late, and its status tells
    /// of it.
    fn is_restless(&mut self) -> Result<bool, Wrong> {
        let (before, since) = (self.writes, self.now.date);
        self.run_for((self.options.relist * 2).min(LONG))?;
        let has_passed = |object: &Object| expires(object).is_some_and(|date| since < date && date <= self.now.date);
        let expired = people::EXPIRING.iter().any(|kind| self.store.of_kind(kind).any(has_passed));
        match self.writes - before {
            0 => Ok(false),
            _ if expired => Ok(true),
            writes => Err(Wrong::Restless(format!("{writes} writes, at last {}", self.written))),
        }
    }

    /// Somebody changes some things, and nobody hears of them: only a list tells. Most kinds matter to few.
    fn lose_the_last(&mut self) {
        for _ in 0..4 {
            self.people();
            for replica in &mut self.replicas {
                replica.listen(&self.store);
                for stream in replica.streams.values_mut() {
                    stream.events.pop_back();
                }
            }
            self.count("last event lost");
        }
    }

    fn run_for(&mut self, time: Duration) -> Result<(), Wrong> {
        let end = self.now.steady + time;
        while self.now.steady < end {
            for _ in 0..12 {
                self.steps += 1;
                match self.rng.usize(..3) {
                    0 => self.arrive()?,
                    1 => self.land(),
                    _ => self.tell(),
                }
                self.everyone_acts()?;
            }
            let rests = |replica: &Replica| {
                replica.flights.is_empty() && replica.plannings.is_empty() && replica.telling().is_empty()
            };
            let idle = self.replicas.iter().all(rests);
            let next = self.replicas.iter().filter_map(|replica| replica.controller.wakes(self.now)).min();
            let wait = match next {
                Some(at) if idle => at.saturating_sub(self.now.steady).max(Duration::from_millis(1)),
                _ => Duration::from_millis(2),
            };
            self.pass(wait.min(end.saturating_sub(self.now.steady).max(Duration::from_millis(1))));
        }
        Ok(())
    }

    fn check_converged(&self) -> Result<(), Wrong> {
        let plan = planned(&self.truth().snapshot(), self.options.setting, self.now.date, &BTreeSet::new());
        if plan.apply.is_empty() && plan.delete.is_empty() {
            return Ok(());
        }
        let failing: Vec<_> = self.replicas.iter().flat_map(|replica| replica.controller.failing()).collect();
        Err(Wrong::NotConverged(format!("to write {:?}, to delete {:?}, failing {failing:?}", plan.apply, plan.delete)))
    }
}

/// The setting that worlds are simulated with.
pub(crate) const SETTING: Setting = Setting::Default;

/// When an object expires, if it does.
fn expires(object: &Object) -> Option<Timestamp> {
    object.0.get("spec")?.get("expires")?.as_str()?.parse().ok()
}
