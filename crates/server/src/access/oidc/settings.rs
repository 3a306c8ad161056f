//! What an administrator says about the provider.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

/// What an administrator says about the provider, in the words of kube-apiserver where it has them.
#[derive(Clone)]
pub struct OidcSettings {
    /// The provider's address, as its tokens name it.
    pub issuer_url: String,
    /// What this server is called there.
    pub client_id: String,
    /// What it shows there, if it has something to show.
    pub client_secret: Option<String>,
    /// This server's `/oidc/callback`, as browsers reach it.
    pub redirect_url: String,
    /// The claim with the name: `sub`, `email`, `preferred_username`. `email` counts only where it is verified.
    pub username_claim: String,
    /// What stands before every name.
    pub username_prefix: String,
    /// The claim with the groups.
    pub groups_claim: String,
    /// What stands before every group.
    pub groups_prefix: String,
    /// What is asked for besides `openid`.
    pub scopes: Vec<String>,
    /// The certificates of the authorities of the provider's TLS, as PEM; those of this program's own list without one.
    pub certificate_authority: Option<PathBuf>,
    /// Is told why somebody could not sign in.
    pub tell: Arc<dyn Fn(&OidcError) + Send + Sync>,
}

impl fmt::Debug for OidcSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("OidcSettings");
        debug.field("issuer_url", &self.issuer_url).field("client_id", &self.client_id).finish_non_exhaustive()
    }
}

/// Why nobody can sign in, or somebody could not.
#[derive(Debug, thiserror::Error)]
pub enum OidcError {
    /// A setting cannot be used.
    #[error("`{value}` is no address: {reason}")]
    Address {
        /// What was given.
        value: String,
        /// Why.
        reason: String,
    },
    /// The certificates cannot be read.
    #[error("the authorities in `{path}` cannot be read: {reason}")]
    Authority {
        /// The file.
        path: String,
        /// Why.
        reason: String,
    },
    /// The provider does not say what it offers.
    #[error("the provider does not say what it offers: {0}")]
    Discovery(String),
    /// The provider gave no token for a code.
    #[error("the provider gave no token: {0}")]
    Exchange(String),
    /// The token is not one to believe.
    #[error("the token is not believed: {0}")]
    Token(String),
    /// Who it is about is nobody who may come in.
    #[error("the token's claim `{claim}` {reason}")]
    Claim {
        /// The claim.
        claim: String,
        /// What is wrong with it.
        reason: &'static str,
    },
}
