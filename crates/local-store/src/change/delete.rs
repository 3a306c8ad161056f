//! Delete.

use bulkhead_store::{Delete, ObjectKey, Propagation, StoreError};

use super::replace::check_unchanged;
use super::{Context, settle};
use crate::names::not_found;
use crate::tables::Change;

/// The changes of a delete: the object goes, with what it owns, or is marked where finalizers hold it.
pub(crate) fn delete(context: &Context<'_, '_>, key: &ObjectKey, delete: &Delete) -> Result<Vec<Change>, StoreError> {
    let live = context.live(key)?.ok_or_else(|| not_found(context.resource(), key))?;
    check_unchanged(&live, delete.uid.as_deref(), delete.resource_version.as_deref(), key)?;
    match delete.propagation {
        Propagation::Background => settle::removal(context, key, live),
        Propagation::Orphan => settle::removal_without_dependents(context, key, live),
    }
}
