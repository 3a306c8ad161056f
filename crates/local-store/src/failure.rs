//! What the database says, as errors of a store.

use bulkhead_store::StoreError;

/// Turns an error of the database into one of the store: nothing that the caller did.
pub(crate) fn broken(error: impl Into<redb::Error>) -> StoreError {
    match error.into() {
        redb::Error::DatabaseAlreadyOpen => StoreError::unavailable("another process has locked the file"),
        error => StoreError::Internal(format!("the store's file: {error}")),
    }
}

/// A record or object in the file that is not what was written.
pub(crate) fn unreadable(error: &serde_json::Error) -> StoreError {
    StoreError::Internal(format!("the store's file holds something unreadable: {error}"))
}
