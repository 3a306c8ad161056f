//! Writing to a live cluster: one object after the other, each only if it is still what the preview saw, in the name of whoever asks.

use std::sync::Arc;

use axum::http::StatusCode;
use bulkhead_analysis::model::Issue;
use bulkhead_store::{Commit, Delete, Object, Resource, Store, StoreError, Write};
use bulkhead_wire::change::ObjectName;

use super::apply::MANAGER;
use super::{Edit, Edits, shown};
use crate::cluster::Followed;
use crate::objects::group_of;
use crate::problem::{Problem, issues_of};
use crate::viewer::{Judge, Viewer};

/// The cluster in the name of whoever asks: the one person of the mode `local` is who the kubeconfig says.
fn in_name_of(followed: &Followed, viewer: &Viewer) -> Result<Arc<dyn Store>, StoreError> {
    match &viewer.judge {
        Judge::Local => Ok(followed.live.store()),
        Judge::Roles | Judge::Cluster => followed.live.acting_as(&viewer.principal),
    }
}

/// What the API server would say against a change.
pub(super) async fn refusals(followed: &Followed, viewer: &Viewer, wanted: &Edits) -> Vec<Issue> {
    let store = match in_name_of(followed, viewer) {
        Ok(store) => store,
        Err(error) => return issues_of(&error),
    };
    let mut issues = Vec::new();
    for edit in wanted.values() {
        if let Err(error) = send(&*store, followed, edit, Commit::DryRun).await {
            issues.extend(issues_of(&error));
        }
    }
    issues
}

/// Writes what was asked for; what follows from it the controller writes. Where a write fails after others, the problem says which
/// were made.
pub(super) async fn write(followed: &Followed, viewer: &Viewer, wanted: &Edits) -> Result<Vec<ObjectName>, Problem> {
    let store = in_name_of(followed, viewer)?;
    let mut written: Vec<ObjectName> = Vec::new();
    for (name, edit) in wanted {
        match send(&*store, followed, edit, Commit::Write).await {
            Ok((_, Some(object))) => followed.objects.put(object),
            Ok((resource, None)) => {
                if let Some(before) = &edit.before {
                    followed.objects.remove(&resource, &before.key());
                }
            }
            Err(error) if written.is_empty() => return Err(error.into()),
            Err(error) => {
                let made = written.iter().map(|name| Issue::note("changeWritten").with("object", shown(name)));
                let issues: Vec<Issue> = issues_of(&error).into_iter().chain(made).collect();
                return Err(Problem::new(StatusCode::CONFLICT, "problem.partly").because(issues));
            }
        }
        written.push(name.clone());
    }
    Ok(written)
}

/// Sends one write; the object as it is then, unless it is gone.
async fn send(
    store: &dyn Store,
    followed: &Followed,
    edit: &Edit,
    commit: Commit,
) -> Result<(Resource, Option<Object>), StoreError> {
    let object = edit.after.as_ref().or(edit.before.as_ref());
    let object = object.ok_or_else(|| StoreError::BadRequest("an edit of nothing".to_owned()))?;
    let served = followed.objects.served(group_of(object), object.kind());
    let resource = served.ok_or_else(|| StoreError::NoSuchKind(object.kind().to_owned()))?.clone();
    let write = Write { commit, ..Write::by(MANAGER) };
    let after = match (&edit.before, &edit.after) {
        (None, Some(after)) => Some(store.create(&resource, after, &write).await?),
        (Some(_), Some(after)) => Some(store.update(&resource, after, &write).await?),
        (before, None) => {
            let version = before.as_ref().and_then(Object::resource_version).map(str::to_owned);
            let delete = Delete { resource_version: version, commit, ..Delete::default() };
            store.delete(&resource, &object.key(), &delete).await?;
            None
        }
    };
    Ok((resource, after))
}
