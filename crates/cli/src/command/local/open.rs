//! The store that a command works on, and what goes wrong with it.

use std::path::Path;

use bulkhead_analysis::model::Issue;
use bulkhead_local_store::{Actor, Clock, LocalStore, OpenError};
use bulkhead_store::{KINDS, KnownKind, StoreError};
use tokio::runtime::{Builder, Runtime};

use super::arguments::StoreArguments;
use crate::failure::Failure;
use crate::session::Session;
use crate::status::ExitStatus;

/// What runs the store's futures.
pub(in crate::command) fn runtime() -> std::io::Result<Runtime> {
    Builder::new_current_thread().enable_time().build()
}

/// The store of a command that may make it.
pub(super) fn store(arguments: &StoreArguments, session: &Session<'_, '_>) -> Result<LocalStore, Failure> {
    let path = session.streams.surroundings.directory.join(&arguments.store);
    let opened = LocalStore::open(&path, actor(arguments.actor.as_deref(), session), clock(session));
    opened.map_err(|error| cannot_open(&arguments.store, &error))
}

/// The store that a controller works on, which has to be there.
pub(in crate::command) fn store_of_controller(path: &Path, session: &Session<'_, '_>) -> Result<LocalStore, Failure> {
    let whole = session.streams.surroundings.directory.join(path);
    existing(&whole, Some("controller"), session).map_err(|error| cannot_open(path, &error))
}

/// The store of a command that only reads.
pub(super) fn store_that_is_there(
    arguments: &StoreArguments,
    session: &Session<'_, '_>,
) -> Result<LocalStore, Failure> {
    let path = session.streams.surroundings.directory.join(&arguments.store);
    let opened = existing(&path, arguments.actor.as_deref(), session);
    opened.map_err(|error| cannot_open(&arguments.store, &error))
}

/// A store that has to be there.
pub(super) fn existing(path: &Path, named: Option<&str>, session: &Session<'_, '_>) -> Result<LocalStore, OpenError> {
    LocalStore::open_existing(path, actor(named, session), clock(session))
}

/// `--as`, else the user who is logged in.
pub(super) fn actor(named: Option<&str>, session: &Session<'_, '_>) -> Actor {
    let surroundings = &session.streams.surroundings;
    let user = ["USER", "LOGNAME", "USERNAME"].into_iter().find_map(|name| surroundings.variable(name));
    Actor(named.or(user).unwrap_or("unknown").to_owned())
}

/// The time that `SOURCE_DATE_EPOCH` says, else the system's.
pub(super) fn clock(session: &Session<'_, '_>) -> Clock {
    match session.stopped_clock() {
        Some(time) => Clock::new(move || time),
        None => Clock::system(),
    }
}

/// A file that cannot be opened as a store.
pub(super) fn cannot_open(path: &Path, error: &OpenError) -> Failure {
    let issue = match error {
        OpenError::NoSuchFile(_) => Issue::error("storeNotFound"),
        OpenError::NotAStore => Issue::error("storeNotAStore"),
        OpenError::TooNew { version, newest } => {
            Issue::error("storeTooNew").with("version", version).with("newest", newest)
        }
        OpenError::Locked { holders } if holders.is_empty() => Issue::error("storeLocked"),
        OpenError::Locked { holders } => {
            let holders: Vec<String> = holders.iter().map(ToString::to_string).collect();
            Issue::error("storeLockedBy").with("holders", holders.join(", "))
        }
        error => Issue::error("storeFailed").with("error", error),
    };
    Failure::new(ExitStatus::Unusable, issue.with("path", path.display()))
}

/// What a store has against a command: one issue for each cause.
pub(crate) fn issues(error: &StoreError) -> Vec<Issue> {
    let at = |causes: &[bulkhead_store::Cause], key: &dyn ToString| -> Vec<Issue> {
        let one = |cause: &bulkhead_store::Cause| {
            Issue::error("storeInvalid").with("object", key.to_string()).with("cause", cause)
        };
        causes.iter().map(one).collect()
    };
    match error {
        StoreError::Invalid { key, causes, .. } => at(causes, key),
        StoreError::Conflict { message, causes } => {
            let causes: Vec<String> = causes.iter().map(ToString::to_string).collect();
            let issue = Issue::error("storeConflict").with("message", message);
            vec![issue.with("causes", if causes.is_empty() { "-".to_owned() } else { causes.join("; ") })]
        }
        StoreError::NotFound { resource, key } => {
            vec![Issue::error("storeNoObject").with("kind", resource).with("object", key)]
        }
        error => vec![Issue::error("storeRefused").with("error", error)],
    }
}

/// The same as the end of a command.
pub(in crate::command) fn refused(error: &StoreError) -> Failure {
    Failure::Issues(ExitStatus::Unusable, issues(error))
}

/// The kind that a word means.
pub(super) fn kind(word: &str) -> Result<&'static KnownKind, Failure> {
    KnownKind::named(word).ok_or_else(|| {
        let known: Vec<&str> = KINDS.iter().map(|known| known.resource.plural.as_ref()).collect();
        Failure::usage(Issue::error("storeNoSuchKind").with("value", word).with("known", known.join(", ")))
    })
}
