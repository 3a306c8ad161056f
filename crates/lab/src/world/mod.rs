//! What changes from world to world: Services, their endpoints, policies, and an exposure to ask for.

mod manifest;
mod random;
mod shrink;

use std::net::IpAddr;

use bulkhead_analysis::allowlist::Exposure;
use bulkhead_analysis::model::object::PolicyManifest;
use bulkhead_analysis::path::Family;

use crate::cluster::{self, Protocol};

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
    /// Its addresses follow from it.
    pub(crate) number: u8,
    pub(crate) name: String,
    /// `ipFamilies`
    pub(crate) families: Vec<Family>,
    /// The application whose pods it has.
    pub(crate) app: &'static str,
    pub(crate) kind: ServiceKind,
    pub(crate) load_balancer: Option<LoadBalancer>,
    pub(crate) external_ips: ExternalIps,
    pub(crate) external_policy: TrafficPolicy,
    pub(crate) internal_policy: TrafficPolicy,
    pub(crate) affinity: Affinity,
    pub(crate) near: Near,
    pub(crate) unready: Unready,
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
    /// `loadBalancerSourceRanges`; empty means everybody.
    pub(crate) source_ranges: Vec<String>,
    /// Where `externalTrafficPolicy` is Local.
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

/// Whether the Service has `externalIPs`: one of each family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ExternalIps {
    None,
    One,
}

/// Which endpoints are hinted for whom (EndpointSlice `hints`), and how the Service asked for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Near {
    /// No hints.
    Nobody,
    /// `trafficDistribution: PreferSameZone`: each endpoint for its own zone.
    Zone,
    /// `service.kubernetes.io/topology-mode: Auto`: spread over zones, near or not.
    Spread,
    /// `trafficDistribution: PreferSameNode`: each endpoint for its own node and its own zone.
    Node,
}

/// `publishNotReadyAddresses`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unready {
    Hidden,
    Published,
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
    pub(crate) hint: Hint,
}

/// Whether the endpoint has the hints of its Service. One that has none makes kube-proxy ignore those of all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hint {
    There,
    Missing,
}

/// An endpoint's conditions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    Ready,
    /// No condition is stated, which means ready.
    Unstated,
    NotReady,
    /// Terminating, and still serving.
    Terminating,
    /// Terminating, and not serving any more.
    Gone,
}

impl Service {
    pub(crate) const NAMESPACE: &'static str = "shop";

    pub(crate) fn cluster_ip(&self, family: Family) -> IpAddr {
        cluster::cluster_ip(family, 0, 10 + self.number)
    }

    /// The load balancer's address.
    pub(crate) fn balanced(&self, family: Family) -> IpAddr {
        cluster::external(family, 10 + self.number)
    }

    /// The one of `externalIPs`.
    pub(crate) fn external(&self, family: Family) -> IpAddr {
        cluster::external(family, 100 + self.number)
    }

    /// The addresses of each of its families.
    pub(crate) fn each(&self, address: impl Fn(Family) -> IpAddr) -> Vec<IpAddr> {
        self.families.iter().map(|&family| address(family)).collect()
    }
}
