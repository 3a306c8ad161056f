//! Reading a committed state.

use bulkhead_store::{List, Object, ObjectKey, Selection, StoreError};
use redb::ReadTransaction;

use crate::failure::broken;
use crate::record::Record;
use crate::tables::{self, COMPACTED, HISTORY, META, OBJECTS, REVISION, end, range};

/// The version of the last change.
pub(crate) fn revision(reading: &ReadTransaction) -> Result<u64, StoreError> {
    number(reading, REVISION)
}

/// The version of the last change that is forgotten.
pub(crate) fn compacted(reading: &ReadTransaction) -> Result<u64, StoreError> {
    number(reading, COMPACTED)
}

fn number(reading: &ReadTransaction, name: &str) -> Result<u64, StoreError> {
    let meta = reading.open_table(META).map_err(broken)?;
    Ok(meta.get(name).map_err(broken)?.map_or(0, |value| value.value()))
}

/// An object.
pub(crate) fn get(reading: &ReadTransaction, resource: &str, key: &ObjectKey) -> Result<Option<Object>, StoreError> {
    tables::get(&reading.open_table(OBJECTS).map_err(broken)?, resource, key)
}

/// The objects of a selection, and the version that they are of.
pub(crate) fn list(reading: &ReadTransaction, resource: &str, selection: &Selection) -> Result<List, StoreError> {
    let objects = reading.open_table(OBJECTS).map_err(broken)?;
    let namespace = selection.namespace.as_deref();
    let mut items = Vec::new();
    for entry in objects.range::<(&str, &str, &str)>(range(resource, namespace, &end(namespace))).map_err(broken)? {
        let object = tables::parse(entry.map_err(broken)?.1.value())?;
        if selection.holds(&object) {
            items.push(object);
        }
    }
    Ok(List { items, resource_version: revision(reading)?.to_string() })
}

/// The records of a kind (of every kind without one) after a version.
pub(crate) fn records(
    reading: &ReadTransaction,
    after: u64,
    resource: Option<&str>,
    mut each: impl FnMut(Record),
) -> Result<(), StoreError> {
    let history = reading.open_table(HISTORY).map_err(broken)?;
    for entry in history.range(after.saturating_add(1)..).map_err(broken)? {
        let entry = entry.map_err(broken)?;
        let (of, text) = entry.1.value();
        if resource.is_none_or(|resource| resource == of) {
            each(tables::parse_record(text)?);
        }
    }
    Ok(())
}
