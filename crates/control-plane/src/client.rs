//! A small client of the Kubernetes API: JSON in, JSON out.

use std::time::Duration;

use serde_json::Value;
use ureq::Agent;
use ureq::http::Request;
use ureq::tls::{Certificate, RootCerts, TlsConfig};

use crate::{Error, Result};

/// Talks to one API server as one user.
#[derive(Clone, Debug)]
pub struct Client {
    agent: Agent,
    url: String,
    token: String,
}

impl Client {
    /// A client of the server at `url`, whose certificate `authority` (PEM) has signed.
    pub fn new(url: &str, authority: &str, token: &str) -> Result<Self> {
        let roots = Certificate::from_pem(authority.as_bytes()).map_err(|source| Error::Http {
            method: "GET",
            path: url.to_owned(),
            source: Box::new(source),
        })?;
        let tls = TlsConfig::builder().root_certs(RootCerts::new_with_certs(&[roots])).build();
        Ok(Self { agent: agent(tls), url: url.to_owned(), token: token.to_owned() })
    }

    /// The object or list at a path.
    pub fn get(&self, path: &str) -> Result<Value> {
        self.send("GET", path, "application/json", None)
    }

    /// Creates an object in the collection at a path.
    pub fn create(&self, path: &str, object: &Value) -> Result<Value> {
        self.send("POST", path, "application/json", Some(object))
    }

    /// Replaces the object at a path.
    pub fn replace(&self, path: &str, object: &Value) -> Result<Value> {
        self.send("PUT", path, "application/json", Some(object))
    }

    /// Changes an object by a strategic merge patch.
    pub fn patch(&self, path: &str, changes: &Value) -> Result<Value> {
        self.send("PATCH", path, "application/strategic-merge-patch+json", Some(changes))
    }

    /// Changes an object by a merge patch, which every kind takes.
    pub fn merge(&self, path: &str, changes: &Value) -> Result<Value> {
        self.send("PATCH", path, "application/merge-patch+json", Some(changes))
    }

    /// Deletes the object, or the collection, at a path.
    pub fn delete(&self, path: &str) -> Result<Value> {
        self.send("DELETE", path, "application/json", None)
    }

    /// Whether the server says that it is ready.
    pub(crate) fn is_ready(&self) -> bool {
        let request = self.agent.get(format!("{}/readyz", self.url)).header("Authorization", self.authorization());
        request.call().is_ok_and(|response| response.status().is_success())
    }

    fn authorization(&self) -> String {
        format!("Bearer {}", self.token)
    }

    fn send(&self, method: &'static str, path: &str, media_type: &str, body: Option<&Value>) -> Result<Value> {
        let failed = |source| Error::Http { method, path: path.to_owned(), source: Box::new(source) };
        let request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.url))
            .header("Authorization", self.authorization())
            .header("Content-Type", media_type);
        let response = if let Some(body) = body {
            let request = request.body(body.to_string()).map_err(|source| failed(source.into()))?;
            self.agent.run(request)
        } else {
            let request = request.body(()).map_err(|source| failed(source.into()))?;
            self.agent.run(request)
        };
        let mut response = response.map_err(failed)?;
        let status = response.status();
        let answer: Value = response.body_mut().with_config().limit(u64::MAX).read_json().map_err(failed)?;
        if status.is_success() {
            return Ok(answer);
        }
        let message = answer.get("message").and_then(Value::as_str).unwrap_or_default().to_owned();
        Err(Error::Api { method, path: path.to_owned(), status: status.as_u16(), message })
    }
}

/// Whether somebody answers well at an address without TLS.
pub(crate) fn answers_plainly(url: &str) -> bool {
    agent(TlsConfig::default()).get(url).call().is_ok_and(|response| response.status().is_success())
}

/// The answer of a server without TLS to a JSON request.
pub(crate) fn ask_plainly(url: &str, request: &Value) -> Result<Value> {
    let failed = |source| Error::Http { method: "POST", path: url.to_owned(), source: Box::new(source) };
    let mut response = agent(TlsConfig::default()).post(url).send_json(request).map_err(failed)?;
    let answer: Value = response.body_mut().read_json().map_err(failed)?;
    if response.status().is_success() {
        return Ok(answer);
    }
    let message = answer.get("message").and_then(Value::as_str).unwrap_or_default().to_owned();
    Err(Error::Api { method: "POST", path: url.to_owned(), status: response.status().as_u16(), message })
}

fn agent(tls: TlsConfig) -> Agent {
    Agent::config_builder()
        .tls_config(tls)
        // The machine's proxy is not for servers on the machine itself.
        .proxy(None)
        .http_status_as_error(false)
        .timeout_global(Some(Duration::from_mins(1)))
        .build()
        .into()
}
