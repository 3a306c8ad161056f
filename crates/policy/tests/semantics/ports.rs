//! Ports: numbers, ranges, protocols, names.

use crate::asked::{check, check_issues};

/// A policy of `shop/web` that allows ingress from everywhere to these ports.
fn ingress(ports: &str) -> String {
    format!(
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{namespace: shop, name: p}}\nspec:\n  podSelector: {{matchLabels: {{app: web}}}}\n  ingress:\n  - ports: {ports}\n"
    )
}

/// A policy of `shop/web` that allows egress to these ports, with these peers.
fn egress(ports: &str, to: &str) -> String {
    format!(
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{namespace: shop, name: p}}\nspec:\n  podSelector: {{matchLabels: {{app: web}}}}\n  policyTypes: [Egress]\n  egress:\n  - ports: {ports}\n{to}"
    )
}

const YES: &str = "allow: shop/p ingress[0] @7";
const NO: &str = "deny: shop/p @1";

#[test]
fn without_ports_every_port_of_every_protocol() {
    for ports in ["[]", "", "null"] {
        check(
            &ingress(ports),
            &[("ingress shop/web from shop/db 1", YES), ("ingress shop/web from shop/db 65535/SCTP", YES)],
        );
    }
}

#[test]
fn a_protocol_without_port_is_every_port_of_it() {
    check(
        &ingress("[{protocol: UDP}]"),
        &[
            ("ingress shop/web from shop/db 1/UDP", YES),
            ("ingress shop/web from shop/db 65535/UDP", YES),
            ("ingress shop/web from shop/db 1", NO),
            ("ingress shop/web from shop/db 1/SCTP", NO),
        ],
    );
}

#[test]
fn a_port_without_protocol_is_tcp() {
    check(
        &ingress("[{port: 80}]"),
        &[
            ("ingress shop/web from shop/db 80", YES),
            ("ingress shop/web from shop/db 80/UDP", NO),
            ("ingress shop/web from shop/db 81", NO),
        ],
    );
    check(&ingress("[{}]"), &[("ingress shop/web from shop/db 9", YES), ("ingress shop/web from shop/db 9/UDP", NO)]);
}

#[test]
fn a_range_holds_both_its_ends() {
    check(
        &ingress("[{port: 8000, endPort: 8002, protocol: SCTP}]"),
        &[
            ("ingress shop/web from shop/db 7999/SCTP", NO),
            ("ingress shop/web from shop/db 8000/SCTP", YES),
            ("ingress shop/web from shop/db 8002/SCTP", YES),
            ("ingress shop/web from shop/db 8003/SCTP", NO),
            ("ingress shop/web from shop/db 8001", NO),
        ],
    );
}

#[test]
fn a_named_port_of_an_ingress_rule_is_the_subjects() {
    check(
        &ingress("[{port: http}]"),
        &[
            ("ingress shop/web from shop/db 8080", YES),
            ("ingress shop/web from shop/db 5432", NO),
            ("ingress shop/web from shop/db 8080/UDP", NO),
            ("ingress shop/web from 203.0.113.7 8080", YES),
        ],
    );
}

#[test]
fn one_name_may_be_declared_for_two_protocols() {
    check(
        &ingress("[{port: dns, protocol: UDP}]"),
        &[
            ("ingress shop/web from shop/db 53/UDP", YES),
            ("ingress shop/web from shop/db 5353/UDP", NO),
            ("ingress shop/web from shop/db 5353", NO),
        ],
    );
    check(
        &ingress("[{port: dns}]"),
        &[("ingress shop/web from shop/db 5353", YES), ("ingress shop/web from shop/db 53", NO)],
    );
}

#[test]
fn init_containers_that_keep_running_declare_ports_too() {
    check(
        &ingress("[{port: metrics}, {port: setup}]"),
        &[("ingress shop/web from shop/db 9090", YES), ("ingress shop/web from shop/db 7000", NO)],
    );
}

#[test]
fn a_name_that_the_pod_does_not_declare_matches_no_port() {
    check(&ingress("[{port: grpc}]"), &[("ingress shop/web from shop/db 8080", NO)]);
}

#[test]
fn a_named_port_of_an_egress_rule_is_each_peers_own() {
    let yes = "allow: shop/p egress[0] @8";
    check(
        &egress("[{port: http}]", "    to: [{namespaceSelector: {}}]\n"),
        &[
            ("egress shop/web to shop/db 5432", yes),
            ("egress shop/web to billing/api 80", yes),
            ("egress shop/web to billing/api 5432", NO),
            ("egress shop/web to other/guest 80", NO),
        ],
    );
}

#[test]
fn a_named_port_means_nothing_outside_the_cluster() {
    let yes = "allow: shop/p egress[0] @8";
    check(
        &egress("[{port: http}]", ""),
        &[
            ("egress shop/web to shop/db 5432", yes),
            ("egress shop/web to 203.0.113.7 80", NO),
            ("egress shop/web to node/n2 80", NO),
        ],
    );
    check(
        &egress("[{port: http}]", "    to: [{ipBlock: {cidr: 0.0.0.0/0}}]\n"),
        &[("egress shop/web to 203.0.113.7 80", NO), ("egress shop/web to shop/db 5433", NO)],
    );
}

#[test]
fn declared_ports_are_for_information() {
    check(&ingress("[{port: 1234}]"), &[("ingress shop/web from shop/db 1234", YES)]);
}

#[test]
fn one_name_with_two_numbers_is_open_only_between_them() {
    let policies = "
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {namespace: shop, name: p}
spec:
  podSelector: {matchLabels: {app: twice}}
  ingress: [{ports: [{port: http}]}]
---
apiVersion: v1
kind: Pod
metadata: {namespace: shop, name: twice, labels: {app: twice}}
spec:
  containers:
  - {name: a, ports: [{name: http, containerPort: 80}]}
  - {name: b, ports: [{name: http, containerPort: 81}]}
status: {podIP: 10.244.1.9}
";
    check(
        policies,
        &[
            ("ingress shop/twice from shop/db 80", "undetermined: ambiguousPortName shop/p ingress[0] @6"),
            ("ingress shop/twice from shop/db 81", "undetermined: ambiguousPortName shop/p ingress[0] @6"),
            ("ingress shop/twice from shop/db 82", "deny: shop/p @1"),
        ],
    );
}

#[test]
fn a_port_that_cannot_be_read_is_open_unless_another_one_matches() {
    let wrong = [
        ("{port: 70000}", "portOutOfRange spec.ingress[0].ports[0].port @7"),
        ("{port: 0}", "portOutOfRange spec.ingress[0].ports[0].port @7"),
        ("{port: '80'}", "portNameInvalid spec.ingress[0].ports[0].port @7"),
        ("{port: 80, endPort: 79}", "endPortBelowPort spec.ingress[0].ports[0] @7"),
        ("{port: http, endPort: 90}", "endPortWithName spec.ingress[0].ports[0] @7"),
        ("{endPort: 90}", "endPortWithoutPort spec.ingress[0].ports[0] @7"),
        ("{port: 80, protocol: tcp}", "unknownValue spec.ingress[0].ports[0].protocol @7"),
        ("{port: 80, protocol: ICMP}", "unknownValue spec.ingress[0].ports[0].protocol @7"),
        ("{prot: 80}", "unknownField spec.ingress[0].ports[0].prot @7"),
    ];
    for (port, issue) in wrong {
        let policies = ingress(&format!("[{port}, {{port: 9000}}]"));
        check_issues(&policies, &[issue]);
        check(
            &policies,
            &[
                ("ingress shop/web from shop/db 80", "undetermined: unreadablePort shop/p ingress[0] @7"),
                ("ingress shop/web from shop/db 9000", YES),
            ],
        );
    }
}
