//! Who may ask: the mode `local`, one person on the machine that serves.
//!
//! Only loopback is served. The address that is printed has a token that works once and becomes a cookie that scripts cannot
//! read and other sites cannot send; the next address is made when it is used. A request must name this server as its host,
//! so that a name that was pointed at loopback gets nothing, and whatever writes must have a header that no other site can
//! send without asking.

use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::{Request, State};
use axum::http::header::{COOKIE, HOST, HeaderValue, LOCATION, ORIGIN, SET_COOKIE};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use crate::change::hexadecimal;
use crate::problem::Problem;

/// The header that a request that writes must have, with any value.
pub const CSRF_HEADER: &str = "x-bulkhead-csrf";

/// Called with every address that opens the console, the first one included.
pub type Tell = Box<dyn Fn(&str) + Send + Sync>;

/// Who may ask.
pub struct Access {
    /// `127.0.0.1:8080`
    address: String,
    port: u16,
    session: String,
    /// The token that works next.
    token: Mutex<String>,
    tell: Tell,
}

impl std::fmt::Debug for Access {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Access").field("address", &self.address).finish_non_exhaustive()
    }
}

/// Why nobody can be let in: the system has no random numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the system gives no random numbers")]
pub struct NoRandomness;

impl Access {
    /// Access to a server on a loopback address; tells the first address that opens the console.
    pub fn local(address: std::net::SocketAddr, tell: Tell) -> Result<Arc<Self>, NoRandomness> {
        let access = Self {
            address: address.to_string(),
            port: address.port(),
            session: secret()?,
            token: Mutex::new(secret()?),
            tell,
        };
        (access.tell)(&access.link());
        Ok(Arc::new(access))
    }

    fn link(&self) -> String {
        format!("http://{}/?token={}", self.address, self.token.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Cookies do not know ports: each server has a name of its own.
    fn cookie(&self) -> String {
        format!("bulkhead-{}", self.port)
    }

    fn is_host(&self, host: &str) -> bool {
        host == self.address || host == format!("localhost:{}", self.port)
    }

    fn has_session(&self, headers: &HeaderMap) -> bool {
        let cookies = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
        let mut pairs = cookies.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
        pairs.any(|(name, value)| name == self.cookie() && is_same(value, &self.session))
    }

    /// Uses up a token, if it is the one that works.
    fn take(&self, token: &str) -> bool {
        let mut next = self.token.lock().unwrap_or_else(PoisonError::into_inner);
        if !is_same(token, &next) {
            return false;
        }
        let Ok(another) = secret() else { return false };
        *next = another;
        drop(next);
        (self.tell)(&self.link());
        true
    }
}

/// 256 random bits as text.
fn secret() -> Result<String, NoRandomness> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).map_err(|_| NoRandomness)?;
    Ok(hexadecimal(&bytes))
}

/// Compares without telling by the time how much is right.
fn is_same(one: &str, other: &str) -> bool {
    one.len() == other.len()
        && one.bytes().zip(other.bytes()).fold(0, |different, (one, other)| different | (one ^ other)) == 0
}

/// Lets requests through that may pass.
pub(crate) async fn guard(State(access): State<Arc<Access>>, request: Request, next: Next) -> Response {
    match check(&access, &request) {
        Ok(Pass::On) => next.run(request).await,
        Ok(Pass::Session) => with_session(&access),
        Err(problem) => problem.into_response(),
    }
}

/// What becomes of a request.
enum Pass {
    On,
    /// It brought the token: it gets the cookie for it.
    Session,
}

fn check(access: &Access, request: &Request) -> Result<Pass, Problem> {
    let headers = request.headers();
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    if !access.is_host(host) {
        return Err(Problem::new(StatusCode::MISDIRECTED_REQUEST, "problem.host"));
    }
    if request.method() == Method::GET && request.uri().path() == "/" {
        let token = request.uri().query().and_then(|query| query.strip_prefix("token="));
        if token.is_some_and(|token| access.take(token)) {
            return Ok(Pass::Session);
        }
    }
    if !access.has_session(headers) {
        return Err(Problem::new(StatusCode::UNAUTHORIZED, "problem.noSession"));
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        check_origin(headers, host)?;
    }
    Ok(Pass::On)
}

/// Whatever writes comes from our own pages, or from no page at all.
fn check_origin(headers: &HeaderMap, host: &str) -> Result<(), Problem> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let from_here = headers.get(ORIGIN).is_none_or(|origin| origin.as_bytes() == format!("http://{host}").as_bytes());
    let same_site = text("sec-fetch-site").is_none_or(|site| matches!(site, "same-origin" | "none"));
    if headers.contains_key(CSRF_HEADER) && from_here && same_site {
        return Ok(());
    }
    Err(Problem::new(StatusCode::FORBIDDEN, "problem.csrf"))
}

fn with_session(access: &Access) -> Response {
    let cookie = format!("{}={}; Path=/; HttpOnly; SameSite=Strict", access.cookie(), access.session);
    let mut response = StatusCode::SEE_OTHER.into_response();
    response.headers_mut().insert(LOCATION, HeaderValue::from_static("/"));
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().insert(SET_COOKIE, cookie);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_works_once_and_the_next_one_is_told() {
        let told = Arc::new(Mutex::new(Vec::new()));
        let teller = Arc::clone(&told);
        let tell: Tell = Box::new(move |link| teller.lock().unwrap().push(link.to_owned()));
        let access = Access::local("127.0.0.1:8080".parse().unwrap(), tell).unwrap();
        let first = told.lock().unwrap()[0].clone();
        let token = first.strip_prefix("http://127.0.0.1:8080/?token=").unwrap();
        assert!(!access.take(""));
        assert!(access.take(token));
        assert!(!access.take(token));
        assert_eq!(told.lock().unwrap().len(), 2);
        assert_ne!(told.lock().unwrap()[1], first);
    }
}
