//! The lab: a cluster of network namespaces, real kube-proxies on a real API server, real packets; and what `trace` and `minimal` say
//! about each.
//!
//! A world is random, from a seed. Every disagreement is measured again, shrunk, and printed with the command that makes it
//! again. The machine's own network is never touched: everything is in a namespace that ends with the process.
//!
//! What is real: the kernel, kube-proxy and its rules, the API. What is laid by hand: the CNI's devices, routes and source NAT, as its
//! source has them, and the enforcement of policies at the hook that the engine's profile claims.

#[cfg(target_os = "linux")]
mod api;
#[cfg(target_os = "linux")]
mod bench;
#[cfg(target_os = "linux")]
mod build;
#[cfg(target_os = "linux")]
mod cases;
#[cfg(target_os = "linux")]
mod cluster;
#[cfg(target_os = "linux")]
mod compare;
#[cfg(target_os = "linux")]
mod exposure;
#[cfg(target_os = "linux")]
mod fault;
#[cfg(target_os = "linux")]
mod machine;
#[cfg(target_os = "linux")]
mod model;
#[cfg(target_os = "linux")]
mod probe;
#[cfg(target_os = "linux")]
mod run;
#[cfg(target_os = "linux")]
mod shrink;
#[cfg(target_os = "linux")]
mod tally;
#[cfg(target_os = "linux")]
mod world;

#[cfg(target_os = "linux")]
pub use cluster::Kernel;
#[cfg(target_os = "linux")]
pub use run::{Settings, run};
