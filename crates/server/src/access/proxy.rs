//! The mode `proxy`: somebody in front knows who it is.
//!
//! Headers can be sent by anybody who reaches the port, so that nothing is believed without what only the proxy has: a secret in a header,
//! or the key of a certificate that the connection has shown, or both.

use axum::extract::{ConnectInfo, Request};
use axum::http::{HeaderMap, StatusCode};

use super::random::is_same;
use crate::problem::Problem;
use crate::tls::Shown;
use crate::viewer::Principal;

/// The header in which the proxy shows its secret.
pub const PROXY_SECRET_HEADER: &str = "x-bulkhead-proxy-secret";
/// The longest name that is believed.
const LONGEST_NAME: usize = 256;
/// The most groups that are believed.
const MOST_GROUPS: usize = 1_000;

/// How the proxy in front is recognised, and says who it is.
#[derive(Clone)]
pub struct Proxy {
    /// What the proxy has to show: one of them at least.
    certificate: bool,
    secret: Option<String>,
    user_header: String,
    group_header: String,
}

impl std::fmt::Debug for Proxy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Proxy").field("user_header", &self.user_header).finish_non_exhaustive()
    }
}

impl Proxy {
    /// A proxy that shows a secret, and names users as oauth2-proxy and its like do.
    pub fn with_secret(secret: String) -> Self {
        Self { certificate: false, secret: Some(secret), ..Self::with_certificate() }
    }

    /// The same with a proxy whose connections show a certificate that counts for [`crate::TlsFiles::client_authority`].
    pub fn with_certificate() -> Self {
        Self {
            certificate: true,
            secret: None,
            user_header: "x-forwarded-user".to_owned(),
            group_header: "x-forwarded-groups".to_owned(),
        }
    }

    /// The same, which has to show a secret besides.
    #[must_use]
    pub fn and_secret(self, secret: String) -> Self {
        Self { secret: Some(secret), ..self }
    }

    /// The same with other headers: one with the user's name; and one with the groups, which comes several times or has commas.
    #[must_use]
    pub fn naming(self, user_header: &str, group_header: &str) -> Self {
        let [user_header, group_header] = [user_header, group_header].map(str::to_ascii_lowercase);
        Self { user_header, group_header, ..self }
    }

    /// Whether a request comes from the proxy.
    fn is_from(&self, request: &Request) -> bool {
        let connection = request.extensions().get::<ConnectInfo<Shown>>();
        let certified = connection.is_some_and(|ConnectInfo(shown)| *shown == Shown::Certificate);
        let shown = only(request.headers(), PROXY_SECRET_HEADER);
        let knows = |secret: &String| !secret.is_empty() && shown.is_some_and(|shown| is_same(shown, secret));
        (certified || !self.certificate) && self.secret.as_ref().map_or(self.certificate, knows)
    }

    /// Who a request is from. A header that comes twice is no proxy's.
    pub(super) fn admit(&self, request: &Request) -> Result<Principal, Problem> {
        if !self.is_from(request) {
            return Err(Problem::new(StatusCode::UNAUTHORIZED, "problem.notFromProxy"));
        }
        let headers = request.headers();
        let name = only(headers, &self.user_header).map(str::trim).unwrap_or_default();
        if name.is_empty() || name.len() > LONGEST_NAME {
            return Err(Problem::new(StatusCode::UNAUTHORIZED, "problem.noUser"));
        }
        let listed = headers.get_all(&self.group_header).iter().filter_map(|value| value.to_str().ok());
        let groups = listed.flat_map(|line| line.split(',')).map(str::trim).filter(|group| !group.is_empty());
        Ok(Principal { name: name.to_owned(), groups: groups.take(MOST_GROUPS).map(str::to_owned).collect() })
    }
}

/// The value of a header that comes once.
fn only<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let mut all = headers.get_all(name).iter();
    let value = all.next()?.to_str().ok()?;
    if all.next().is_some() { None } else { Some(value) }
}
