//! Sessions: what is known of whoever has a cookie. They are kept here and nowhere else, so that a cookie says nothing, and ends with
//! the server.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use axum::http::header::{COOKIE, HeaderValue, LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};

use super::random::{NoRandomness, secret};
use crate::problem::Problem;

/// How many there are at most; who comes then has to come later.
const MOST: usize = 10_000;
/// Where people sign out.
pub(super) const SIGN_OUT: &str = "/session/end";

/// Sessions of one kind.
#[derive(Debug)]
pub(super) struct Sessions<T> {
    /// The cookie. Browsers keep one whose name begins so only with TLS, or from this machine.
    cookie: &'static str,
    longest: Duration,
    same_site: SameSite,
    open: Mutex<HashMap<String, (Instant, T)>>,
}

/// When a browser sends a cookie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SameSite {
    /// Only where our own page asks.
    Strict,
    /// Also where another page leads here.
    Lax,
}

/// Why none can be begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NoSession {
    /// There are too many.
    Busy,
    /// The system gives no random numbers.
    NoRandomness,
}

impl From<NoRandomness> for NoSession {
    fn from(_: NoRandomness) -> Self {
        Self::NoRandomness
    }
}

impl From<NoSession> for Problem {
    fn from(none: NoSession) -> Self {
        match none {
            NoSession::Busy => Self::new(StatusCode::SERVICE_UNAVAILABLE, "problem.busy"),
            NoSession::NoRandomness => Self::internal(),
        }
    }
}

impl<T: Clone> Sessions<T> {
    /// None yet. None of them lasts longer than said.
    pub(super) fn new(cookie: &'static str, longest: Duration, same_site: SameSite) -> Self {
        Self { cookie, longest, same_site, open: Mutex::default() }
    }

    /// Begins one; the cookie that stands for it.
    pub(super) fn begin(&self, what: T) -> Result<String, NoSession> {
        let id = secret()?;
        let mut open = self.open();
        open.retain(|_, (begun, _)| begun.elapsed() < self.longest);
        if open.len() >= MOST {
            return Err(NoSession::Busy);
        }
        let (cookie, same_site) = (self.cookie, self.same_site.name());
        let set = format!("{cookie}={id}; Path=/; Secure; HttpOnly; SameSite={same_site}");
        open.insert(id, (Instant::now(), what));
        Ok(set)
    }

    /// What is known of whoever sent these headers.
    pub(super) fn of(&self, headers: &HeaderMap) -> Option<T> {
        let id = self.id(headers)?;
        let open = self.open();
        let (begun, what) = open.get(&id)?;
        (begun.elapsed() < self.longest).then(|| what.clone())
    }

    /// Ends the one of whoever sent these headers; what was known of them.
    pub(super) fn end(&self, headers: &HeaderMap) -> Option<T> {
        let id = self.id(headers)?;
        let (begun, what) = self.open().remove(&id)?;
        (begun.elapsed() < self.longest).then_some(what)
    }

    /// The cookie that takes the place of one whose session is over.
    pub(super) fn forgotten(&self) -> String {
        format!("{}=; Path=/; Secure; HttpOnly; SameSite={}; Max-Age=0", self.cookie, self.same_site.name())
    }

    fn id(&self, headers: &HeaderMap) -> Option<String> {
        let cookies = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
        let mut pairs = cookies.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
        pairs.find(|(name, _)| *name == self.cookie).map(|(_, value)| value.to_owned())
    }

    fn open(&self) -> MutexGuard<'_, HashMap<String, (Instant, T)>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl SameSite {
    fn name(self) -> &'static str {
        match self {
            Self::Strict => "Strict",
            Self::Lax => "Lax",
        }
    }
}

/// Leads a browser to another address, with cookies to keep.
pub(super) fn redirect(to: &str, cookies: &[String]) -> Response {
    let mut response = StatusCode::SEE_OTHER.into_response();
    if let Ok(to) = HeaderValue::from_str(to) {
        response.headers_mut().insert(LOCATION, to);
    }
    keep(&mut response, cookies);
    response
}

/// Gives a browser cookies to keep.
pub(super) fn keep(response: &mut Response, cookies: &[String]) {
    for cookie in cookies.iter().filter_map(|cookie| HeaderValue::from_str(cookie).ok()) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
}
