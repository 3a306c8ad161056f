//! One type for each kind of object that is read, with the fields that answers depend on and nothing else.
//!
//! Fields keep the API's names. Defaults that the API server would fill in are filled in by the reader, so that a
//! manifest and a dump of the same object are equal here.

pub mod api_callback;
pub mod aws;
pub mod calico;
pub mod cilium;
pub mod cluster_network_policy;
pub mod config_map;
pub mod endpoint_slice;
pub mod exposure;
pub mod gateway_api;
pub mod ingress;
pub mod kube_ovn;
pub mod kubesphere;
pub mod manifest;
pub mod manifest_meaning;
mod manifest_of;
pub mod metallb;
pub mod monitor;
pub mod namespace;
pub mod network_policy;
pub mod node;
pub mod not_read;
pub mod openelb;
pub mod pod;
pub mod route;
pub mod scheduling;
pub mod service;
pub mod unread_policy;
pub mod workload;
pub mod workspace_allowlist;

pub use api_callback::ApiCallback;
pub use aws::{IngressClassParams, LoadBalancerConfiguration, TargetGroupConfiguration};
pub use calico::{FelixConfiguration, IpPool, OverlayMode};
pub use cilium::{CiliumAnnouncement, CiliumNode, CiliumPool};
pub use cluster_network_policy::{
    ClusterNetworkPolicy, ClusterPeer, ClusterPolicyKind, ClusterPort, ClusterRule, PeerNamespaces, PolicySubject,
    PolicyTier, RuleAction,
};
pub use config_map::ConfigMap;
pub use endpoint_slice::{Endpoint, EndpointPort, EndpointSlice};
pub use exposure::{ExposedObject, ExposedTo, ExposureObject};
pub use gateway_api::{
    GATEWAY_API_GROUP, Gateway, GatewayApi, GatewayClass, GatewayRoute, GrantFrom, GrantTo, Listener, ParentRef,
    ReferenceGrant, RouteBackend, RouteKind, RoutesFrom,
};
pub use ingress::{ClassParameters, Ingress, IngressBackend, IngressClass, IngressPath, IngressRule};
pub use kube_ovn::{KubeOvnGateway, KubeOvnSubnet};
pub use kubesphere::{
    AllowlistPeer, AllowlistRule, IpRangeManifest, NamespaceNetworkPolicy, Workspace, WorkspaceOverride,
    WorkspaceTemplate,
};
pub use manifest::{
    IntOrString, IpBlockManifest, PeerManifest, PolicyManifest, PortManifest, RuleManifest, SelectorManifest,
};
pub use manifest_meaning::{ManifestError, ManifestFault};
pub use metallb::{AnnouncementProtocol, MetalLbAdvertisement, MetalLbPool};
pub use monitor::{Monitor, MonitorKind, MonitoredNamespaces, MonitoredPort};
pub use namespace::Namespace;
pub use network_policy::{Direction, Matches, NetworkPolicy, Peer, PolicyPort, PortMatch, Rule};
pub use node::{Node, NodeAddress, NodeAddressKind};
pub use not_read::NotRead;
pub use openelb::Eip;
pub use pod::{Container, ContainerPort, Owner, Pod, PodOrigin, PodPhase};
pub use route::Route;
pub use scheduling::{NodeTerm, Scheduling, Taint, Toleration};
pub use service::{IpMode, LoadBalancerIngress, Service, ServicePort, ServiceType, TrafficPolicy};
pub use unread_policy::{UnreadPolicy, UnreadSubject};
pub use workload::{PodTemplate, Workload, WorkloadKind};
pub use workspace_allowlist::WorkspaceAllowlist;
