//! What the lint rules find.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use bulkhead_analysis::Analysis;
use bulkhead_analysis::check::Settings;
use bulkhead_wire::LintForm;
use schemars::SchemaGenerator;

use super::reading::{Parameters, json};
use super::{Context, Method, Operation};
use crate::language::Asked;
use crate::problem::Problem;

pub(super) const FINDINGS: Operation = Operation {
    method: Method::Get,
    path: "/findings",
    id: "getFindings",
    summary: "What looks wrong in the policies, with the object, the line and what to do about it.",
    parameters: &[],
    body: None,
    answer: Some(SchemaGenerator::subschema_for::<LintForm>),
    route: || get(findings),
};

async fn findings(
    State(context): State<Arc<Context>>,
    Asked(speech): Asked,
    parameters: Parameters,
) -> Result<Response, Problem> {
    parameters.of(&[])?;
    let question = move |analysis: &Analysis<'_>| {
        LintForm::new(&analysis.lint(&Settings::default()), analysis.snapshot(), &speech)
    };
    json(&context.cluster.current().ask(question).await?)
}
