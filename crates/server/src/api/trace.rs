//! The ways of one connection, and why policies let it pass or not.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use bulkhead_analysis::path::Request;
use bulkhead_analysis::{Analysis, ByNode};
use bulkhead_wire::notation::read_request;
use bulkhead_wire::{AnswerForm, Detail, ExplainedForm, Telling};
use schemars::SchemaGenerator;
use serde_json::Value;

use super::operation::{optional, required};
use super::reading::{Parameters, json};
use super::{Context, Method, Operation, Parameter};
use crate::language::Asked;
use crate::problem::Problem;

const QUESTION: &[Parameter] = &[
    required("from", "Who opens the connection: `pod/shop/web-0`, `node/n1`, `203.0.113.7`."),
    required(
        "to",
        "To what: `service/shop/web:http`, `ingress/shop/web`, `pod/shop/web-0:8080`, `10.10.0.2:30080/TCP`.",
    ),
    optional("door", "Through which kind of door, as `NodePort`; all that the target has without it."),
    optional("entryNode", "By which node."),
];

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

async fn trace(
    State(context): State<Arc<Context>>,
    Asked(speech): Asked,
    parameters: Parameters,
) -> Result<Response, Problem> {
    let request = read(&parameters.of(QUESTION)?)?;
    let telling = Telling { detail: Detail::Hops, by_node: ByNode::Lists };
    let question = move |analysis: &Analysis<'_>| {
        AnswerForm::new(Value::Null, &analysis.trace(&request), analysis.network(), telling, &speech)
    };
    json(&context.cluster.current().ask(question).await?)
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

async fn explain(
    State(context): State<Arc<Context>>,
    Asked(speech): Asked,
    parameters: Parameters,
) -> Result<Response, Problem> {
    let request = read(&parameters.of(QUESTION)?)?;
    let question = move |analysis: &Analysis<'_>| {
        ExplainedForm::new(&analysis.explain(&request), analysis.network(), ByNode::Lists, &speech)
    };
    json(&context.cluster.current().ask(question).await?)
}

fn read(parameters: &Parameters) -> Result<Request, Problem> {
    let (from, to) = (parameters.required("from")?, parameters.required("to")?);
    let (door, entry_node) = (parameters.optional("door"), parameters.optional("entryNode"));
    read_request(from, to, door, entry_node).map_err(Problem::unreadable)
}
