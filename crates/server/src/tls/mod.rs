//! TLS: a certificate from files, and connections that show whose they are.
//!
//! Where authorities of clients are named, a client may show a certificate. One that none of them has signed ends the connection;
//! what somebody may who shows none is decided in [`crate::access`]. The files are looked at again and again, as certificates do not last.

mod files;
mod listener;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use rustls::ServerConfig;
use rustls::client::verify_server_name;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::server::ParsedCertificate;

use self::files::{Contents, config};
pub(crate) use self::listener::TlsListener;

/// How often the files are looked at.
const LOOK: Duration = Duration::from_mins(1);

/// Where certificates and keys stand, as PEM.
#[derive(Clone, Debug, Default)]
pub struct TlsFiles {
    /// The certificate of the server, and behind it those of the authorities that lead to a known one.
    pub certificate: PathBuf,
    /// Its key.
    pub key: PathBuf,
    /// The authorities whose certificates clients may show; without it nobody is asked for one.
    pub client_authority: Option<PathBuf>,
    /// DNS names or addresses, one of which a client's certificate must have to count; any counts where there are none.
    pub client_names: Vec<String>,
}

/// Why TLS cannot be spoken.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TlsError {
    /// A file is missing, no PEM, or has nothing of what it has to have.
    #[error("`{path}`: {reason}")]
    File {
        /// Which file.
        path: String,
        /// What is wrong with it.
        reason: String,
    },
    /// Certificate and key are each what they have to be, and are of two different pairs.
    #[error("`{key}` is not the key of `{certificate}`: {reason}")]
    Pair {
        /// The file with the certificate.
        certificate: String,
        /// The file with the key.
        key: String,
        /// What the TLS library says.
        reason: String,
    },
    /// A client's name is none.
    #[error("`{0}` is neither a DNS name nor an IP address")]
    Name(String),
}

/// Whoever is told what became wrong with the files while a server runs; it goes on with what it has.
pub type TellTls = Arc<dyn Fn(&TlsError) + Send + Sync>;

/// What connections are encrypted with.
pub struct Tls {
    files: TlsFiles,
    names: Vec<ServerName<'static>>,
    current: Mutex<(Contents, Arc<ServerConfig>)>,
    tell: TellTls,
}

impl std::fmt::Debug for Tls {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tls").field("files", &self.files).finish_non_exhaustive()
    }
}

impl Tls {
    /// Reads the files.
    ///
    /// # Errors
    /// One of them is not what it has to be, or a client's name is none.
    pub fn read(files: TlsFiles, tell: TellTls) -> Result<Arc<Self>, TlsError> {
        let name = |text: &String| ServerName::try_from(text.clone()).map_err(|_| TlsError::Name(text.clone()));
        let names = files.client_names.iter().map(name).collect::<Result<_, _>>()?;
        let contents = Contents::read(&files)?;
        let config = config(&files, &contents)?;
        Ok(Arc::new(Self { files, names, current: Mutex::new((contents, config)), tell }))
    }

    /// What the next connection is encrypted with.
    fn config(&self) -> Arc<ServerConfig> {
        Arc::clone(&self.current.lock().unwrap_or_else(PoisonError::into_inner).1)
    }

    /// What a client has shown whose certificate, if there is one, was found to be of a known authority.
    fn shown(&self, certificate: Option<&CertificateDer<'_>>) -> Shown {
        let parsed = certificate.and_then(|certificate| ParsedCertificate::try_from(certificate).ok());
        let has_name = |parsed: ParsedCertificate<'_>| {
            self.names.is_empty() || self.names.iter().any(|name| verify_server_name(&parsed, name).is_ok())
        };
        if parsed.is_some_and(has_name) { Shown::Certificate } else { Shown::Nothing }
    }

    /// Takes what stands in the files now, if that is something else.
    pub fn look(&self) {
        let taken = Contents::read(&self.files).and_then(|contents| {
            let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
            if contents != current.0 {
                let config = config(&self.files, &contents)?;
                *current = (contents, config);
            }
            Ok(())
        });
        if let Err(error) = taken {
            (self.tell)(&error);
        }
    }

    /// Looks at the files as long as somebody uses them.
    async fn keep_looking(tls: Weak<Self>) {
        loop {
            tokio::time::sleep(LOOK).await;
            let Some(tls) = tls.upgrade() else { return };
            tls.look();
        }
    }
}

/// What whoever is at the other end of a connection has shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shown {
    /// A certificate that counts.
    Certificate,
    /// No certificate, or one of another name.
    Nothing,
}
