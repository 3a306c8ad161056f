//! Changes: previewed, and applied where the preview still holds.

mod apply;
mod digest;
mod edits;
mod effect;
mod lines;
mod live;
mod undo;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use bulkhead_analysis::Analysis;
use bulkhead_analysis::model::watch::Watch;
use bulkhead_analysis::model::{Issue, Severity};
use bulkhead_report::Speech;
use bulkhead_store::{Object, StoreError};
use bulkhead_wire::IssueForm;
use bulkhead_wire::change::{ChangeRequest, ObjectChangeForm, ObjectName, PreviewForm};

use crate::cluster::Cluster;
use crate::epoch::Epoch;
use crate::problem::Problem;
use crate::state::State;
use crate::viewer::{Sight, Viewer};
use crate::work::Work;

pub(crate) use apply::apply;
pub(crate) use digest::hexadecimal;
pub(crate) use edits::shown;
pub(crate) use lines::diff;
pub(crate) use undo::name_of as name_of_record;

/// One object, before and after; `None` where it is not there.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Edit {
    pub(crate) before: Option<Object>,
    pub(crate) after: Option<Object>,
}

/// Edits by the object's name.
pub(crate) type Edits = BTreeMap<ObjectName, Edit>;

impl Edit {
    /// `create`, `change` or `delete`.
    pub(crate) fn action(&self) -> &'static str {
        match (&self.before, &self.after) {
            (None, _) => "create",
            (_, None) => "delete",
            _ => "change",
        }
    }
}

/// What a change would do, in full.
pub(crate) struct Preview {
    pub(crate) form: PreviewForm,
    /// What was asked for.
    pub(crate) wanted: Edits,
    /// What follows from the switches and allowlists.
    pub(crate) generated: Edits,
}

/// Which projects' outstanding policies are written with a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Projects {
    /// Those of all projects: the change is nothing else.
    All,
    /// Those of the projects that it is about, and what it makes of others.
    Named(BTreeSet<String>),
    /// None: what was written is taken back as it was.
    None,
}

/// Who asks what a change would do.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asker<'a> {
    pub(crate) viewer: &'a Viewer,
    pub(crate) speech: Speech,
    pub(crate) work: &'a Arc<Work>,
}

/// Works out what a change would do to a state.
pub(crate) async fn preview(
    cluster: &Cluster,
    epoch: &Arc<Epoch>,
    request: &ChangeRequest,
    Asker { viewer, speech, work }: Asker<'_>,
) -> Result<Preview, Problem> {
    let sight = &epoch.sight(viewer);
    let state = looked_up(cluster, &epoch.state, request, sight).await?;
    let (wanted, mut issues) = match request.undo {
        Some(revision) => undo::edits(cluster, &state, request, revision, sight)?,
        None => edits::resolve(&state, request, sight)?,
    };
    let projects = match request.undo {
        Some(_) => Projects::None,
        None if *request == ChangeRequest::default() => Projects::All,
        None => Projects::Named(edits::projects(&state, &wanted)),
    };
    let overrides = cluster.overrides.clone();
    let carrying = effect::Carrying { projects, sight: Arc::clone(sight) };
    let asked = wanted.clone();
    let question = move |analysis: &Analysis<'_>, watch: &dyn Watch| {
        effect::of(analysis, &overrides, &state, &asked, &carrying, (speech, watch))
    };
    let effect = epoch.ask(work, question).await?;
    issues.extend(effect.issues);
    if wanted.is_empty() && effect.generated.is_empty() {
        issues.push(Issue::note("changeNothing"));
    }
    let has_errors = |issues: &[Issue]| issues.iter().any(|issue| issue.severity == Severity::Error);
    if !has_errors(&issues) && request.undo.is_none() {
        issues.extend(apply::refusals(cluster, viewer, &wanted, &effect.generated).await);
    }
    let is_something = !wanted.is_empty() || !effect.generated.is_empty();
    if cluster.live().is_some() && !effect.generated.is_empty() {
        // Two writers of one object fight.
        issues.push(Issue::note("changeByController"));
    }
    let is_something = if cluster.live().is_some() { !wanted.is_empty() } else { is_something };
    let applicable = cluster.is_writable() && is_something && !has_errors(&issues);
    let forms = |edits: &Edits, generated: bool| -> Vec<ObjectChangeForm> {
        edits.iter().map(|(name, edit)| object_form(name, edit, generated)).collect()
    };
    let form = PreviewForm {
        digest: digest::of(&wanted, &effect.generated, &effect.form, cluster.secret_for(sight)),
        applicable,
        objects: [forms(&wanted, false), forms(&effect.generated, true)].concat(),
        effect: effect.form,
        findings: effect.findings,
        issues: issues.iter().map(|issue| IssueForm::at(issue, None, &speech)).collect(),
    };
    Ok(Preview { form, wanted, generated: effect.generated })
}

/// The state with what the cluster has of the pods and EndpointSlices that a change is about, which a state knows only as they are read.
/// They are administrators' to change.
async fn looked_up(cluster: &Cluster, state: &State, request: &ChangeRequest, sight: &Sight) -> Result<State, Problem> {
    let mut state = state.clone();
    let Some(followed) = cluster.live().filter(|_| sight.is_everything()) else { return Ok(state) };
    let store = followed.live.store();
    for name in edits::named(request) {
        let Some((resource, key)) = state.kept_as_read(&name) else { continue };
        match store.get(&resource, &key).await {
            Ok(object) => state.make_whole(&resource, object),
            Err(StoreError::NotFound { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(state)
}

fn object_form(name: &ObjectName, edit: &Edit, generated: bool) -> ObjectChangeForm {
    ObjectChangeForm {
        object: name.clone(),
        action: edit.action(),
        generated,
        diff: diff(edit.before.as_ref(), edit.after.as_ref()),
    }
}
