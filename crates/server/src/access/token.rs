//! The mode `token`: whoever has a token of the cluster, which the API server is asked about.
//!
//! Programs send it as `Authorization: Bearer`. People put it into a page once, and get a cookie for it that scripts cannot read and
//! other sites cannot send; the token itself stays here, and is asked about again, so that what was taken back ends.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::body::to_bytes;
use axum::extract::Request;
use axum::http::header::{ACCEPT, AUTHORIZATION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderValue};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse as _, Response};
use bulkhead_report::Speech;
use bulkhead_store::{Store, StoreError};
use sha2::{Digest as _, Sha256};

use super::cluster::BELIEVED_IN_SILENCE;
use super::limit::Limit;
use super::reviews::Reviews;
use super::sessions::{SIGN_OUT, SameSite, Sessions, redirect};
use super::{BEHIND_TLS, LONGEST_SESSION, Pass, SESSION, check_site};
use crate::language::speech;
use crate::problem::Problem;
use crate::viewer::Principal;

/// How long the API server's word is believed.
const BELIEVED: Duration = Duration::from_mins(1);
/// How many tokens are remembered.
const MOST_TOKENS: usize = 10_000;
const LONGEST_TOKEN: usize = 16 * 1024;
/// Where people sign in.
const SIGN_IN: &str = "/session";
/// The page to sign in may send its form, and nothing else.
const POLICY: &str = "default-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Access by tokens.
pub struct Token {
    reviews: Reviews,
    sessions: Sessions<String>,
    known: Mutex<HashMap<[u8; 32], (Instant, Principal)>>,
    /// How often tokens are asked about that are not known.
    asked: Limit,
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token")
    }
}

impl Token {
    /// Tokens of the cluster behind a store, which has to let the server ask about them (`tokenreviews`).
    pub fn new(store: Arc<dyn Store>) -> Self {
        Self {
            reviews: Reviews(store),
            sessions: Sessions::new(SESSION, LONGEST_SESSION, SameSite::Strict),
            known: Mutex::new(HashMap::new()),
            asked: Limit::per_second(50, 200),
        }
    }

    /// Lets those in whom the API server knows.
    pub(super) async fn admit(&self, request: &mut Request) -> Result<Pass, Problem> {
        let path = request.uri().path();
        if request.method() == Method::POST && path == SIGN_IN {
            check_site(request.headers(), BEHIND_TLS)?;
            return self.sign_in(request).await.map(Pass::Answered);
        }
        if request.method() == Method::POST && path == SIGN_OUT {
            check_site(request.headers(), BEHIND_TLS)?;
            self.sessions.end(request.headers());
            return Ok(Pass::Answered(redirect("/", &[self.sessions.forgotten()])));
        }
        let token = match bearer(request.headers()) {
            Some(token) => Some(token),
            None => self.sessions.enter(request),
        };
        let principal = match token {
            Some(token) => self.principal(&token).await?,
            None => None,
        };
        match principal {
            Some(principal) => Ok(Pass::On(principal)),
            None if wants_page(request) => {
                Ok(Pass::Answered(page(speech(request.headers()), StatusCode::UNAUTHORIZED)))
            }
            None => Err(Problem::new(StatusCode::UNAUTHORIZED, "problem.noToken")),
        }
    }

    async fn sign_in(&self, request: &mut Request) -> Result<Response, Problem> {
        let speech = speech(request.headers());
        let body = std::mem::take(request.body_mut());
        let too_large = |_| Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "problem.tooLarge");
        let bytes = to_bytes(body, LONGEST_TOKEN * 4).await.map_err(too_large)?;
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let token = token_of_form(&text);
        if self.principal(&token).await?.is_none() {
            return Ok(page(speech, StatusCode::UNAUTHORIZED));
        }
        let cookie = self.sessions.begin(token).map_err(Problem::from)?;
        Ok(redirect("/", &[cookie]))
    }

    /// Whose a token is, as the API server said not long ago.
    async fn principal(&self, token: &str) -> Result<Option<Principal>, Problem> {
        if token.is_empty() || token.len() > LONGEST_TOKEN {
            return Ok(None);
        }
        let digest: [u8; 32] = Sha256::digest(token.as_bytes()).into();
        if let Some(principal) = self.believed(&digest, BELIEVED) {
            return Ok(Some(principal));
        }
        if !self.asked.allows("", Instant::now()) {
            return Err(Problem::new(StatusCode::TOO_MANY_REQUESTS, "problem.tooMany"));
        }
        let principal = match self.reviews.principal(token).await {
            Err(error @ StoreError::Unavailable { .. }) => {
                let known = self.believed(&digest, BELIEVED_IN_SILENCE);
                return if known.is_some() { Ok(known) } else { Err(error.into()) };
            }
            reviewed => reviewed?,
        };
        if let Some(principal) = &principal {
            let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            if known.len() >= MOST_TOKENS {
                known.clear();
            }
            known.insert(digest, (Instant::now(), principal.clone()));
        }
        Ok(principal)
    }

    fn believed(&self, digest: &[u8; 32], longest: Duration) -> Option<Principal> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(digest).filter(|(asked, _)| asked.elapsed() < longest).map(|(_, principal)| principal.clone())
    }
}

fn bearer(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim().to_owned())
}

/// The token of `token=…`. Tokens have no characters that a form would write otherwise, but for padding.
fn token_of_form(text: &str) -> String {
    let fields = text.split('&').filter_map(|field| field.split_once('='));
    let token = fields.into_iter().find(|(name, _)| *name == "token").map(|(_, value)| value).unwrap_or_default();
    token.replace("%3D", "=").replace("%0D", "").replace("%0A", "").replace('+', "").trim().to_owned()
}

/// Whether somebody looks at a page, and no program asks.
pub(super) fn wants_page(request: &Request) -> bool {
    let accepts = request.headers().get(ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    request.method() == Method::GET && accepts.contains("text/html") && !request.uri().path().starts_with("/api/")
}

/// The page to sign in.
fn page(speech: Speech, status: StatusCode) -> Response {
    let [label, button] = ["signIn.token", "signIn.button"].map(|key| speech.word(key));
    let form = format!(
        "<form method=\"post\" action=\"{SIGN_IN}\">\
         <p><label>{label} <input name=\"token\" type=\"password\" autocomplete=\"off\" autofocus required></label></p>\
         <p><button>{button}</button></p></form>"
    );
    page_with(speech, status, &form)
}

/// The page of whoever has signed out, where signing in again needs no form.
pub(super) fn signed_out(speech: Speech, sign_in: &str) -> Response {
    let [said, button] = ["signIn.out", "signIn.again"].map(|key| speech.word(key));
    page_with(speech, StatusCode::OK, &format!("<p>{said}</p><p><a href=\"{sign_in}\">{button}</a></p>"))
}

fn page_with(speech: Speech, status: StatusCode, body: &str) -> Response {
    let (title, language) = (speech.word("signIn.title"), speech.language.name());
    let html = format!(
        "<!doctype html>\n<html lang=\"{language}\"><head><meta charset=\"utf-8\"><title>{title}</title>\
         <meta name=\"viewport\" content=\"width=device-width\"><meta name=\"color-scheme\" content=\"light dark\"></head>\n\
         <body><main><h1>{title}</h1>{body}</main></body></html>\n"
    );
    let mut response = (status, html).into_response();
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    response.headers_mut().insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    response
}
