//! What an operation is: how it is asked, what it answers, who answers.

use std::sync::Arc;

use axum::routing::MethodRouter;
use schemars::{Schema, SchemaGenerator};

use super::Context;

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
