//! References that lead nowhere. A kind of which the input has nothing at all was not dumped, and nothing is said about it.

use std::collections::BTreeSet;

use bulkhead_model::object::{EndpointSlice, Ingress};
use bulkhead_model::{Issue, Name, NamespacedName, ObjectRef, Position};

use crate::code;
use crate::snapshot::Snapshot;

/// Reports what is referred to and not there.
pub(super) fn check(snapshot: &mut Snapshot) {
    let mut issues = Vec::new();
    if !snapshot.nodes.is_empty() {
        nodes_of_pods(snapshot, &mut issues);
    }
    snapshot.slices.values().flatten().for_each(|slice| endpoints(snapshot, slice, &mut issues));
    snapshot.ingresses.iter().for_each(|ingress| backends(snapshot, ingress, &mut issues));
    if !snapshot.slices.is_empty() {
        services_without_endpoints(snapshot, &mut issues);
    }
    snapshot.issues.extend(issues);
}

fn dangling(position: Position, from: ObjectRef, field: &str, target: &ObjectRef) -> Issue {
    Issue::warning(code::REFERENCE_DANGLING).at(position).about(from).in_field(field).with("target", target)
}

fn nodes_of_pods(snapshot: &Snapshot, issues: &mut Vec<Issue>) {
    for pod in snapshot.pods.rows() {
        let missing = pod.node.as_ref().filter(|node| pod.is_active() && snapshot.node(node).is_none());
        if let Some(node) = missing {
            let (from, target) = (ObjectRef::namespaced("Pod", &pod.name), ObjectRef::cluster("Node", node.clone()));
            issues.push(dangling(pod.position, from, "spec.nodeName", &target));
        }
    }
}

/// The nodes and pods that endpoints name, each reported once a slice.
fn endpoints(snapshot: &Snapshot, slice: &EndpointSlice, issues: &mut Vec<Issue>) {
    let kind = if slice.from_endpoints { "Endpoints" } else { "EndpointSlice" };
    let from = ObjectRef::namespaced(kind, &slice.name);
    let nodes: BTreeSet<&Name> = slice.endpoints.iter().filter_map(|endpoint| endpoint.node.as_ref()).collect();
    for node in nodes.into_iter().filter(|node| !snapshot.nodes.is_empty() && snapshot.node(node).is_none()) {
        let target = ObjectRef::cluster("Node", node.clone());
        issues.push(dangling(slice.position, from.clone(), "endpoints.nodeName", &target));
    }
    let pods: BTreeSet<&NamespacedName> = slice.endpoints.iter().filter_map(|endpoint| endpoint.pod.as_ref()).collect();
    for pod in pods.into_iter().filter(|pod| !snapshot.pods.is_empty() && snapshot.pod(pod).is_none()) {
        let target = ObjectRef::namespaced("Pod", pod);
        issues.push(dangling(slice.position, from.clone(), "endpoints.targetRef", &target));
    }
}

fn backends(snapshot: &Snapshot, ingress: &Ingress, issues: &mut Vec<Issue>) {
    let from = ObjectRef::namespaced("Ingress", &ingress.name);
    let names: BTreeSet<&Name> = ingress.backends().into_iter().map(|backend| &backend.service).collect();
    for name in names {
        let service = NamespacedName::new(ingress.name.namespace.clone(), name.clone());
        if snapshot.service(&service).is_none() {
            let target = ObjectRef::namespaced("Service", &service);
            issues.push(dangling(ingress.position, from.clone(), "spec.rules", &target));
        }
    }
    let known = |class: &Name| snapshot.ingress_classes.iter().any(|have| have.name == *class);
    let class = ingress.class.as_ref().filter(|class| !snapshot.ingress_classes.is_empty() && !known(class));
    if let Some(class) = class {
        let target = ObjectRef::cluster("IngressClass", class.clone());
        issues.push(dangling(ingress.position, from, "spec.ingressClassName", &target));
    }
}

fn services_without_endpoints(snapshot: &Snapshot, issues: &mut Vec<Issue>) {
    for (id, service) in snapshot.services.iter().filter(|(_, service)| service.selector.is_some()) {
        if snapshot.endpoint_slices(id).iter().all(|slice| slice.endpoints.is_empty()) {
            let issue = Issue::note(code::SERVICE_WITHOUT_ENDPOINTS).at(service.position);
            issues.push(issue.about(ObjectRef::namespaced("Service", &service.name)).in_field("spec.selector"));
        }
    }
}
