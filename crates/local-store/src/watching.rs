//! Watches: the history of a kind, and what is added to it.

use std::collections::VecDeque;
use std::sync::Arc;

use bulkhead_store::{Event, Object, Selection, StoreError, Watch};
use futures_util::stream;
use redb::{Database, ReadableDatabase as _};
use tokio::sync::watch;

use crate::failure::broken;
use crate::read;
use crate::record::Record;
use crate::tables::versioned;

/// A watch tells where it is at the latest after this many changes of other kinds.
const BOOKMARK_AFTER: u64 = 256;

/// A watch and where it is.
struct Watching {
    database: Arc<Database>,
    revisions: watch::Receiver<u64>,
    resource: String,
    selection: Selection,
    /// Everything up to here is told or queued.
    seen: u64,
    /// The version of the last event.
    told: u64,
    queue: VecDeque<Event>,
}

/// The changes of a kind after a version.
pub(crate) fn watch(
    database: Arc<Database>,
    revisions: watch::Receiver<u64>,
    resource: String,
    selection: Selection,
    from: &str,
) -> Result<Watch, StoreError> {
    let Ok(from) = from.parse::<u64>() else {
        return Err(StoreError::BadRequest(format!("`{from}` is no resourceVersion of this store")));
    };
    let reading = database.begin_read().map_err(broken)?;
    let (newest, forgotten) = (read::revision(&reading)?, read::compacted(&reading)?);
    drop(reading);
    if from > newest {
        return Err(StoreError::Expired(format!("{from} is later than the last change, {newest}")));
    }
    check_remembered(from, forgotten)?;
    let watching =
        Watching { database, revisions, resource, selection, seen: from, told: from, queue: VecDeque::new() };
    Ok(Box::pin(stream::unfold(Some(watching), |watching| async {
        let mut watching = watching?;
        match watching.next().await {
            Ok(Some(event)) => Some((Ok(event), Some(watching))),
            Ok(None) => None,
            Err(error) => Some((Err(error), None)),
        }
    })))
}

fn check_remembered(from: u64, forgotten: u64) -> Result<(), StoreError> {
    if from >= forgotten {
        return Ok(());
    }
    Err(StoreError::Expired(format!("the changes up to {forgotten} are forgotten, and {from} was asked for")))
}

impl Watching {
    /// The next event; `None` when the store closed.
    async fn next(&mut self) -> Result<Option<Event>, StoreError> {
        loop {
            if let Some(event) = self.queue.pop_front() {
                self.told = event.resource_version().and_then(|version| version.parse().ok()).unwrap_or(self.told);
                return Ok(Some(event));
            }
            self.revisions.mark_unchanged();
            self.read()?;
            if !self.queue.is_empty() {
                continue;
            }
            if self.seen >= self.told + BOOKMARK_AFTER {
                self.queue.push_back(Event::Bookmark(self.seen.to_string()));
                continue;
            }
            if self.revisions.changed().await.is_err() {
                return Ok(None);
            }
        }
    }

    /// Queues what happened since.
    fn read(&mut self) -> Result<(), StoreError> {
        let reading = self.database.begin_read().map_err(broken)?;
        check_remembered(self.seen, read::compacted(&reading)?)?;
        let (selection, queue) = (&self.selection, &mut self.queue);
        let tell = |record: Record| queue.extend(event(record, selection));
        read::records(&reading, self.seen, Some(&self.resource), tell)?;
        self.seen = read::revision(&reading)?;
        Ok(())
    }
}

/// What a record means to a watch of a selection.
fn event(record: Record, selection: &Selection) -> Option<Event> {
    let elsewhere = selection.namespace.is_some() && selection.namespace != record.namespace;
    if elsewhere {
        return None;
    }
    let selected = |object: &Object| selection.holds(object);
    let revision = record.revision;
    let (before, after) = (record.before.filter(selected), record.after.filter(selected));
    match (before, after) {
        (None, None) => None,
        (None, Some(after)) => Some(Event::Added(after)),
        (Some(_), Some(after)) => Some(Event::Modified(after)),
        (Some(before), None) => Some(Event::Deleted(versioned(before, revision))),
    }
}
