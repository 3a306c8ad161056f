//! The arguments about an identity provider.

use std::path::PathBuf;
use std::sync::Arc;

use bulkhead_analysis::model::Issue;
use bulkhead_report::Speech;
use bulkhead_server::access::{Oidc, OidcSettings};
use bulkhead_wire::Words as _;
use clap::Args;

use super::access::read;
use crate::failure::Failure;
use crate::status::ExitStatus;

// `--auth oidc`, in kube-apiserver's words where it has them.
#[derive(Debug, Default, Args)]
#[allow(clippy::struct_field_names)] // they are the options' names
pub(crate) struct OidcArguments {
    #[arg(long, value_name = "URL", requires_all = ["oidc_client_id", "oidc_redirect_url"])]
    pub(crate) oidc_issuer_url: Option<String>,
    #[arg(long, value_name = "NAME")]
    pub(crate) oidc_client_id: Option<String>,
    #[arg(long, value_name = "FILE")]
    pub(crate) oidc_client_secret_file: Option<PathBuf>,
    #[arg(long, value_name = "URL")]
    pub(crate) oidc_redirect_url: Option<String>,
    #[arg(long, value_name = "CLAIM", default_value = "sub", hide_default_value = true)]
    pub(crate) oidc_username_claim: String,
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    pub(crate) oidc_username_prefix: String,
    #[arg(long, value_name = "CLAIM", default_value = "groups", hide_default_value = true)]
    pub(crate) oidc_groups_claim: String,
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    pub(crate) oidc_groups_prefix: String,
    #[arg(long = "oidc-scope", value_name = "NAME", default_values = ["profile", "email", "groups"], hide_default_value = true)]
    pub(crate) oidc_scopes: Vec<String>,
    #[arg(long, value_name = "FILE")]
    pub(crate) oidc_ca_file: Option<PathBuf>,
}

impl OidcArguments {
    /// Whether a provider is named.
    pub(super) fn any(&self) -> bool {
        self.oidc_issuer_url.is_some()
    }
}

/// The way in by the provider that the arguments name. It is asked what it offers.
pub(super) fn oidc(arguments: &OidcArguments, speech: Speech) -> Result<Oidc, Failure> {
    let (Some(issuer_url), Some(client_id), Some(redirect_url)) =
        (&arguments.oidc_issuer_url, &arguments.oidc_client_id, &arguments.oidc_redirect_url)
    else {
        let issue = Issue::error("serveAuthArguments").with("option", "--auth oidc");
        return Err(Failure::usage(issue.with("needs", "--oidc-issuer-url, --oidc-client-id, --oidc-redirect-url")));
    };
    let secret = arguments.oidc_client_secret_file.as_deref().map(read).transpose()?;
    let settings = OidcSettings {
        issuer_url: issuer_url.clone(),
        client_id: client_id.clone(),
        client_secret: secret.map(|text| text.trim().to_owned()),
        redirect_url: redirect_url.clone(),
        username_claim: arguments.oidc_username_claim.clone(),
        username_prefix: arguments.oidc_username_prefix.clone(),
        groups_claim: arguments.oidc_groups_claim.clone(),
        groups_prefix: arguments.oidc_groups_prefix.clone(),
        scopes: arguments.oidc_scopes.clone(),
        certificate_authority: arguments.oidc_ca_file.clone(),
        tell: Arc::new(move |error| {
            eprintln!("{}", speech.issue(&Issue::warning("serveOidcSignIn").with("error", error)));
        }),
    };
    Oidc::discover(settings)
        .map_err(|error| Failure::new(ExitStatus::Unusable, Issue::error("serveOidcFailed").with("error", error)))
}
