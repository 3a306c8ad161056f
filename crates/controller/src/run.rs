//! The loop around the state machine: calls, watches and the clock.

use std::collections::BTreeMap;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bulkhead_store::{Apply, Conflicts, Delete, Event, Propagation, Resource, Selection, Store, StoreError, Write};
use jiff::Timestamp;
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::task::JoinHandle;
use tracing::field::Empty;
use tracing::{Instrument as _, Span, debug_span};

use crate::call::{Action, Answer, Call, Input, Ticket, WatchId};
use crate::controller::Controller;
use crate::kept::Listed;
use crate::time::Now;

/// How long a call may take. Shorter than what lies between a lease's deadline and its end.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long a call may still be on its way that was given up. Together with [`PATIENCE`] as long as lies between a lease's deadline and its end.
const AFTERMATH: Duration = Duration::from_secs(2);
/// How long a list may take, which is no write and may be long.
const PATIENCE_FOR_LISTS: Duration = Duration::from_mins(2);
/// How many things may happen before they are acted on.
const INBOX: usize = 1024;

/// Where the time comes from.
#[derive(Clone, Debug)]
pub struct Clock {
    start: Instant,
    stopped: Option<Timestamp>,
}

impl Clock {
    /// The machine's clocks.
    pub fn system() -> Self {
        Self { start: Instant::now(), stopped: None }
    }

    /// The machine's steady clock, with a date that stands still.
    pub fn stopped_at(date: Timestamp) -> Self {
        Self { start: Instant::now(), stopped: Some(date) }
    }

    fn now(&self) -> Now {
        Now { steady: self.start.elapsed(), date: self.stopped.unwrap_or_else(Timestamp::now) }
    }
}

/// Until when a controller runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Until it is told to stop.
    Stopped,
    /// Until nothing is left to do.
    Settled,
}

/// Is shown the controller after every turn, and every call with what came of it.
pub trait Watcher: Send {
    /// A turn is over.
    fn turned(&mut self, controller: &Controller);
    /// A call was answered.
    fn answered(&mut self, call: &Call, answer: &Result<Answer, StoreError>);
}

/// Runs a controller on a store until `stop` is there, or until everything is settled; the controller as it is then. Whatever was
/// begun is finished, and the lease is given back.
pub async fn run(
    mut controller: Controller,
    store: Arc<dyn Store>,
    clock: Clock,
    end: End,
    stop: impl Future<Output = ()>,
    watcher: &mut dyn Watcher,
) -> Controller {
    let (sender, mut inbox) = channel(INBOX);
    let mut tasks: BTreeMap<usize, JoinHandle<()>> = BTreeMap::new();
    let mut calls: BTreeMap<Ticket, Call> = BTreeMap::new();
    let mut asked_to_end = pin!(stop);
    let mut is_ending = false;
    loop {
        let now = clock.now();
        for action in controller.act(now) {
            if let Action::Call(ticket, call) = &action {
                calls.insert(*ticket, call.clone());
            }
            begin(action, &store, &sender, &mut tasks);
        }
        watcher.turned(&controller);
        if controller.is_stopped() {
            break;
        }
        if end == End::Settled && controller.is_settled() && !is_ending {
            is_ending = true;
            controller.take(Input::Stop, clock.now());
            continue;
        }
        let wait = controller.wakes(now).map_or(PATIENCE, |at| at.saturating_sub(clock.now().steady));
        tokio::select! {
            () = &mut asked_to_end, if !is_ending => {
                is_ending = true;
                controller.take(Input::Stop, clock.now());
            }
            first = inbox.recv() => hear(first, &mut inbox, &mut |input| {
                if let Input::Answered(ticket, answer) = &input
                    && let Some(call) = calls.remove(ticket)
                {
                    watcher.answered(&call, answer);
                }
                controller.take(input, clock.now());
            }),
            () = tokio::time::sleep(wait) => {}
        }
    }
    for watch in tasks.into_values() {
        watch.abort();
    }
    controller
}

/// Hands in what happened, as much of it as is there.
fn hear(first: Option<Input>, inbox: &mut Receiver<Input>, take: &mut dyn FnMut(Input)) {
    first.into_iter().for_each(&mut *take);
    for _ in 0..INBOX {
        let Ok(input) = inbox.try_recv() else { return };
        take(input);
    }
}

fn begin(action: Action, store: &Arc<dyn Store>, sender: &Sender<Input>, tasks: &mut BTreeMap<usize, JoinHandle<()>>) {
    let (store, sender) = (Arc::clone(store), sender.clone());
    match action {
        Action::Call(ticket, call) => {
            let span = debug_span!(
                "call",
                otel.name = format!("{} {}", call.verb(), call.resource().plural),
                otel.kind = "client",
                verb = call.verb(),
                resource = call.resource().group_resource(),
                object = call.key().map(|key| key.to_string()),
                outcome = Empty,
            );
            let asking = async move {
                let patience = if matches!(call, Call::List(..)) { PATIENCE_FOR_LISTS } else { PATIENCE };
                let answer = tokio::time::timeout(patience, ask(&*store, &call)).await;
                let answer = answer.unwrap_or_else(|_| Err(given_up()));
                Span::current().record("outcome", answer.as_ref().map_or_else(StoreError::reason, |_| "ok"));
                answer
            };
            tokio::spawn(async move {
                // The span ends before its answer is told: whoever hears the last answer may end the program.
                let answer = asking.instrument(span).await;
                let _ = sender.send(Input::Answered(ticket, answer)).await;
            });
        }
        Action::Plan(ticket, planning) => {
            tokio::spawn(async move {
                // It is lost only if the program itself fails, or ends.
                if let Ok(outcome) = tokio::task::spawn_blocking(move || planning.work()).await {
                    let _ = sender.send(Input::Planned(ticket, Box::new(outcome))).await;
                }
            });
        }
        Action::Watch { id, resource, selection, from } => {
            let watch = tokio::spawn(watch(store, sender, id, resource, selection, from));
            if let Some(old) = tasks.insert(id.source, watch) {
                old.abort();
            }
        }
    }
}

/// What is said of a call that was not answered in time. It may still be carried out: until it no longer can be, nothing is done that it
/// would spoil.
pub fn given_up() -> StoreError {
    StoreError::Unavailable { message: "no answer in time".to_owned(), retry_after: Some(AFTERMATH) }
}

/// Tells what a watch tells, and its end.
async fn watch(
    store: Arc<dyn Store>,
    sender: Sender<Input>,
    id: WatchId,
    resource: Resource,
    selection: Selection,
    from: String,
) {
    let ended = || Err(StoreError::unavailable("the watch ended"));
    let mut watch = match store.watch(&resource, &selection, &from).await {
        Ok(watch) => watch,
        Err(error) => {
            let _ = sender.send(Input::Told(id, Err(error))).await;
            return;
        }
    };
    loop {
        let told: Option<Result<Event, StoreError>> = poll_fn(|context| watch.as_mut().poll_next(context)).await;
        let told = told.unwrap_or_else(ended);
        let is_over = told.is_err();
        if sender.send(Input::Told(id, told)).await.is_err() || is_over {
            return;
        }
    }
}

/// Asks the store. A list is a whole one, whatever it takes.
async fn ask(store: &dyn Store, call: &Call) -> Result<Answer, StoreError> {
    let manager = crate::options::MANAGER;
    match call {
        Call::Get(resource, key) => store.get(resource, key).await.map(Answer::Object),
        Call::List(resource, selection) => {
            let mut listed = Listed::new(resource);
            listed.resource_version = store.list_in_texts(resource, selection, &mut |part| listed.add(part)).await?;
            Ok(Answer::Read(listed))
        }
        Call::Create(resource, object) => store.create(resource, object, &Write::by(manager)).await.map(Answer::Object),
        Call::Update(resource, object) => store.update(resource, object, &Write::by(manager)).await.map(Answer::Object),
        Call::Apply(resource, object, part, conflicts, commit) => {
            let write = Write { manager: manager.to_owned(), part: *part, commit: *commit };
            match conflicts {
                Conflicts::Fail => store.create(resource, object, &write).await.map(Answer::Object),
                Conflicts::Force => {
                    let apply = Apply { write, conflicts: Conflicts::Force };
                    store.apply(resource, object, &apply).await.map(Answer::Object)
                }
            }
        }
        Call::Delete { resource, key, uid, resource_version, commit } => {
            let delete = Delete {
                uid: uid.clone(),
                resource_version: resource_version.clone(),
                propagation: Propagation::Background,
                commit: *commit,
            };
            store.delete(resource, key, &delete).await.map(|()| Answer::Nothing)
        }
    }
}
