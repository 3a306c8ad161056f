//! Taking a change back, as a new change.

use std::collections::BTreeSet;

use bulkhead_store::{Cause, Conflicts, Object, StoreError, Write};

use crate::local_store::LocalStore;
use crate::record::{Operation, Record};
use crate::tables::{Change, Tables};

/// Which change to take back, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Undo {
    /// A version of the change; all that happened with it is taken back, too.
    pub revision: u64,
    /// What to do where an object changed again since.
    pub conflicts: Conflicts,
}

impl LocalStore {
    /// Makes every object of a change as it was before, and gives what is there now (what went, as it was).
    pub async fn undo(&self, undo: Undo, write: &Write) -> Result<Vec<Object>, StoreError> {
        let plan = move |tables: &Tables<'_>| changes(tables, undo);
        self.write_changes(plan, Operation::Undo, write).await
    }
}

fn changes(tables: &Tables<'_>, undo: Undo) -> Result<Vec<Change>, StoreError> {
    let records = of_change(tables, undo.revision)?;
    let mut changes: Vec<Change> = Vec::new();
    let (mut met, mut causes) = (BTreeSet::new(), Vec::new());
    // An object that an operation changed twice goes back to before the first of them.
    for record in &records {
        if !met.insert((record.resource.clone(), record.key())) {
            continue;
        }
        let live = tables.get(&record.resource, &record.key())?;
        let last = records.iter().rfind(|other| other.resource == record.resource && other.key() == record.key());
        if live.as_ref() != last.and_then(|last| last.after.as_ref()) {
            let field = format!("{} {}", record.resource, record.key());
            causes.push(Cause::new(field, "changed since"));
        }
        if live != record.before {
            changes.push(change(record, live));
        }
    }
    if !causes.is_empty() && undo.conflicts == Conflicts::Fail {
        let message = format!("change {} cannot be undone by itself", undo.revision);
        return Err(StoreError::Conflict { message, causes });
    }
    // What others live in comes back first.
    changes.sort_by_key(|change| change.before.is_some() || change.key.namespace.is_some());
    Ok(changes)
}

/// The records of the operation that a version belongs to.
fn of_change(tables: &Tables<'_>, revision: u64) -> Result<Vec<Record>, StoreError> {
    let forgotten = || StoreError::Expired(format!("change {revision} is not in the history"));
    let record = tables.record(revision)?.ok_or_else(forgotten)?;
    let records = tables.records(record.part_of)?;
    Ok(records.into_iter().take_while(|other| other.part_of == record.part_of).collect())
}

fn change(record: &Record, live: Option<Object>) -> Change {
    let mut after = record.before.clone();
    if let (Some(after), Some(live)) = (&mut after, &live)
        && let (Some(was), Some(is)) = (after.generation(), live.generation())
    {
        // Generations only ever count up, whatever the object becomes.
        after.metadata_mut().insert("generation".to_owned(), (was.max(is) + 1).into());
    }
    Change { resource: record.resource.clone(), key: record.key(), before: live, after }
}
