//! What an operation is: how it is asked, what it answers, who answers.

use std::sync::Arc;

use axum::routing::MethodRouter;
use bulkhead_analysis::model::Issue;
use bulkhead_report::{Ground, Look};
use schemars::{Schema, SchemaGenerator, json_schema};

use super::{Context, Parameters};
use crate::problem::Problem;

/// How an operation is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Method {
    Get,
    Post,
}

/// One operation.
#[derive(Debug)]
pub(crate) struct Operation {
    pub(crate) method: Method,
    /// Behind the API's root, as `/projects/{namespace}/isolation`.
    pub(crate) path: &'static str,
    /// Its name in programs, as `getIsolation`.
    pub(crate) id: &'static str,
    /// What it answers, as one sentence.
    pub(crate) summary: &'static str,
    pub(crate) parameters: &'static [Parameter],
    /// The body of the request.
    pub(crate) body: Option<fn(&mut SchemaGenerator) -> Schema>,
    /// The body of the answer; `None` for a stream of events.
    pub(crate) answer: Option<fn(&mut SchemaGenerator) -> Schema>,
    pub(crate) route: fn() -> MethodRouter<Arc<Context>>,
}

/// One parameter behind the question mark.
#[derive(Debug)]
pub(crate) struct Parameter {
    pub(crate) name: &'static str,
    /// What it means, as one sentence.
    pub(crate) about: &'static str,
    pub(crate) is: Is,
}

/// How often a parameter comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Is {
    Required,
    Optional,
    Repeated,
}

/// A parameter that has to be there.
pub(crate) const fn required(name: &'static str, about: &'static str) -> Parameter {
    Parameter { name, about, is: Is::Required }
}

/// A parameter that may be there.
pub(crate) const fn optional(name: &'static str, about: &'static str) -> Parameter {
    Parameter { name, about, is: Is::Optional }
}

/// A parameter that may come any number of times.
pub(crate) const fn repeated(name: &'static str, about: &'static str) -> Parameter {
    Parameter { name, about, is: Is::Repeated }
}

/// The parameter of pictures that says what they are drawn on.
pub(crate) const THEME: Parameter = optional(
    "theme",
    "`light` or `dark`; `system` (the default) for either, as the reader's system is; `page` for a page that has rules for the classes.",
);

/// What a picture is drawn on.
pub(crate) fn look(parameters: &Parameters) -> Result<Look, Problem> {
    match parameters.optional(THEME.name) {
        None | Some("system") => Ok(Look::Alone(Ground::System)),
        Some("light") => Ok(Look::Alone(Ground::Light)),
        Some("dark") => Ok(Look::Alone(Ground::Dark)),
        Some("page") => Ok(Look::Inside),
        Some(other) => {
            let issue = Issue::error("requestParameterValue").with("name", THEME.name).with("value", other);
            Err(Problem::unreadable(issue))
        }
    }
}

/// The answer of an operation that draws.
pub(crate) fn picture(_: &mut SchemaGenerator) -> Schema {
    json_schema!({"type": "string", "contentMediaType": PICTURE})
}

/// The media type of pictures.
pub(crate) const PICTURE: &str = "image/svg+xml";
