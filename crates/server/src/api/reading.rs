//! Reading requests, strictly.

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Query, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use bulkhead_analysis::model::Issue;
use serde::de::DeserializeOwned;

use super::Parameter;
use crate::problem::Problem;

/// What stands behind the question mark.
#[derive(Clone, Debug, Default)]
pub(crate) struct Parameters(Vec<(String, String)>);

impl<S: Send + Sync> FromRequestParts<S> for Parameters {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        let query = Query::<Vec<(String, String)>>::from_request_parts(parts, state).await;
        query.map(|Query(all)| Self(all)).map_err(|_| Problem::unreadable(Issue::error("requestQuery")))
    }
}

impl Parameters {
    /// Refuses parameters that an operation does not have: the answer without a misspelt one would be to another question.
    pub(crate) fn of(self, known: &[Parameter]) -> Result<Self, Problem> {
        let known: Vec<&str> = known.iter().map(|parameter| parameter.name).collect();
        match self.0.iter().find(|(name, _)| !known.contains(&name.as_str())) {
            Some((name, _)) => {
                let issue = Issue::error("requestParameterUnknown").with("value", name).with("known", known.join(", "));
                Err(Problem::unreadable(issue))
            }
            None => Ok(self),
        }
    }

    /// A parameter that may be there; an empty one is as good as none.
    pub(crate) fn optional<'p>(&'p self, name: &'p str) -> Option<&'p str> {
        self.all(name).next()
    }

    /// A parameter that has to be there.
    pub(crate) fn required<'p>(&'p self, name: &'static str) -> Result<&'p str, Problem> {
        self.optional(name)
            .ok_or_else(|| Problem::unreadable(Issue::error("requestParameterMissing").with("name", name)))
    }

    /// A number that may be there.
    pub(crate) fn number<N: std::str::FromStr>(&self, name: &'static str) -> Result<Option<N>, Problem> {
        let wrong = |text: &str| Issue::error("requestParameterNumber").with("name", name).with("value", text);
        let read = |text: &str| text.parse().map_err(|_| Problem::unreadable(wrong(text)));
        self.optional(name).map(read).transpose()
    }

    /// All that have a name and are not empty.
    pub(crate) fn all<'p>(&'p self, name: &'p str) -> impl Iterator<Item = &'p str> {
        let named = self.0.iter().filter(move |(key, value)| key == name && !value.is_empty());
        named.map(|(_, value)| value.as_str())
    }
}

/// A request's body, read strictly.
#[derive(Clone, Debug)]
pub(crate) struct Body<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Self::Rejection> {
        if !is_json(request.headers()) {
            return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "problem.mediaType"));
        }
        let bytes = Bytes::from_request(request, state).await;
        let bytes = bytes.map_err(|rejection| match rejection.status() {
            StatusCode::PAYLOAD_TOO_LARGE => Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "problem.tooLarge"),
            _ => Problem::unreadable(Issue::error("requestBody")),
        })?;
        // serde would take a list for the fields of a form in their order.
        if bytes.trim_ascii_start().first() == Some(&b'[') {
            return Err(Problem::unreadable(Issue::error("requestBodyNotObject")));
        }
        let read = serde_json::from_slice(&bytes);
        read.map(Self).map_err(|error| Problem::unreadable(Issue::error("requestNotReadable").with("error", error)))
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let named = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    named.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
}
