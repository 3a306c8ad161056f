//! The mode `oidc`: whoever an identity provider knows (OpenID Connect, authorization code with PKCE, state and nonce).
//!
//! A browser that is not signed in is led to the provider, and comes back with a code that only this server can turn into an ID token. The
//! token's signature, issuer, audience, nonce and time are checked; who it is about is kept in a session, and the token is forgotten.
//! No name or group that begins with `system:` is believed: Kubernetes keeps those for itself.

mod principal;
mod provider;
mod settings;

use std::sync::Arc;
use std::time::Duration;

use axum::extract::Request;
use axum::http::{Method, StatusCode};
use axum::response::Response;

use self::provider::{Begun, Provider};
pub use self::settings::{OidcError, OidcSettings};
use super::sessions::{SIGN_OUT, SameSite, Sessions, redirect};
use super::token::{signed_out, wants_page};
use super::{BEHIND_TLS, LONGEST_SESSION, Pass, SESSION, check_site};
use crate::language::speech;
use crate::problem::Problem;
use crate::viewer::Principal;

/// Where browsers begin to sign in. `to` says where they want to go afterwards.
const SIGN_IN: &str = "/oidc/sign-in";
/// Where the provider leads them back to.
const CALLBACK: &str = "/oidc/callback";
/// The cookie of whoever is on the way.
const ON_THE_WAY: &str = "__Host-bulkhead-signing-in";
/// How long signing in may take.
const LONGEST_WAY: Duration = Duration::from_mins(10);

/// Access by an identity provider.
pub struct Oidc {
    provider: Arc<Provider>,
    tell: Arc<dyn Fn(&OidcError) + Send + Sync>,
    sessions: Sessions<Principal>,
    /// Those who are at the provider, and where they want to go.
    begun: Sessions<Begun>,
}

impl std::fmt::Debug for Oidc {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Oidc").field("provider", &self.provider).finish_non_exhaustive()
    }
}

impl Oidc {
    /// Asks the provider what it offers.
    ///
    /// # Errors
    /// The settings are not usable, or the provider does not answer as one does.
    pub fn discover(settings: OidcSettings) -> Result<Self, OidcError> {
        Ok(Self {
            tell: Arc::clone(&settings.tell),
            provider: Arc::new(Provider::discover(settings)?),
            sessions: Sessions::new(SESSION, LONGEST_SESSION, SameSite::Lax),
            begun: Sessions::new(ON_THE_WAY, LONGEST_WAY, SameSite::Lax),
        })
    }

    /// Lets those in who are signed in, and lets others sign in.
    pub(super) async fn admit(&self, request: &mut Request) -> Result<Pass, Problem> {
        let (method, path) = (request.method(), request.uri().path());
        if method == Method::POST && path == SIGN_OUT {
            check_site(request.headers(), BEHIND_TLS)?;
            self.sessions.end(request.headers());
            let mut response = signed_out(speech(request.headers()), SIGN_IN);
            super::sessions::keep(&mut response, &[self.sessions.forgotten()]);
            return Ok(Pass::Answered(response));
        }
        if method == Method::GET && path == SIGN_IN {
            return self.begin(parameter(request, "to")).map(Pass::Answered);
        }
        if method == Method::GET && path == CALLBACK {
            let back = self.back(request)?;
            return self.end(back).await.map(Pass::Answered);
        }
        match self.sessions.enter(request) {
            Some(principal) => Ok(Pass::On(principal)),
            None if wants_page(request) => {
                let to = request.uri().path_and_query().map(ToString::to_string);
                self.begin(to).map(Pass::Answered)
            }
            None => Err(Problem::new(StatusCode::UNAUTHORIZED, "problem.notSignedIn")),
        }
    }

    fn begin(&self, to: Option<String>) -> Result<Response, Problem> {
        let (address, begun) = self.provider.begin(to.filter(|to| is_ours(to)));
        let cookie = self.begun.begin(begun)?;
        Ok(redirect(address.as_str(), &[cookie]))
    }

    /// The provider led somebody back. Only who set out from here may come back here, and once.
    fn back(&self, request: &Request) -> Result<Back, Problem> {
        let begun = self.begun.end(request.headers());
        let (state, code) = (parameter(request, "state"), parameter(request, "code"));
        let back = begun.zip(state.zip(code)).map(|(begun, (state, code))| Back { begun, state, code });
        back.ok_or_else(refused)
    }

    async fn end(&self, back: Back) -> Result<Response, Problem> {
        let Back { begun, state, code } = back;
        let to = begun.to.clone().unwrap_or_else(|| "/".to_owned());
        let principal = self.provider.principal(begun, &state, code).await.map_err(|error| {
            // What the provider said is for whoever runs the server, not for whoever asks.
            (self.tell)(&error);
            refused()
        })?;
        let cookie = self.sessions.begin(principal)?;
        Ok(redirect(&to, &[cookie, self.begun.forgotten()]))
    }
}

/// Somebody whom the provider led back.
struct Back {
    begun: Begun,
    state: String,
    code: String,
}

fn refused() -> Problem {
    Problem::new(StatusCode::FORBIDDEN, "problem.signInFailed")
}

/// Whether an address is one of this server: a path, and nothing that a browser takes for another host.
fn is_ours(to: &str) -> bool {
    to.starts_with('/') && !to.starts_with("//") && !to.contains('\\') && !to.chars().any(char::is_control)
}

/// The value of a parameter of the request's query.
fn parameter(request: &Request, name: &str) -> Option<String> {
    let pairs: Vec<(String, String)> = axum::extract::Query::try_from_uri(request.uri()).ok()?.0;
    pairs.into_iter().find(|(key, _)| key == name).map(|(_, value)| value)
}
