//! One rule of the path at a time, on small clusters: a question in, every route out.
//!
//! Client 198.51.100.7 is outside; node-N has 10.0.0.N, its pods 10.244.N.x, its tunnel device 10.244.N.0.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::format_collect,
    reason = "a test fails by panicking"
)]

#[path = "rules/ask.rs"]
mod ask;
#[path = "rules/cluster.rs"]
mod cluster;

#[path = "rules/aws.rs"]
mod aws;
#[path = "rules/balancer_addresses.rs"]
mod balancer_addresses;
#[path = "rules/bare.rs"]
mod bare;
#[path = "rules/cluster_ip.rs"]
mod cluster_ip;
#[path = "rules/cni.rs"]
mod cni;
#[path = "rules/gateway_api.rs"]
mod gateway_api;
#[path = "rules/ingress.rs"]
mod ingress;
#[path = "rules/load_balancer.rs"]
mod load_balancer;
#[path = "rules/node_port.rs"]
mod node_port;
#[path = "rules/policy.rs"]
mod policy;
#[path = "rules/watches.rs"]
mod watches;
