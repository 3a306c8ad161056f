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

pub(super) const WORK: Operation = Operation {
    method: Method::Get,
    path: "/work/{name}",
    id: "getWork",
    summary: "How far the work for another request of the same person is that named it in its header `x-bulkhead-work`; 404 before \
              and after.",
    parameters: &[],
    body: None,
    answer: Some(SchemaGenerator::subschema_for::<WorkForm>),
    route: || get(work),
};

async fn work(
    State(context): State<Arc<Context>>,
    Path(name): Path<String>,
    asking: Asking,
    parameters: Parameters,
) -> Result<Response, Problem> {
    parameters.of(&[])?;
    let work = find(&context, &asking, &name)?;
    Ok(asking.answer(work.form(name)))
}

pub(super) const CANCEL: Operation = Operation {
    method: Method::Post,
    path: "/work/{name}/cancel",
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
    parameters.of(&[])?;
    let work = find(&context, &asking, &name)?;
    work.cancel();
    Ok(asking.answer(work.form(name)))
}

fn find(context: &Context, asking: &Asking, name: &str) -> Result<Arc<Work>, Problem> {
    let found = context.works.find(&asking.viewer.principal, name);
    found.ok_or_else(|| Problem::not_found("work", name))
}
