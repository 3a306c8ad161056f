//! The ways of one connection, and why policies let it pass or not.

use axum::response::Response;
use axum::routing::get;
use bulkhead_analysis::model::Name;
use bulkhead_analysis::model::watch::Watch;
use bulkhead_analysis::path::{Origin, Request, Target};
use bulkhead_analysis::{Analysis, ByNode};
use bulkhead_report::{Ways, draw_trace, question_name};
use bulkhead_wire::notation::read_request;
use bulkhead_wire::{AnswerForm, Detail, ExplainedForm, Telling};
use schemars::SchemaGenerator;
use serde_json::Value;

use super::operation::{self, THEME, optional, required};
use super::reading::Parameters;
use super::{Method, Operation, Parameter};
use crate::problem::Problem;
use crate::viewer::{Asking, Sight};

const FROM: Parameter = required("from", "Who opens the connection: `pod/shop/web-0`, `node/n1`, `203.0.113.7`.");
const TO: Parameter = required(
    "to",
    "To what: `service/shop/web:http`, `ingress/shop/web`, `pod/shop/web-0:8080`, `10.10.0.2:30080/TCP`.",
);
const DOOR: Parameter =
    optional("door", "Through which kind of door, as `NodePort`; all that the target has without it.");
const ENTRY_NODE: Parameter = optional("entryNode", "By which node.");

const QUESTION: &[Parameter] = &[FROM, TO, DOOR, ENTRY_NODE];

pub(super) const TRACE: Operation = Operation {
    method: Method::Get,
    path: "/trace",
    id: "trace",
    summary: "Every route of one connection, hop by hop.",
    parameters: QUESTION,
    body: None,
    answer: Some(SchemaGenerator::subschema_for::<AnswerForm>),
    route: || get(trace),
};

async fn trace(asking: Asking, parameters: Parameters) -> Result<Response, Problem> {
    let request = read(&parameters.of(QUESTION)?, &asking.sight)?;
    let speech = asking.speech;
    let telling = Telling { detail: Detail::Hops, by_node: ByNode::Lists };
    let question = move |analysis: &Analysis<'_>, _: &dyn Watch| {
        AnswerForm::new(Value::Null, &analysis.trace(&request), analysis.network(), telling, &speech)
    };
    Ok(asking.answer(asking.ask(question).await?))
}

const PICTURE_PARAMETERS: &[Parameter] = &[FROM, TO, DOOR, ENTRY_NODE, THEME];

pub(super) const PICTURE: Operation = Operation {
    method: Method::Get,
    path: "/trace/picture",
    id: "getTracePicture",
    summary: "The routes of one connection, drawn: each place with what happens there, and the packet between.",
    parameters: PICTURE_PARAMETERS,
    body: None,
    answer: Some(operation::picture),
    route: || get(drawn),
};

async fn drawn(asking: Asking, parameters: Parameters) -> Result<Response, Problem> {
    let parameters = parameters.of(PICTURE_PARAMETERS)?;
    let (request, look, speech) = (read(&parameters, &asking.sight)?, operation::look(&parameters)?, asking.speech);
    let heading = question_name(&request);
    let telling = Telling { detail: Detail::Hops, by_node: ByNode::Fitting };
    let question = move |analysis: &Analysis<'_>, _: &dyn Watch| {
        AnswerForm::new(Value::Null, &analysis.trace(&request), analysis.network(), telling, &speech)
    };
    let form = asking.ask(question).await?;
    Ok(asking.picture(form, move |left| Some(draw_trace(&Ways::read(left).ok()?, &heading, speech, look).svg)))
}

pub(super) const EXPLAIN: Operation = Operation {
    method: Method::Get,
    path: "/explain",
    id: "explain",
    summary: "Which rules decided about one connection, and what would have to be otherwise.",
    parameters: QUESTION,
    body: None,
    answer: Some(SchemaGenerator::subschema_for::<ExplainedForm>),
    route: || get(explain),
};

async fn explain(asking: Asking, parameters: Parameters) -> Result<Response, Problem> {
    let request = read(&parameters.of(QUESTION)?, &asking.sight)?;
    let speech = asking.speech;
    let question = move |analysis: &Analysis<'_>, _: &dyn Watch| {
        ExplainedForm::new(&analysis.explain(&request), analysis.network(), ByNode::Lists, &speech)
    };
    Ok(asking.answer(asking.ask(question).await?))
}

fn read(parameters: &Parameters, sight: &Sight) -> Result<Request, Problem> {
    let (from, to) = (parameters.required("from")?, parameters.required("to")?);
    let (door, entry_node) = (parameters.optional("door"), parameters.optional("entryNode"));
    let request = read_request(from, to, door, entry_node).map_err(Problem::unreadable)?;
    named_in(&request).into_iter().try_for_each(|namespace| sight.gate(namespace))?;
    Ok(request)
}

/// The namespaces that a request names.
fn named_in(request: &Request) -> Vec<&str> {
    let from = match &request.from {
        Origin::Pod(name) => Some(&name.namespace),
        Origin::Node(_) | Origin::Address(_) => None,
    };
    let to = match &request.to {
        Target::Pod(name) | Target::Service { name, .. } | Target::Ingress { name, .. } => Some(&name.namespace),
        Target::Gateway { object, .. } => Some(&object.name.namespace),
        Target::Node(_) | Target::Address(_) => None,
    };
    from.into_iter().chain(to).map(Name::as_str).collect()
}
