//! Opening the file.

use std::path::{Path, PathBuf};

use bulkhead_store::StoreError;
use redb::{Builder, ConcurrencyMode, Database};

use crate::format;
use crate::holders::{Holder, holders};

/// Why a file could not be opened as a store.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// There is no such file, and none was to be made.
    #[error("there is no store `{}`", .0.display())]
    NoSuchFile(PathBuf),
    /// The file is something else.
    #[error("the file is no store of bulkhead")]
    NotAStore,
    /// A later program wrote it.
    #[error("the file has format {version}, and this program knows formats up to {newest}: use the newer program")]
    TooNew {
        /// The format of the file.
        version: u64,
        /// The newest format that is known here.
        newest: u64,
    },
    /// Another process has it for itself.
    #[error("the file is locked{}", held_by(.holders))]
    Locked {
        /// Who, as far as the system tells.
        holders: Vec<Holder>,
    },
    /// Anything else.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The file cannot be read or written.
    #[error("{0}")]
    Io(#[from] std::io::Error),
}

fn held_by(holders: &[Holder]) -> String {
    let named: Vec<String> = holders.iter().map(ToString::to_string).collect();
    if named.is_empty() { " by another process".to_owned() } else { format!(" by {}", named.join(", ")) }
}

/// Whether a file that is missing is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Missing {
    Make,
    Refuse,
}

/// Opens the database in a file, at the newest layout.
pub(crate) fn open(path: &Path, missing: Missing) -> Result<Database, OpenError> {
    let is_there = path.try_exists()?;
    if !is_there && missing == Missing::Refuse {
        return Err(OpenError::NoSuchFile(path.to_owned()));
    }
    let database = open_as(path, ConcurrencyMode::MultiWriter)?;
    format::bring_up(&database)?;
    Ok(database)
}

/// Opens the database in a file, shared with other processes or not.
pub(crate) fn open_as(path: &Path, mode: ConcurrencyMode) -> Result<Database, OpenError> {
    let opened = Builder::new().set_concurrency_mode(mode).create(path);
    opened.map_err(|error| match error {
        redb::DatabaseError::DatabaseAlreadyOpen | redb::DatabaseError::LockProtocolMismatch => {
            OpenError::Locked { holders: holders(path) }
        }
        redb::DatabaseError::Storage(redb::StorageError::Io(error)) => match error.kind() {
            std::io::ErrorKind::InvalidData => OpenError::NotAStore,
            _ => OpenError::Io(error),
        },
        error => OpenError::Store(crate::failure::broken(error)),
    })
}
