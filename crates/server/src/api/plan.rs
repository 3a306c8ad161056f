//! The whole plan.

use axum::response::Response;
use axum::routing::get;
use bulkhead_analysis::isolation::{Setting, Settings};
use bulkhead_analysis::model::Issue;
use bulkhead_analysis::model::watch::Watch;
use bulkhead_wire::PlanForm;
use schemars::SchemaGenerator;

use super::operation::optional;
use super::reading::Parameters;
use super::{Method, Operation, Parameter};
use crate::problem::Problem;
use crate::viewer::Asking;

const PLAN_PARAMETERS: &[Parameter] =
    &[optional("isolation", "`default`, or `kubesphere` for what KubeSphere 3.4.1 writes.")];

pub(super) const PLAN: Operation = Operation {
    method: Method::Get,
    path: "/plan",
    id: "getPlan",
    summary: "The NetworkPolicies that the switches and allowlists mean, and what has to be written and deleted for it.",
    parameters: PLAN_PARAMETERS,
    body: None,
    answer: Some(SchemaGenerator::subschema_for::<PlanForm>),
    route: || get(plan),
};

async fn plan(asking: Asking, parameters: Parameters) -> Result<Response, Problem> {
    let parameters = parameters.of(PLAN_PARAMETERS)?;
    let named = parameters.optional("isolation").unwrap_or(Setting::Default.name());
    let setting = Setting::ALL.into_iter().find(|setting| setting.name() == named);
    let unknown =
        || Problem::unreadable(Issue::error("requestParameterValue").with("name", "isolation").with("value", named));
    let setting = setting.ok_or_else(unknown)?;
    let speech = asking.speech;
    let question = move |analysis: &bulkhead_analysis::Analysis<'_>, watch: &dyn Watch| {
        PlanForm::new(&analysis.plan(setting, &Settings::default(), watch), analysis.snapshot(), &speech)
    };
    Ok(asking.answer(asking.ask(question).await?))
}
