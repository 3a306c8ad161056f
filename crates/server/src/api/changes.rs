//! Changes: preview, and apply.

use std::sync::Arc;

use axum::extract::State;
use axum::http::header::IF_MATCH;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use axum::routing::post;
use bulkhead_wire::change::{AppliedForm, ApplyRequest, ChangeRequest, PreviewForm};
use schemars::SchemaGenerator;

use super::overview::told;
use super::reading::{Body, Parameters};
use super::{Context, Method, Operation};
use crate::access::AuditLine;
use crate::change;
use crate::epoch::Epoch;
use crate::headers::matches;
use crate::problem::Problem;
use crate::viewer::{Asking, Viewer};

pub(super) const PREVIEW: Operation = Operation {
    method: Method::Post,
    path: "/changes/preview",
    id: "previewChange",
    summary: "What a change would do: objects before and after, connections gained and lost, and a digest of it all. An empty \
              change carries out the plan.",
    parameters: &[],
    body: Some(SchemaGenerator::subschema_for::<ChangeRequest>),
    answer: Some(SchemaGenerator::subschema_for::<PreviewForm>),
    route: || post(preview),
};

async fn preview(
    State(context): State<Arc<Context>>,
    asking: Asking,
    parameters: Parameters,
    Body(request): Body<ChangeRequest>,
) -> Result<Response, Problem> {
    parameters.of(&[])?;
    let preview = change::preview(&context.cluster, &asking.epoch, &request, asking.asker()).await?;
    Ok(asking.answer_to(preview.form, &serde_json::to_value(request).unwrap_or_default()))
}

pub(super) const APPLY: Operation = Operation {
    method: Method::Post,
    path: "/changes",
    id: "applyChange",
    summary: "Applies a change that was previewed; 409 with a new preview where it would do something else now. `If-Match` may \
              name the state that it is meant for.",
    parameters: &[],
    body: Some(SchemaGenerator::subschema_for::<ApplyRequest>),
    answer: Some(SchemaGenerator::subschema_for::<AppliedForm>),
    route: || post(apply),
};

/// Applies a change, and notes that. A client that goes away does not stop a write halfway.
pub(crate) async fn noted(
    context: Arc<Context>,
    request: ApplyRequest,
    asking: &Asking,
) -> Result<(Arc<Epoch>, AppliedForm), Problem> {
    let asking = asking.clone();
    let applying = async move {
        let applied = change::apply(&context.cluster, &request, asking.asker()).await;
        context.audit.note(&line(&asking.viewer, &request, &applied));
        applied
    };
    tokio::spawn(applying).await.map_err(|_| Problem::internal())?
}

fn line(viewer: &Viewer, request: &ApplyRequest, applied: &Result<(Arc<Epoch>, AppliedForm), Problem>) -> AuditLine {
    let (outcome, objects, state) = match applied {
        Ok((epoch, form)) => {
            let objects = form.objects.iter().map(change::shown).collect();
            ("applied".to_owned(), objects, Some(epoch.version.clone()))
        }
        Err(problem) => (problem.name().to_owned(), Vec::new(), None),
    };
    AuditLine {
        time: told(jiff::Timestamp::now()),
        user: viewer.principal.name.clone(),
        groups: viewer.principal.groups.clone(),
        digest: request.digest.chars().take(64).collect(),
        outcome,
        objects,
        state,
    }
}

async fn apply(
    State(context): State<Arc<Context>>,
    asking: Asking,
    parameters: Parameters,
    headers: HeaderMap,
    Body(request): Body<ApplyRequest>,
) -> Result<Response, Problem> {
    parameters.of(&[])?;
    let version = context.cluster.version_for(&asking.epoch, &asking.sight);
    if headers.get(IF_MATCH).is_some_and(|wanted| !matches(wanted, &version)) {
        return Err(Problem::new(StatusCode::PRECONDITION_FAILED, "problem.otherState").with("state", version));
    }
    let (epoch, applied) = noted(context, request, &asking).await?;
    Ok(Asking { epoch, ..asking }.answer(applied))
}
