//! The AWS Load Balancer Controller: what it serves, and whether it sends to pods or to nodePorts. The Service has no nodePort, so that
//! the second is refused.

use crate::ask::check;
use crate::cluster::Cluster;

const TO_PODS: &str = "by node-1: web-1@node-1:8080 delivered, policy ? loadBalancerSourceUnknown, pod ? loadBalancerSourceUnknown
                       by node-2: web-2@node-2:8080 delivered, policy ? loadBalancerSourceUnknown, pod ? loadBalancerSourceUnknown";
const TO_NODE_PORTS: &str = "by : dropped (noNodePortByType)";
const NOT_SERVED: &str = "by : undetermined (gatewayUnknown)\nissue ingressNotServed: class alb";
const UNKNOWN: &str = "by : undetermined (gatewaySettingUnknown)";
const TARGETS_UNKNOWN: &str = "by : undetermined (loadBalancerTargetsUnknown)";

/// An Ingress of the namespace `shop` (label `team: a`), with its class and annotations.
fn base(spec: &str, annotations: &str) -> Cluster {
    Cluster::calico("Never/Never")
        .proxy("mode: iptables")
        .web("")
        .yaml("apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {team: a}}")
        .yaml(&format!(
            "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {{name: web, namespace: shop, annotations: {{{annotations}}}}}\nspec: \
             {{{spec}defaultBackend: {{service: {{name: web, port: {{name: http}}}}}}}}"
        ))
}

fn class(cluster: Cluster, parameters: &str) -> Cluster {
    cluster.yaml(&format!("apiVersion: networking.k8s.io/v1\nkind: IngressClass\nmetadata: {{name: alb}}\nspec: {{controller: ingress.k8s.aws/alb{parameters}}}"))
}

fn controller(cluster: Cluster, name: &str, arguments: &str) -> Cluster {
    cluster.yaml(&format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}, namespace: kube-system}}\nspec: {{nodeName: node-1, containers: [{{name: \
         controller, image: 'public.ecr.aws/eks/aws-load-balancer-controller:v2.8.1', args: [{arguments}]}}]}}"
    ))
}

fn asks(cluster: &Cluster, expected: &str) {
    check(cluster, "198.51.100.7 -> ingress/web", expected);
}

#[test]
fn flags_of_the_controller_count() {
    let told = |arguments: &str, expected| {
        asks(&controller(class(base("ingressClassName: alb, ", ""), ""), "lbc", arguments), expected);
    };
    told("--cluster-name=x", TO_NODE_PORTS);
    told("--default-target-type=ip", TO_PODS);
    told("--default-target-type=ip, --default-target-type=instance", TO_NODE_PORTS);
    told("--default-target-type=lambda", TARGETS_UNKNOWN);
    told("--default-target-type=ip, --watch-namespace=shop", TO_PODS);
    told("--default-target-type=ip, --watch-namespace=other", NOT_SERVED);
    let two = controller(class(base("ingressClassName: alb, ", ""), ""), "lbc-1", "--default-target-type=ip");
    asks(&controller(two, "lbc-2", ""), TARGETS_UNKNOWN);
    asks(&class(base("ingressClassName: alb, ", ""), ""), TO_NODE_PORTS);
    let annotated = base("ingressClassName: alb, ", "alb.ingress.kubernetes.io/target-type: instance");
    asks(&controller(class(annotated, ""), "lbc", "--default-target-type=ip"), TO_NODE_PORTS);
}

#[test]
fn ingresses_without_a_class_are_its_own_where_its_class_is_empty() {
    let not_served = "by : undetermined (gatewayUnknown)\nissue ingressNotServed: class";
    asks(&controller(base("", ""), "lbc", ""), not_served);
    asks(&controller(base("", ""), "lbc", "--ingress-class=alb"), not_served);
    asks(&controller(base("", ""), "lbc", "'--ingress-class='"), TO_NODE_PORTS);
}

#[test]
fn parameters_of_the_class_count() {
    let reference = |group: &str| format!(", parameters: {{apiGroup: {group}, kind: IngressClassParams, name: p}}");
    let with = |annotations: &str, spec: &str, expected: &str| {
        let cluster = class(base("ingressClassName: alb, ", annotations), &reference("elbv2.k8s.aws"));
        let parameters = format!(
            "apiVersion: elbv2.k8s.aws/v1beta1\nkind: IngressClassParams\nmetadata: {{name: p}}\nspec: {{{spec}}}"
        );
        asks(&cluster.yaml(&parameters), expected);
    };
    with("", "", TO_NODE_PORTS);
    with("", "namespaceSelector: {matchLabels: {team: a}}", TO_NODE_PORTS);
    with("", "namespaceSelector: {matchLabels: {team: b}}", NOT_SERVED);
    with("", "namespaceSelector: {matchExpressions: [{key: team, operator: NotIn, values: [a]}]}", NOT_SERVED);
    with("", "targetType: ip", TO_PODS);
    with("alb.ingress.kubernetes.io/target-type: ip", "targetType: ip", TO_PODS);
    with("alb.ingress.kubernetes.io/target-type: ip", "targetType: instance", TARGETS_UNKNOWN);
    asks(&class(base("ingressClassName: alb, ", ""), &reference("elbv2.k8s.aws")), UNKNOWN);
    asks(&class(base("ingressClassName: alb, ", ""), &reference("example.com")), UNKNOWN);
}

#[test]
fn a_gateways_load_balancer_sends_as_the_services_configuration_says() {
    let routed = |controller: &str, more: &str, expected: &str| {
        check(&base("", "").route(controller).yaml(more), "198.51.100.7 -> httproute/web", expected);
    };
    let configuration = |spec: &str| {
        format!(
            "apiVersion: gateway.k8s.aws/v1beta1\nkind: TargetGroupConfiguration\nmetadata: {{name: t, namespace: shop}}\nspec: {{{spec}}}"
        )
    };
    let alb = "gateway.k8s.aws/alb";
    let of_web = "targetReference: {name: web}, defaultConfiguration: {targetType: ip}";
    routed(alb, "---", TO_NODE_PORTS);
    routed(alb, &configuration(of_web), TO_PODS);
    routed(
        alb,
        &configuration("targetReference: {name: other}, defaultConfiguration: {targetType: ip}"),
        TO_NODE_PORTS,
    );
    routed(alb, &configuration("targetReference: {name: web}, defaultConfiguration: {}"), TO_NODE_PORTS);
    let by_route =
        "routeConfigurations: [{routeIdentifier: {kind: HTTPRoute}, targetGroupProps: {targetType: instance}}]";
    routed(alb, &configuration(&format!("{of_web}, {by_route}")), TARGETS_UNKNOWN);
    routed("gateway.k8s.aws/nlb", "---", "by : undetermined (gatewayPassesPackets)");
}

#[test]
fn a_gateways_parameters_say_it_for_services_without_a_configuration() {
    let kind = |kind: &str, name: &str, spec: &str| {
        format!(
            "apiVersion: gateway.k8s.aws/v1beta1\nkind: {kind}\nmetadata: {{name: {name}, namespace: shop}}\nspec: {{{spec}}}"
        )
    };
    let default = |of: &str| kind("TargetGroupConfiguration", "d", &format!("defaultConfiguration: {{{of}}}"));
    let own = |of: &str| {
        kind(
            "TargetGroupConfiguration",
            "o",
            &format!("targetReference: {{name: web}}, defaultConfiguration: {{{of}}}"),
        )
    };
    let named = kind("LoadBalancerConfiguration", "l", "defaultTargetGroupConfiguration: {name: d}");
    let plain = kind("LoadBalancerConfiguration", "l", "scheme: internal");
    let asks = |objects: &[&str], expected: &str| {
        let parameters =
            "infrastructure: {parametersRef: {group: gateway.k8s.aws, kind: LoadBalancerConfiguration, name: l}}, ";
        let cluster = base("", "").route_with("gateway.k8s.aws/alb", parameters);
        let cluster = objects.iter().fold(cluster, |cluster, object| cluster.yaml(object));
        check(&cluster, "198.51.100.7 -> httproute/web", expected);
    };
    asks(&[&named, &default("targetType: ip")], TO_PODS);
    asks(&[&named, &default("targetType: instance")], TO_NODE_PORTS);
    asks(&[&named, &default("")], TO_NODE_PORTS);
    asks(&[&plain, &default("targetType: ip")], TO_NODE_PORTS);
    asks(&[&named, &default("targetType: ip"), &own("targetType: instance")], TO_NODE_PORTS);
    asks(&[&named, &default("targetType: ip"), &own("")], TARGETS_UNKNOWN);
    asks(&[&named], TARGETS_UNKNOWN);
    asks(&[], TARGETS_UNKNOWN);
}
