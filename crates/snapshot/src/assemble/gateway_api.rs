//! Gateway API's objects, each once, and their references that lead nowhere or that nobody granted.

use bulkhead_model::object::{Gateway, GatewayApi, GatewayRoute, RouteBackend};
use bulkhead_model::{Issue, ObjectRef};

use super::unique::Unique;
use crate::code;
use crate::snapshot::Snapshot;

/// Each object once, sorted.
pub(super) fn unique(objects: GatewayApi, unique: &mut Unique<'_>) -> GatewayApi {
    let class = |name: &bulkhead_model::Name| ObjectRef::cluster("GatewayClass", name.clone());
    GatewayApi {
        classes: unique.by(objects.classes, |it| class(&it.name), |it| it.position),
        gateways: unique.by(objects.gateways, |it| ObjectRef::namespaced("Gateway", &it.name), |it| it.position),
        routes: unique.by(objects.routes, |it| ObjectRef::namespaced(it.kind.name(), &it.name), |it| it.position),
        grants: unique.by(objects.grants, |it| ObjectRef::namespaced("ReferenceGrant", &it.name), |it| it.position),
    }
}

/// Reports classes, Gateways and backends that are not there, and references into other namespaces that no grant permits.
pub(super) fn check(snapshot: &mut Snapshot) {
    let mut issues = Vec::new();
    let api = &snapshot.gateway_api;
    api.gateways.iter().for_each(|gateway| class_of(api, gateway, &mut issues));
    for route in &api.routes {
        parents(api, route, &mut issues);
        route.backends.iter().for_each(|backend| backend_of(snapshot, route, backend, &mut issues));
    }
    snapshot.issues.extend(issues);
}

fn class_of(api: &GatewayApi, gateway: &Gateway, issues: &mut Vec<Issue>) {
    if !api.classes.is_empty() && !api.classes.iter().any(|class| class.name == gateway.class) {
        let issue = Issue::warning(code::REFERENCE_DANGLING).at(gateway.position);
        let issue = issue.about(ObjectRef::namespaced("Gateway", &gateway.name)).in_field("spec.gatewayClassName");
        issues.push(issue.with("target", ObjectRef::cluster("GatewayClass", gateway.class.clone())));
    }
}

fn parents(api: &GatewayApi, route: &GatewayRoute, issues: &mut Vec<Issue>) {
    let gateways = route.parents.iter().filter(|parent| parent.kind == "Gateway");
    for parent in gateways.filter(|parent| !api.gateways.iter().any(|gateway| gateway.name == parent.name)) {
        let target = ObjectRef::namespaced("Gateway", &parent.name);
        issues.push(about(route, code::REFERENCE_DANGLING, "spec.parentRefs").with("target", target));
    }
}

fn backend_of(snapshot: &Snapshot, route: &GatewayRoute, backend: &RouteBackend, issues: &mut Vec<Issue>) {
    let target = ObjectRef::namespaced(backend.kind.clone(), &backend.name);
    if backend.is_service() && snapshot.service(&backend.name).is_none() {
        issues.push(about(route, code::REFERENCE_DANGLING, "spec.rules").with("target", target.clone()));
    }
    if !snapshot.gateway_api.permits(route, backend) {
        issues.push(about(route, code::REFERENCE_NOT_GRANTED, "spec.rules").with("target", target));
    }
}

fn about(route: &GatewayRoute, code: bulkhead_model::IssueCode, field: &str) -> Issue {
    let issue = Issue::warning(code).at(route.position);
    issue.about(ObjectRef::namespaced(route.kind.name(), &route.name)).in_field(field)
}
