//! A copy of the whole store in another file, and back.

use std::path::Path;

use bulkhead_store::StoreError;
use redb::{ConcurrencyMode, Database, ReadTransaction, ReadableDatabase as _, ReadableTable as _};

use crate::failure::broken;
use crate::file::{self, OpenError};
use crate::format;
use crate::local_store::LocalStore;
use crate::read;
use crate::tables::{HISTORY, META, OBJECTS};

/// What a backup has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BackupSummary {
    /// The version of the last change in it.
    pub revision: u64,
    /// How many objects.
    pub objects: u64,
    /// How many changes of the history.
    pub changes: u64,
}

impl LocalStore {
    /// Copies one committed state, history and all, into a new file, while others go on writing.
    pub fn backup(&self, to: &Path) -> Result<BackupSummary, OpenError> {
        let taken = std::fs::OpenOptions::new().write(true).create_new(true).open(to);
        drop(taken?);
        let reading = self.reading()?;
        let copied = file::open_as(to, ConcurrencyMode::ExclusiveWriter)
            .and_then(|database| copy(&reading, &database).map_err(OpenError::Store));
        if copied.is_err() {
            // What is there is no backup.
            let _ = std::fs::remove_file(to);
        }
        copied
    }
}

/// Makes a store of a backup. The file must not be there, or is to be replaced and nobody has it open.
pub fn restore(backup: &Path, to: &Path) -> Result<BackupSummary, OpenError> {
    let source = file::open_as(backup, ConcurrencyMode::ExclusiveWriter)?;
    let version = format::version(&source)?;
    if version == 0 {
        return Err(OpenError::NotAStore);
    }
    if version > format::NEWEST {
        return Err(OpenError::TooNew { version, newest: format::NEWEST });
    }
    // Whoever has the store open keeps it: the lock is held until the new file is in its place.
    let _replaced = to.try_exists()?.then(|| file::open_as(to, ConcurrencyMode::ExclusiveWriter)).transpose()?;
    let folder = to.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let beside = folder.join(format!(".{}.restoring", to.file_name().unwrap_or_default().to_string_lossy()));
    let _ = std::fs::remove_file(&beside);
    let summary = {
        let database = file::open_as(&beside, ConcurrencyMode::ExclusiveWriter)?;
        let reading = source.begin_read().map_err(broken)?;
        copy(&reading, &database)?
    };
    std::fs::rename(&beside, to)?;
    Ok(summary)
}

/// Copies every table in one transaction.
fn copy(reading: &ReadTransaction, into: &Database) -> Result<BackupSummary, StoreError> {
    let transaction = into.begin_write().map_err(broken)?;
    let mut summary = BackupSummary { revision: read::revision(reading)?, objects: 0, changes: 0 };
    {
        let mut objects = transaction.open_table(OBJECTS).map_err(broken)?;
        for entry in reading.open_table(OBJECTS).map_err(broken)?.iter().map_err(broken)? {
            let (key, value) = entry.map_err(broken)?;
            objects.insert(key.value(), value.value()).map_err(broken)?;
            summary.objects += 1;
        }
        let mut history = transaction.open_table(HISTORY).map_err(broken)?;
        for entry in reading.open_table(HISTORY).map_err(broken)?.iter().map_err(broken)? {
            let (key, value) = entry.map_err(broken)?;
            history.insert(key.value(), value.value()).map_err(broken)?;
            summary.changes += 1;
        }
        let mut meta = transaction.open_table(META).map_err(broken)?;
        for entry in reading.open_table(META).map_err(broken)?.iter().map_err(broken)? {
            let (key, value) = entry.map_err(broken)?;
            meta.insert(key.value(), value.value()).map_err(broken)?;
        }
    }
    transaction.commit().map_err(broken)?;
    Ok(summary)
}
