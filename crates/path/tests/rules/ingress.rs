//! Ingresses: the way to the controller and the controller's own way, as one route.

use crate::ask::{check, hops};
use crate::cluster::Cluster;

const CONTROLLER: &str = "apiVersion: v1\nkind: Service\nmetadata: {name: gw, namespace: ingress-nginx}\nspec: {type: NodePort, \
     clusterIP: 10.96.0.30, clusterIPs: [10.96.0.30], selector: {app: gw}, ports: [{name: http, port: 80, nodePort: 30088}]}";
const SLICE: &str = "apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: {name: gw-x, namespace: ingress-nginx, labels: \
     {kubernetes.io/service-name: gw}}\naddressType: IPv4\nports: [{name: http, port: 80}]\nendpoints:\n\
     - {addresses: [10.244.3.7], nodeName: node-3, targetRef: {kind: Pod, namespace: ingress-nginx, name: gw}, conditions: {ready: true}}";
const INGRESS: &str = "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: web, namespace: shop}\nspec: {ingressClassName: \
     nginx, rules: [{http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}}]}";

fn controller(address: &str, arguments: &str, spec: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: gw, namespace: ingress-nginx, labels: {{app: gw}}}}\nspec: {{nodeName: node-3{spec}, \
         containers: [{{name: controller, image: 'registry.k8s.io/ingress-nginx/controller:v1.11.2', args: [/nginx-ingress-controller{arguments}], \
         ports: [{{containerPort: 80, name: http}}]}}]}}\nstatus: {{podIP: {address}, podIPs: [{{ip: {address}}}]}}"
    )
}

fn cluster(overlay: &str) -> Cluster {
    Cluster::calico(overlay).proxy("mode: iptables").web("").yaml(INGRESS)
}

#[test]
fn the_backend_sees_the_controller() {
    let cluster = cluster("Never/Always").yaml(CONTROLLER).yaml(SLICE).yaml(&controller("10.244.3.7", "", ""));
    check(
        &cluster,
        "198.51.100.7 -> ingress/web",
        "by node-3: web-1@node-1:8080 delivered, policy 10.244.3.7, pod 10.244.3.7
         by node-3: web-2@node-2:8080 delivered, policy 10.244.3.7, pod 10.244.3.7
         by node-1 node-2: web-1@node-1:8080 delivered, policy 10.244.3.7, pod 10.244.3.7
         by node-1 node-2: web-2@node-2:8080 delivered, policy 10.244.3.7, pod 10.244.3.7",
    );
}

#[test]
fn a_controller_on_its_nodes_network_is_that_node() {
    let cluster = cluster("Never/Always").yaml(&controller("10.0.0.3", "", ", hostNetwork: true"));
    check(
        &cluster,
        "198.51.100.7 -> ingress/web",
        "by node-3: web-1@node-1:8080 delivered, policy 10.244.3.0, pod 10.244.3.0
         by node-3: web-2@node-2:8080 delivered, policy 10.244.3.0, pod 10.244.3.0",
    );
}

#[test]
fn both_connections_stand_in_one_route() {
    let one = Cluster::calico("Never/Never").proxy("mode: iptables").pod("web-1", "10.244.1.5");
    let one = one.service("web", "", &["web-1@10.244.1.5"]).yaml(INGRESS);
    let one = one.yaml(&controller("10.0.0.3", "", ", hostNetwork: true"));
    let expected = [
        "Send 198.51.100.7 > 10.0.0.3:80",
        "Arrive 198.51.100.7 > 10.0.0.3:80",
        "Deliver 198.51.100.7 > 10.0.0.3:80",
        "Proxy 10.0.0.3 > 10.244.1.5:8080",
        "Forward None 10.0.0.3 > 10.244.1.5:8080",
        "Arrive 10.0.0.3 > 10.244.1.5:8080",
        "Ingress Some(true) 10.0.0.3 > 10.244.1.5:8080",
        "Deliver 10.0.0.3 > 10.244.1.5:8080",
    ];
    assert_eq!(hops(&one, "198.51.100.7 -> ingress/web"), expected);
}

#[test]
fn a_controller_that_serves_another_class_or_project_does_not_count() {
    let by = |arguments: &str| cluster("Never/Never").yaml(&controller("10.0.0.3", arguments, ", hostNetwork: true"));
    let unknown = "by : undetermined (gatewayUnknown)
                   issue ingressNotServed: class nginx";
    check(&by(", --ingress-class=other"), "198.51.100.7 -> ingress/web", unknown);
    check(&by(", --watch-namespace=billing"), "198.51.100.7 -> ingress/web", unknown);
    check(&cluster("Never/Never"), "198.51.100.7 -> ingress/web", unknown);
    check(
        &by(", --watch-namespace=shop"),
        "198.51.100.7 -> ingress/web",
        "by node-3: web-1@node-1:8080 delivered, policy 10.0.0.3, pod 10.0.0.3
         by node-3: web-2@node-2:8080 delivered, policy 10.0.0.3, pod 10.0.0.3",
    );
}

#[test]
fn isolation_without_the_gateways_namespace_stops_the_second_connection() {
    let isolated = cluster("Never/Never").yaml(CONTROLLER).yaml(SLICE).yaml(&controller("10.244.3.7", "", "")).yaml(
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: own, namespace: shop}\n\
         spec: {podSelector: {}, ingress: [{from: [{podSelector: {}}]}]}",
    );
    check(
        &isolated,
        "198.51.100.7 -> ingress/web/NodePort by node-1",
        "by node-1: web-1@node-1:8080 denied (policyIngress), policy 10.244.3.7
         by node-1: web-2@node-2:8080 denied (policyIngress), policy 10.244.3.7",
    );
}

#[test]
fn kubespheres_gateway_serves_its_project_without_a_class() {
    let gateway = |workload: &str| {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: {workload}-abcde, namespace: kubesphere-controls-system, labels: {{app: gw}}, \
             ownerReferences: [{{apiVersion: apps/v1, kind: ReplicaSet, name: {workload}-5d9c, uid: u, controller: true}}]}}\n\
             spec: {{nodeName: node-3, hostNetwork: true, containers: [{{name: controller, image: 'kubesphere/nginx-ingress-controller:v1.3.1', \
             ports: [{{containerPort: 80, name: http}}]}}]}}\nstatus: {{podIP: 10.0.0.3, podIPs: [{{ip: 10.0.0.3}}]}}"
        )
    };
    let ingress = INGRESS.replace("ingressClassName: nginx, ", "");
    let base = || Cluster::calico("Never/Never").proxy("mode: iptables").web("").yaml(&ingress);
    let served = "by node-3: web-1@node-1:8080 delivered, policy 10.0.0.3, pod 10.0.0.3
                  by node-3: web-2@node-2:8080 delivered, policy 10.0.0.3, pod 10.0.0.3";
    check(&base().yaml(&gateway("kubesphere-router-shop")), "198.51.100.7 -> ingress/web", served);
    check(&base().yaml(&gateway("kubesphere-router-kubesphere-system")), "198.51.100.7 -> ingress/web", served);
    check(
        &base().yaml(&gateway("kubesphere-router-billing")),
        "198.51.100.7 -> ingress/web",
        "by : undetermined (gatewayUnknown)\nissue ingressNotServed: class",
    );
}

/// A Service beside the Ingress' own, with one pod.
fn with_errors(cluster: Cluster) -> Cluster {
    let cluster = cluster.pod("errors-1", "10.244.1.77").yaml(
        "apiVersion: v1\nkind: Service\nmetadata: {name: errors, namespace: shop}\nspec: {clusterIP: 10.96.0.77, clusterIPs: \
         [10.96.0.77], ports: [{name: http, port: 80, targetPort: 8080}]}",
    );
    let cluster = cluster.yaml(
        "apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: {name: errors-x, namespace: shop, labels: \
         {kubernetes.io/service-name: errors}}\naddressType: IPv4\nports: [{name: http, port: 8080}]\nendpoints:\n\
         - {addresses: [10.244.1.77], nodeName: node-1, targetRef: {kind: Pod, namespace: shop, name: errors-1}, conditions: {ready: true}}",
    );
    cluster.yaml(&controller("10.0.0.3", ", --default-backend-service=shop/errors", ", hostNetwork: true"))
}

#[test]
fn annotations_name_further_backends() {
    let annotated = |annotations: &str, expected: &str| {
        let ingress =
            INGRESS.replace("namespace: shop}", &format!("namespace: shop, annotations: {{{annotations}}}}}"));
        let cluster = Cluster::calico("Never/Never").proxy("mode: iptables").web("").yaml(&ingress);
        let own = "by node-3: web-1@node-1:8080 delivered, policy 10.0.0.3, pod 10.0.0.3
                   by node-3: web-2@node-2:8080 delivered, policy 10.0.0.3, pod 10.0.0.3";
        check(&with_errors(cluster), "198.51.100.7 -> ingress/web", &format!("{own}\n{expected}"));
    };
    let further = "by node-3: errors-1@node-1:8080 delivered, policy 10.0.0.3, pod 10.0.0.3";
    let catch_all = "issue ingressDefaultBackend: service shop/errors";
    let unclear = |field: &str, value: &str| {
        format!("issue ingressBackendUnclear: field nginx.ingress.kubernetes.io/{field}, value {value}\n{catch_all}")
    };
    annotated("nginx.ingress.kubernetes.io/default-backend: errors", further);
    annotated("nginx.ingress.kubernetes.io/custom-http-errors: '503'", further);
    annotated("nginx.ingress.kubernetes.io/auth-url: 'http://errors.shop.svc.cluster.local/auth'", further);
    annotated("nginx.ingress.kubernetes.io/mirror-target: 'http://errors.shop.svc$request_uri'", further);
    annotated("nginx.ingress.kubernetes.io/auth-url: 'https://login.example.com/auth'", catch_all);
    annotated("nginx.ingress.kubernetes.io/auth-url: 'https://$host/auth'", &unclear("auth-url", "https://$host/auth"));
    annotated(
        "nginx.ingress.kubernetes.io/auth-url: 'http://errors.shop/auth'",
        &unclear("auth-url", "http://errors.shop/auth"),
    );
    annotated("nginx.ingress.kubernetes.io/default-backend: gone", &unclear("default-backend", "shop/gone"));
    annotated("", catch_all);
}

#[test]
fn what_is_missing_is_named() {
    let ask = |ingress: &str, controller_service: &str, expected: &str| {
        let cluster = Cluster::calico("Never/Never").proxy("mode: iptables").web("").yaml(ingress).yaml(SLICE);
        let cluster = cluster.yaml(controller_service).yaml(&controller("10.244.3.7", "", ""));
        check(&cluster, "198.51.100.7 -> ingress/web/NodePort by node-3", expected);
    };
    let no_door =
        "issue gatewayWithoutDoor: object ingress/shop/web, implementation ingress-nginx, port 80, door NodePort";
    ask(INGRESS, &CONTROLLER.replace("name: http, port: 80", "name: https, port: 443"), no_door);
    ask(INGRESS, &CONTROLLER.replace("app: gw", "app: other"), no_door);
    let port = INGRESS.replace("port: {name: http}", "port: {number: 8080}");
    ask(&port, CONTROLLER, "by node-3: rejected (backendNoPort)");
    let gone = INGRESS.replace("{name: web, port", "{name: gone, port");
    ask(&gone, CONTROLLER, "by node-3: rejected (noBackend)");
    let resource = "backend: {resource: {apiGroup: example.com, kind: Bucket, name: b}}";
    let of_resource = INGRESS.replace("backend: {service: {name: web, port: {name: http}}}", resource);
    ask(&of_resource, CONTROLLER, "by node-3: undetermined (backendNoService)");
}
