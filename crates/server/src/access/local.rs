//! The mode `local`: one person on the machine that serves.
//!
//! The address that is printed has a token that works once and becomes a cookie that scripts cannot read and other sites cannot
//! send; the next address is made when it is used. A request must name this server as its host, so that a name that was pointed at
//! loopback gets nothing.

use std::sync::{Mutex, PoisonError};

use axum::extract::Request;
use axum::http::header::{COOKIE, HOST, HeaderValue, LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse as _, Response};

use super::Pass;
use super::random::{NoRandomness, is_same, secret};
use crate::problem::Problem;
use crate::viewer::Principal;

/// Called with every address that opens the console, the first one included.
pub type Tell = Box<dyn Fn(&str) + Send + Sync>;

/// One person's access.
pub(super) struct Local {
    /// `127.0.0.1:8080`
    address: String,
    port: u16,
    session: String,
    /// The token that works next.
    token: Mutex<String>,
    tell: Tell,
}

impl std::fmt::Debug for Local {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Local").field("address", &self.address).finish_non_exhaustive()
    }
}

impl Local {
    pub(super) fn new(address: std::net::SocketAddr, tell: Tell) -> Result<Self, NoRandomness> {
        let local = Self {
            address: address.to_string(),
            port: address.port(),
            session: secret()?,
            token: Mutex::new(secret()?),
            tell,
        };
        (local.tell)(&local.link());
        Ok(local)
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

    /// Lets the one person in.
    pub(super) fn admit(&self, request: &Request) -> Result<Pass, Problem> {
        let headers = request.headers();
        let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
        if !self.is_host(host) {
            return Err(Problem::new(StatusCode::MISDIRECTED_REQUEST, "problem.host"));
        }
        if request.method() == Method::GET && request.uri().path() == "/" {
            let token = request.uri().query().and_then(|query| query.strip_prefix("token="));
            if token.is_some_and(|token| self.take(token)) {
                return Ok(Pass::Answered(self.with_session()));
            }
        }
        if !self.has_session(headers) {
            return Err(Problem::new(StatusCode::UNAUTHORIZED, "problem.noSession"));
        }
        Ok(Pass::On(Principal { name: "local".to_owned(), groups: Vec::new() }))
    }

    fn with_session(&self) -> Response {
        let cookie = format!("{}={}; Path=/; HttpOnly; SameSite=Strict", self.cookie(), self.session);
        let mut response = StatusCode::SEE_OTHER.into_response();
        response.headers_mut().insert(LOCATION, HeaderValue::from_static("/"));
        if let Ok(cookie) = HeaderValue::from_str(&cookie) {
            response.headers_mut().insert(SET_COOKIE, cookie);
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[test]
    fn a_token_works_once_and_the_next_one_is_told() {
        let told = Arc::new(Mutex::new(Vec::new()));
        let teller = Arc::clone(&told);
        let tell: Tell = Box::new(move |link| teller.lock().unwrap().push(link.to_owned()));
        let access = Local::new("127.0.0.1:8080".parse().unwrap(), tell).unwrap();
        let first = told.lock().unwrap()[0].clone();
        let token = first.strip_prefix("http://127.0.0.1:8080/?token=").unwrap();
        assert!(!access.take(""));
        assert!(access.take(token));
        assert!(!access.take(token));
        assert_eq!(told.lock().unwrap().len(), 2);
        assert_ne!(told.lock().unwrap()[1], first);
    }
}
