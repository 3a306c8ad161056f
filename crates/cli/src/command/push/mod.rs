//! `push`: what a file or a local store says about isolation, into a cluster.
//!
//! Only what people decide is pushed: allowlist entries, Exposures, NetworkPolicies that nobody made for them, and the isolation
//! switches of namespaces and workspaces. Pods, nodes and Services are the cluster's own affair. Everything is applied on the
//! server, under a field manager of its own: other people's fields stay theirs.

mod diff;
mod wanted;

use std::path::PathBuf;

use bulkhead_kube_store::KubeStore;
use bulkhead_store::{
    Apply, Commit, Conflicts, Delete, KnownKind, Object, Part, Selection, Store as _, StoreError, Write,
};
use clap::Args;

use crate::command::local::{documents, named, outcome, store_issues};
use crate::failure::Failure;
use crate::live;
use crate::session::Session;
use crate::status::ExitStatus;

/// Who manages what is pushed.
const MANAGER: &str = "bulkhead-push";

// `push`
#[derive(Debug, Args)]
pub(crate) struct PushArguments {
    #[arg(short = 'f', long = "filename", value_name = "FILE|DIR|-", required = true)]
    pub(crate) filenames: Vec<PathBuf>,
    #[arg(long)]
    pub(crate) dry_run: bool,
    #[arg(long)]
    pub(crate) prune: bool,
    #[arg(long)]
    pub(crate) force_conflicts: bool,
}

/// Applies what is to be pushed, and goes on behind an object that is refused.
pub(crate) fn run(arguments: &PushArguments, session: &mut Session<'_, '_>) -> Result<ExitStatus, Failure> {
    let documents = documents::read(&arguments.filenames, session)?;
    let wanted: Vec<(&'static KnownKind, Object)> =
        documents.into_iter().filter_map(|(known, object)| Some((known, wanted::of(known, &object)?))).collect();
    let runtime = live::runtime()?;
    let store = runtime.block_on(live::connect(None, session)).map_err(|error| live::cannot_connect(&error))?;
    let commit = if arguments.dry_run { Commit::DryRun } else { Commit::Write };
    let mut status = ExitStatus::Answered;
    for (known, object) in &wanted {
        let pushed = runtime.block_on(push(&store, known, object, commit, conflicts(arguments)));
        if let Err(error) = told(pushed, known, object, commit, session)? {
            tell(&error, session);
            status = ExitStatus::Unusable;
        }
    }
    if arguments.prune {
        for (known, object) in runtime.block_on(superfluous(&store, &wanted)).map_err(|error| refused(&error))? {
            let delete = Delete { uid: object.uid().map(str::to_owned), commit, ..Delete::default() };
            match runtime.block_on(store.delete(&known.resource, &object.key(), &delete)) {
                Ok(()) => say(known, &object, "local.deleted", commit, session)?,
                Err(error) => {
                    tell(&error, session);
                    status = ExitStatus::Unusable;
                }
            }
        }
    }
    Ok(status)
}

fn conflicts(arguments: &PushArguments) -> Conflicts {
    if arguments.force_conflicts { Conflicts::Force } else { Conflicts::Fail }
}

/// The object before and after.
type Pushed = (Option<Object>, Object);

async fn push(
    store: &KubeStore,
    known: &KnownKind,
    object: &Object,
    commit: Commit,
    conflicts: Conflicts,
) -> Result<Pushed, StoreError> {
    let before = match store.get(&known.resource, &object.key()).await {
        Ok(before) => Some(before),
        // A switch of what is not there makes nothing.
        Err(error @ StoreError::NotFound { .. }) if !wanted::may_be_made(known) => return Err(error),
        Err(StoreError::NotFound { .. }) => None,
        Err(error) => return Err(error),
    };
    let write = Write { manager: MANAGER.to_owned(), part: Part::Main, commit };
    let after = store.apply(&known.resource, object, &Apply { write, conflicts }).await?;
    Ok((before, after))
}

/// Says what was done; of a dry run also every line that would be another.
fn told(
    pushed: Result<Pushed, StoreError>,
    known: &KnownKind,
    object: &Object,
    commit: Commit,
    session: &mut Session<'_, '_>,
) -> Result<Result<(), StoreError>, Failure> {
    let (before, after) = match pushed {
        Ok(pushed) => pushed,
        Err(error) => return Ok(Err(error)),
    };
    let word = match &before {
        Some(before) if diff::is_same(before, &after) => "local.unchanged",
        before => outcome(before.as_ref(), &after),
    };
    say(known, object, word, commit, session)?;
    if commit == Commit::DryRun {
        session.answer(&diff::lines(before.as_ref(), &after))?;
    }
    Ok(Ok(()))
}

/// What an earlier push made, and is no longer wanted.
async fn superfluous(
    store: &KubeStore,
    wanted: &[(&'static KnownKind, Object)],
) -> Result<Vec<(&'static KnownKind, Object)>, StoreError> {
    let mut found = Vec::new();
    for known in wanted::prunable() {
        let there = match store.list(&known.resource, &Selection::all()).await {
            Err(StoreError::NoSuchKind(_)) => continue,
            there => there?.items,
        };
        let is_wanted = |object: &Object| {
            wanted.iter().any(|(kind, it)| kind.resource == known.resource && it.key() == object.key())
        };
        found.extend(
            there.into_iter().filter(|it| wanted::was_pushed(it, MANAGER) && !is_wanted(it)).map(|it| (known, it)),
        );
    }
    Ok(found)
}

fn say(
    known: &KnownKind,
    object: &Object,
    word: &str,
    commit: Commit,
    session: &mut Session<'_, '_>,
) -> Result<(), Failure> {
    let suffix = if commit == Commit::DryRun { session.speech.word("local.dryRun") } else { String::new() };
    let line = format!("{} {}{suffix}\n", named(&known.resource, &object.key()), session.speech.word(word));
    session.answer(&line)
}

fn tell(error: &StoreError, session: &mut Session<'_, '_>) {
    for issue in store_issues(error) {
        session.tell_issue(&issue);
    }
}

fn refused(error: &StoreError) -> Failure {
    Failure::Issues(ExitStatus::Unusable, store_issues(error))
}
