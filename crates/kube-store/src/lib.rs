//! The store that is a Kubernetes API server: [`KubeStore`], a [`Store`](bulkhead_store::Store).
//!
//! The only crate that knows `kube`, and of that only the client: credentials, TLS, requests. Objects stay untyped. The API server
//! is the distributed engine; nothing is cached here.

mod answer;
mod connect;
mod discovery;
mod kube_store;
mod request;
mod watching;

pub use connect::{ConnectError, ConnectOptions, PATIENCE, connect, find_kubeconfigs};
pub use kube_store::KubeStore;
