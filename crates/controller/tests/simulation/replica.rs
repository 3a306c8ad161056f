//! One controller in a simulated world, with everything that is on its way to it and from it.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use bulkhead_controller::{
    Action, Answer, Call, Controller, Input, LeaseOptions, Now, Options, Planning, Ticket, WatchId, given_up,
};
use bulkhead_store::{Event, List, Part, Selection, StoreError};

use crate::store::SimulatedStore;
use crate::view::{View, is_quiet};

/// A call on its way.
pub(crate) struct Flight {
    pub(crate) ticket: Ticket,
    pub(crate) call: Call,
    pub(crate) sent: Duration,
    /// What the store answered, once it did.
    pub(crate) answer: Option<Result<Answer, StoreError>>,
    /// The controller has given up on it.
    pub(crate) given_up: bool,
}

/// A watch.
pub(crate) struct Stream {
    pub(crate) id: WatchId,
    pub(crate) kind: String,
    selection: Selection,
    from: u64,
    /// What is on its way.
    pub(crate) events: VecDeque<Event>,
    broken: Option<StoreError>,
}

/// One controller.
pub(crate) struct Replica {
    pub(crate) controller: Controller,
    pub(crate) identity: String,
    pub(crate) flights: Vec<Flight>,
    /// What is being worked out.
    pub(crate) plannings: Vec<(Ticket, Box<Planning>)>,
    pub(crate) streams: BTreeMap<usize, Stream>,
    pub(crate) view: View,
    /// It does nothing until then, as a machine that sleeps.
    pub(crate) asleep_until: Duration,
}

impl Replica {
    pub(crate) fn new(options: &Options, identity: String, seed: u64) -> Self {
        let lease = options.lease.clone().map(|lease| LeaseOptions { identity: identity.clone(), ..lease });
        let controller = Controller::new(Options { lease, seed, ..options.clone() });
        Self {
            controller,
            identity,
            flights: Vec::new(),
            plannings: Vec::new(),
            streams: BTreeMap::new(),
            view: View::default(),
            asleep_until: Duration::ZERO,
        }
    }

    /// Lets the controller begin what it wants; the calls that it begins.
    pub(crate) fn act(&mut self, now: Now) -> Vec<Call> {
        let mut begun = Vec::new();
        for action in self.controller.act(now) {
            match action {
                // There is nothing of what nobody here makes: it is listed at once, and not watched, so that steps are about what happens.
                Action::Call(ticket, Call::List(resource, _)) if is_quiet(&resource.group_resource()) => {
                    let nothing = List { items: Vec::new(), resource_version: "1".to_owned() };
                    self.controller.take(Input::Answered(ticket, Ok(Answer::List(nothing))), now);
                }
                Action::Watch { resource, .. } if is_quiet(&resource.group_resource()) => {}
                Action::Call(ticket, call) => {
                    begun.push(call.clone());
                    self.flights.push(Flight { ticket, call, sent: now.steady, answer: None, given_up: false });
                }
                Action::Plan(ticket, planning) => self.plannings.push((ticket, planning)),
                Action::Watch { id, resource, selection, from } => {
                    let from = from.parse().expect("a version of this store");
                    let kind = resource.group_resource();
                    let stream = Stream { id, kind, selection, from, events: VecDeque::new(), broken: None };
                    self.streams.insert(id.source, stream);
                }
            }
        }
        begun
    }

    /// Hands in what was worked out, on what was known when that began.
    pub(crate) fn plan(&mut self, at: usize, now: Now) {
        let (ticket, planning) = self.plannings.swap_remove(at);
        self.controller.take(Input::Planned(ticket, Box::new(planning.work())), now);
    }

    /// Hands in the answer of a flight.
    pub(crate) fn land(&mut self, at: usize, now: Now) {
        let flight = self.flights.swap_remove(at);
        let Some(answer) = flight.answer else { return };
        if flight.given_up {
            return;
        }
        match (&flight.call, &answer) {
            (Call::List(resource, selection), Ok(Answer::List(list))) => {
                self.view.list(&resource.group_resource(), selection.namespace.as_deref(), &list.items);
            }
            // Of a status it takes no more than that it was written.
            (Call::Apply(resource, _, Part::Main, ..), Ok(Answer::Object(object))) => {
                self.view.told(&resource.group_resource(), &Event::Modified(object.clone()));
            }
            _ => {}
        }
        self.controller.take(Input::Answered(flight.ticket, answer), now);
    }

    /// Gives up on a flight that takes too long. It may still arrive.
    pub(crate) fn give_up(&mut self, at: usize, now: Now) {
        let Some(flight) = self.flights.get_mut(at) else { return };
        if !flight.given_up {
            flight.given_up = true;
            let ticket = flight.ticket;
            self.controller.take(Input::Answered(ticket, Err(given_up())), now);
        }
    }

    /// Takes from the store what the watches are to tell.
    pub(crate) fn listen(&mut self, store: &SimulatedStore) {
        for stream in self.streams.values_mut().filter(|stream| stream.broken.is_none()) {
            match store.after(&stream.kind, &stream.selection, stream.from) {
                Ok(events) => {
                    for (version, event) in events {
                        stream.from = version;
                        stream.events.push_back(event);
                    }
                    stream.from = stream.from.max(store.version());
                }
                Err(error) => stream.broken = Some(error),
            }
        }
    }

    /// Breaks a watch: what is on its way comes no more.
    pub(crate) fn cut(&mut self, source: usize, error: StoreError) {
        if let Some(stream) = self.streams.get_mut(&source) {
            stream.events.clear();
            stream.broken = Some(error);
        }
    }

    /// The watches that have something to tell.
    pub(crate) fn telling(&self) -> Vec<usize> {
        let tells = |stream: &Stream| !stream.events.is_empty() || stream.broken.is_some();
        self.streams.iter().filter(|(_, stream)| tells(stream)).map(|(source, _)| *source).collect()
    }

    /// Hands in the next thing that a watch tells.
    pub(crate) fn tell(&mut self, source: usize, now: Now) {
        let Some(stream) = self.streams.get_mut(&source) else { return };
        if let Some(event) = stream.events.pop_front() {
            self.view.told(&stream.kind, &event);
            let id = stream.id;
            self.controller.take(Input::Told(id, Ok(event)), now);
        } else if let Some(error) = stream.broken.take() {
            let id = stream.id;
            self.streams.remove(&source);
            self.controller.take(Input::Told(id, Err(error)), now);
        }
    }
}
