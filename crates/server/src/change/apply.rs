//! Writing a change that was previewed.

use std::sync::Arc;

use axum::http::StatusCode;
use bulkhead_analysis::model::Issue;
use bulkhead_local_store::{Actor, LocalStore, Together, Undo};
use bulkhead_store::{Conflicts, KnownKind, StoreError, Write};
use bulkhead_wire::change::{AppliedForm, ApplyRequest, ObjectName};

use super::{Asker, Edit, Edits, Preview, live, preview};
use crate::cluster::Cluster;
use crate::epoch::Epoch;
use crate::problem::{Problem, issues_of};
use crate::viewer::{Judge, Viewer};

/// The field manager of what the console writes.
pub(super) const MANAGER: &str = "bulkhead-console";

/// Applies a change if its preview is still what its digest says, on the state that was previewed.
pub(crate) async fn apply(
    cluster: &Cluster,
    request: &ApplyRequest,
    asker: Asker<'_>,
) -> Result<(Arc<Epoch>, AppliedForm), Problem> {
    let viewer = asker.viewer;
    if !cluster.is_writable() {
        return Err(Problem::new(StatusCode::FORBIDDEN, "problem.readOnly"));
    }
    let _writing = cluster.writing.lock().await;
    let epoch = cluster.refresh().await?;
    let preview = preview(cluster, &epoch, &request.change, asker).await?;
    if preview.form.digest != request.digest {
        return Err(Problem::new(StatusCode::CONFLICT, "problem.previewStale").showing(preview.form));
    }
    if !preview.form.applicable {
        return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "problem.invalid").showing(preview.form));
    }
    let names = match (cluster.store(), cluster.live()) {
        (Some(store), _) => {
            write(&as_actor(store, viewer), request, &preview, epoch.version.parse().ok()).await?;
            preview.wanted.into_keys().chain(preview.generated.into_keys()).collect()
        }
        (None, Some(followed)) => live::write(followed, viewer, &preview.wanted).await?,
        (None, None) => Vec::new(),
    };
    let epoch = cluster.refresh().await?;
    let state = cluster.version_for(&epoch, &epoch.sight(viewer));
    Ok((epoch, AppliedForm { state, objects: names }))
}

/// The store as whoever makes a change uses it: the history names them.
fn as_actor(store: &LocalStore, viewer: &Viewer) -> LocalStore {
    match &viewer.judge {
        // The one person on this machine is who opened the store.
        Judge::Local => store.clone(),
        Judge::Roles | Judge::Cluster => store.acting_as(Actor(viewer.principal.name.clone())),
    }
}

/// Writes everything in one transaction.
async fn write(
    store: &LocalStore,
    request: &ApplyRequest,
    preview: &Preview,
    expected: Option<u64>,
) -> Result<(), StoreError> {
    let write = Write::by(MANAGER);
    if let Some(revision) = request.change.undo {
        store.undo(Undo { revision, conflicts: Conflicts::Fail }, &write).await?;
    } else {
        let writes = together(&preview.wanted, &preview.generated)?;
        store.write_together(writes, expected, &write).await?;
    }
    Ok(())
}

/// What the store would say against a change.
pub(super) async fn refusals(cluster: &Cluster, viewer: &Viewer, wanted: &Edits, generated: &Edits) -> Vec<Issue> {
    if let Some(followed) = cluster.live() {
        return live::refusals(followed, viewer, wanted).await;
    }
    let Some(store) = cluster.store() else { return Vec::new() };
    let refused = match together(wanted, generated) {
        Ok(writes) => store.write_together(writes, None, &Write::by(MANAGER).dry_run()).await.err(),
        Err(error) => Some(error),
    };
    refused.as_ref().map(issues_of).unwrap_or_default()
}

/// Edits as writes.
fn together(wanted: &Edits, generated: &Edits) -> Result<Vec<Together>, StoreError> {
    wanted.iter().chain(generated).map(|(name, edit)| one(name, edit)).collect()
}

fn one(name: &ObjectName, edit: &Edit) -> Result<Together, StoreError> {
    let object = edit.after.as_ref().or(edit.before.as_ref());
    let object = object.ok_or_else(|| StoreError::BadRequest(format!("{} `{}` is nowhere", name.kind, name.name)))?;
    let known = KnownKind::of(object.api_version(), object.kind());
    let resource = known.ok_or_else(|| StoreError::NoSuchKind(name.kind.clone()))?.resource.clone();
    Ok(match (&edit.before, &edit.after) {
        (_, Some(after)) => Together::Put(resource, after.clone()),
        (before, None) => {
            let version = before.as_ref().and_then(|before| before.resource_version()).map(str::to_owned);
            Together::Delete(resource, object.key(), version)
        }
    })
}
