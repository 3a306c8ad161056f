//! The mode `proxy`: somebody in front knows who it is.
//!
//! Headers can be sent by anybody who reaches the port, so that nothing is believed without the secret that only the proxy has.

use axum::http::{HeaderMap, StatusCode};

use super::random::is_same;
use crate::problem::Problem;
use crate::viewer::Principal;

/// The header in which the proxy shows its secret.
pub const PROXY_SECRET_HEADER: &str = "x-bulkhead-proxy-secret";
/// The longest name that is believed.
const LONGEST_NAME: usize = 256;
/// The most groups that are believed.
const MOST_GROUPS: usize = 1_000;

/// How the proxy in front says who it is.
#[derive(Clone)]
pub struct Proxy {
    /// What the proxy has to show.
    pub secret: String,
    /// The header with the user's name.
    pub user_header: String,
    /// The header with the groups: several, or one with commas.
    pub group_header: String,
}

impl std::fmt::Debug for Proxy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Proxy").field("user_header", &self.user_header).finish_non_exhaustive()
    }
}

impl Proxy {
    /// A proxy that shows a secret, and names users as oauth2-proxy and its like do.
    pub fn with_secret(secret: String) -> Self {
        Self { secret, user_header: "x-forwarded-user".to_owned(), group_header: "x-forwarded-groups".to_owned() }
    }

    /// Who a request is from. A header that comes twice is no proxy's.
    pub(super) fn admit(&self, headers: &HeaderMap) -> Result<Principal, Problem> {
        let refused = || Problem::new(StatusCode::UNAUTHORIZED, "problem.notFromProxy");
        let shown = only(headers, PROXY_SECRET_HEADER).ok_or_else(refused)?;
        if self.secret.is_empty() || !is_same(shown, &self.secret) {
            return Err(refused());
        }
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
