//! DNS as clusters really run it (S14 to S17, and what the cases have not).

use super::{DNS, cluster, entry};
use bulkhead_isolation::{Setting, Settings, names, plan};

use crate::support::{shown_issue, snapshot, spec};

const KUBE_SYSTEM: &str = "{apiVersion: v1, kind: Namespace, metadata: {name: kube-system}}";

/// What is open for egress besides the project itself, a line a rule, and the findings.
fn egress(parts: &[&str], settings: &Settings) -> String {
    let restricts = entry("e", "{egress: []}");
    let parts: Vec<&str> = parts.iter().copied().chain([restricts.as_str()]).collect();
    let plan = plan(&snapshot(&cluster(&parts)), Setting::Default, settings);
    let base = plan.apply.iter().find(|policy| policy.name.name == names::BASE_POLICY).unwrap();
    let rules = spec(base)["egress"].as_array().unwrap().clone();
    assert_eq!(rules[0].to_string(), r#"{"to":[{"podSelector":{}}]}"#);
    let lines = rules[1..].iter().map(ToString::to_string).chain(plan.issues.iter().map(shown_issue));
    lines.collect::<Vec<_>>().join("\n")
}

fn service(name: &str, namespace: &str, spec: &str) -> String {
    format!("{{apiVersion: v1, kind: Service, metadata: {{name: {name}, namespace: {namespace}}}, spec: {spec}}}")
}

fn pod(name: &str, labels: &str, rest: &str) -> String {
    let metadata = format!("{{name: {name}, namespace: kube-system, labels: {labels}}}");
    format!("{{apiVersion: v1, kind: Pod, metadata: {metadata}, {rest}}}")
}

#[test]
fn a_named_target_port_has_the_numbers_of_the_pods() {
    let dns = service(
        "coredns",
        "kube-system",
        "{selector: {app: dns}, ports: [{name: dns, protocol: UDP, port: 53, targetPort: udp-53}]}",
    );
    let ports = |number: u16| {
        format!(
            "spec: {{containers: [{{name: c, ports: [{{name: udp-53, protocol: UDP, containerPort: {number}}}]}}]}}"
        )
    };
    let (one, other) = (pod("one", "{app: dns}", &ports(53)), pod("other", "{app: dns}", &ports(1053)));
    insta::assert_snapshot!(egress(&[KUBE_SYSTEM, &dns, &one, &other], &Settings::default()), @r#"{"to":[{"podSelector":{"matchLabels":{"app":"dns"}},"namespaceSelector":{"matchLabels":{"kubernetes.io/metadata.name":"kube-system"}}}],"ports":[{"protocol":"UDP","port":53},{"protocol":"UDP","port":1053}]}"#);
    insta::assert_snapshot!(egress(&[KUBE_SYSTEM, &dns], &Settings::default()), @"
    warning dnsNotFound
    warning dnsPortUnresolved Service kube-system/coredns service=`kube-system/coredns` port=`udp-53`
    ");
}

#[test]
fn pods_on_their_nodes_network_are_reached_by_address() {
    let host = "spec: {hostNetwork: true, nodeName: n1, containers: [{name: c}]}, status: {phase: Running, podIPs: [{ip: 192.168.0.2}, {ip: fd00::2}]}";
    insta::assert_snapshot!(egress(&[DNS, &pod("dns", "{k8s-app: kube-dns}", host)], &Settings::default()), @r#"{"to":[{"podSelector":{"matchLabels":{"k8s-app":"kube-dns"}},"namespaceSelector":{"matchLabels":{"kubernetes.io/metadata.name":"kube-system"}}},{"ipBlock":{"cidr":"192.168.0.2/32"}},{"ipBlock":{"cidr":"fd00::2/128"}}],"ports":[{"protocol":"UDP","port":53},{"protocol":"TCP","port":53}]}"#);
}

#[test]
fn a_service_without_selector_is_reached_at_its_endpoints() {
    let dns =
        service("kube-dns", "kube-system", "{clusterIP: 10.96.0.10, ports: [{name: dns, protocol: UDP, port: 53}]}");
    let slice = "{apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: {name: s, namespace: kube-system, labels: {kubernetes.io/service-name: kube-dns}}, addressType: IPv4, ports: [{name: dns, protocol: UDP, port: 53}], endpoints: [{addresses: [192.168.7.1]}]}";
    insta::assert_snapshot!(egress(&[KUBE_SYSTEM, &dns, slice], &Settings::default()), @r#"{"to":[{"ipBlock":{"cidr":"192.168.7.1/32"}}],"ports":[{"protocol":"UDP","port":53}]}"#);
}

#[test]
fn node_local_dns_is_found_where_it_is_configured() {
    let config = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: nodelocaldns, namespace: kube-system}\ndata:\n  Corefile: |\n    cluster.local:53 {\n        bind 169.254.25.10 fd00:25::10\n    }\n";
    insta::assert_snapshot!(egress(&[DNS, config], &Settings::default()), @r#"
    {"to":[{"podSelector":{"matchLabels":{"k8s-app":"kube-dns"}},"namespaceSelector":{"matchLabels":{"kubernetes.io/metadata.name":"kube-system"}}}],"ports":[{"protocol":"UDP","port":53},{"protocol":"TCP","port":53}]}
    {"to":[{"ipBlock":{"cidr":"169.254.25.10/32"}},{"ipBlock":{"cidr":"fd00:25::10/128"}}],"ports":[{"protocol":"UDP","port":53},{"protocol":"TCP","port":53}]}
    "#);
    let daemon_set = "{apiVersion: apps/v1, kind: DaemonSet, metadata: {name: node-local-dns, namespace: kube-system}, spec: {selector: {matchLabels: {k8s-app: node-local-dns}}, template: {metadata: {labels: {k8s-app: node-local-dns}}, spec: {hostNetwork: true, containers: [{name: node-cache, args: [-localip, \"169.254.20.10,10.96.0.10\", -conf, /etc/Corefile]}]}}}}";
    insta::assert_snapshot!(egress(&[DNS, daemon_set], &Settings::default()), @r#"
    {"to":[{"podSelector":{"matchLabels":{"k8s-app":"kube-dns"}},"namespaceSelector":{"matchLabels":{"kubernetes.io/metadata.name":"kube-system"}}}],"ports":[{"protocol":"UDP","port":53},{"protocol":"TCP","port":53}]}
    {"to":[{"ipBlock":{"cidr":"10.96.0.10/32"}},{"ipBlock":{"cidr":"169.254.20.10/32"}}],"ports":[{"protocol":"UDP","port":53},{"protocol":"TCP","port":53}]}
    "#);
    let template = config.replace("169.254.25.10 fd00:25::10", "__PILLAR__LOCAL__DNS__ __PILLAR__DNS__SERVER__");
    insta::assert_snapshot!(egress(&[DNS, &template], &Settings::default()), @r#"
    {"to":[{"podSelector":{"matchLabels":{"k8s-app":"kube-dns"}},"namespaceSelector":{"matchLabels":{"kubernetes.io/metadata.name":"kube-system"}}}],"ports":[{"protocol":"UDP","port":53},{"protocol":"TCP","port":53}]}
    warning dnsNodeLocalUnknown
    "#);
}

#[test]
fn a_tenant_cannot_pose_as_dns() {
    let posing =
        service("coredns", "foreign", "{selector: {k8s-app: kube-dns}, ports: [{name: dns, protocol: UDP, port: 53}]}");
    let cache = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: nodelocaldns, namespace: foreign}\ndata: {Corefile: \"bind 203.0.113.9\"}\n";
    insta::assert_snapshot!(egress(&[KUBE_SYSTEM, &posing, cache], &Settings::default()), @"warning dnsNotFound");
    // The same Service counts in a namespace of the system's workspace, and where an administrator names it.
    let system = "{apiVersion: v1, kind: Namespace, metadata: {name: foreign, labels: {kubesphere.io/workspace: system-workspace}}}";
    insta::assert_snapshot!(egress(&[KUBE_SYSTEM, &posing, system], &Settings::default()), @r#"
    {"to":[{"podSelector":{"matchLabels":{"k8s-app":"kube-dns"}},"namespaceSelector":{"matchLabels":{"kubernetes.io/metadata.name":"foreign"}}}],"ports":[{"protocol":"UDP","port":53}]}
    warning projectWorkspaceNotFound Namespace foreign workspace=`system-workspace`
    "#);
    let named = |name: &str| Settings {
        dns_services: vec![bulkhead_model::NamespacedName::new("foreign", name)],
        ..Settings::default()
    };
    insta::assert_snapshot!(egress(&[KUBE_SYSTEM, &posing], &named("coredns")), @r#"{"to":[{"podSelector":{"matchLabels":{"k8s-app":"kube-dns"}},"namespaceSelector":{"matchLabels":{"kubernetes.io/metadata.name":"foreign"}}}],"ports":[{"protocol":"UDP","port":53}]}"#);
    insta::assert_snapshot!(egress(&[DNS], &named("gone")), @r#"
    {"to":[{"podSelector":{"matchLabels":{"k8s-app":"kube-dns"}},"namespaceSelector":{"matchLabels":{"kubernetes.io/metadata.name":"kube-system"}}}],"ports":[{"protocol":"UDP","port":53},{"protocol":"TCP","port":53}]}
    warning dnsServiceNotFound service=`foreign/gone`
    "#);
}

#[test]
fn several_services_of_the_same_pods_are_one_rule() {
    let upstream = service(
        "kube-dns-upstream",
        "kube-system",
        "{selector: {k8s-app: kube-dns}, ports: [{name: dns, protocol: UDP, port: 53, targetPort: 53}, {name: dns-tcp, protocol: TCP, port: 53, targetPort: 53}]}",
    );
    let metrics = service(
        "coredns-metrics",
        "kube-system",
        "{selector: {k8s-app: kube-dns}, ports: [{name: metrics, port: 9153}]}",
    );
    insta::assert_snapshot!(egress(&[DNS, &upstream, &metrics], &Settings::default()), @r#"{"to":[{"podSelector":{"matchLabels":{"k8s-app":"kube-dns"}},"namespaceSelector":{"matchLabels":{"kubernetes.io/metadata.name":"kube-system"}}}],"ports":[{"protocol":"UDP","port":53},{"protocol":"TCP","port":53}]}"#);
}
