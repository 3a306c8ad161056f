//! Whom a policy isolates, and whom its peers mean.

use crate::asked::{check, check_issues};

#[test]
fn an_empty_pod_selector_is_every_pod_of_the_namespace() {
    let policies = "
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {namespace: shop, name: p}
spec: {podSelector: {}}
";
    check(
        policies,
        &[
            ("ingress shop/web from shop/db 80", "deny: shop/p @1"),
            ("ingress shop/db from shop/web 80", "deny: shop/p @1"),
            ("ingress billing/api from shop/db 80", "allow"),
            ("egress shop/web to billing/api 80", "allow"),
        ],
    );
}

#[test]
fn a_peer_without_namespace_selector_means_the_policys_own_namespace() {
    let policies = "
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {namespace: shop, name: p}
spec:
  podSelector: {matchLabels: {app: db}}
  ingress:
  - from:
    - podSelector: {matchLabels: {tier: front}}
";
    check(
        policies,
        &[
            ("ingress shop/db from shop/web 80", "allow: shop/p ingress[0] @7"),
            ("ingress shop/db from billing/api 80", "deny: shop/p @1"),
            ("ingress shop/db from 203.0.113.7 80", "deny: shop/p @1"),
        ],
    );
}

#[test]
fn a_peer_without_pod_selector_means_every_pod_of_the_namespaces() {
    let policies = "
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {namespace: shop, name: p}
spec:
  podSelector: {}
  ingress:
  - from:
    - namespaceSelector: {matchLabels: {team: billing}}
";
    check(
        policies,
        &[
            ("ingress shop/db from billing/api 80", "allow: shop/p ingress[0] @7"),
            ("ingress shop/db from shop/web 80", "deny: shop/p @1"),
        ],
    );
}

#[test]
fn both_selectors_in_one_peer_must_hold_and_of_two_peers_one() {
    let both = "
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {namespace: shop, name: p}
spec:
  podSelector: {matchLabels: {app: db}}
  ingress:
  - from:
    - namespaceSelector: {matchLabels: {team: billing}}
      podSelector: {matchLabels: {app: web}}
";
    check(
        both,
        &[
            ("ingress shop/db from billing/api 80", "deny: shop/p @1"),
            ("ingress shop/db from shop/web 80", "deny: shop/p @1"),
        ],
    );
    let two =
        both.replace("      podSelector: {matchLabels: {app: web}}", "    - podSelector: {matchLabels: {app: web}}");
    check(
        &two,
        &[
            ("ingress shop/db from billing/api 80", "allow: shop/p ingress[0] @7"),
            ("ingress shop/db from shop/web 80", "allow: shop/p ingress[0] @7"),
            ("ingress shop/db from other/guest 80", "deny: shop/p @1"),
        ],
    );
}

#[test]
fn without_from_any_source_may_come() {
    for from in ["", "  - from: []\n", "  - from:\n", "  - {}\n"] {
        let rule = if from.is_empty() { "  - ports: []\n" } else { from };
        let policies = format!(
            "
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {{namespace: shop, name: p}}
spec:
  podSelector: {{}}
  ingress:
{rule}"
        );
        check(
            &policies,
            &[
                ("ingress shop/web from 203.0.113.7 80", "allow: shop/p ingress[0] @7"),
                ("ingress shop/web from other/guest 80/SCTP", "allow: shop/p ingress[0] @7"),
                ("ingress shop/web from node/n2 80", "allow: shop/p ingress[0] @7"),
            ],
        );
    }
}

#[test]
fn without_rules_nothing_may_come() {
    for ingress in ["", "  ingress: []\n", "  ingress:\n"] {
        let policies = format!(
            "
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {{namespace: shop, name: p}}
spec:
  podSelector: {{}}
  policyTypes: [Ingress]
{ingress}"
        );
        check(&policies, &[("ingress shop/web from shop/db 80", "deny: shop/p @1")]);
    }
}

#[test]
fn operators_and_objects_without_the_key() {
    let with = |expression: &str| {
        format!(
            "
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {{namespace: shop, name: p}}
spec:
  podSelector: {{matchLabels: {{app: db}}}}
  ingress:
  - from: [{{namespaceSelector: {{}}, podSelector: {{matchExpressions: [{expression}]}}}}]
"
        )
    };
    let (yes, no) = ("allow: shop/p ingress[0] @7", "deny: shop/p @1");
    let cases = [
        ("{key: tier, operator: In, values: [front, back]}", yes, no),
        ("{key: tier, operator: NotIn, values: [front]}", no, yes),
        ("{key: tier, operator: NotIn, values: [back]}", yes, yes),
        ("{key: tier, operator: Exists}", yes, no),
        ("{key: tier, operator: DoesNotExist}", no, yes),
        ("{key: tier, operator: Exists}, {key: app, operator: NotIn, values: [web]}", no, no),
    ];
    for (expression, from_web, from_guest) in cases {
        check(
            &with(expression),
            &[("ingress shop/db from shop/web 80", from_web), ("ingress shop/db from other/guest 80", from_guest)],
        );
    }
}

#[test]
fn an_operator_that_is_none_selects_nothing() {
    let policies = "
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {namespace: shop, name: p}
spec:
  podSelector: {}
  ingress:
  - from:
    - podSelector: {matchExpressions: [{key: app, operator: Matches, values: [web]}]}
    - podSelector: {matchExpressions: [{key: app, operator: In}]}
    - podSelector: {matchExpressions: [{key: app, operator: Exists, values: [web]}]}
";
    check(policies, &[("ingress shop/db from shop/web 80", "deny: shop/p @1")]);
    check_issues(
        policies,
        &[
            "unknownValue spec.ingress[0].from[0].podSelector.matchExpressions[0] @8",
            "operatorValues spec.ingress[0].from[1].podSelector.matchExpressions[0] @9",
            "operatorValues spec.ingress[0].from[2].podSelector.matchExpressions[0] @10",
        ],
    );
}

#[test]
fn a_namespace_has_its_name_as_a_label_even_if_nobody_declares_it() {
    let policies = "
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {namespace: shop, name: p}
spec:
  podSelector: {}
  ingress:
  - from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: other}}}]
  - from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: billing}}}]
  - from: [{namespaceSelector: {matchExpressions: [{key: team, operator: DoesNotExist}]}}]
";
    check(
        policies,
        &[
            ("ingress shop/db from other/guest 80", "allow: shop/p ingress[0] @7, shop/p ingress[2] @9"),
            ("ingress shop/db from billing/api 80", "allow: shop/p ingress[1] @8"),
            ("ingress shop/db from shop/web 80", "deny: shop/p @1"),
        ],
    );
}

#[test]
fn a_policy_without_namespace_is_in_default() {
    let policies = "
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: p}
spec: {podSelector: {}}
---
apiVersion: v1
kind: Pod
metadata: {namespace: default, name: web}
spec: {containers: []}
status: {podIP: 10.244.9.9}
";
    check(
        policies,
        &[("ingress default/web from shop/db 80", "deny: default/p @1"), ("ingress shop/web from shop/db 80", "allow")],
    );
}

#[test]
fn policies_add_up() {
    let policies = "
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {namespace: shop, name: deny}
spec: {podSelector: {}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {namespace: shop, name: from-db}
spec:
  podSelector: {matchLabels: {app: web}}
  ingress:
  - from: [{podSelector: {matchLabels: {app: db}}}]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {namespace: shop, name: from-shop}
spec:
  podSelector: {matchLabels: {app: web}}
  ingress:
  - from: [{podSelector: {}}]
";
    check(
        policies,
        &[
            ("ingress shop/web from shop/db 80", "allow: shop/from-db ingress[0] @12, shop/from-shop ingress[0] @20"),
            ("ingress shop/web from billing/api 80", "deny: shop/deny @1, shop/from-db @6, shop/from-shop @14"),
            ("ingress shop/db from shop/web 80", "deny: shop/deny @1"),
        ],
    );
}

#[test]
fn of_two_policies_with_one_name_the_last_counts() {
    let policies = "
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {namespace: shop, name: p}
spec: {podSelector: {}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {namespace: shop, name: p}
spec:
  podSelector: {}
  ingress: [{}]
";
    check(policies, &[("ingress shop/web from shop/db 80", "allow: shop/p ingress[0] @11")]);
    check_issues(policies, &["duplicateObject  @6"]);
}
