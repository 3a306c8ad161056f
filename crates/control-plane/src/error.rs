//! What can go wrong.

use std::path::PathBuf;
use std::time::Duration;

use crate::{Program, Server};

/// Why there is no control plane.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The programs have to be built, and there is no `go`.
    #[error(
        "`{}` has to be built and there is no Go toolchain: install Go 1.21 or later (https://go.dev/doc/install; it fetches \
         the release that it needs), or set `KUBEBUILDER_ASSETS` to a folder that has the program",
        program.name()
    )]
    NoGo {
        /// The first program that was needed.
        program: Program,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// `go build` failed.
    #[error("cannot build `{}`:\n{output}", program.name())]
    Build {
        /// The program.
        program: Program,
        /// What `go` printed.
        output: String,
    },
    /// A server ended although nobody asked it to.
    #[error("`{}` ended: {log}", server.name())]
    Ended {
        /// The server.
        server: Server,
        /// The end of its log.
        log: String,
    },
    /// A server did not become ready.
    #[error("`{}` is not ready after {after:?}: {log}", server.name())]
    NotReady {
        /// The server.
        server: Server,
        /// How long was waited.
        after: Duration,
        /// The end of its log.
        log: String,
    },
    /// The server was not asked for in the options, or has no such user.
    #[error("the control plane has no `{0}`")]
    NoSuch(String),
    /// The API server answered with an error.
    #[error("{method} {path}: {status} {message}")]
    Api {
        /// The method.
        method: &'static str,
        /// The path.
        path: String,
        /// The HTTP status.
        status: u16,
        /// The message of the answer.
        message: String,
    },
    /// The API server did not answer.
    #[error("{method} {path}")]
    Http {
        /// The method.
        method: &'static str,
        /// The path.
        path: String,
        /// What went wrong.
        #[source]
        source: Box<ureq::Error>,
    },
    /// A certificate could not be made.
    #[error("cannot make a certificate")]
    Certificate(#[from] rcgen::Error),
    /// A file, a folder or a process.
    #[error("{}", path.display())]
    Io {
        /// What it was about.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
}

impl Error {
    /// For `map_err`: an error of the system about this path.
    pub(crate) fn io(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { path, source }
    }
}
