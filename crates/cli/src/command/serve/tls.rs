//! The arguments about TLS.

use std::path::PathBuf;
use std::sync::Arc;

use bulkhead_analysis::model::Issue;
use bulkhead_report::Speech;
use bulkhead_server::{Tls, TlsFiles};
use bulkhead_wire::Words as _;
use clap::Args;

use crate::failure::Failure;

// What connections are encrypted with, and what the proxy in front shows.
#[derive(Debug, Default, Args)]
pub(crate) struct TlsArguments {
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    pub(crate) tls_cert: Option<PathBuf>,
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    pub(crate) tls_key: Option<PathBuf>,
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    pub(crate) proxy_client_ca: Option<PathBuf>,
    #[arg(long = "proxy-client-name", value_name = "NAME", requires = "proxy_client_ca")]
    pub(crate) proxy_client_names: Vec<String>,
}

/// Reads the files that the arguments name.
pub(super) fn tls(arguments: &TlsArguments, speech: Speech) -> Result<Option<Arc<Tls>>, Failure> {
    let (Some(certificate), Some(key)) = (&arguments.tls_cert, &arguments.tls_key) else { return Ok(None) };
    let files = TlsFiles {
        certificate: certificate.clone(),
        key: key.clone(),
        client_authority: arguments.proxy_client_ca.clone(),
        client_names: arguments.proxy_client_names.clone(),
    };
    let tell = Arc::new(move |error: &bulkhead_server::TlsError| {
        eprintln!("{}", speech.issue(&Issue::warning("serveTlsKept").with("error", error)));
    });
    let read = Tls::read(files, tell);
    read.map(Some).map_err(|error| Failure::usage(Issue::error("serveTls").with("error", error)))
}
