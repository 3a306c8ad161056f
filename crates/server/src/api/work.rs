//! How far the work for a request is, and its end.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::{get, post};
use bulkhead_wire::work::WorkForm;
use schemars::SchemaGenerator;

use super::reading::Parameters;
use super::{Context, Method, Operation};
use crate::problem::Problem;
use crate::viewer::Asking;
use crate::work::Work;

pub(super) const PROGRESS: Operation = Operation {
    method: Method::Get,
    path: "/progress/{name}",
    id: "getProgress",
    summary: "How far the work for another request of the same person is that named it in its header `x-bulkhead-work`; 404 before \
              and after.",
    parameters: &[],
    body: None,
    answer: Some(SchemaGenerator::subschema_for::<WorkForm>),
    route: || get(progress),
};

async fn progress(
    State(context): State<Arc<Context>>,
    Path(name): Path<String>,
    asking: Asking,
    parameters: Parameters,
) -> Result<Response, Problem> {
    told(&context, name, &asking, parameters, |_| ())
}

pub(super) const CANCEL: Operation = Operation {
    method: Method::Post,
    path: "/progress/{name}/cancel",
    id: "cancelWork",
    summary: "Gives up the work for a request, which is then answered with the problem `cancelled`. What is being written is written.",
    parameters: &[],
    body: None,
    answer: Some(SchemaGenerator::subschema_for::<WorkForm>),
    route: || post(cancel),
};

async fn cancel(
    State(context): State<Arc<Context>>,
    Path(name): Path<String>,
    asking: Asking,
    parameters: Parameters,
) -> Result<Response, Problem> {
    told(&context, name, &asking, parameters, Work::cancel)
}

/// How far the work of a name is, once something was done to it.
fn told(
    context: &Context,
    name: String,
    asking: &Asking,
    parameters: Parameters,
    act: fn(&Work),
) -> Result<Response, Problem> {
    parameters.of(&[])?;
    let found = context.works.find(&asking.viewer.principal, &name);
    let work = found.ok_or_else(|| Problem::not_found("work", &name))?;
    act(&work);
    Ok(asking.answer(work.form(name)))
}
