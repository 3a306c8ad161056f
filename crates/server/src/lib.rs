//! The HTTP API and the console, in one process with the analysis.
//!
//! A [`Cluster`] is what is served: a dump that cannot be written, or a local store. It keeps one [`Epoch`] ready, the state
//! that answers are about; a change of the store makes a new one, which takes the place of the old at once. Questions run on
//! the epoch's own threads, never on those that serve connections.
//!
//! Every write is asked for twice: the first answer is a preview with a digest, the second request carries the digest and is
//! refused where the preview would no longer be the same. JSON forms are those of `bulkhead-wire`; words come from
//! `bulkhead-report`, in the language of the request.
//!
//! This crate knows no Kubernetes client. Without authentication it serves loopback only: see [`access`]. What somebody may not
//! see is taken out where answers leave: see [`viewer`].

pub mod access;
mod api;
mod assets;
mod change;
mod cluster;
mod epoch;
mod headers;
mod kapis;
mod kept;
mod language;
pub mod live;
mod named;
mod objects;
pub mod openapi;
mod problem;
mod serve;
mod state;
mod tls;
pub mod viewer;
mod work;

pub use cluster::Cluster;
pub use epoch::{Epoch, Text};
pub use kapis::kubesphere_paths;
pub use objects::{Unreadable, documents, parse};
pub use problem::Problem;
pub use serve::{Entrance, Serving, router, serve};
pub use tls::{TellTls, Tls, TlsError, TlsFiles};
