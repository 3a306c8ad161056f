//! The cluster state that an answer is about.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::sync::Arc;

use bulkhead_model::object::{
    ApiCallback, CiliumAnnouncement, CiliumNode, CiliumPool, ClusterNetworkPolicy, ConfigMap, Eip, EndpointSlice,
    ExposureObject, FelixConfiguration, GatewayApi, Ingress, IngressClass, IngressClassParams, IpPool, KubeOvnSubnet,
    LoadBalancerConfiguration, MetalLbAdvertisement, MetalLbPool, Monitor, Namespace, NamespaceNetworkPolicy,
    NetworkPolicy, Node, NotRead, Pod, Route, Service, TargetGroupConfiguration, UnreadPolicy, Workload, Workspace,
    WorkspaceAllowlist, WorkspaceTemplate,
};
use bulkhead_model::{Issue, Name, NamespacedName, Position};

use crate::assemble::assemble;
use crate::assemble::workloads::owners;
use crate::by_address::ByAddress;
use crate::code;
use crate::objects::{IgnoreRemark, Objects};
use crate::read::{Input, read};
use crate::table::{Id as _, NamespaceId, NodeId, PodId, ServiceId, Table};

/// How the names of slices end that no object says, but a Service's selector: Bulkhead works them out where the input has
/// no EndpointSlice and no Endpoints at all. No object can have such a name.
pub const DERIVED_SLICE: &str = "/derived";

/// An immutable cluster state. Every table is sorted by namespace and name; of objects that came twice the last one stays
/// (with an issue); every namespace that anything lives in is there; every workload without pods has pods made from its
/// template.
#[derive(Clone, Debug)]
pub struct Snapshot {
    pub(crate) sources: Arc<Vec<String>>,
    /// Namespaces, by name.
    pub namespaces: Table<NamespaceId, Namespace>,
    /// Nodes, by name.
    pub nodes: Table<NodeId, Node>,
    /// Pods, by namespace and name.
    pub pods: Table<PodId, Arc<Pod>>,
    /// Services, by namespace and name.
    pub services: Table<ServiceId, Service>,
    /// Workloads, by namespace, name, kind.
    pub workloads: Arc<Vec<Workload>>,
    /// NetworkPolicies, by namespace and name.
    pub network_policies: Vec<Arc<NetworkPolicy>>,
    /// ClusterNetworkPolicies, AdminNetworkPolicies and BaselineAdminNetworkPolicies, by kind and name.
    pub cluster_network_policies: Vec<ClusterNetworkPolicy>,
    /// Ingresses, by namespace and name.
    pub ingresses: Vec<Ingress>,
    /// OpenShift's Routes, by namespace and name.
    pub routes: Vec<Route>,
    /// `IngressClass`es, by name.
    pub ingress_classes: Vec<IngressClass>,
    /// The AWS Load Balancer Controller's `IngressClassParams`, by name.
    pub ingress_class_params: Vec<IngressClassParams>,
    /// The AWS Load Balancer Controller's `LoadBalancerConfiguration`s, by namespace and name.
    pub load_balancer_configurations: Vec<LoadBalancerConfiguration>,
    /// The AWS Load Balancer Controller's `TargetGroupConfiguration`s, by namespace and name.
    pub target_group_configurations: Vec<TargetGroupConfiguration>,
    /// ConfigMaps that hold settings, by namespace and name.
    pub config_maps: BTreeMap<NamespacedName, ConfigMap>,
    /// Calico's IPPools, by name.
    pub ip_pools: Vec<IpPool>,
    /// Calico's `FelixConfiguration`s, by name.
    pub felix_configurations: Vec<FelixConfiguration>,
    /// OpenELB's Eips, by name.
    pub eips: Vec<Eip>,
    /// MetalLB's pools, by namespace and name.
    pub metallb_pools: Vec<MetalLbPool>,
    /// MetalLB's advertisements, by kind, namespace and name.
    pub metallb_advertisements: Vec<MetalLbAdvertisement>,
    /// What Cilium's agents say of their nodes, by name.
    pub cilium_nodes: Vec<CiliumNode>,
    /// kube-ovn's subnets, by name.
    pub kube_ovn_subnets: Vec<KubeOvnSubnet>,
    /// Cilium's pools of addresses for load balancers, by name.
    pub cilium_pools: Vec<CiliumPool>,
    /// Cilium's announcements of Services' addresses, by kind and name.
    pub cilium_announcements: Vec<CiliumAnnouncement>,
    /// Gateway API's objects.
    pub gateway_api: GatewayApi,
    /// KubeSphere's Workspaces, by name.
    pub workspaces: Vec<Workspace>,
    /// KubeSphere's `WorkspaceTemplate`s, by name.
    pub workspace_templates: Vec<WorkspaceTemplate>,
    /// KubeSphere's allowlist entries, by namespace and name.
    pub namespace_network_policies: Vec<NamespaceNetworkPolicy>,
    /// Bulkhead's allowlists of workspaces, by name.
    pub workspace_allowlists: Vec<WorkspaceAllowlist>,
    /// Services that the API server calls, by Service.
    pub callbacks: Vec<ApiCallback>,
    /// The Prometheus operator's monitors, by namespace and name.
    pub monitors: Vec<Monitor>,
    /// Bulkhead's Exposures, by namespace and name.
    pub exposures: Vec<ExposureObject>,
    /// What the input says that it lacks, in the order of the input.
    pub not_read: Vec<NotRead>,
    /// Policies of which nobody knows what they say, by kind, namespace and name.
    pub unread_policies: Vec<UnreadPolicy>,
    pub(crate) slices: BTreeMap<ServiceId, Vec<Arc<EndpointSlice>>>,
    pub(crate) pods_by_address: Arc<ByAddress<PodId>>,
    pub(crate) nodes_by_address: Arc<ByAddress<NodeId>>,
    pub(crate) pods_by_node: BTreeMap<NodeId, Vec<PodId>>,
    /// What objects say about findings that are not to be reported, in the order of the input.
    pub ignore_remarks: Vec<IgnoreRemark>,
    /// Objects of kinds that nothing here reads, by kind.
    pub skipped: BTreeMap<String, u64>,
    /// What is wrong with the input, sorted by position.
    pub issues: Vec<Issue>,
}

impl Snapshot {
    /// Sorts, completes and indexes objects. Never fails: what is wrong stands in [`Self::issues`].
    pub fn new(objects: Objects) -> Self {
        assemble(objects)
    }

    /// Reads texts and makes a snapshot of what is in them.
    pub fn from_texts(inputs: &[Input<'_>]) -> Self {
        Self::new(read(inputs))
    }

    /// The name of the input that a position is in; `None` for [`Position::NOWHERE`].
    pub fn source(&self, position: Position) -> Option<&str> {
        self.sources.get(position.source.0 as usize).map(String::as_str)
    }

    /// The namespace of that name.
    pub fn namespace(&self, name: &str) -> Option<NamespaceId> {
        self.namespaces.find_by(name, |namespace| namespace.name.as_str())
    }

    /// Whether objects of a kind in a namespace may be there although the snapshot has none, as nobody had the right to read them.
    pub fn may_have_more(&self, group: &str, kind: &str, namespace: &str) -> bool {
        self.not_read.iter().any(|gap| gap.covers(group, kind, namespace))
    }

    /// How many documents could not be read at all, so that nobody knows which objects they hold.
    pub fn lost_documents(&self) -> usize {
        let lost = self.issues.iter().filter(|issue| code::is_of_lost_document(issue));
        lost.map(|issue| issue.position).collect::<BTreeSet<_>>().len()
    }

    /// The node of that name.
    pub fn node(&self, name: &str) -> Option<NodeId> {
        self.nodes.find_by(name, |node| node.name.as_str())
    }

    /// The pod of that name.
    pub fn pod(&self, name: &NamespacedName) -> Option<PodId> {
        self.pods.find_by(name, |pod| &pod.name)
    }

    /// The pods of a namespace, by name.
    pub fn pods_of<'s>(&'s self, namespace: &str) -> impl Iterator<Item = (PodId, &'s Arc<Pod>)> + Clone + use<'s> {
        let rows = self.pods.rows();
        let from = rows.partition_point(|pod| pod.name.namespace.as_str() < namespace);
        let rest = rows.get(from..).unwrap_or_default();
        let count = rest.partition_point(|pod| pod.name.namespace == namespace);
        let first = u32::try_from(from).unwrap_or(u32::MAX);
        (first..).map(PodId::from_row).zip(rest.get(..count).unwrap_or_default())
    }

    /// The Service of that name.
    pub fn service(&self, name: &NamespacedName) -> Option<ServiceId> {
        self.services.find_by(name, |service| &service.name)
    }

    /// The active pods with their own network that have an address. More than one is a contradiction in the input.
    pub fn pods_with_address(&self, address: IpAddr) -> &[PodId] {
        self.pods_by_address.get(address)
    }

    /// The nodes that have an address in `status.addresses`. More than one is a contradiction in the input.
    pub fn nodes_with_address(&self, address: IpAddr) -> &[NodeId] {
        self.nodes_by_address.get(address)
    }

    /// The active pods on a node.
    pub fn pods_on_node(&self, node: NodeId) -> &[PodId] {
        self.pods_by_node.get(&node).map_or(&[], Vec::as_slice)
    }

    /// The slices of a Service: its EndpointSlices, or what its Endpoints object says where it has none.
    pub fn endpoint_slices(&self, service: ServiceId) -> &[Arc<EndpointSlice>] {
        self.slices.get(&service).map_or(&[], Vec::as_slice)
    }

    /// The workload that made a pod, followed up to the one that no other made: a Deployment, not its ReplicaSet.
    /// A ReplicaSet that is not in the input counts as its Deployment's where the pod's `pod-template-hash` shows that it is.
    pub fn workload_of(&self, pod: PodId) -> Option<(Name, Name)> {
        let owner = owners(&self.pods[pod], &self.workloads).pop()?;
        Some((owner.kind, owner.name))
    }
}
