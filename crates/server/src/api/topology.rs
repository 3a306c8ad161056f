//! Who reaches whom, as a picture needs it: parties of one size and what is open between them; and the picture itself.

use std::sync::Arc;

use axum::response::Response;
use axum::routing::get;
use bulkhead_analysis::Analysis;
use bulkhead_analysis::model::watch::Watch;
use bulkhead_analysis::model::{Issue, Name};
use bulkhead_analysis::reachability::{By, Focus, Narrowing};
use bulkhead_analysis::topology::{Level, Topology};
use bulkhead_report::{Speech, draw_topology};
use bulkhead_wire::{IssueForm, TopologyForm};
use schemars::SchemaGenerator;

use super::operation::{self, THEME, optional, repeated};
use super::reading::Parameters;
use super::{Method, Operation, Parameter};
use crate::problem::Problem;
use crate::viewer::{Asking, Sight};

const LEVEL: Parameter = optional(
    "level",
    "How large the parties are: `workspace`, `project` or `workload`; the smallest that can still be read without it.",
);
const NAMESPACE: Parameter = repeated("namespace", "Only pairs of which one side is in one of these projects.");

const TOPOLOGY_PARAMETERS: &[Parameter] = &[LEVEL, NAMESPACE];

pub(super) const TOPOLOGY: Operation = Operation {
    method: Method::Get,
    path: "/topology",
    id: "getTopology",
    summary: "Who reaches whom, as policies say: workspaces, projects or workloads, those alike as one, and what is open between them.",
    parameters: TOPOLOGY_PARAMETERS,
    body: None,
    answer: Some(SchemaGenerator::subschema_for::<TopologyForm>),
    route: || get(topology),
};

async fn topology(asking: Asking, parameters: Parameters) -> Result<Response, Problem> {
    let parameters = parameters.of(TOPOLOGY_PARAMETERS)?;
    let form = asked(&asking, &parameters).await?;
    Ok(asking.answer(form))
}

const PICTURE_PARAMETERS: &[Parameter] = &[LEVEL, NAMESPACE, THEME];

pub(super) const PICTURE: Operation = Operation {
    method: Method::Get,
    path: "/topology/picture",
    id: "getTopologyPicture",
    summary: "The same, drawn. What belongs to a party has `data-party` with its places in the list of parties.",
    parameters: PICTURE_PARAMETERS,
    body: None,
    answer: Some(operation::picture),
    route: || get(picture),
};

async fn picture(asking: Asking, parameters: Parameters) -> Result<Response, Problem> {
    let parameters = parameters.of(PICTURE_PARAMETERS)?;
    let (look, speech) = (operation::look(&parameters)?, asking.speech);
    let form = asked(&asking, &parameters).await?;
    Ok(asking.picture(form, move |left| {
        let left: TopologyForm = serde_json::from_value(left).ok()?;
        Some(draw_topology(&left, speech, look).svg)
    }))
}

async fn asked(asking: &Asking, parameters: &Parameters) -> Result<TopologyForm, Problem> {
    let level = match parameters.optional(LEVEL.name) {
        None => None,
        Some(name) => Some(read_level(LEVEL.name, name)?),
    };
    let namespaces: Vec<Name> = parameters.all(NAMESPACE.name).map(Name::from).collect();
    namespaces.iter().try_for_each(|namespace| asking.sight.gate(namespace))?;
    let (sight, speech) = (Arc::clone(&asking.sight), asking.speech);
    asking.ask(move |analysis, watch| form(analysis, level, namespaces, &sight, (speech, watch))).await
}

pub(super) fn read_level(parameter: &str, name: &str) -> Result<Level, Problem> {
    let wrong = || Issue::error("requestParameterValue").with("name", parameter).with("value", name);
    Level::ALL.into_iter().find(|level| level.name() == name).ok_or_else(|| Problem::unreadable(wrong()))
}

fn form(
    analysis: &Analysis<'_>,
    level: Option<Level>,
    namespaces: Vec<Name>,
    sight: &Sight,
    (speech, watch): (Speech, &dyn Watch),
) -> TopologyForm {
    let focus = Focus { namespaces, ..Focus::default() };
    let narrowing = Narrowing { focus, ..Narrowing::default() };
    let reachability = analysis.reachability(By::Workload, narrowing, watch);
    let sees = |namespace: &Name| sight.sees(namespace);
    let topology = match level {
        Some(level) => Topology::seen(&reachability, level, &sees),
        None => Topology::readable(&reachability, &sees),
    };
    let issues = reachability.issues().iter();
    TopologyForm::new(&topology, issues.map(|issue| IssueForm::new(issue, analysis.snapshot(), &speech)).collect())
}
