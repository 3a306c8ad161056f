//! From objects as they were read to a snapshot: one of each, sorted, completed, indexed, checked against each other.

mod addresses;
mod aws;
mod derived;
mod gateway_api;
mod ip_pools;
mod namespaces;
mod not_read;
mod references;
mod service_addresses;
mod slices;
mod tunnel_addresses;
mod unique;
mod unread_policies;
pub(crate) mod workloads;

use std::collections::BTreeMap;
use std::sync::Arc;

use bulkhead_model::object::{ClusterNetworkPolicy, EndpointSlice, UnreadPolicy};
use bulkhead_model::{Name, NamespacedName, ObjectRef};

use self::unique::Unique;
use crate::objects::Objects;
use crate::snapshot::Snapshot;

/// Makes a snapshot. Never fails; what is wrong becomes an issue.
pub(crate) fn assemble(objects: Objects) -> Snapshot {
    let mut issues = objects.issues;
    let mut unique = Unique { sources: &objects.sources, replaces_from: objects.replaces_from, issues: &mut issues };
    let cluster = |kind: &'static str, name: &Name| ObjectRef::cluster(kind, name.clone());
    let named = |kind: &'static str, name: &NamespacedName| ObjectRef::namespaced(kind, name);
    let nodes = unique.by(objects.nodes, |it| cluster("Node", &it.name), |it| it.position);
    let pods = unique.by(objects.pods, |it| named("Pod", &it.name), |it| it.position);
    let services = unique.by(objects.services, |it| named("Service", &it.name), |it| it.position);
    let mut workloads = unique.by(objects.workloads, |it| named(it.kind.name(), &it.name), |it| it.position);
    workloads.sort_by(|a, b| (&a.name, a.kind).cmp(&(&b.name, b.kind)));
    let network_policies = unique.by(objects.network_policies, |it| named("NetworkPolicy", &it.name), |it| it.position);
    let cluster_network_policies =
        unique.by(objects.cluster_network_policies, ClusterNetworkPolicy::object_ref, |it| it.position);
    let ingresses = unique.by(objects.ingresses, |it| named("Ingress", &it.name), |it| it.position);
    let routes = unique.by(objects.routes, |it| named("Route", &it.name), |it| it.position);
    let namespaces = unique.by(objects.namespaces, |it| cluster("Namespace", &it.name), |it| it.position);
    let config_maps = unique.by(objects.config_maps, |it| named("ConfigMap", &it.name), |it| it.position);
    let ingress_classes = unique.by(objects.ingress_classes, |it| cluster("IngressClass", &it.name), |it| it.position);
    let ingress_class_params = aws::parameters(objects.ingress_class_params, &mut unique);
    let load_balancer_configurations = aws::load_balancers(objects.load_balancer_configurations, &mut unique);
    let target_group_configurations = aws::target_groups(objects.target_group_configurations, &mut unique);
    let ip_pools = unique.by(objects.ip_pools, |it| cluster("IPPool", &it.name), |it| it.position);
    let felix_configurations =
        unique.by(objects.felix_configurations, |it| cluster("FelixConfiguration", &it.name), |it| it.position);
    let eips = unique.by(objects.eips, |it| cluster("Eip", &it.name), |it| it.position);
    let metallb_pools = unique.by(objects.metallb_pools, |it| named("IPAddressPool", &it.name), |it| it.position);
    let metallb_advertisements =
        unique.by(objects.metallb_advertisements, |it| named(it.kind(), &it.name), |it| it.position);
    let cilium_nodes = unique.by(objects.cilium_nodes, |it| cluster("CiliumNode", &it.name), |it| it.position);
    let kube_ovn_subnets = unique.by(objects.kube_ovn_subnets, |it| cluster("Subnet", &it.name), |it| it.position);
    let cilium_pools =
        unique.by(objects.cilium_pools, |it| cluster("CiliumLoadBalancerIPPool", &it.name), |it| it.position);
    let cilium_announcements = unique.by(
        objects.cilium_announcements,
        |it| ObjectRef::cluster(it.kind.clone(), it.name.clone()),
        |it| it.position,
    );
    let gateway_api = gateway_api::unique(objects.gateway_api, &mut unique);
    let workspaces = unique.by(objects.workspaces, |it| cluster("Workspace", &it.name), |it| it.position);
    let workspace_templates =
        unique.by(objects.workspace_templates, |it| cluster("WorkspaceTemplate", &it.name), |it| it.position);
    let namespace_network_policies =
        unique.by(objects.namespace_network_policies, |it| named("NamespaceNetworkPolicy", &it.name), |it| it.position);
    let workspace_allowlists =
        unique.by(objects.workspace_allowlists, |it| cluster("WorkspaceAllowlist", &it.name), |it| it.position);
    let monitors = unique.by(objects.monitors, |it| named(it.kind.name(), &it.name), |it| it.position);
    let mut callbacks = objects.callbacks;
    callbacks.sort_by(|a, b| (&a.service, a.port, a.kind, &a.name).cmp(&(&b.service, b.port, b.kind, &b.name)));
    let exposures = unique.by(objects.exposures, |it| named("Exposure", &it.name), |it| it.position);
    let endpoint_slices = slices::unique(objects.endpoint_slices, &mut unique);
    let mut snapshot = Snapshot {
        sources: objects.sources.into(),
        namespaces: namespaces.into(),
        nodes: nodes.into(),
        pods: workloads::with_template_pods(pods, &workloads).into(),
        services: services.into(),
        workloads: workloads.into(),
        network_policies,
        cluster_network_policies,
        ingresses,
        routes,
        ingress_classes,
        ingress_class_params,
        load_balancer_configurations,
        target_group_configurations,
        config_maps: config_maps.into_iter().map(|map| (map.name.clone(), map)).collect(),
        ip_pools,
        felix_configurations,
        eips,
        metallb_pools,
        metallb_advertisements,
        cilium_nodes,
        kube_ovn_subnets,
        cilium_pools,
        cilium_announcements,
        gateway_api,
        workspaces,
        workspace_templates,
        namespace_network_policies,
        workspace_allowlists,
        callbacks,
        monitors,
        exposures,
        not_read: objects.not_read,
        unread_policies: Vec::new(),
        slices: BTreeMap::new(),
        pods_by_address: Arc::default(),
        nodes_by_address: Arc::default(),
        pods_by_node: BTreeMap::new(),
        ignore_remarks: objects.ignore_remarks,
        skipped: objects.skipped,
        issues,
    };
    complete(&mut snapshot, objects.unread_policies, endpoint_slices);
    snapshot
}

/// Adds what follows from all objects together, and finds what contradicts itself.
fn complete(snapshot: &mut Snapshot, unread: Vec<UnreadPolicy>, endpoint_slices: Vec<Arc<EndpointSlice>>) {
    unread_policies::complete(unread, snapshot);
    namespaces::complete(snapshot, &endpoint_slices);
    not_read::complete(snapshot);
    addresses::index(snapshot);
    slices::index(snapshot, endpoint_slices);
    references::check(snapshot);
    service_addresses::check(snapshot);
    gateway_api::check(snapshot);
    ip_pools::check(snapshot);
    tunnel_addresses::check(snapshot);
    snapshot.issues.sort_by(|a, b| (a.position, a).cmp(&(b.position, b)));
}
