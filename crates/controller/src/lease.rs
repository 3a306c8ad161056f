//! Who leads: one of several controllers, by a `coordination.k8s.io/v1` Lease.
//!
//! A leader writes only as long as nobody else can believe that its lease has run out: [`LeaseOptions::deadline`] after the last
//! renewal *was sent*, on the clock that never jumps. Whoever wants the lease waits until it has *seen* it unchanged for the whole
//! [`LeaseOptions::duration`], on its own clock. No two clocks are ever compared. A call that began before the deadline is given up before the
//! duration is over, and what is written on a condition fails where another leader has written since.

use std::time::Duration;

use bulkhead_store::{Object, ObjectKey, StoreError};
use serde_json::{Value, json};

use crate::call::{Answer, Call, Ticket};
use crate::source::resource;
use crate::time::Now;

/// How a leader is found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeaseOptions {
    /// The Lease's namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// Who this controller is; no two may be the same.
    pub identity: String,
    /// How long a lease lasts that nobody renews.
    pub duration: Duration,
    /// How long after its last renewal a leader still writes. Shorter than [`Self::duration`], by more than a call may take.
    pub deadline: Duration,
    /// How often the lease is renewed, or looked at.
    pub retry: Duration,
}

impl LeaseOptions {
    /// Kubernetes' own times.
    pub fn new(namespace: impl Into<String>, identity: impl Into<String>) -> Self {
        Self {
            namespace: namespace.into(),
            name: "bulkhead-controller".to_owned(),
            identity: identity.into(),
            duration: Duration::from_secs(15),
            deadline: Duration::from_secs(8),
            retry: Duration::from_secs(2),
        }
    }
}

/// The lease as one controller sees it.
#[derive(Debug)]
pub(crate) struct Lease {
    options: LeaseOptions,
    /// The object as last seen, and since when it has been like that.
    seen: Option<(Object, Duration)>,
    /// When the last renewal that succeeded was sent.
    held: Option<Now>,
    under_way: Option<(Ticket, Now, What)>,
    next: Duration,
    releasing: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    Look,
    Take,
    Release,
}

impl Lease {
    pub(crate) fn new(options: LeaseOptions) -> Self {
        Self { options, seen: None, held: None, under_way: None, next: Duration::ZERO, releasing: false }
    }

    /// Whether this controller may write.
    pub(crate) fn leads(&self, now: Now) -> bool {
        let within = |held: &Now| {
            let steady = now.steady.saturating_sub(held.steady) < self.options.deadline;
            // A machine that slept may have a steady clock that slept, too.
            let by_date = now.date.duration_since(held.date).as_secs_f64() < self.options.deadline.as_secs_f64();
            steady && by_date
        };
        !self.releasing && self.held.as_ref().is_some_and(within)
    }

    /// When it wants something.
    pub(crate) fn wakes(&self) -> Option<Duration> {
        self.under_way.is_none().then_some(self.next)
    }

    /// Gives the lease back, if it is held.
    pub(crate) fn release(&mut self) {
        self.releasing = true;
        if self.under_way.is_none() && self.seen.is_none() {
            // Nobody knows which version would have to be replaced. It runs out.
            self.held = None;
        }
    }

    /// Whether it is held, or may be.
    pub(crate) fn is_held(&self) -> bool {
        self.held.is_some() || self.under_way.is_some()
    }

    /// What it wants now.
    pub(crate) fn want(&mut self, now: Now, ticket: Ticket) -> Option<Call> {
        if self.under_way.is_some() || (now.steady < self.next && !(self.releasing && self.held.is_some())) {
            return None;
        }
        if self.releasing && self.held.is_none() {
            return None;
        }
        let (what, call) = match &self.seen {
            _ if self.releasing => (What::Release, self.write(now, "")?),
            Some(_) if self.is_free(now.steady) => (What::Take, self.write(now, &self.options.identity.clone())?),
            _ => (What::Look, Call::Get(leases(), self.key())),
        };
        self.under_way = Some((ticket, now, what));
        Some(call)
    }

    /// A call of this lease was answered. `jitter` is up to a fifth of the time between two looks.
    pub(crate) fn answered(
        &mut self,
        ticket: Ticket,
        answer: Result<&Answer, &StoreError>,
        now: Now,
        jitter: Duration,
    ) {
        let Some((_, sent, what)) = self.under_way.take_if(|(under_way, ..)| *under_way == ticket) else { return };
        self.next = now.steady + self.options.retry + jitter;
        match (what, answer) {
            (What::Look, Ok(Answer::Object(object))) => {
                self.see(object, now.steady);
                if self.is_free(now.steady) {
                    self.next = now.steady;
                }
            }
            (What::Look, Err(StoreError::NotFound { .. })) => {
                self.seen = Some((Object::default(), now.steady));
                self.next = now.steady;
            }
            (What::Take, Ok(Answer::Object(object))) => {
                self.held = Some(sent);
                self.see(object, now.steady);
            }
            // Somebody else was faster, or it is not known: look first. What was held stays held until the deadline, as nobody else
            // can have it before.
            (What::Take, Err(_)) => {
                self.seen = None;
                self.next = now.steady + jitter;
            }
            // Given back, or it runs out by itself.
            (What::Release, _) => self.held = None,
            _ => {}
        }
    }

    fn see(&mut self, object: &Object, at: Duration) {
        let same = self.seen.as_ref().is_some_and(|(seen, _)| seen.resource_version() == object.resource_version());
        if !same {
            self.seen = Some((object.clone(), at));
        }
        if holder(object) != self.options.identity {
            self.held = None;
        }
    }

    /// Whether the lease may be taken or renewed.
    fn is_free(&self, now: Duration) -> bool {
        let Some((object, since)) = &self.seen else { return false };
        let holder = holder(object);
        holder.is_empty()
            || holder == self.options.identity
            || now.saturating_sub(*since) >= lasts(object, &self.options)
    }

    /// The call that makes somebody the holder, of the version that was seen.
    fn write(&self, now: Now, identity: &str) -> Option<Call> {
        let (seen, _) = self.seen.as_ref()?;
        let time = now.date.strftime("%Y-%m-%dT%H:%M:%S.%6fZ").to_string();
        let spec = |field: &str| seen.0.get("spec").and_then(|spec| spec.get(field).cloned());
        let is_new = holder(seen) != identity;
        let transitions = spec("leaseTransitions").and_then(|count| count.as_i64()).unwrap_or_default();
        let acquired = if is_new { Some(json!(time)) } else { spec("acquireTime") };
        let duration = if identity.is_empty() { 1 } else { self.options.duration.as_secs().max(1) };
        let mut object = seen.clone();
        let resource = leases();
        object.0.insert("apiVersion".to_owned(), json!(resource.api_version()));
        object.0.insert("kind".to_owned(), json!(resource.kind));
        object.metadata_mut().insert("name".to_owned(), json!(self.options.name));
        object.metadata_mut().insert("namespace".to_owned(), json!(self.options.namespace));
        object.0.insert(
            "spec".to_owned(),
            json!({
                "holderIdentity": identity,
                "leaseDurationSeconds": duration,
                "acquireTime": acquired,
                "renewTime": time,
                "leaseTransitions": transitions + i64::from(is_new && !identity.is_empty()),
            }),
        );
        let call = if seen.resource_version().is_some() { Call::Update } else { Call::Create };
        Some(call(resource, object))
    }

    fn key(&self) -> ObjectKey {
        ObjectKey::namespaced(self.options.namespace.as_str(), self.options.name.as_str())
    }
}

fn leases() -> bulkhead_store::Resource {
    resource("leases.coordination.k8s.io")
}

fn holder(lease: &Object) -> &str {
    lease.0.get("spec").and_then(|spec| spec.get("holderIdentity")?.as_str()).unwrap_or_default()
}

/// How long a lease lasts, as it says itself.
fn lasts(lease: &Object, options: &LeaseOptions) -> Duration {
    let seconds = lease.0.get("spec").and_then(|spec| spec.get("leaseDurationSeconds").and_then(Value::as_u64));
    seconds.map_or(options.duration, Duration::from_secs)
}
