//! Forgetting old history.

use bulkhead_store::StoreError;
use jiff::Timestamp;
use redb::ConcurrencyMode;

use crate::file::{self, OpenError};
use crate::local_store::LocalStore;
use crate::tables::{COMPACTED, Tables};

/// Which part of the history is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// The changes since a time.
    Since(Timestamp),
    /// The last changes, this many.
    Last(u64),
}

/// What was forgotten.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Compacted {
    /// How many changes.
    pub forgotten: u64,
    /// The last version that is forgotten: no watch can start before it.
    pub up_to: u64,
}

impl LocalStore {
    /// Forgets the history that is not to be kept. The objects stay as they are; a watch from before is told to list again.
    pub async fn compact(&self, keep: Keep) -> Result<Compacted, StoreError> {
        self.write(move |tables| compact(tables, keep)).await
    }

    /// Gives the space that forgotten history took back to the file system. No other process may have the file open.
    pub fn shrink(path: &std::path::Path) -> Result<(), OpenError> {
        let mut database = file::open_as(path, ConcurrencyMode::ExclusiveWriter)?;
        database.compact().map_err(|error| OpenError::Store(crate::failure::broken(error)))?;
        Ok(())
    }
}

fn compact(tables: &mut Tables<'_>, keep: Keep) -> Result<Compacted, StoreError> {
    let (newest, before) = (tables.revision()?, tables.number(COMPACTED)?);
    let up_to = match keep {
        Keep::Last(count) => newest.saturating_sub(count),
        Keep::Since(time) => {
            // Times may not be in order where a clock was set back: what comes after a kept change is kept.
            let kept = tables.records(before + 1)?.into_iter().find(|record| record.time >= time);
            kept.map_or(newest, |record| record.revision - 1)
        }
    };
    let up_to = up_to.max(before);
    if up_to > before {
        tables.forget(up_to)?;
        tables.set_number(COMPACTED, up_to)?;
    }
    Ok(Compacted { forgotten: up_to - before, up_to })
}
