//! `local backup`, `local restore`, `local compact`

use bulkhead_analysis::model::Issue;
use bulkhead_local_store::{BackupSummary, Keep, LocalStore};
use jiff::SignedDuration;

use super::arguments::{BackupArguments, CompactArguments, RestoreArguments};
use super::open;
use crate::failure::Failure;
use crate::session::Session;
use crate::status::ExitStatus;

/// Copies the store into another file.
pub(super) fn backup(arguments: &BackupArguments, session: &mut Session<'_, '_>) -> Result<ExitStatus, Failure> {
    let store = open::store_that_is_there(&arguments.store, session)?;
    let to = session.streams.surroundings.directory.join(&arguments.to);
    let summary = store.backup(&to).map_err(|error| open::cannot_open(&arguments.to, &error))?;
    say("local.backedUp", summary, session)
}

/// Makes a store of a backup.
pub(super) fn restore(arguments: &RestoreArguments, session: &mut Session<'_, '_>) -> Result<ExitStatus, Failure> {
    let directory = &session.streams.surroundings.directory;
    let (backup, to) = (directory.join(&arguments.backup), directory.join(&arguments.store));
    if to.exists() && !arguments.replace {
        return Err(Failure::usage(Issue::error("storeIsThere").with("path", arguments.store.display())));
    }
    if !backup.exists() {
        return Err(Failure::usage(Issue::error("storeNotFound").with("path", arguments.backup.display())));
    }
    let restored = bulkhead_local_store::restore(&backup, &to);
    let summary = restored.map_err(|error| open::cannot_open(&arguments.backup, &error))?;
    say("local.restored", summary, session)
}

fn say(key: &str, summary: BackupSummary, session: &mut Session<'_, '_>) -> Result<ExitStatus, Failure> {
    let numbers = [("revision", summary.revision), ("objects", summary.objects), ("changes", summary.changes)];
    let line = session.speech.say(key, &numbers.map(|(name, number)| (name, number.to_string())));
    session.answer(&format!("{line}\n"))?;
    Ok(ExitStatus::Answered)
}

/// Forgets old history, and gives back the space that it took.
pub(super) fn compact(arguments: &CompactArguments, session: &mut Session<'_, '_>) -> Result<ExitStatus, Failure> {
    let now = open::clock(session).now();
    let keep = match (arguments.keep_days, arguments.keep_last) {
        (Some(days), _) => {
            let since =
                now.checked_sub(SignedDuration::from_hours(i64::from(days) * 24)).unwrap_or(jiff::Timestamp::MIN);
            Keep::Since(since)
        }
        (None, last) => Keep::Last(last.unwrap_or_default()),
    };
    let store = open::store_that_is_there(&arguments.store, session)?;
    let compacted = open::runtime()?.block_on(store.compact(keep)).map_err(|error| open::refused(&error))?;
    drop(store);
    let path = session.streams.surroundings.directory.join(&arguments.store.store);
    if let Err(error) = LocalStore::shrink(&path) {
        // The history is forgotten all the same; the space is given back another time.
        session.tell_issue(&Issue::warning("storeNotShrunk").with("error", error));
    }
    let numbers = [("count", compacted.forgotten.to_string()), ("revision", compacted.up_to.to_string())];
    let line = session.speech.say("local.compacted", &numbers);
    session.answer(&format!("{line}\n"))?;
    Ok(ExitStatus::Answered)
}
