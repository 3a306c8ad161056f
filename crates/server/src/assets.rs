//! The built console, compressed, out of the binary.

use std::io::Read as _;

use axum::body::Body;
use axum::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, HeaderValue, IF_NONE_MATCH, VARY,
};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};
use flate2::read::GzDecoder;
use sha2::{Digest as _, Sha256};

use crate::change::hexadecimal;
use crate::problem::Problem;
use crate::viewer::Public;

/// Every file of the built console: its path, and its bytes compressed.
const ASSETS: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// The page of every view.
const PAGE: &str = "index.html";
/// Files here have a digest of what is in them in their names.
const NAMED_BY_DIGEST: &str = "assets/";

/// A file of the console; the page for every path that is no file, as views have paths of their own.
pub(crate) async fn serve(uri: Uri, headers: HeaderMap) -> Response {
    let path = uri.path().trim_start_matches('/');
    let found = find(path).or_else(|| {
        // A missing script must not be answered with a page.
        let is_view = !path.starts_with(NAMED_BY_DIGEST) && !path.contains('.');
        if is_view { find(PAGE) } else { None }
    });
    match found {
        Some((name, packed)) => {
            let mut response = file(name, packed, &headers);
            response.extensions_mut().insert(Public);
            response
        }
        None => Problem::new(StatusCode::NOT_FOUND, "problem.noSuchPath").into_response(),
    }
}

fn find(path: &str) -> Option<(&'static str, &'static [u8])> {
    ASSETS.iter().find(|(name, _)| *name == path).copied()
}

fn file(name: &'static str, packed: &'static [u8], headers: &HeaderMap) -> Response {
    let tag = format!("\"{}\"", hexadecimal(&Sha256::digest(packed)).get(..16).unwrap_or_default());
    let wants = |wanted: &HeaderValue| wanted.to_str().is_ok_and(|wanted| wanted.contains(&tag));
    let has_it = headers.get(IF_NONE_MATCH).is_some_and(wants);
    let mut response = if has_it { StatusCode::NOT_MODIFIED.into_response() } else { body(packed, headers) };
    let forever = name.starts_with(NAMED_BY_DIGEST);
    let keeping = if forever { "public, max-age=31536000, immutable" } else { "no-cache" };
    let fixed = response.headers_mut();
    fixed.insert(CACHE_CONTROL, HeaderValue::from_static(keeping));
    fixed.insert(CONTENT_TYPE, HeaderValue::from_static(media_type(name)));
    fixed.insert(VARY, HeaderValue::from_static("accept-encoding"));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        fixed.insert(ETAG, tag);
    }
    response
}

fn body(packed: &'static [u8], headers: &HeaderMap) -> Response {
    let takes_gzip =
        headers.get(ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).is_some_and(|list| list.contains("gzip"));
    if takes_gzip {
        let mut response = Body::from(packed).into_response();
        response.headers_mut().insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        return response;
    }
    let mut plain = Vec::new();
    match GzDecoder::new(packed).read_to_end(&mut plain) {
        Ok(_) => plain.into_response(),
        Err(_) => Problem::internal().into_response(),
    }
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, end)| end) {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("json") => "application/json",
        _ => "text/plain; charset=utf-8",
    }
}
