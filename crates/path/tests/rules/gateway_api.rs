//! Gateway API: which listeners take a route, and to which backends it may refer.

use crate::ask::check;
use crate::cluster::Cluster;

const DELIVERED: &str = "by node-3: web-1@node-1:8080 delivered, policy 10.0.0.3, pod 10.0.0.3
                         by node-3: web-2@node-2:8080 delivered, policy 10.0.0.3, pod 10.0.0.3";

/// A Gateway of the namespace `shop` with a listener at port 80, served by a pod on its node's network, and a route.
fn cluster(listener: &str, backend: &str) -> Cluster {
    Cluster::calico("Never/Never")
        .proxy("mode: iptables")
        .web("")
        .yaml("apiVersion: gateway.networking.k8s.io/v1\nkind: GatewayClass\nmetadata: {name: c}\nspec: {controllerName: istio.io/gateway-controller}")
        .yaml(&format!(
            "apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {{name: edge, namespace: shop}}\nspec: {{gatewayClassName: c, \
             listeners: [{{name: web, port: 80, {listener}}}]}}"
        ))
        .yaml(&format!(
            "apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {{name: web, namespace: shop}}\nspec: {{parentRefs: \
             [{{name: edge}}], rules: [{{backendRefs: [{{{backend}, port: 80}}]}}]}}"
        ))
        .yaml(
            "apiVersion: v1\nkind: Pod\nmetadata: {name: edge, namespace: shop, labels: {gateway.networking.k8s.io/gateway-name: edge}}\n\
             spec: {nodeName: node-3, hostNetwork: true, containers: [{name: proxy, image: istio/proxyv2, ports: [{containerPort: 80, \
             name: http}]}]}\nstatus: {podIP: 10.0.0.3, podIPs: [{ip: 10.0.0.3}]}",
        )
}

#[test]
fn kinds_that_a_listener_allows_have_to_fit_its_protocol() {
    let listens =
        |listener: &str, expected| check(&cluster(listener, "name: web"), "198.51.100.7 -> httproute/web", expected);
    let refused = "by : rejected (routeNotAdmitted)";
    listens("protocol: HTTP", DELIVERED);
    listens("protocol: HTTP, allowedRoutes: {kinds: [{kind: HTTPRoute}]}", DELIVERED);
    listens("protocol: HTTP, allowedRoutes: {kinds: [{group: gateway.networking.k8s.io, kind: HTTPRoute}]}", DELIVERED);
    listens("protocol: TCP, allowedRoutes: {kinds: [{kind: HTTPRoute}]}", refused);
    listens("protocol: TLS, allowedRoutes: {kinds: [{kind: TLSRoute}, {kind: HTTPRoute}]}", refused);
    listens("protocol: HTTP, allowedRoutes: {kinds: [{group: example.com, kind: HTTPRoute}]}", refused);
    listens("protocol: HTTP, allowedRoutes: {kinds: [{kind: GRPCRoute}]}", refused);
    listens("protocol: example.com/own, allowedRoutes: {kinds: [{kind: HTTPRoute}]}", DELIVERED);
}

#[test]
fn a_grant_is_for_groups_kinds_and_namespaces() {
    let granted = |grant: &str, expected| {
        let other = cluster("protocol: HTTP", "name: api, namespace: other")
            .yaml("apiVersion: v1\nkind: Service\nmetadata: {name: api, namespace: other}\nspec: {clusterIP: 10.96.0.40, clusterIPs: [10.96.0.40], ports: [{name: http, port: 80, targetPort: 8080}]}")
            .yaml(
                "apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: {name: api-x, namespace: other, labels: \
                 {kubernetes.io/service-name: api}}\naddressType: IPv4\nports: [{name: http, port: 8080}]\nendpoints:\n\
                 - {addresses: [10.244.1.5], nodeName: node-1, conditions: {ready: true}}",
            );
        let spec = format!(
            "apiVersion: gateway.networking.k8s.io/v1beta1\nkind: ReferenceGrant\nmetadata: {{name: g, namespace: other}}\nspec: {grant}"
        );
        check(&other.yaml(&spec), "198.51.100.7 -> httproute/web", expected);
    };
    let refused = "by node-3: rejected (backendNotGranted)";
    let from = "{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: shop}";
    let delivered = "by node-3: web-1@node-1:8080 delivered, policy 10.0.0.3, pod 10.0.0.3";
    granted(&format!("{{from: [{from}], to: [{{group: '', kind: Service}}]}}"), delivered);
    granted(&format!("{{from: [{from}], to: [{{group: '', kind: Service, name: api}}]}}"), delivered);
    granted(&format!("{{from: [{from}], to: [{{group: '', kind: Service, name: web}}]}}"), refused);
    granted(&format!("{{from: [{from}], to: [{{group: apps, kind: Service}}]}}"), refused);
    granted(
        "{from: [{group: networking.k8s.io, kind: HTTPRoute, namespace: shop}], to: [{group: '', kind: Service}]}",
        refused,
    );
    granted(
        "{from: [{group: gateway.networking.k8s.io, kind: GRPCRoute, namespace: shop}], to: [{group: '', kind: Service}]}",
        refused,
    );
    granted(
        "{from: [{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: b}], to: [{group: '', kind: Service}]}",
        refused,
    );
}
