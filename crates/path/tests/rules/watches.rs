//! Whose Ingresses and routes a controller serves, as its flags and variables say.

use crate::ask::check;
use crate::cluster::Cluster;

const SERVED: &str = "by node-3: web-1@node-1:8080 delivered, policy 10.0.0.3, pod 10.0.0.3
                      by node-3: web-2@node-2:8080 delivered, policy 10.0.0.3, pod 10.0.0.3";
const NOT_SERVED: &str = "by : undetermined (gatewayUnknown)\nissue ingressNotServed: class own";
const UNKNOWN: &str = "by : undetermined (gatewaySettingUnknown)";

const NGINX: (&str, &str) = ("registry.k8s.io/ingress-nginx/controller:v1.12.0", "k8s.io/ingress-nginx");
const NGINX_INC: (&str, &str) = ("nginx/nginx-ingress:5.1.0", "nginx.org/ingress-controller");
const HAPROXY: (&str, &str) = ("haproxytech/kubernetes-ingress:3.1", "haproxy.org/ingress-controller");
const KONG: (&str, &str) = ("kong:3.9", "ingress-controllers.konghq.com/kong");
const TRAEFIK: (&str, &str) = ("traefik:v3.5", "traefik.io/ingress-controller");

/// A cluster with an Ingress of the namespace `shop` (label `team: a`), and without a controller.
fn base(controller: &str) -> Cluster {
    Cluster::calico("Never/Never")
        .proxy("mode: iptables")
        .web("")
        .yaml("apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {team: a}}")
        .yaml(&format!("apiVersion: networking.k8s.io/v1\nkind: IngressClass\nmetadata: {{name: own}}\nspec: {{controller: {controller}}}"))
        .yaml(
            "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: web, namespace: shop, labels: {tier: public}}\nspec: \
             {ingressClassName: own, rules: [{http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: \
             http}}}}]}}]}",
        )
}

/// The controller's pod, on its node's network, with more containers behind the first.
fn with_pod(cluster: &Cluster, image: &str, arguments: &str, others: &str) -> Cluster {
    cluster.clone().yaml(&format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: gw, namespace: edge, labels: {{app: gw}}}}\nspec: {{nodeName: node-3, hostNetwork: true, \
         containers: [{{name: envoy, image: '{image}', {arguments}, ports: [{{containerPort: 80, name: http}}]}}{others}]}}\n\
         status: {{podIP: 10.0.0.3, podIPs: [{{ip: 10.0.0.3}}]}}"
    ))
}

/// Envoy's pod, and Contour's own with more arguments.
fn contour(arguments: &str) -> Cluster {
    let cluster = base("projectcontour.io/ingress-controller").yaml(&format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: zz-contour, namespace: edge}}\nspec: {{nodeName: node-3, containers: \
         [{{name: contour, image: 'ghcr.io/projectcontour/contour:v1.32.0', args: [serve{arguments}]}}]}}"
    ));
    let shutdown = ", {name: shutdown-manager, image: 'ghcr.io/projectcontour/contour:v1.32.0'}";
    with_pod(&cluster, "envoyproxy/envoy:v1.34", "args: []", shutdown)
}

/// An Ingress of the class `own`, with an alias of `web` as its backend.
fn with_alias(cluster: &Cluster) -> Cluster {
    let cluster = cluster.clone().yaml(
        "apiVersion: v1\nkind: Service\nmetadata: {name: alias, namespace: shop}\nspec: {type: ExternalName, externalName: \
         web.shop.svc.cluster.local, ports: [{name: http, port: 80}]}",
    );
    cluster.yaml(
        "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: alias, namespace: shop}\nspec: {ingressClassName: own, \
         defaultBackend: {service: {name: alias, port: {number: 80}}}}",
    )
}

/// A controller of one container with these arguments.
fn by((image, controller): (&str, &str), arguments: &str, expected: &str) {
    let cluster = with_pod(&base(controller), image, &format!("args: [{arguments}]"), "");
    check(&cluster, "198.51.100.7 -> ingress/web", expected);
}

#[test]
fn a_selector_of_namespaces_has_every_operator() {
    let selector = |selector: &str, expected| by(NGINX, &format!("'--watch-namespace-selector={selector}'"), expected);
    selector("team in (a,b)", SERVED);
    selector("team in (b,c)", NOT_SERVED);
    selector("team", SERVED);
    selector("other", NOT_SERVED);
    selector("!other,team!=b", SERVED);
    selector("team!=a", NOT_SERVED);
    selector("team notin (a)", NOT_SERVED);
    selector("", SERVED);
    by(NGINX_INC, "'-watch-namespace-label=team!=a'", NOT_SERVED);
    by(NGINX_INC, "'-watch-namespace-label=team=a'", SERVED);
    by(NGINX, "--watch-namespace=shop, --watch-namespace-selector=team=b", SERVED);
}

#[test]
fn of_a_selector_that_cannot_be_read_nobody_knows_what_it_selects() {
    by(NGINX, "'--watch-namespace-selector=team in (a'", UNKNOWN);
    by(NGINX, "'--watch-namespace-selector=team=a,team>1'", UNKNOWN);
    by(NGINX_INC, "'-watch-namespace-label=team=a b'", UNKNOWN);
    by(HAPROXY, "'--namespace-label-selector=,'", UNKNOWN);
    by(TRAEFIK, "'--providers.kubernetesingress.labelselector=tier in ()'", UNKNOWN);
}

#[test]
fn haproxy_has_lists_of_namespaces_for_and_against() {
    by(HAPROXY, "--namespace-whitelist=other, --namespace-whitelist=shop", SERVED);
    by(HAPROXY, "--namespace-whitelist=other", NOT_SERVED);
    by(HAPROXY, "--namespace-blacklist=shop", NOT_SERVED);
    by(HAPROXY, "--namespace-blacklist=other, --namespace-blacklist=shop", NOT_SERVED);
    by(HAPROXY, "--namespace-blacklist=other", SERVED);
    by(HAPROXY, "--namespace-whitelist=shop, --namespace-blacklist=shop", SERVED);
    by(HAPROXY, "--namespace-label-selector=team=a", SERVED);
    by(HAPROXY, "--namespace-label-selector=team=b", NOT_SERVED);
    by(HAPROXY, "--namespace-label-selector=team=b, --namespace-blacklist=other", SERVED);
}

#[test]
fn kong_is_told_by_flag_or_by_variable_beside_its_proxy() {
    let told = |by: &str, expected| {
        let (image, class) = KONG;
        let others = format!(", {{name: ingress-controller, image: 'kong/kubernetes-ingress-controller:3.4', {by}}}");
        check(&with_pod(&base(class), image, "args: []", &others), "198.51.100.7 -> ingress/web", expected);
    };
    told("env: [{name: CONTROLLER_WATCH_NAMESPACE, value: other}]", NOT_SERVED);
    told("env: [{name: CONTROLLER_WATCH_NAMESPACE, value: 'other,shop'}]", SERVED);
    told("args: [--watch-namespace=other, --watch-namespace=shop]", SERVED);
    told("args: [--watch-namespace=other], env: [{name: CONTROLLER_WATCH_NAMESPACE, value: shop}]", NOT_SERVED);
    told("args: [--watch-namespace=other, --publish-service=shop/proxy]", SERVED);
    told("args: []", SERVED);
}

#[test]
fn envoy_serves_what_contour_watches() {
    let told = |arguments: &str, expected| check(&contour(arguments), "198.51.100.7 -> ingress/web", expected);
    told(", --watch-namespaces=other", NOT_SERVED);
    told(", '--watch-namespaces=other,shop'", SERVED);
    told("", SERVED);
}

#[test]
fn traefik_serves_by_the_providers_that_it_has() {
    by(TRAEFIK, "--providers.kubernetesingress", SERVED);
    by(TRAEFIK, "--providers.kubernetesIngress.allowEmptyServices=true", SERVED);
    by(TRAEFIK, "--providers.kubernetescrd", NOT_SERVED);
    by(TRAEFIK, "--providers.kubernetesingressnginx", NOT_SERVED);
    by(TRAEFIK, "--providers.kubernetesingress=false, --providers.kubernetescrd", NOT_SERVED);
    // a file may name it
    by(TRAEFIK, "--log.level=INFO", UNKNOWN);
    by(TRAEFIK, "--configfile=/etc/traefik.yaml, --providers.kubernetescrd", UNKNOWN);
    by(TRAEFIK, "--providers.kubernetesingress, --providers.kubernetesingress.namespaces=other", NOT_SERVED);
    by(
        TRAEFIK,
        "--providers.kubernetesingress.namespaces=other, --providers.kubernetesingress.namespaces=shop",
        SERVED,
    );
    by(TRAEFIK, "--providers.kubernetesingress.labelselector=tier=public", SERVED);
    by(TRAEFIK, "--providers.kubernetesingress.labelselector=tier=hidden", NOT_SERVED);
    let told = |environment: &str, expected| {
        let (image, class) = TRAEFIK;
        let cluster = with_pod(&base(class), image, &format!("env: [{environment}]"), "");
        check(&cluster, "198.51.100.7 -> ingress/web", expected);
    };
    told("{name: TRAEFIK_PROVIDERS_KUBERNETESINGRESS, value: 'true'}", SERVED);
    told("{name: TRAEFIK_PROVIDERS_KUBERNETESCRD, value: 'true'}", NOT_SERVED);
    told("", UNKNOWN);
}

#[test]
fn gateways_are_served_by_a_provider_of_their_own() {
    let told = |arguments: &str, expected| {
        let cluster = base(TRAEFIK.1).route("traefik.io/gateway-controller");
        let cluster = with_pod(&cluster, TRAEFIK.0, &format!("args: [{arguments}]"), "");
        check(&cluster, "198.51.100.7 -> httproute/web", expected);
    };
    told("--providers.kubernetesgateway", SERVED);
    told("--providers.kubernetesingress", "by : undetermined (gatewayOfNobody)\nissue gatewayNotServed: class own");
    told(
        "--providers.kubernetesgateway.namespaces=other",
        "by : undetermined (gatewayOfNobody)\nissue gatewayNotServed: class own",
    );
    told("--providers.kubernetesgateway.labelselector=a=b", UNKNOWN);
    told("", UNKNOWN);
}

#[test]
fn traefik_takes_aliases_only_where_it_is_told_to() {
    let told = |arguments: &str, expected| {
        let (image, class) = TRAEFIK;
        let cluster = with_alias(&base(class));
        let cluster = with_pod(&cluster, image, &format!("args: [--providers.kubernetesingress{arguments}]"), "");
        check(&cluster, "198.51.100.7 -> ingress/alias", expected);
    };
    told(", --providers.kubernetesingress.allowexternalnameservices=true", SERVED);
    told(", --providers.kubernetesingress.allowExternalNameServices", SERVED);
    told("", "by node-3: rejected (aliasRefused)");
}

#[test]
fn contour_takes_aliases_only_where_its_file_says_so() {
    let told = |arguments: &str, file: Option<&str>, expected| {
        let cluster = with_alias(&contour(arguments));
        let cluster = file.map_or_else(
            || cluster.clone(),
            |text| {
                cluster.clone().yaml(&format!(
                    "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: contour, namespace: edge}}\ndata:\n  contour.yaml: |\n    {text}"
                ))
            },
        );
        check(&cluster, "198.51.100.7 -> ingress/alias", expected);
    };
    let by_file = ", --config-path=/config/contour.yaml";
    told(by_file, Some("enableExternalNameService: true"), SERVED);
    told(by_file, Some("disablePermitInsecure: false"), "by node-3: rejected (aliasRefused)");
    told(by_file, None, "by node-3: undetermined (gatewaySettingUnknown)");
    told("", None, "by node-3: rejected (aliasRefused)");
    told(", --contour-config-name=contour", None, "by node-3: undetermined (gatewaySettingUnknown)");
}

#[test]
fn haproxy_without_a_class_serves_ingresses_without_one() {
    let told = |arguments: &str, expected| {
        let cluster = base(HAPROXY.1).yaml(
            "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: plain, namespace: shop}\nspec: \
             {defaultBackend: {service: {name: web, port: {name: http}}}}",
        );
        let cluster = with_pod(&cluster, HAPROXY.0, &format!("args: [{arguments}]"), "");
        check(&cluster, "198.51.100.7 -> ingress/plain", expected);
    };
    told("", SERVED);
    told("--ingress.class=public, --empty-ingress-class", SERVED);
    told("--ingress.class=public", "by : undetermined (gatewayUnknown)\nissue ingressNotServed: class ");
}
