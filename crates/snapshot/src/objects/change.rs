//! Objects that come, change and go: for whoever keeps what was read up to date.

use std::collections::BTreeSet;
use std::sync::Arc;

use bulkhead_model::object::{ClusterNetworkPolicy, EndpointSlice};
use bulkhead_model::{Name, NamespacedName, ObjectRef};

use super::Objects;

impl Objects {
    /// Takes in what was read of a change: an object replaces the one of its kind and name. Positions are taken to be in the same
    /// inputs, and what is wrong with the change stays with it.
    pub fn put(&mut self, mut changed: Self) {
        self.visit(&mut changed, &mut Put);
        let named: BTreeSet<&ObjectRef> = changed.ignore_remarks.iter().map(|remark| &remark.object).collect();
        self.ignore_remarks.retain(|remark| !named.contains(&remark.object));
        self.ignore_remarks.append(&mut changed.ignore_remarks);
    }

    /// Takes in objects that are not there yet. Positions are taken to be in the same inputs, and what is wrong with them stays with them.
    pub fn append(&mut self, mut others: Self) {
        self.visit(&mut others, &mut Append);
        self.ignore_remarks.append(&mut others.ignore_remarks);
    }

    /// Takes an object away. Gives whether it was there.
    pub fn remove(&mut self, object: &ObjectRef) -> bool {
        let mut removal = Remove { object, found: false };
        self.visit(&mut Self::default(), &mut removal);
        self.forget_remarks(object);
        removal.found
    }

    /// Whether there is no object of a kind that is read.
    pub fn is_empty(&mut self) -> bool {
        let mut any = Any { found: false };
        self.visit(&mut Self::default(), &mut any);
        !any.found
    }

    /// Forgets what an object said about findings that are not to be reported.
    pub fn forget_remarks(&mut self, object: &ObjectRef) {
        self.ignore_remarks.retain(|remark| remark.object != *object);
    }

    /// Visits every list, with the one of the same kind of somebody else.
    fn visit(&mut self, other: &mut Self, visit: &mut impl Visit) {
        visit.list(&mut self.namespaces, &mut other.namespaces, |it| cluster("Namespace", &it.name));
        visit.list(&mut self.nodes, &mut other.nodes, |it| cluster("Node", &it.name));
        visit.list(&mut self.pods, &mut other.pods, |it| namespaced("Pod", &it.name));
        visit.list(&mut self.workloads, &mut other.workloads, |it| namespaced(it.kind.name(), &it.name));
        visit.list(&mut self.services, &mut other.services, |it| namespaced("Service", &it.name));
        visit.list(&mut self.endpoint_slices, &mut other.endpoint_slices, of_slice);
        visit.list(&mut self.ingresses, &mut other.ingresses, |it| namespaced("Ingress", &it.name));
        visit.list(&mut self.routes, &mut other.routes, |it| namespaced("Route", &it.name));
        visit.list(&mut self.ingress_classes, &mut other.ingress_classes, |it| cluster("IngressClass", &it.name));
        visit.list(&mut self.network_policies, &mut other.network_policies, |it| namespaced("NetworkPolicy", &it.name));
        let (own, theirs) = (&mut self.cluster_network_policies, &mut other.cluster_network_policies);
        visit.list(own, theirs, ClusterNetworkPolicy::object_ref);
        visit.list(&mut self.unread_policies, &mut other.unread_policies, |it| it.object.clone());
        visit.list(&mut self.config_maps, &mut other.config_maps, |it| namespaced("ConfigMap", &it.name));
        self.visit_networks(other, visit);
        self.visit_gateway_api(other, visit);
        self.visit_tenancy(other, visit);
    }

    fn visit_networks(&mut self, other: &mut Self, visit: &mut impl Visit) {
        visit.list(&mut self.ip_pools, &mut other.ip_pools, |it| cluster("IPPool", &it.name));
        let (own, theirs) = (&mut self.felix_configurations, &mut other.felix_configurations);
        visit.list(own, theirs, |it| cluster("FelixConfiguration", &it.name));
        visit.list(&mut self.eips, &mut other.eips, |it| cluster("Eip", &it.name));
        visit.list(&mut self.metallb_pools, &mut other.metallb_pools, |it| namespaced("IPAddressPool", &it.name));
        let (own, theirs) = (&mut self.metallb_advertisements, &mut other.metallb_advertisements);
        visit.list(own, theirs, |it| namespaced(it.kind(), &it.name));
        visit.list(&mut self.cilium_nodes, &mut other.cilium_nodes, |it| cluster("CiliumNode", &it.name));
        visit.list(&mut self.kube_ovn_subnets, &mut other.kube_ovn_subnets, |it| cluster("Subnet", &it.name));
        visit.list(&mut self.cilium_pools, &mut other.cilium_pools, |it| cluster("CiliumLoadBalancerIPPool", &it.name));
        let (own, theirs) = (&mut self.cilium_announcements, &mut other.cilium_announcements);
        visit.list(own, theirs, |it| ObjectRef::cluster(it.kind.clone(), it.name.clone()));
    }

    fn visit_gateway_api(&mut self, other: &mut Self, visit: &mut impl Visit) {
        let (own, theirs) = (&mut self.gateway_api, &mut other.gateway_api);
        visit.list(&mut own.classes, &mut theirs.classes, |it| cluster("GatewayClass", &it.name));
        visit.list(&mut own.gateways, &mut theirs.gateways, |it| namespaced("Gateway", &it.name));
        visit.list(&mut own.routes, &mut theirs.routes, |it| namespaced(it.kind.name(), &it.name));
        visit.list(&mut own.grants, &mut theirs.grants, |it| namespaced("ReferenceGrant", &it.name));
        let (own, theirs) = (&mut self.ingress_class_params, &mut other.ingress_class_params);
        visit.list(own, theirs, |it| cluster("IngressClassParams", &it.name));
        let (own, theirs) = (&mut self.load_balancer_configurations, &mut other.load_balancer_configurations);
        visit.list(own, theirs, |it| namespaced("LoadBalancerConfiguration", &it.name));
        let (own, theirs) = (&mut self.target_group_configurations, &mut other.target_group_configurations);
        visit.list(own, theirs, |it| namespaced("TargetGroupConfiguration", &it.name));
    }

    fn visit_tenancy(&mut self, other: &mut Self, visit: &mut impl Visit) {
        visit.list(&mut self.workspaces, &mut other.workspaces, |it| cluster("Workspace", &it.name));
        let (own, theirs) = (&mut self.workspace_templates, &mut other.workspace_templates);
        visit.list(own, theirs, |it| cluster("WorkspaceTemplate", &it.name));
        let (own, theirs) = (&mut self.namespace_network_policies, &mut other.namespace_network_policies);
        visit.list(own, theirs, |it| namespaced("NamespaceNetworkPolicy", &it.name));
        let (own, theirs) = (&mut self.workspace_allowlists, &mut other.workspace_allowlists);
        visit.list(own, theirs, |it| cluster("WorkspaceAllowlist", &it.name));
        visit.list(&mut self.callbacks, &mut other.callbacks, |it| cluster(it.kind, &it.name));
        visit.list(&mut self.monitors, &mut other.monitors, |it| namespaced(it.kind.name(), &it.name));
        visit.list(&mut self.exposures, &mut other.exposures, |it| namespaced("Exposure", &it.name));
    }
}

fn cluster(kind: &'static str, name: &Name) -> ObjectRef {
    ObjectRef::cluster(kind, name.clone())
}

fn namespaced(kind: &'static str, name: &NamespacedName) -> ObjectRef {
    ObjectRef::namespaced(kind, name)
}

fn of_slice(slice: &Arc<EndpointSlice>) -> ObjectRef {
    namespaced(if slice.from_endpoints { "Endpoints" } else { "EndpointSlice" }, &slice.name)
}

/// What is done with each list. One object may have made several entries, which come and go together.
trait Visit {
    fn list<T>(&mut self, own: &mut Vec<T>, other: &mut Vec<T>, reference: impl Fn(&T) -> ObjectRef);
}

struct Put;

impl Visit for Put {
    fn list<T>(&mut self, own: &mut Vec<T>, other: &mut Vec<T>, reference: impl Fn(&T) -> ObjectRef) {
        if other.is_empty() {
            return;
        }
        let come: BTreeSet<ObjectRef> = other.iter().map(&reference).collect();
        own.retain(|have| !come.contains(&reference(have)));
        own.append(other);
    }
}

struct Append;

impl Visit for Append {
    fn list<T>(&mut self, own: &mut Vec<T>, other: &mut Vec<T>, _reference: impl Fn(&T) -> ObjectRef) {
        own.append(other);
    }
}

struct Remove<'a> {
    object: &'a ObjectRef,
    found: bool,
}

impl Visit for Remove<'_> {
    fn list<T>(&mut self, own: &mut Vec<T>, _other: &mut Vec<T>, reference: impl Fn(&T) -> ObjectRef) {
        let before = own.len();
        own.retain(|have| reference(have) != *self.object);
        self.found |= own.len() < before;
    }
}

struct Any {
    found: bool,
}

impl Visit for Any {
    fn list<T>(&mut self, own: &mut Vec<T>, _other: &mut Vec<T>, _reference: impl Fn(&T) -> ObjectRef) {
        self.found |= !own.is_empty();
    }
}

#[cfg(test)]
mod tests {
    use crate::{Input, Objects, Snapshot, read};

    fn objects(text: &str) -> Objects {
        read(&[Input { name: "live", text: text.as_bytes() }])
    }

    const SERVICE: &str =
        "kind: Service\napiVersion: v1\nmetadata: {name: web, namespace: shop}\nspec: {ports: [{port: 80}]}\n";

    #[test]
    fn an_object_replaces_the_one_of_its_name_and_goes() {
        let mut kept = objects(&format!("{SERVICE}---\n{}", SERVICE.replace("web", "db")));
        kept.put(objects(&SERVICE.replace("80", "81")));
        let ports = |kept: &Objects| {
            let snapshot = Snapshot::new(kept.clone());
            assert!(snapshot.issues.is_empty(), "{:?}", snapshot.issues);
            let of = |service: &bulkhead_model::object::Service| (service.name.name.to_string(), service.ports[0].port);
            snapshot.services.rows().iter().map(of).collect::<Vec<_>>()
        };
        assert_eq!(ports(&kept), [("db".to_owned(), 80), ("web".to_owned(), 81)]);
        let web = super::namespaced("Service", &bulkhead_model::NamespacedName::new("shop", "web"));
        assert!(kept.remove(&web));
        assert!(!kept.remove(&web));
        assert_eq!(ports(&kept), [("db".to_owned(), 80)]);
    }

    #[test]
    fn what_one_object_made_comes_and_goes_together() {
        let endpoints = |addresses: &str| {
            objects(&format!(
                "kind: Endpoints\napiVersion: v1\nmetadata: {{name: web, namespace: shop}}\nsubsets: [{addresses}]\n"
            ))
        };
        let (one, two) =
            ("{addresses: [{ip: 10.0.0.1}], ports: [{port: 1}]}", "{addresses: [{ip: 10.0.0.2}], ports: [{port: 2}]}");
        let mut kept = endpoints(&format!("{one}, {two}"));
        let count = kept.endpoint_slices.len();
        kept.put(endpoints(&format!("{one}, {two}")));
        assert_eq!(kept.endpoint_slices.len(), count);
        assert!(kept.remove(&super::namespaced("Endpoints", &bulkhead_model::NamespacedName::new("shop", "web"))));
        assert!(kept.endpoint_slices.is_empty());
    }
}
