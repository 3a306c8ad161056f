//! Sessions: what is known of whoever has a cookie. They are kept here and nowhere else, so that a cookie says nothing, and ends with
//! the server.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use axum::extract::Request;
use axum::http::header::{COOKIE, HeaderValue, LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};

use tokio::sync::watch;

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
    open: Mutex<HashMap<String, Session<T>>>,
}

/// One of them.
#[derive(Debug)]
struct Session<T> {
    begun: Instant,
    what: T,
    /// Goes with the session, which is how those who wait for its end learn of it.
    lasting: watch::Sender<()>,
}

/// How long a session lasts, for what is still answered when it ends.
#[derive(Clone, Debug)]
pub(crate) struct Lasting {
    until: Instant,
    lasting: watch::Receiver<()>,
}

impl Lasting {
    /// Comes when the session is over: somebody signed out, or it has lasted long enough.
    pub(crate) async fn over(mut self) {
        let ended = async { while self.lasting.changed().await.is_ok() {} };
        let _ = tokio::time::timeout_at(self.until.into(), ended).await;
    }
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
        open.retain(|_, session| session.begun.elapsed() < self.longest);
        if open.len() >= MOST {
            return Err(NoSession::Busy);
        }
        let (cookie, same_site) = (self.cookie, self.same_site.name());
        let set = format!("{cookie}={id}; Path=/; Secure; HttpOnly; SameSite={same_site}");
        open.insert(id, Session { begun: Instant::now(), what, lasting: watch::Sender::new(()) });
        Ok(set)
    }

    /// What is known of whoever sent a request, which says from here on how long the session lasts: as [`Lasting`].
    pub(super) fn enter(&self, request: &mut Request) -> Option<T> {
        let id = self.id(request.headers())?;
        let open = self.open();
        let session = open.get(&id).filter(|session| session.begun.elapsed() < self.longest)?;
        let lasting = Lasting { until: session.begun + self.longest, lasting: session.lasting.subscribe() };
        request.extensions_mut().insert(lasting);
        Some(session.what.clone())
    }

    /// Ends the one of whoever sent these headers; what was known of them.
    pub(super) fn end(&self, headers: &HeaderMap) -> Option<T> {
        let id = self.id(headers)?;
        let session = self.open().remove(&id)?;
        (session.begun.elapsed() < self.longest).then_some(session.what)
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

    fn open(&self) -> MutexGuard<'_, HashMap<String, Session<T>>> {
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
