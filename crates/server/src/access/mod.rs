//! Who may ask: how somebody is recognised, and what they may see and change.
//!
//! - `local`: one person on the machine that serves. Only loopback is served, and that person is the administrator.
//! - `proxy`: a proxy in front knows who it is, and says so in headers; that it is the proxy is shown by a secret or a certificate.
//! - `token`: whoever has a token of the cluster.
//! - `oidc`: whoever an identity provider knows.
//!
//! What they may see and change a file of roles says, or the cluster's own rights. Whatever writes must have a header that no other site can send without asking, in every mode.

mod audit;
mod cluster;
mod limit;
mod local;
mod oidc;
mod proxy;
mod random;
mod reviews;
mod roles;
mod sessions;
mod token;

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::{Request, State};
use axum::http::header::{CONTENT_TYPE, HOST, ORIGIN};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use crate::api::ROOT;
use crate::cluster::Cluster;
use crate::problem::Problem;
use crate::viewer::{Grants, Judge, Principal, Viewer};

pub use audit::{Audit, AuditLine};
pub use cluster::ClusterRights;
pub use local::Tell;
pub use oidc::{Oidc, OidcError, OidcSettings};
pub use proxy::{PROXY_SECRET_HEADER, Proxy};
pub use random::NoRandomness;
pub(crate) use random::random;
pub use roles::{Roles, RolesError};
pub(crate) use sessions::Lasting;
pub use token::Token;

/// The header that a request that writes must have, with any value.
pub const CSRF_HEADER: &str = "x-bulkhead-csrf";

/// Who may ask.
#[derive(Debug)]
pub struct Access {
    mode: Mode,
    rights: Rights,
    /// How often one person may ask where there are several.
    asked: limit::Limit,
}

/// Whether somebody in front speaks TLS is nothing that is known here.
const BEHIND_TLS: &[&str] = &["http://", "https://"];
/// The cookie of whoever has signed in.
const SESSION: &str = "__Host-bulkhead";
/// How long somebody stays signed in.
const LONGEST_SESSION: Duration = Duration::from_hours(8);
/// Requests a second that one person may make, and at once.
const RATE: u32 = 500;
const BURST: u32 = 5_000;

/// How somebody is recognised.
#[derive(Debug)]
enum Mode {
    Local(local::Local),
    Proxy(Proxy),
    Token(Token),
    Oidc(Oidc),
}

/// What those who are recognised may see and change.
#[derive(Debug)]
pub enum Rights {
    /// Everything.
    Everything,
    /// What a file of roles says.
    Roles(Roles),
    /// What the cluster's own rights say.
    Cluster(ClusterRights),
}

impl Access {
    /// Access to a server on a loopback address; tells the first address that opens the console.
    pub fn local(address: std::net::SocketAddr, tell: Tell) -> Result<Arc<Self>, NoRandomness> {
        let mode = Mode::Local(local::Local::new(address, tell)?);
        Ok(Arc::new(Self::of(mode, Rights::Everything)))
    }

    /// Access through a proxy.
    pub fn proxy(proxy: Proxy, rights: Rights) -> Arc<Self> {
        Arc::new(Self::of(Mode::Proxy(proxy), rights))
    }

    /// Access by tokens of a cluster.
    pub fn token(token: Token, rights: Rights) -> Arc<Self> {
        Arc::new(Self::of(Mode::Token(token), rights))
    }

    /// Access by an identity provider.
    pub fn oidc(oidc: Oidc, rights: Rights) -> Arc<Self> {
        Arc::new(Self::of(Mode::Oidc(oidc), rights))
    }

    fn of(mode: Mode, rights: Rights) -> Self {
        Self { mode, rights, asked: limit::Limit::per_second(RATE, BURST) }
    }

    /// Where people sign out, if it is here that they sign in.
    pub(crate) fn sign_out(&self) -> Option<&'static str> {
        matches!(self.mode, Mode::Token(_) | Mode::Oidc(_)).then_some(sessions::SIGN_OUT)
    }

    async fn admit(&self, request: &mut Request) -> Result<Pass, Problem> {
        let pass = match &self.mode {
            Mode::Local(local) => local.admit(request)?,
            Mode::Proxy(proxy) => Pass::On(proxy.admit(request)?),
            Mode::Token(token) => token.admit(request).await?,
            Mode::Oidc(oidc) => oidc.admit(request).await?,
        };
        if let (Pass::On(principal), Mode::Proxy(_) | Mode::Token(_) | Mode::Oidc(_)) = (&pass, &self.mode)
            && !self.asked.allows(&principal.name, Instant::now())
        {
            return Err(Problem::new(StatusCode::TOO_MANY_REQUESTS, "problem.tooMany"));
        }
        if matches!(pass, Pass::On(_)) && !matches!(*request.method(), Method::GET | Method::HEAD) {
            check_write(request, self.schemes())?;
        }
        Ok(pass)
    }

    /// The schemes that our own pages may have: in front of a server in the cluster there may be TLS.
    fn schemes(&self) -> &'static [&'static str] {
        match self.mode {
            Mode::Local(_) => &["http://"],
            Mode::Proxy(_) | Mode::Token(_) | Mode::Oidc(_) => BEHIND_TLS,
        }
    }

    async fn viewer(&self, principal: Principal, cluster: &Cluster) -> Result<Viewer, Problem> {
        let (grants, judge) = match &self.rights {
            Rights::Everything => (Grants::Administrator, Judge::Local),
            Rights::Roles(roles) => (roles.of(&principal), Judge::Roles),
            Rights::Cluster(rights) => (rights.of(&principal, &cluster.current().tenancy).await?, Judge::Cluster),
        };
        Ok(Viewer { principal, grants, judge })
    }
}

/// What becomes of a request.
enum Pass {
    /// It is somebody's.
    On(Principal),
    /// This is the answer already.
    Answered(Response),
}

/// Lets requests through that may pass, and says whose they are.
pub(crate) async fn guard(
    State((access, cluster)): State<(Arc<Access>, Arc<Cluster>)>,
    mut request: Request,
    next: Next,
) -> Response {
    match access.admit(&mut request).await {
        Ok(Pass::On(principal)) => match access.viewer(principal, &cluster).await {
            Ok(viewer) => {
                request.extensions_mut().insert(Arc::new(viewer));
                next.run(request).await
            }
            Err(problem) => problem.into_response(),
        },
        Ok(Pass::Answered(response)) => response,
        Err(problem) => problem.into_response(),
    }
}

/// Refuses writes that another site's page could have sent.
fn check_write(request: &Request, schemes: &[&str]) -> Result<(), Problem> {
    let (path, headers) = (request.uri().path(), request.headers());
    if path.starts_with(ROOT) {
        return if headers.contains_key(CSRF_HEADER) { check_site(headers, schemes) } else { Err(forged()) };
    }
    // KubeSphere's console knows nothing of our header. What it sends no other site can send without asking, either.
    let kind = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if *request.method() == Method::POST && !kind.starts_with("application/json") {
        return Err(forged());
    }
    check_site(headers, schemes)
}

fn forged() -> Problem {
    Problem::new(StatusCode::FORBIDDEN, "problem.csrf")
}

/// No other site's page asks.
fn check_site(headers: &HeaderMap, schemes: &[&str]) -> Result<(), Problem> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let host = text(HOST.as_str()).unwrap_or_default();
    let from_here = match text(ORIGIN.as_str()) {
        None => !headers.contains_key(ORIGIN),
        Some(origin) => schemes.iter().any(|scheme| origin.strip_prefix(scheme) == Some(host)),
    };
    let same_site = text("sec-fetch-site").is_none_or(|site| matches!(site, "same-origin" | "none"));
    if from_here && same_site { Ok(()) } else { Err(forged()) }
}
