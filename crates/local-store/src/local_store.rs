//! The store.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use bulkhead_store::{
    Apply, Commit, Delete, List, Object, ObjectKey, Pending, Resource, Selection, Store, StoreError, Watch, Write,
};
use jiff::Timestamp;
use redb::{Database, ReadTransaction, ReadableDatabase as _};
use tokio::sync::{oneshot, watch};

use crate::actor::{Actor, Clock};
use crate::change::{self, Context, Planned};
use crate::commit::Committer;
use crate::failure::broken;
use crate::file::{self, Missing, OpenError};
use crate::names::not_found;
use crate::record::Operation;
use crate::tables::{Change, Signature, Tables};
use crate::{read, watching};

/// A store in a file, as one actor uses it. Clones share the file.
#[derive(Clone)]
pub struct LocalStore {
    open: Arc<Open>,
    actor: Actor,
    clock: Clock,
}

/// An open file. Dropping it finishes what was handed over, and closes the file.
struct Open {
    committer: Committer,
    revisions: watch::Receiver<u64>,
    database: Arc<Database>,
    path: PathBuf,
}

impl std::fmt::Debug for LocalStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LocalStore").field("path", &self.open.path).field("actor", &self.actor).finish_non_exhaustive()
    }
}

impl LocalStore {
    /// Opens the store in a file, making it where it is missing.
    pub fn open(path: &Path, actor: Actor, clock: Clock) -> Result<Self, OpenError> {
        Self::open_file(path, Missing::Make, actor, clock)
    }

    /// Opens the store in a file that has to be there.
    pub fn open_existing(path: &Path, actor: Actor, clock: Clock) -> Result<Self, OpenError> {
        Self::open_file(path, Missing::Refuse, actor, clock)
    }

    fn open_file(path: &Path, missing: Missing, actor: Actor, clock: Clock) -> Result<Self, OpenError> {
        let database = Arc::new(file::open(path, missing)?);
        let reading = database.begin_read().map_err(broken)?;
        let (told, revisions) = watch::channel(read::revision(&reading)?);
        drop(reading);
        let committer = Committer::start(Arc::clone(&database), path.to_owned(), told)?;
        let open = Open { committer, revisions, database, path: path.to_owned() };
        Ok(Self { open: Arc::new(open), actor, clock })
    }

    /// The same store as somebody else uses it.
    #[must_use]
    pub fn acting_as(&self, actor: Actor) -> Self {
        Self { actor, ..self.clone() }
    }

    /// The version of the last change.
    pub fn revision(&self) -> Result<u64, StoreError> {
        read::revision(&self.reading()?)
    }

    /// Tells of the version of every change, whoever made it.
    pub fn revisions(&self) -> watch::Receiver<u64> {
        self.open.revisions.clone()
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(crate) fn reading(&self) -> Result<ReadTransaction, StoreError> {
        self.open.database.begin_read().map_err(broken)
    }

    /// Runs something in a write transaction that it may share with others; done when that is on the disk.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Tables<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (answer, answered) = oneshot::channel();
        self.open.committer.submit(Box::new(move |tables| {
            let outcome = tables.and_then(work);
            Box::new(move |committed| {
                let _ = answer.send(committed.and(outcome));
            })
        }))?;
        answered.await.unwrap_or_else(|_| Err(StoreError::unavailable("the store was closed")))
    }

    /// Writes the changes that a plan finds necessary.
    pub(crate) async fn write_changes(
        &self,
        plan: impl FnOnce(&Tables<'_>) -> Result<Vec<Change>, StoreError> + Send + 'static,
        operation: Operation,
        write: &Write,
    ) -> Result<Vec<Object>, StoreError> {
        let (signature, commit) = (self.signature(operation, &write.manager), write.commit);
        self.write(move |tables| {
            let changes = plan(tables)?;
            match commit {
                Commit::DryRun => Ok(changes.into_iter().filter_map(|change| change.after.or(change.before)).collect()),
                Commit::Write if changes.is_empty() => Ok(Vec::new()),
                Commit::Write => tables.write(changes, &signature),
            }
        })
        .await
    }

    fn signature(&self, operation: Operation, manager: &str) -> Signature {
        let (actor, manager) = (self.actor.clone(), manager.to_owned());
        Signature { actor, manager, operation, time: self.clock.now() }
    }

    /// Writes one object as a plan says; the object as it is then.
    async fn write_object(
        &self,
        resource: &Resource,
        write: &Write,
        operation: Operation,
        plan: impl FnOnce(&Context<'_, '_>) -> Planned + Send + 'static,
    ) -> Result<Object, StoreError> {
        let (resource, commit) = (resource.clone(), write.commit);
        let signature = self.signature(operation, &write.manager);
        self.write(move |tables| {
            let (changes, object) = plan(&Context::new(tables, &resource, signature.time)?)?;
            if commit == Commit::DryRun || changes.is_empty() {
                return Ok(object);
            }
            let written = tables.write(changes, &signature)?;
            let own = |other: &Object| other.key() == object.key() && other.kind() == object.kind();
            Ok(written.into_iter().find(own).unwrap_or(object))
        })
        .await
    }
}

impl Store for LocalStore {
    fn get<'a>(&'a self, resource: &'a Resource, key: &'a ObjectKey) -> Pending<'a, Object> {
        Box::pin(async move {
            change::known(resource)?;
            let found = read::get(&self.reading()?, &resource.group_resource(), key)?;
            found.ok_or_else(|| not_found(resource, key))
        })
    }

    fn list<'a>(&'a self, resource: &'a Resource, selection: &'a Selection) -> Pending<'a, List> {
        Box::pin(async move {
            change::known(resource)?;
            read::list(&self.reading()?, &resource.group_resource(), selection)
        })
    }

    fn watch<'a>(&'a self, resource: &'a Resource, selection: &'a Selection, from: &'a str) -> Pending<'a, Watch> {
        Box::pin(async move {
            change::known(resource)?;
            let (database, revisions) = (Arc::clone(&self.open.database), self.open.revisions.clone());
            watching::watch(database, revisions, resource.group_resource(), selection.clone(), from)
        })
    }

    fn create<'a>(&'a self, resource: &'a Resource, object: &'a Object, write: &'a Write) -> Pending<'a, Object> {
        let (object, how) = (object.clone(), write.clone());
        Box::pin(
            self.write_object(resource, write, Operation::Create, move |context| {
                change::create(context, &object, &how)
            }),
        )
    }

    fn update<'a>(&'a self, resource: &'a Resource, object: &'a Object, write: &'a Write) -> Pending<'a, Object> {
        let (object, how) = (object.clone(), write.clone());
        Box::pin(
            self.write_object(resource, write, Operation::Update, move |context| {
                change::update(context, &object, &how)
            }),
        )
    }

    fn apply<'a>(&'a self, resource: &'a Resource, object: &'a Object, apply: &'a Apply) -> Pending<'a, Object> {
        let (object, how) = (object.clone(), apply.clone());
        Box::pin(self.write_object(resource, &apply.write, Operation::Apply, move |context| {
            change::apply(context, &object, &how)
        }))
    }

    fn delete<'a>(&'a self, resource: &'a Resource, key: &'a ObjectKey, delete: &'a Delete) -> Pending<'a, ()> {
        Box::pin(async move {
            let (resource, key, delete) = (resource.clone(), key.clone(), delete.clone());
            let write = Write { commit: delete.commit, ..Write::by("") };
            let now = self.now();
            let plan = move |tables: &Tables<'_>| change::delete(&Context::new(tables, &resource, now)?, &key, &delete);
            self.write_changes(plan, Operation::Delete, &write).await.map(drop)
        })
    }
}
