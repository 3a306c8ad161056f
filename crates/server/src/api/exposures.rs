//! Minimal allowlists: of one target held against what is there, and of everything that is exposed.

use std::sync::Arc;

use axum::response::Response;
use axum::routing::get;
use bulkhead_analysis::Analysis;
use bulkhead_analysis::allowlist::{Client, Exposure, ExposureTarget, Settings, exposures};
use bulkhead_analysis::model::watch::Watch;
use bulkhead_wire::ComparisonForm;
use bulkhead_wire::minimal::ExposuresForm;
use bulkhead_wire::notation::{read_client, read_door, read_exposure_target};
use schemars::SchemaGenerator;

use super::operation::{optional, repeated, required};
use super::reading::Parameters;
use super::{Method, Operation, Parameter};
use crate::problem::Problem;
use crate::viewer::{Asking, Sight};

const MINIMAL_PARAMETERS: &[Parameter] = &[
    required("target", "What shall be reachable: `service/shop/web`, `ingress/shop/web`, `namespace/shop`."),
    repeated("door", "Through which kinds of door; all that the target has without one."),
    repeated("client", "By whom: an address, a cidr, `pod/…`, `namespace/…`, `workspace/…`, `node/…` or `any`."),
    optional("maxEntries", "How long the list may be; it is widened by the fewest addresses."),
];

pub(super) const MINIMAL: Operation = Operation {
    method: Method::Get,
    path: "/minimal",
    id: "minimal",
    summary: "The least that must be let in for an exposure, held against the policies that are there, and who else gets in.",
    parameters: MINIMAL_PARAMETERS,
    body: None,
    answer: Some(SchemaGenerator::subschema_for::<ComparisonForm>),
    route: || get(minimal),
};

async fn minimal(asking: Asking, parameters: Parameters) -> Result<Response, Problem> {
    let parameters = parameters.of(MINIMAL_PARAMETERS)?;
    let (target, port) = read_exposure_target(parameters.required("target")?).map_err(Problem::unreadable)?;
    let doors = parameters.all("door").map(read_door).collect::<Result<_, _>>().map_err(Problem::unreadable)?;
    let clients = read_clients(&parameters, &asking.sight)?;
    gate_target(&target, &asking.sight)?;
    let speech = asking.speech;
    let exposure = Exposure { target, ports: port.into_iter().collect(), doors, clients };
    let settings = Settings { max_entries: parameters.number("maxEntries")?, ..Settings::default() };
    let question = move |analysis: &Analysis<'_>, _: &dyn Watch| {
        ComparisonForm::new(&analysis.compare(&exposure, &settings), analysis.snapshot(), &speech)
    };
    Ok(asking.answer(asking.ask(question).await?))
}

const EXPOSURES_PARAMETERS: &[Parameter] =
    &[repeated("client", "Who shall reach what has no Exposure of its own; `any` without one.")];

pub(super) const EXPOSURES: Operation = Operation {
    method: Method::Get,
    path: "/exposures",
    id: "getExposures",
    summary: "The minimal allowlist of every Exposure, and of every Service that is exposed without one.",
    parameters: EXPOSURES_PARAMETERS,
    body: None,
    answer: Some(SchemaGenerator::subschema_for::<ExposuresForm>),
    route: || get(all),
};

async fn all(asking: Asking, parameters: Parameters) -> Result<Response, Problem> {
    let mut clients = read_clients(&parameters.of(EXPOSURES_PARAMETERS)?, &asking.sight)?;
    let (speech, sight) = (asking.speech, Arc::clone(&asking.sight));
    if clients.is_empty() {
        clients.push(Client::Any);
    }
    let question = move |analysis: &Analysis<'_>, watch: &dyn Watch| {
        let (mut exposures, issues) = exposures(analysis.snapshot(), &clients);
        exposures.retain(|exposure| gate_target(&exposure.target, &sight).is_ok());
        let answers = analysis.minimal_all(&exposures, &Settings::default(), watch);
        ExposuresForm::new(&answers, &issues, analysis.snapshot(), &speech)
    };
    Ok(asking.answer(asking.ask(question).await?))
}

fn read_clients(parameters: &Parameters, sight: &Sight) -> Result<Vec<Client>, Problem> {
    let clients: Vec<Client> =
        parameters.all("client").map(read_client).collect::<Result<_, _>>().map_err(Problem::unreadable)?;
    clients.iter().try_for_each(|client| gate_client(client, sight))?;
    Ok(clients)
}

fn gate_client(client: &Client, sight: &Sight) -> Result<(), Problem> {
    match client {
        Client::Pod(name) | Client::Workload(_, name) => sight.gate(&name.namespace),
        Client::Namespace(namespace) => sight.gate(namespace),
        Client::Workspace(workspace) => sight.gate_workspace(workspace),
        Client::Block(_) | Client::Node(_) | Client::Any => Ok(()),
    }
}

/// Refuses what somebody may not see.
pub(super) fn gate_target(target: &ExposureTarget, sight: &Sight) -> Result<(), Problem> {
    match target {
        ExposureTarget::Service(name)
        | ExposureTarget::Ingress(name)
        | ExposureTarget::Pod(name)
        | ExposureTarget::Workload(_, name) => sight.gate(&name.namespace),
        ExposureTarget::Gateway(served) => sight.gate(&served.name.namespace),
        ExposureTarget::Namespace(namespace) => sight.gate(namespace),
        ExposureTarget::Workspace(workspace) => sight.gate_workspace(workspace),
    }
}
