//! What lies in the file, and how a transaction sees it.

use bulkhead_store::{Object, ObjectKey, StoreError};
use redb::{ReadableTable, Table, TableDefinition, WriteTransaction};

use crate::actor::Actor;
use crate::failure::{broken, unreadable};
use crate::record::{Operation, Record};

/// Group and plural, namespace (empty for none), name.
pub(crate) type ObjectsKey = (&'static str, &'static str, &'static str);

/// The objects as they are now, as JSON.
pub(crate) const OBJECTS: TableDefinition<ObjectsKey, &[u8]> = TableDefinition::new("objects");
/// Every change by its version: the kind, and the record as JSON.
pub(crate) const HISTORY: TableDefinition<u64, (&str, &[u8])> = TableDefinition::new("history");
/// Numbers about the store itself.
pub(crate) const META: TableDefinition<&str, u64> = TableDefinition::new("meta");

/// The version of the last change.
pub(crate) const REVISION: &str = "revision";
/// The version of the last change that is forgotten.
pub(crate) const COMPACTED: &str = "compacted";
/// The layout of all this.
pub(crate) const FORMAT: &str = "format";

/// One object that changes.
#[derive(Clone, Debug)]
pub(crate) struct Change {
    /// The kind, as `plural.group`.
    pub(crate) resource: String,
    /// The object.
    pub(crate) key: ObjectKey,
    /// As it was.
    pub(crate) before: Option<Object>,
    /// As it will be.
    pub(crate) after: Option<Object>,
}

/// Who and when, for the records of a change.
#[derive(Clone, Debug)]
pub(crate) struct Signature {
    pub(crate) actor: Actor,
    pub(crate) manager: String,
    pub(crate) operation: Operation,
    pub(crate) time: jiff::Timestamp,
}

/// The tables of a write transaction.
pub(crate) struct Tables<'t> {
    objects: Table<'t, ObjectsKey, &'static [u8]>,
    history: Table<'t, u64, (&'static str, &'static [u8])>,
    meta: Table<'t, &'static str, u64>,
    /// The database failed: nothing of this transaction may be committed.
    pub(crate) failed: Option<StoreError>,
    /// There is something to commit.
    pub(crate) wrote: bool,
}

impl<'t> Tables<'t> {
    /// The tables of a transaction.
    pub(crate) fn open(transaction: &'t WriteTransaction) -> Result<Self, StoreError> {
        Ok(Self {
            objects: transaction.open_table(OBJECTS).map_err(broken)?,
            history: transaction.open_table(HISTORY).map_err(broken)?,
            meta: transaction.open_table(META).map_err(broken)?,
            failed: None,
            wrote: false,
        })
    }

    /// The version of the last change.
    pub(crate) fn revision(&self) -> Result<u64, StoreError> {
        self.number(REVISION)
    }

    /// A number about the store; 0 where it was never set.
    pub(crate) fn number(&self, name: &str) -> Result<u64, StoreError> {
        Ok(self.meta.get(name).map_err(broken)?.map_or(0, |value| value.value()))
    }

    /// Sets a number about the store.
    pub(crate) fn set_number(&mut self, name: &str, value: u64) -> Result<(), StoreError> {
        let set = self.meta.insert(name, value).map(drop).map_err(broken);
        self.noted(set)
    }

    /// An object.
    pub(crate) fn get(&self, resource: &str, key: &ObjectKey) -> Result<Option<Object>, StoreError> {
        get(&self.objects, resource, key)
    }

    /// The objects that an owner's uid or a namespace may concern: those whose text has it.
    pub(crate) fn mentioning(
        &self,
        resource: &str,
        namespace: Option<&str>,
        text: &str,
    ) -> Result<Vec<Object>, StoreError> {
        let mut found = Vec::new();
        for entry in
            self.objects.range::<(&str, &str, &str)>(range(resource, namespace, &end(namespace))).map_err(broken)?
        {
            let (key, value) = entry.map_err(broken)?;
            if key.value().0 != resource {
                break;
            }
            let mentions = text.is_empty() || value.value().windows(text.len()).any(|window| window == text.as_bytes());
            if mentions {
                found.push(parse(value.value())?);
            }
        }
        Ok(found)
    }

    /// Writes changes, each under the next version, and gives the objects as they are now (as they were, where they are gone).
    pub(crate) fn write(&mut self, changes: Vec<Change>, signature: &Signature) -> Result<Vec<Object>, StoreError> {
        let written = self.try_write(changes, signature);
        self.noted(written)
    }

    fn try_write(&mut self, changes: Vec<Change>, signature: &Signature) -> Result<Vec<Object>, StoreError> {
        let mut revision = self.revision()?;
        let first = revision + 1;
        let mut written = Vec::with_capacity(changes.len());
        for change in changes {
            revision += 1;
            let after = change.after.map(|object| versioned(object, revision));
            self.put(&change.resource, &change.key, after.as_ref())?;
            let record = Record {
                revision,
                part_of: first,
                actor: signature.actor.0.clone(),
                manager: signature.manager.clone(),
                operation: signature.operation,
                time: signature.time,
                resource: change.resource,
                namespace: change.key.namespace,
                name: change.key.name,
                before: change.before,
                after,
            };
            let text = serde_json::to_vec(&record).map_err(|error| unreadable(&error))?;
            self.history.insert(revision, (record.resource.as_str(), text.as_slice())).map_err(broken)?;
            written.extend(record.after.or_else(|| record.before.map(|object| versioned(object, revision))));
        }
        self.meta.insert(REVISION, revision).map_err(broken)?;
        Ok(written)
    }

    fn put(&mut self, resource: &str, key: &ObjectKey, object: Option<&Object>) -> Result<(), StoreError> {
        let key = (resource, key.namespace.as_deref().unwrap_or_default(), key.name.as_str());
        match object {
            Some(object) => {
                let text = serde_json::to_vec(&object.0).map_err(|error| unreadable(&error))?;
                self.objects.insert(key, text.as_slice()).map_err(broken)?;
            }
            None => {
                self.objects.remove(key).map_err(broken)?;
            }
        }
        Ok(())
    }

    /// A record.
    pub(crate) fn record(&self, revision: u64) -> Result<Option<Record>, StoreError> {
        self.history.get(revision).map_err(broken)?.map(|value| parse_record(value.value().1)).transpose()
    }

    /// The records from a version on.
    pub(crate) fn records(&self, from: u64) -> Result<Vec<Record>, StoreError> {
        let mut records = Vec::new();
        for entry in self.history.range(from..).map_err(broken)? {
            records.push(parse_record(entry.map_err(broken)?.1.value().1)?);
        }
        Ok(records)
    }

    /// Forgets the records up to a version.
    pub(crate) fn forget(&mut self, last: u64) -> Result<(), StoreError> {
        let forgotten = self.history.retain_in(..=last, |_, _| false).map_err(broken);
        self.noted(forgotten)
    }

    /// Remembers that something was written, or a failure of the database, so that the whole transaction is given up.
    fn noted<T>(&mut self, result: Result<T, StoreError>) -> Result<T, StoreError> {
        self.wrote = true;
        if let Err(error) = &result {
            self.failed = Some(error.clone());
        }
        result
    }
}

/// The bounds of a kind's objects in a namespace, or in all.
pub(crate) fn range<'a>(
    resource: &'a str,
    namespace: Option<&'a str>,
    end: &'a str,
) -> std::ops::Range<(&'a str, &'a str, &'a str)> {
    (resource, namespace.unwrap_or_default(), "")..(resource, end, "")
}

/// The first namespace after one, or after all.
pub(crate) fn end(namespace: Option<&str>) -> String {
    namespace.map_or_else(|| "\u{10ffff}".to_owned(), |namespace| format!("{namespace}\0"))
}

/// An object of a table, whatever transaction it is in.
pub(crate) fn get(
    objects: &impl ReadableTable<ObjectsKey, &'static [u8]>,
    resource: &str,
    key: &ObjectKey,
) -> Result<Option<Object>, StoreError> {
    let key = (resource, key.namespace.as_deref().unwrap_or_default(), key.name.as_str());
    objects.get(key).map_err(broken)?.map(|value| parse(value.value())).transpose()
}

/// An object from its JSON.
pub(crate) fn parse(text: &[u8]) -> Result<Object, StoreError> {
    serde_json::from_slice(text).map(Object).map_err(|error| unreadable(&error))
}

/// A record from its JSON.
pub(crate) fn parse_record(text: &[u8]) -> Result<Record, StoreError> {
    serde_json::from_slice(text).map_err(|error| unreadable(&error))
}

/// The object with a version.
pub(crate) fn versioned(mut object: Object, revision: u64) -> Object {
    object.metadata_mut().insert("resourceVersion".to_owned(), revision.to_string().into());
    object
}
