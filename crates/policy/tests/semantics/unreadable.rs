//! What cannot be read never widens a policy and never vanishes; it matters only where it could change the answer.

use crate::asked::{check, check_issues};

const NO: &str = "deny: shop/p @1";

fn web(spec: &str) -> String {
    format!(
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{namespace: shop, name: p}}\nspec:\n  podSelector: {{matchLabels: {{app: web}}}}\n{spec}"
    )
}

#[test]
fn a_misspelt_field_of_a_rule_does_not_make_it_mean_everything() {
    for (rule, field) in [("{form: [{podSelector: {}}]}", "form"), ("{port: [{port: 80}]}", "port")] {
        let policies = web(&format!("  ingress:\n  - {rule}\n"));
        check_issues(&policies, &[&format!("unknownField spec.ingress[0].{field} @7")]);
        check(
            &policies,
            &[
                ("ingress shop/web from 203.0.113.7 22", "undetermined: fieldNobodyKnows shop/p ingress[0] @7"),
                ("ingress shop/db from 203.0.113.7 22", "allow"),
            ],
        );
    }
}

#[test]
fn what_a_rule_with_a_misspelt_field_surely_does_not_match_stays_denied() {
    check(
        &web("  ingress:\n  - {from: [{podSelector: {matchLabels: {app: db}}}], port: [{port: 80}]}\n"),
        &[
            ("ingress shop/web from shop/db 22", "undetermined: fieldNobodyKnows shop/p ingress[0] @7"),
            ("ingress shop/web from billing/api 80", NO),
        ],
    );
}

#[test]
fn a_misspelt_field_of_the_spec_leaves_everything_open_about_its_pods() {
    let policies = web("  egres: []\n");
    check_issues(&policies, &["unknownField spec.egres @6"]);
    check(
        &policies,
        &[
            ("ingress shop/web from shop/db 80", "undetermined: fieldNobodyKnows shop/p @1"),
            ("egress shop/web to shop/db 80", "undetermined: fieldNobodyKnows shop/p @1"),
            ("ingress shop/db from shop/web 80", "allow"),
        ],
    );
}

#[test]
fn a_rule_that_is_no_rule_may_match_anything() {
    let policies = web("  ingress:\n  - everything\n  - from: [{podSelector: {matchLabels: {app: db}}}]\n");
    check_issues(&policies, &["wrongType spec.ingress[0] @7"]);
    check(
        &policies,
        &[
            ("ingress shop/web from 203.0.113.7 80", "undetermined: unreadableRule shop/p ingress[0] @7"),
            ("ingress shop/web from shop/db 80", "allow: shop/p ingress[1] @8"),
        ],
    );
}

#[test]
fn peers_that_the_api_refuses_are_open_for_what_no_other_allows() {
    let wrong = [
        ("{}", "peerEmpty spec.ingress[0].from[0] @7"),
        ("{ipBlock: {cidr: 203.0.113.0/24}, podSelector: {}}", "peerBlockAndSelector spec.ingress[0].from[0] @7"),
        ("{podSelecter: {}}", "unknownField spec.ingress[0].from[0].podSelecter @7"),
        ("web", "wrongType spec.ingress[0].from[0] @7"),
    ];
    for (peer, issue) in wrong {
        let policies = web(&format!("  ingress:\n  - from: [{peer}, {{podSelector: {{matchLabels: {{app: db}}}}}}]\n"));
        check_issues(&policies, &[issue]);
        check(
            &policies,
            &[
                ("ingress shop/web from billing/api 80", "undetermined: unreadablePeer shop/p ingress[0] @7"),
                ("ingress shop/web from shop/db 80", "allow: shop/p ingress[0] @7"),
            ],
        );
    }
}

#[test]
fn a_selector_is_open_only_for_what_its_readable_part_does_not_exclude() {
    let policies = "
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {namespace: shop, name: p}
spec:
  podSelector: {matchLabels: {app: web}, matchLabel: {tier: front}}
";
    check(
        policies,
        &[
            ("ingress shop/web from shop/db 80", "undetermined: unreadableSubject shop/p @1"),
            ("ingress shop/db from shop/web 80", "allow"),
        ],
    );
}

#[test]
fn a_doubt_about_whom_it_isolates_does_not_open_what_it_allows() {
    let policies = "
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {namespace: shop, name: p}
spec:
  podSelector: {matchLabel: {tier: front}}
  ingress: [{from: [{podSelector: {}}]}]
";
    check(
        policies,
        &[
            ("ingress shop/web from shop/db 80", "allow"),
            ("ingress shop/web from billing/api 80", "undetermined: unreadableSubject shop/p @1"),
        ],
    );
}

#[test]
fn what_yaml_makes_of_a_word_is_told() {
    // kubectl would make a boolean of it; it is taken as it stands, and reported.
    let policies = web("  ingress:\n  - from: [{podSelector: {matchLabels: {answer: y}}}]\n");
    check_issues(&policies, &["scalarNotQuoted spec.ingress[0].from[0].podSelector.matchLabels.answer @7"]);
    check(&policies, &[("ingress shop/web from shop/db 80", NO)]);
    // A number is no label's value.
    let policies = web("  ingress:\n  - from: [{podSelector: {matchLabels: {version: 1}}}]\n");
    check_issues(&policies, &["wrongType spec.ingress[0].from[0].podSelector.matchLabels.version @7"]);
    check(&policies, &[("ingress shop/web from shop/db 80", "undetermined: unreadablePeer shop/p ingress[0] @7")]);
}

#[test]
fn a_key_that_comes_twice_is_open() {
    let policies = web("  ingress:\n  - from: [{podSelector: {matchLabels: {app: db}}}]\n    from: []\n");
    check(
        &policies,
        &[("ingress shop/web from billing/api 80", "undetermined: fieldNobodyKnows shop/p ingress[0] @7")],
    );
}

#[test]
fn a_spec_that_is_none_leaves_all_pods_of_its_namespace_open() {
    let policies = "
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {namespace: shop, name: p}
spec: nothing
";
    check(
        policies,
        &[
            ("ingress shop/web from shop/db 80", "undetermined: fieldNobodyKnows shop/p @1"),
            ("ingress billing/api from shop/db 80", "allow"),
        ],
    );
}
