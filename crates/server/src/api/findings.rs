//! What the lint rules find.

use axum::response::Response;
use axum::routing::get;
use bulkhead_analysis::Analysis;
use bulkhead_analysis::model::watch::Watch;
use bulkhead_wire::LintForm;
use schemars::SchemaGenerator;

use super::reading::Parameters;
use super::{Method, Operation};
use crate::problem::Problem;
use crate::viewer::Asking;

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

async fn findings(asking: Asking, parameters: Parameters) -> Result<Response, Problem> {
    parameters.of(&[])?;
    let speech = asking.speech;
    let question = move |analysis: &Analysis<'_>, watch: &dyn Watch| {
        LintForm::new(analysis.default_report(watch), analysis.snapshot(), &speech)
    };
    Ok(asking.answer(asking.ask(question).await?))
}
