//! Keeps up with one source: list, watch from there, and again when that breaks.
//!
//! ```text
//!            list answered            watch broke: wait
//! Listing ────────────────► Watching ───────────────────► Broken ──► Watching, from the last version
//!    ▲  list failed: wait      │  version forgotten, or long ago
//!    └─────── Unlisted ◄───────┴─────────────────────────────────── (list again)
//! ```

use std::time::Duration;

use bulkhead_store::{Event, StoreError};

/// How a reflector stands.
#[derive(Debug)]
enum State {
    /// Nothing is known; to be listed at a time.
    Unlisted { at: Duration },
    /// Asked for.
    Listing,
    /// Everything up to a version is known, and changes are told as they happen.
    Watching { version: String },
    /// Everything up to a version is known; to be watched again at a time.
    Broken { at: Duration, version: String },
}

/// What a reflector wants now.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Want {
    Nothing,
    List,
    Watch { from: String },
}

/// Keeps up with one source.
#[derive(Debug)]
pub(crate) struct Reflector {
    state: State,
    /// Counts the watches.
    pub(crate) epoch: u64,
    failures: u32,
    /// Whether everything has been listed once.
    pub(crate) listed: bool,
    list_again: Duration,
}

impl Reflector {
    pub(crate) fn new() -> Self {
        let state = State::Unlisted { at: Duration::ZERO };
        Self { state, epoch: 0, failures: 0, listed: false, list_again: Duration::MAX }
    }

    /// When it wants something; `None` while it waits for an answer.
    pub(crate) fn wakes(&self) -> Option<Duration> {
        match &self.state {
            State::Unlisted { at } | State::Broken { at, .. } => Some(*at),
            State::Listing => None,
            State::Watching { .. } => Some(self.list_again),
        }
    }

    /// What it wants now. A list has to be begun with [`Self::listing`], a watch is begun with this.
    pub(crate) fn want(&mut self, now: Duration) -> Want {
        if self.wakes().is_none_or(|at| at > now) {
            return Want::Nothing;
        }
        if let State::Broken { version, .. } = &self.state {
            let from = version.clone();
            self.epoch += 1;
            self.state = State::Watching { version: from.clone() };
            return Want::Watch { from };
        }
        Want::List
    }

    /// The list is under way.
    pub(crate) fn listing(&mut self) {
        self.state = State::Listing;
        // What the old watch still tells is in the list, or will be told again.
        self.epoch += 1;
    }

    /// A list came. The watch goes on from it at the next [`Self::want`].
    pub(crate) fn listed(&mut self, version: &str, now: Duration, list_again: Duration) {
        self.listed = true;
        self.failures = 0;
        self.list_again = list_again;
        self.state = State::Broken { at: now, version: version.to_owned() };
    }

    /// A list failed: the next one comes after a while.
    pub(crate) fn not_listed(&mut self, at: Duration) {
        self.failures += 1;
        self.state = State::Unlisted { at };
    }

    /// A kind that the cluster does not have: there are no objects of it, until it has.
    pub(crate) fn has_no_kind(&mut self, at: Duration) {
        self.listed = true;
        self.state = State::Unlisted { at };
    }

    /// The watch told something.
    pub(crate) fn told(&mut self, event: &Event) {
        self.failures = 0;
        if let (State::Watching { version }, Some(newer)) = (&mut self.state, event.resource_version()) {
            newer.clone_into(version);
        }
    }

    /// The watch broke. From a forgotten version nothing can go on.
    pub(crate) fn broke(&mut self, error: &StoreError, now: Duration, later: Duration) {
        self.failures += 1;
        let State::Watching { version } = &self.state else { return };
        self.state = match error {
            StoreError::Expired(_) => State::Unlisted { at: if self.failures > 1 { later } else { now } },
            _ => State::Broken { at: if self.failures > 1 { later } else { now }, version: version.clone() },
        };
    }

    /// How often in a row something failed.
    pub(crate) fn failures(&self) -> u32 {
        self.failures
    }
}
