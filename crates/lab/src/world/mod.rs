//! What changes from world to world: Services, their endpoints, policies, and an exposure to ask for.

mod manifest;
mod random;
mod shrink;

use std::net::Ipv4Addr;

use bulkhead_analysis::allowlist::Exposure;
use bulkhead_analysis::model::object::PolicyManifest;

use crate::cluster::Protocol;

pub(crate) use manifest::{endpoint_slices, service_object, yaml};
pub(crate) use shrink::smaller;

#[derive(Clone, Debug)]
pub(crate) struct World {
    pub(crate) services: Vec<Service>,
    pub(crate) policies: Vec<PolicyManifest>,
    pub(crate) exposure: Option<Exposure>,
}

/// A Service of the namespace `shop`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Service {
    pub(crate) name: String,
    /// The application whose pods it has.
    pub(crate) app: &'static str,
    pub(crate) kind: ServiceKind,
    pub(crate) cluster_ip: Ipv4Addr,
    pub(crate) load_balancer: Option<LoadBalancer>,
    pub(crate) external_ip: Option<Ipv4Addr>,
    pub(crate) external_policy: TrafficPolicy,
    pub(crate) internal_policy: TrafficPolicy,
    pub(crate) affinity: Affinity,
    pub(crate) ports: Vec<ServicePort>,
    pub(crate) endpoints: Vec<Endpoint>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ServiceKind {
    ClusterIp,
    NodePort,
    LoadBalancer,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LoadBalancer {
    pub(crate) address: Ipv4Addr,
    /// `loadBalancerSourceRanges`; empty means everybody.
    pub(crate) source_ranges: Vec<String>,
    /// With both policies Local.
    pub(crate) health_check_node_port: Option<u16>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TrafficPolicy {
    Cluster,
    Local,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Affinity {
    None,
    ClientIp,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ServicePort {
    /// The name, which is also the name of the pods' port.
    pub(crate) name: &'static str,
    pub(crate) protocol: Protocol,
    pub(crate) port: u16,
    pub(crate) node_port: Option<u16>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Endpoint {
    /// Index of the pod.
    pub(crate) pod: usize,
    pub(crate) state: State,
}

/// An endpoint's conditions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    Ready,
    NotReady,
    /// Terminating, and still serving.
    Terminating,
}

impl Service {
    pub(crate) const NAMESPACE: &'static str = "shop";
}
