//! The layout of the file, its versions, and how an older one becomes the newest.

use bulkhead_store::StoreError;
use redb::{Database, ReadableDatabase as _, WriteTransaction};

use crate::failure::broken;
use crate::file::OpenError;
use crate::tables::{FORMAT, META, Tables};

/// What makes a version of the layout from the one before.
type Step = fn(&WriteTransaction) -> Result<(), StoreError>;

/// The steps from each version to the next: the first makes version 1 of an empty file.
const STEPS: &[Step] = &[make_tables];

/// The layout that this program writes.
pub(crate) const NEWEST: u64 = STEPS.len() as u64;

fn make_tables(transaction: &WriteTransaction) -> Result<(), StoreError> {
    Tables::open(transaction).map(drop)
}

/// Brings a file to the newest layout, in one transaction. A file of a later program is left alone.
pub(crate) fn bring_up(database: &Database) -> Result<(), OpenError> {
    let version = version(database)?;
    if version > NEWEST {
        return Err(OpenError::TooNew { version, newest: NEWEST });
    }
    if version == NEWEST {
        return Ok(());
    }
    let transaction = database.begin_write().map_err(broken)?;
    for step in STEPS.iter().skip(usize::try_from(version).unwrap_or(usize::MAX)) {
        step(&transaction)?;
    }
    Tables::open(&transaction)?.set_number(FORMAT, NEWEST)?;
    transaction.commit().map_err(broken)?;
    Ok(())
}

/// The layout of a file; 0 for one that nothing was written to.
pub(crate) fn version(database: &Database) -> Result<u64, OpenError> {
    let transaction = database.begin_read().map_err(broken)?;
    match transaction.open_table(META) {
        Ok(meta) => Ok(meta.get(FORMAT).map_err(broken)?.map_or(0, |value| value.value())),
        Err(redb::TableError::TableDoesNotExist(_)) => {
            // A database of somebody else has tables, but not this one.
            let foreign = transaction.list_tables().map_err(broken)?.next().is_some();
            if foreign { Err(OpenError::NotAStore) } else { Ok(0) }
        }
        Err(error) => Err(broken(error).into()),
    }
}
