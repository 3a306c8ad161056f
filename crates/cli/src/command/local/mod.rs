//! `local`: a store in a file, as kubectl has a cluster.

mod arguments;
pub(crate) mod documents;
mod file;
mod get;
mod history;
pub(super) mod open;
mod watch;
mod write;

use std::io;
use std::path::{Path, PathBuf};

use bulkhead_local_store::LocalStore;
use bulkhead_store::{KINDS, Selection, Store as _};
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::session::Session;
use crate::status::ExitStatus;

pub(crate) use arguments::LocalArguments;
use arguments::LocalCommand;
pub(crate) use open::issues as store_issues;
pub(crate) use write::{import_objects, named, outcome};

/// Runs a command on a local store.
pub(crate) fn run(arguments: &LocalArguments, session: &mut Session<'_, '_>) -> Result<ExitStatus, Failure> {
    match &arguments.command {
        LocalCommand::Apply(arguments) => write::apply(arguments, session),
        LocalCommand::Backup(arguments) => file::backup(arguments, session),
        LocalCommand::Compact(arguments) => file::compact(arguments, session),
        LocalCommand::Delete(arguments) => write::delete(arguments, session),
        LocalCommand::Get(arguments) => get::run(arguments, session),
        LocalCommand::History(arguments) => history::run(arguments, session),
        LocalCommand::Import(arguments) => write::import(arguments, session),
        LocalCommand::Restore(arguments) => file::restore(arguments, session),
        LocalCommand::Undo(arguments) => history::undo(arguments, session),
        LocalCommand::Watch(arguments) => watch::run(arguments, session),
    }
}

/// The store that `serve` works on; it has to be there.
pub(crate) fn open_for_serving(path: &Path, session: &Session<'_, '_>) -> Result<LocalStore, Failure> {
    let full = session.streams.surroundings.directory.join(path);
    open::existing(&full, None, session).map_err(|error| open::cannot_open(path, &error))
}

/// A new store with the objects of files in it, as `demo` has one.
pub(crate) fn made_of(
    path: &Path,
    filenames: &[PathBuf],
    session: &mut Session<'_, '_>,
) -> Result<LocalStore, Failure> {
    write::made_of(path, filenames, session)
}

/// Every object of a store, as the `List` that other commands read from `-f store:FILE`.
pub(crate) fn everything(path: &Path, session: &Session<'_, '_>) -> io::Result<Vec<u8>> {
    let path = session.streams.surroundings.directory.join(path);
    let store = open::existing(&path, None, session).map_err(|error| match error {
        bulkhead_local_store::OpenError::NoSuchFile(_) => io::Error::from(io::ErrorKind::NotFound),
        error => io::Error::other(error),
    })?;
    let listed: Result<Vec<Value>, _> = open::runtime()?.block_on(async {
        let mut items = Vec::new();
        for known in KINDS {
            let list = store.list(&known.resource, &Selection::all()).await?;
            items.extend(list.items.into_iter().map(bulkhead_store::Object::into_value));
        }
        Ok::<_, bulkhead_store::StoreError>(items)
    });
    let items = listed.map_err(io::Error::other)?;
    Ok(serde_json::to_vec_pretty(&json!({"apiVersion": "v1", "kind": "List", "items": items}))?)
}
