//! Who may ask the server: the arguments about it.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bulkhead_analysis::model::Issue;
use bulkhead_kube_store::KubeStore;
use bulkhead_report::Speech;
use bulkhead_server::Entrance;
use bulkhead_server::access::{ClusterRights, Proxy, Rights, Roles, Tell, Token};
use clap::{Args, ValueEnum};

use super::oidc::{OidcArguments, oidc};
use super::tls::TlsArguments;
use crate::failure::Failure;

/// The mode of a proxy in front, as it is asked for.
const PROXY: &str = "--auth proxy";
/// The longest file of a secret or of roles that is read.
const LONGEST_FILE: u64 = 4 * 1024 * 1024;

// How somebody is recognised, and what they may see and change.
#[derive(Debug, Default, Args)]
pub(crate) struct AccessArguments {
    #[arg(
        long,
        value_name = "local|proxy|token|oidc",
        default_value = "local",
        hide_default_value = true,
        hide_possible_values = true
    )]
    pub(crate) auth: AuthChoice,
    #[arg(long, value_name = "FILE")]
    pub(crate) roles: Option<PathBuf>,
    #[arg(long, value_name = "FILE")]
    pub(crate) proxy_secret_file: Option<PathBuf>,
    #[arg(long, value_name = "NAME", default_value = "X-Forwarded-User", hide_default_value = true)]
    pub(crate) proxy_user_header: String,
    #[arg(long, value_name = "NAME", default_value = "X-Forwarded-Groups", hide_default_value = true)]
    pub(crate) proxy_group_header: String,
    #[command(flatten)]
    pub(crate) tls: TlsArguments,
    #[command(flatten)]
    pub(crate) oidc: OidcArguments,
}

// `--auth`
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum AuthChoice {
    #[default]
    Local,
    Proxy,
    Token,
    Oidc,
}

impl AuthChoice {
    /// Refuses to serve others than this machine without knowing who they are.
    pub(crate) fn check(self, address: SocketAddr) -> Result<(), Failure> {
        if self != Self::Local || address.ip().is_loopback() {
            return Ok(());
        }
        Err(Failure::usage(Issue::error("serveNotLoopback").with("value", address)))
    }
}

/// The way in that the arguments describe.
pub(crate) fn entrance(
    arguments: &AccessArguments,
    live: Option<&KubeStore>,
    tell: Tell,
    speech: Speech,
) -> Result<Entrance, Failure> {
    let wrong = |option: &str, needs: &str| {
        Failure::usage(Issue::error("serveAuthArguments").with("option", option).with("needs", needs))
    };
    let of_other_modes = [
        ("--oidc-issuer-url", arguments.oidc.any(), "--auth oidc", arguments.auth == AuthChoice::Oidc),
        ("--proxy-secret-file", arguments.proxy_secret_file.is_some(), PROXY, arguments.auth == AuthChoice::Proxy),
        ("--proxy-client-ca", arguments.tls.proxy_client_ca.is_some(), PROXY, arguments.auth == AuthChoice::Proxy),
        // Loopback is served, and its address is told with `http`.
        (
            "--tls-cert",
            arguments.tls.tls_cert.is_some(),
            "--auth proxy, token, oidc",
            arguments.auth != AuthChoice::Local,
        ),
        ("--roles", arguments.roles.is_some(), "--auth proxy, token, oidc", arguments.auth != AuthChoice::Local),
    ];
    for (option, is_there, needs, has_it) in of_other_modes {
        if is_there && !has_it {
            return Err(wrong(option, needs));
        }
    }
    match arguments.auth {
        AuthChoice::Local => Ok(Entrance::Local(tell)),
        AuthChoice::Token => {
            let live = live.ok_or_else(|| wrong("--auth token", "--kubeconfig"))?;
            Ok(Entrance::Token(Token::new(Arc::new(live.clone())), rights(arguments, Some(live))?))
        }
        AuthChoice::Oidc => Ok(Entrance::Oidc(oidc(&arguments.oidc, speech)?, rights(arguments, live)?)),
        AuthChoice::Proxy => {
            let secret = arguments.proxy_secret_file.as_deref().map(read_secret).transpose()?;
            let proxy = match (&arguments.tls.proxy_client_ca, secret) {
                (Some(_), Some(secret)) => Proxy::with_certificate().and_secret(secret),
                (Some(_), None) => Proxy::with_certificate(),
                (None, Some(secret)) => Proxy::with_secret(secret),
                (None, None) => return Err(wrong(PROXY, "--proxy-secret-file, --proxy-client-ca")),
            };
            let proxy = proxy.naming(&arguments.proxy_user_header, &arguments.proxy_group_header);
            Ok(Entrance::Proxy(proxy, rights(arguments, live)?))
        }
    }
}

/// What people may see and change: what the file of roles says, or else the cluster.
fn rights(arguments: &AccessArguments, live: Option<&KubeStore>) -> Result<Rights, Failure> {
    if let Some(path) = &arguments.roles {
        let unreadable = |error| Issue::error("serveRoles").with("path", path.display()).with("error", error);
        let roles = Roles::parse(&read(path)?).map_err(|error| Failure::usage(unreadable(error)))?;
        return Ok(Rights::Roles(roles));
    }
    match live {
        Some(live) => Ok(Rights::Cluster(ClusterRights::new(Arc::new(live.clone())))),
        None => {
            Err(Failure::usage(Issue::error("serveAuthArguments").with("option", "--auth").with("needs", "--roles")))
        }
    }
}

/// A secret: what stands in a file, without the white space around it. A short one could be guessed.
fn read_secret(path: &Path) -> Result<String, Failure> {
    let secret = read(path)?.trim().to_owned();
    if secret.len() < 16 {
        return Err(Failure::usage(Issue::error("serveSecretShort").with("path", path.display())));
    }
    Ok(secret)
}

pub(super) fn read(path: &Path) -> Result<String, Failure> {
    use std::io::Read as _;
    let unreadable = |error: std::io::Error| {
        Failure::usage(Issue::error("fileUnreadable").with("path", path.display()).with("error", error))
    };
    let file = std::fs::File::open(path).map_err(unreadable)?;
    let mut text = String::new();
    file.take(LONGEST_FILE).read_to_string(&mut text).map_err(unreadable)?;
    Ok(text)
}
