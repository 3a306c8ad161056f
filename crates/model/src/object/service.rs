//! Service.

use std::net::IpAddr;

use ipnet::IpNet;

use crate::{Labels, Name, NamespacedName, PortNumber, PortRef, Position, Protocol, Readable};

/// A Service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Service {
    /// Its namespace and name.
    pub name: NamespacedName,
    /// Its labels.
    pub labels: Labels,
    /// Its annotations, as far as anything here reads them (load balancer implementations).
    pub annotations: Labels,
    /// `spec.type`.
    pub kind: ServiceType,
    /// `spec.clusterIPs`; empty for a headless Service, and where a manifest has not been given any yet.
    pub cluster_ips: Vec<IpAddr>,
    /// `spec.clusterIP: None`.
    pub headless: bool,
    /// `spec.ports`.
    pub ports: Vec<ServicePort>,
    /// `spec.selector`; `None` where it is missing or empty: endpoints are then somebody else's affair.
    pub selector: Option<Labels>,
    /// `spec.externalIPs`.
    pub external_ips: Vec<IpAddr>,
    /// `spec.loadBalancerSourceRanges`; empty means that everybody may use the load balancer's address.
    pub load_balancer_source_ranges: Vec<Readable<IpNet>>,
    /// `spec.externalTrafficPolicy`.
    pub external_traffic_policy: TrafficPolicy,
    /// `spec.internalTrafficPolicy`.
    pub internal_traffic_policy: TrafficPolicy,
    /// `spec.sessionAffinity: ClientIP`.
    pub session_affinity: bool,
    /// `spec.publishNotReadyAddresses`.
    pub publish_not_ready_addresses: bool,
    /// `spec.trafficDistribution`.
    pub traffic_distribution: Option<Name>,
    /// `spec.loadBalancerClass`.
    pub load_balancer_class: Option<Name>,
    /// `spec.healthCheckNodePort`.
    pub health_check_node_port: Option<PortNumber>,
    /// `status.loadBalancer.ingress`.
    pub load_balancer_ingress: Vec<LoadBalancerIngress>,
    /// Where it stands.
    pub position: Position,
}

/// `spec.type`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ServiceType {
    /// Reachable inside the cluster.
    ClusterIp,
    /// Also by a port of the nodes.
    NodePort,
    /// Also by a load balancer.
    LoadBalancer,
    /// A DNS alias for this name; no traffic passes it.
    ExternalName(Name),
}

/// One of a Service's ports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServicePort {
    /// Its name; `None` where the Service has one port without a name.
    pub name: Option<Name>,
    /// Its protocol.
    pub protocol: Protocol,
    /// The Service's port.
    pub port: PortNumber,
    /// `targetPort`; where it is missing, the reader fills in `port`, as the API server does.
    pub target_port: PortRef,
    /// `nodePort`.
    pub node_port: Option<PortNumber>,
}

/// `externalTrafficPolicy`, `internalTrafficPolicy`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TrafficPolicy {
    /// Any endpoint.
    Cluster,
    /// Endpoints of the node that the packet is on.
    Local,
}

/// One entry of `status.loadBalancer.ingress`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadBalancerIngress {
    /// `ip`.
    pub address: Option<IpAddr>,
    /// `hostname`.
    pub hostname: Option<Name>,
    /// `ipMode`.
    pub ip_mode: IpMode,
}

/// How a load balancer hands packets on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum IpMode {
    /// The packet arrives at the node with the load balancer's address as destination.
    Vip,
    /// The load balancer opens a connection of its own to the node or the pod.
    Proxy,
}

impl Service {
    /// The port of that number or name.
    pub fn port(&self, wanted: &PortRef, protocol: Protocol) -> Option<&ServicePort> {
        self.ports.iter().find(|port| {
            port.protocol == protocol
                && match wanted {
                    PortRef::Number(number) => port.port == *number,
                    PortRef::Name(name) => port.name.as_ref() == Some(name),
                }
        })
    }
}
