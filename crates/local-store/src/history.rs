//! Who changed what, and when.

use bulkhead_store::{ObjectKey, Resource, StoreError};

use crate::local_store::LocalStore;
use crate::read;
use crate::record::Record;

/// Which part of the history.
#[derive(Clone, Debug, Default)]
pub struct HistoryQuery {
    /// Only changes of this kind.
    pub resource: Option<Resource>,
    /// Only changes of the object of this name, or of objects in this namespace.
    pub object: Option<ObjectKey>,
    /// Only changes in this namespace.
    pub namespace: Option<String>,
    /// Only changes after this version.
    pub after: u64,
}

impl LocalStore {
    /// The changes that are remembered, oldest first.
    pub fn history(&self, query: &HistoryQuery) -> Result<Vec<Record>, StoreError> {
        let reading = self.reading()?;
        let mut records = Vec::new();
        let resource = query.resource.as_ref().map(Resource::group_resource);
        read::records(&reading, query.after, resource.as_deref(), |record| {
            let of_object = query.object.as_ref().is_none_or(|key| *key == record.key());
            let of_namespace = query.namespace.is_none() || query.namespace == record.namespace;
            if of_object && of_namespace {
                records.push(record);
            }
        })?;
        Ok(records)
    }
}
