//! `local apply`, `local import`, `local delete`

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use bulkhead_local_store::LocalStore;
use bulkhead_store::{
    Apply, Commit, Conflicts, Delete, KnownKind, Object, ObjectKey, Part, Resource, Scope, Store as _, StoreError,
    Write,
};

use super::arguments::{ApplyArguments, DeleteArguments, ImportArguments, StoreArguments};
use super::{documents, open};
use crate::failure::Failure;
use crate::session::Session;
use crate::status::ExitStatus;

/// Fields that a server gave an object in a dump, and that an apply cannot ask for.
const OF_A_SERVER: [&str; 5] = ["resourceVersion", "uid", "creationTimestamp", "generation", "managedFields"];

/// Whether a command only says what it would do.
pub(super) fn commit(dry_run: bool) -> Commit {
    if dry_run { Commit::DryRun } else { Commit::Write }
}

/// An object as answers name it: `networkpolicy/shop/web`.
pub(crate) fn named(resource: &Resource, key: &ObjectKey) -> String {
    format!("{}/{key}", resource.kind.to_ascii_lowercase())
}

/// Applies every object of the files, and goes on behind one that is refused.
pub(super) fn apply(arguments: &ApplyArguments, session: &mut Session<'_, '_>) -> Result<ExitStatus, Failure> {
    let objects = documents::read(&arguments.filenames, session)?;
    let store = open::store(&arguments.store, session)?;
    let runtime = open::runtime()?;
    let write = Write { manager: arguments.field_manager.clone(), part: Part::Main, commit: commit(arguments.dry_run) };
    let conflicts = if arguments.force_conflicts { Conflicts::Force } else { Conflicts::Fail };
    let how = Apply { write, conflicts };
    let mut status = ExitStatus::Answered;
    for (known, mut object) in objects {
        for field in OF_A_SERVER {
            object.metadata_mut().remove(field);
        }
        let before = runtime.block_on(store.get(&known.resource, &object.key()));
        match runtime.block_on(store.apply(&known.resource, &object, &how)) {
            Ok(after) => {
                let word = outcome(before.ok().as_ref(), &after);
                say(&known.resource, &object.key(), word, arguments.dry_run, session)?;
            }
            Err(error) => {
                for issue in open::issues(&error) {
                    session.tell_issue(&issue);
                }
                status = ExitStatus::Unusable;
            }
        }
    }
    Ok(status)
}

/// The key of the word for what a write did.
pub(crate) fn outcome(before: Option<&Object>, after: &Object) -> &'static str {
    match before {
        None => "local.created",
        Some(before) if before == after => "local.unchanged",
        Some(_) => "local.configured",
    }
}

fn say(
    resource: &Resource,
    key: &ObjectKey,
    word: &str,
    dry_run: bool,
    session: &mut Session<'_, '_>,
) -> Result<(), Failure> {
    let suffix = if dry_run { session.speech.word("local.dryRun") } else { String::new() };
    let line = format!("{} {}{suffix}\n", named(resource, key), session.speech.word(word));
    session.answer(&line)
}

/// A new store with the objects of files in it.
pub(super) fn made_of(
    path: &Path,
    filenames: &[PathBuf],
    session: &mut Session<'_, '_>,
) -> Result<LocalStore, Failure> {
    let objects = documents::read(filenames, session)?;
    let store = LocalStore::open(path, open::actor(None, session), open::clock(session));
    let store = store.map_err(|error| open::cannot_open(path, &error))?;
    let (kinds, objects) = by_kind(objects);
    open::runtime()?
        .block_on(store.import(kinds, objects, &Write::by("import")))
        .map_err(|error| open::refused(&error))?;
    Ok(store)
}

/// The kinds of objects, each once, and the objects.
fn by_kind(documents: Vec<documents::Document>) -> (Vec<&'static KnownKind>, Vec<Object>) {
    let kinds: BTreeMap<String, &'static KnownKind> =
        documents.iter().map(|(known, _)| (known.resource.group_resource(), *known)).collect();
    (kinds.into_values().collect(), documents.into_iter().map(|(_, object)| object).collect())
}

/// Makes the kinds that the files have be exactly what is in them.
pub(super) fn import(arguments: &ImportArguments, session: &mut Session<'_, '_>) -> Result<ExitStatus, Failure> {
    let objects = documents::read(&arguments.filenames, session)?;
    let (kinds, objects) = by_kind(objects);
    let write = Write { commit: commit(arguments.dry_run), ..Write::by("import") };
    import_into(&arguments.store, kinds, objects, &write, session)
}

/// Makes kinds be exactly what is given, in a store whose user is the one who is logged in.
pub(crate) fn import_objects(
    store: PathBuf,
    kinds: Vec<&'static KnownKind>,
    objects: Vec<Object>,
    write: &Write,
    session: &mut Session<'_, '_>,
) -> Result<ExitStatus, Failure> {
    import_into(&StoreArguments { store, actor: None }, kinds, objects, write, session)
}

fn import_into(
    store: &StoreArguments,
    kinds: Vec<&'static KnownKind>,
    objects: Vec<Object>,
    write: &Write,
    session: &mut Session<'_, '_>,
) -> Result<ExitStatus, Failure> {
    let store = open::store(store, session)?;
    let imported = open::runtime()?.block_on(store.import(kinds, objects, write));
    let imported = imported.map_err(|error| open::refused(&error))?;
    let counts = [
        ("created", imported.created),
        ("changed", imported.changed),
        ("unchanged", imported.unchanged),
        ("deleted", imported.deleted),
    ];
    let counts = counts.map(|(name, count)| (name, count.to_string()));
    let suffix = if write.commit == Commit::DryRun { session.speech.word("local.dryRun") } else { String::new() };
    let line = format!("{}{suffix}\n", session.speech.say("local.imported", &counts));
    session.answer(&line)?;
    Ok(ExitStatus::Answered)
}

/// Deletes the named objects, and goes on behind one that is not there.
pub(super) fn delete(arguments: &DeleteArguments, session: &mut Session<'_, '_>) -> Result<ExitStatus, Failure> {
    let known = open::kind(&arguments.kind)?;
    let store = open::store_that_is_there(&arguments.store, session)?;
    let runtime = open::runtime()?;
    let how = Delete { commit: commit(arguments.dry_run), ..Delete::default() };
    let mut status = ExitStatus::Answered;
    for name in &arguments.names {
        let namespace = (known.resource.scope == Scope::Namespaced).then(|| arguments.namespace.clone());
        let key = ObjectKey { namespace, name: name.clone() };
        let deleted: Result<(), StoreError> = runtime.block_on(store.delete(&known.resource, &key, &how));
        match deleted {
            Ok(()) => say(&known.resource, &key, "local.deleted", arguments.dry_run, session)?,
            Err(error) => {
                for issue in open::issues(&error) {
                    session.tell_issue(&issue);
                }
                status = ExitStatus::Unusable;
            }
        }
    }
    Ok(status)
}
