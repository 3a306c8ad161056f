//! Several writes as one change: all of them happen, or none.

use bulkhead_store::{Cause, Commit, Delete, Object, ObjectKey, Resource, StoreError, Write};

use crate::change::{self, Context};
use crate::local_store::LocalStore;
use crate::record::Operation;
use crate::tables::{Change, Tables};

/// One of several writes.
#[derive(Clone, Debug)]
pub enum Together {
    /// Writes an object: a new one, or one that replaces the version that it names.
    Put(Resource, Object),
    /// Deletes an object, if it is this version where one is named.
    Delete(Resource, ObjectKey, Option<String>),
}

impl LocalStore {
    /// Writes several objects, each once, in one change that is undone as one. The writes see the store as it was before all of
    /// them. With `revision`, nothing is written where the store has changed since.
    pub async fn write_together(
        &self,
        writes: Vec<Together>,
        revision: Option<u64>,
        write: &Write,
    ) -> Result<Vec<Object>, StoreError> {
        let (now, how) = (self.now(), write.clone());
        let plan = move |tables: &Tables<'_>| {
            check_revision(tables, revision)?;
            let mut changes: Vec<Change> = Vec::new();
            for each in &writes {
                changes.extend(planned(tables, each, &how, now)?);
            }
            Ok(changes)
        };
        self.write_changes(plan, Operation::Apply, write).await
    }
}

fn check_revision(tables: &Tables<'_>, expected: Option<u64>) -> Result<(), StoreError> {
    let now = tables.revision()?;
    match expected {
        Some(expected) if expected != now => Err(StoreError::Conflict {
            message: format!("the store is at revision {now}, and {expected} was expected"),
            causes: Vec::<Cause>::new(),
        }),
        _ => Ok(()),
    }
}

fn planned(
    tables: &Tables<'_>,
    each: &Together,
    write: &Write,
    now: jiff::Timestamp,
) -> Result<Vec<Change>, StoreError> {
    match each {
        Together::Put(resource, object) => {
            let context = Context::new(tables, resource, now)?;
            let planned = match object.resource_version() {
                Some(_) => change::update(&context, object, write),
                None => change::create(&context, object, write),
            };
            planned.map(|(changes, _)| changes)
        }
        Together::Delete(resource, key, version) => {
            let delete = Delete { resource_version: version.clone(), commit: Commit::Write, ..Delete::default() };
            change::delete(&Context::new(tables, resource, now)?, key, &delete)
        }
    }
}
