//! What was read, before it is sorted and indexed.

mod change;

use std::collections::BTreeMap;
use std::sync::Arc;

use bulkhead_model::object::{
    ApiCallback, CiliumAnnouncement, CiliumNode, CiliumPool, ClusterNetworkPolicy, ConfigMap, Eip, EndpointSlice,
    ExposureObject, FelixConfiguration, GatewayApi, Ingress, IngressClass, IngressClassParams, IpPool, KubeOvnSubnet,
    LoadBalancerConfiguration, MetalLbAdvertisement, MetalLbPool, Monitor, Namespace, NamespaceNetworkPolicy,
    NetworkPolicy, Node, NotRead, Pod, Route, Service, TargetGroupConfiguration, UnreadPolicy, Workload, Workspace,
    WorkspaceAllowlist, WorkspaceTemplate,
};
use bulkhead_model::{Issue, ObjectRef, Position, SourceId};

/// Objects in the order of the input, not yet checked against each other.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Objects {
    /// The names of the inputs; a [`SourceId`] is an index here.
    pub sources: Vec<String>,
    /// `v1 Namespace`
    pub namespaces: Vec<Namespace>,
    /// `v1 Node`
    pub nodes: Vec<Node>,
    /// `v1 Pod`; snapshots share them
    pub pods: Vec<Arc<Pod>>,
    /// The kinds that make pods.
    pub workloads: Vec<Workload>,
    /// `v1 Service`
    pub services: Vec<Service>,
    /// `discovery.k8s.io/v1 EndpointSlice` and `v1 Endpoints`; snapshots share them
    pub endpoint_slices: Vec<Arc<EndpointSlice>>,
    /// `networking.k8s.io/v1 Ingress`
    pub ingresses: Vec<Ingress>,
    /// `route.openshift.io/v1 Route`
    pub routes: Vec<Route>,
    /// `networking.k8s.io/v1 IngressClass`
    pub ingress_classes: Vec<IngressClass>,
    /// The AWS Load Balancer Controller's `IngressClassParams`, by name.
    pub ingress_class_params: Vec<IngressClassParams>,
    /// The AWS Load Balancer Controller's `LoadBalancerConfiguration`s, by namespace and name.
    pub load_balancer_configurations: Vec<LoadBalancerConfiguration>,
    /// The AWS Load Balancer Controller's `TargetGroupConfiguration`s, by namespace and name.
    pub target_group_configurations: Vec<TargetGroupConfiguration>,
    /// `networking.k8s.io/v1 NetworkPolicy`; snapshots share them
    pub network_policies: Vec<Arc<NetworkPolicy>>,
    /// `policy.networking.k8s.io ClusterNetworkPolicy`, `AdminNetworkPolicy` and `BaselineAdminNetworkPolicy`
    pub cluster_network_policies: Vec<ClusterNetworkPolicy>,
    /// `v1 ConfigMap`, those that hold settings of a network component
    pub config_maps: Vec<ConfigMap>,
    /// Calico `IPPool`
    pub ip_pools: Vec<IpPool>,
    /// Calico `FelixConfiguration`
    pub felix_configurations: Vec<FelixConfiguration>,
    /// OpenELB `Eip`
    pub eips: Vec<Eip>,
    /// MetalLB `IPAddressPool`
    pub metallb_pools: Vec<MetalLbPool>,
    /// MetalLB `L2Advertisement` and `BGPAdvertisement`
    pub metallb_advertisements: Vec<MetalLbAdvertisement>,
    /// Cilium `CiliumNode`
    pub cilium_nodes: Vec<CiliumNode>,
    /// kube-ovn `Subnet`
    pub kube_ovn_subnets: Vec<KubeOvnSubnet>,
    /// Cilium `CiliumLoadBalancerIPPool`
    pub cilium_pools: Vec<CiliumPool>,
    /// Cilium `CiliumL2AnnouncementPolicy`, `CiliumBGPPeeringPolicy` and `CiliumBGPClusterConfig`
    pub cilium_announcements: Vec<CiliumAnnouncement>,
    /// `gateway.networking.k8s.io`
    pub gateway_api: GatewayApi,
    /// KubeSphere `Workspace`
    pub workspaces: Vec<Workspace>,
    /// KubeSphere `WorkspaceTemplate`
    pub workspace_templates: Vec<WorkspaceTemplate>,
    /// KubeSphere `NamespaceNetworkPolicy`
    pub namespace_network_policies: Vec<NamespaceNetworkPolicy>,
    /// Bulkhead's own `WorkspaceAllowlist`
    pub workspace_allowlists: Vec<WorkspaceAllowlist>,
    /// What makes the API server call a Service: webhook configurations and `APIService`s
    pub callbacks: Vec<ApiCallback>,
    /// The Prometheus operator's `ServiceMonitor` and `PodMonitor`
    pub monitors: Vec<Monitor>,
    /// Bulkhead's own `Exposure`
    pub exposures: Vec<ExposureObject>,
    /// What the inputs say that they lack.
    pub not_read: Vec<NotRead>,
    /// Policies that could not be read, or that are of a kind that nothing here understands
    pub unread_policies: Vec<UnreadPolicy>,
    /// What objects say about findings that are not to be reported (annotation [`IGNORE_ANNOTATION`]).
    ///
    /// [`IGNORE_ANNOTATION`]: crate::IGNORE_ANNOTATION
    pub ignore_remarks: Vec<IgnoreRemark>,
    /// Objects of kinds that nothing here reads, by kind.
    pub skipped: BTreeMap<String, u64>,
    /// The first of the inputs whose objects are meant to replace those of the inputs before: a change on top of a dump. An
    /// object that comes twice is remarked upon only where this does not explain it.
    pub replaces_from: Option<SourceId>,
    /// What could not be read.
    pub issues: Vec<Issue>,
}

/// What an object says about findings that are not to be reported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IgnoreRemark {
    /// The object.
    pub object: ObjectRef,
    /// The annotation's value.
    pub text: String,
    /// Where it stands.
    pub position: Position,
}
