//! Headers that every answer has, and versions of the state as `ETag`s.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, ETAG, HeaderName, HeaderValue, IF_NONE_MATCH, REFERRER_POLICY, VARY,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use crate::api::ROOT;
use crate::cluster::Cluster;
use crate::language::speech;
use crate::viewer::viewer;

/// What a page of ours may load: its own files, and nothing inline.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
                      connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Puts the headers of every answer.
pub(crate) async fn secure(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let fixed = [
        (CONTENT_SECURITY_POLICY, POLICY),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (REFERRER_POLICY, "no-referrer"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=()"),
    ];
    for (name, value) in fixed {
        // The page to sign in has a policy of its own.
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// Answers of the API are of a state and in a language: who has the answer already is told so before anything is computed.
pub(crate) async fn versioned(State(cluster): State<Arc<Cluster>>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let is_read = request.method() == Method::GET && path.starts_with(ROOT) && !path.ends_with("/events");
    // Since when the cluster does not answer, and how far work is, is nothing that the version of the state tells.
    let says_more = path.strip_prefix(ROOT).is_some_and(|path| path == "/version" || path.starts_with("/progress/"));
    if !is_read {
        return next.run(request).await;
    }
    let (epoch, viewer) = (cluster.current(), viewer(request.extensions()));
    let version = cluster.version_for(&epoch, &epoch.sight(&viewer));
    let tag = tag(&version, speech(request.headers()).language.name());
    let has_it = !says_more && request.headers().get(IF_NONE_MATCH).is_some_and(|wanted| lists(wanted, &tag));
    let mut response = if has_it { StatusCode::NOT_MODIFIED.into_response() } else { next.run(request).await };
    // A change that came meanwhile has its answer under the older tag: it is asked for once more, and never kept too long.
    if has_it || response.status() == StatusCode::OK {
        let headers = response.headers_mut();
        if let Ok(tag) = HeaderValue::from_str(&tag) {
            headers.insert(ETAG, tag);
        }
        let keep = if says_more { "no-store" } else { "private, no-cache" };
        headers.insert(CACHE_CONTROL, HeaderValue::from_static(keep));
        headers.insert(VARY, HeaderValue::from_static("accept-language, accept-encoding, cookie"));
    }
    response
}

/// The tag of answers. It is weak, as the same answer may be compressed or not.
fn tag(version: &str, language: &str) -> String {
    format!("W/\"{}-{version}-{language}\"", env!("CARGO_PKG_VERSION"))
}

fn lists(header: &HeaderValue, tag: &str) -> bool {
    let listed = header.to_str().unwrap_or_default();
    listed.split(',').any(|one| matches!(one.trim(), "*") || one.trim() == tag)
}

/// Whether an `If-Match` names a state: by its version, or by the tag of an answer in any language.
pub(crate) fn matches(header: &HeaderValue, version: &str) -> bool {
    let listed = header.to_str().unwrap_or_default();
    listed.split(',').map(str::trim).any(|one| {
        one == "*"
            || one == format!("\"{version}\"")
            || ["en", "zh"].iter().any(|language| one == tag(version, language))
    })
}
