//! Changes: preview, and apply.

use std::sync::Arc;

use axum::extract::State;
use axum::http::header::IF_MATCH;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use axum::routing::post;
use bulkhead_wire::change::{AppliedForm, ApplyRequest, ChangeRequest, PreviewForm};
use schemars::SchemaGenerator;

use super::reading::{Body, Parameters, json};
use super::{Context, Method, Operation};
use crate::change;
use crate::headers::matches;
use crate::language::Asked;
use crate::problem::Problem;

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
    Asked(speech): Asked,
    parameters: Parameters,
    Body(request): Body<ChangeRequest>,
) -> Result<Response, Problem> {
    parameters.of(&[])?;
    let epoch = context.cluster.current();
    json(&change::preview(&context.cluster, &epoch, &request, speech).await?.form)
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

async fn apply(
    State(context): State<Arc<Context>>,
    Asked(speech): Asked,
    parameters: Parameters,
    headers: HeaderMap,
    Body(request): Body<ApplyRequest>,
) -> Result<Response, Problem> {
    parameters.of(&[])?;
    let version = context.cluster.current().version.clone();
    if headers.get(IF_MATCH).is_some_and(|wanted| !matches(wanted, &version)) {
        return Err(Problem::new(StatusCode::PRECONDITION_FAILED, "problem.otherState").with("state", version));
    }
    // A client that goes away does not stop a write halfway.
    let applying = async move { change::apply(&context.cluster, &request, speech).await };
    json(&tokio::spawn(applying).await.map_err(|_| Problem::internal())??)
}
