//! A real Kubernetes control plane on this machine, for tests and for the lab: etcd, kube-apiserver and, on request,
//! kube-controller-manager and kwok (which plays the kubelets), without a container engine.
//!
//! The programs are built from their published Go modules when they are first asked for (a few minutes, once), or taken from the
//! folder that `KUBEBUILDER_ASSETS` names. A [`ControlPlane`] is a handle: dropping it ends the servers and removes their data.
//!
//! Nothing in here is part of Bulkhead's answers, and nothing of it ships.

mod build;
mod certificates;
mod client;
mod control_plane;
mod error;
mod kubeconfig;
mod options;
mod ports;
mod program;
mod server;
mod spawner;
pub mod trials;

pub use client::Client;
pub use control_plane::ControlPlane;
pub use error::Error;
pub use options::{Options, User};
pub use program::Program;
pub use server::Server;
pub use spawner::{bound_command, spawn};

/// What this crate's functions give.
pub type Result<T> = std::result::Result<T, Error>;
