//! The language of an answer, and the words of problems in it.

use axum::extract::Request;
use axum::http::header::{ACCEPT_LANGUAGE, CONTENT_TYPE, HeaderMap, HeaderValue};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use bulkhead_report::{Language, Speech};

use crate::problem::Problem;

/// The language of a request's headers: the first of `Accept-Language` that there are words in. Weights are not looked at: browsers list languages in the order of preference.
pub(crate) fn speech(headers: &HeaderMap) -> Speech {
    let listed = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let named = listed.split(',').filter_map(|part| part.split(';').next());
    let language = named.map(str::trim).find_map(Language::from_locale).unwrap_or_default();
    Speech { language }
}

/// Makes the words of a problem on its way out.
pub(crate) async fn put_into_words(request: Request, next: Next) -> Response {
    let speech = speech(request.headers());
    let mut response = next.run(request).await;
    let Some(problem) = response.extensions_mut().remove::<Problem>() else { return response };
    let status = response.status();
    let body = serde_json::to_vec(&problem.form(speech)).unwrap_or_default();
    let mut worded = (status, body).into_response();
    worded.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    worded
}
