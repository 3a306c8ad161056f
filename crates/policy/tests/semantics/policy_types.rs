//! In which directions a policy isolates.

use crate::asked::check;

fn policy(spec: &str) -> String {
    format!(
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{namespace: shop, name: p}}\nspec:\n  podSelector: {{}}\n{spec}"
    )
}

#[test]
fn without_types_ingress_always_and_egress_where_it_has_a_rule() {
    check(
        &policy(""),
        &[("ingress shop/web from shop/db 80", "deny: shop/p @1"), ("egress shop/web to shop/db 80", "allow")],
    );
    check(
        &policy("  egress: [{to: [{podSelector: {}}]}]\n"),
        &[
            ("ingress shop/web from shop/db 80", "deny: shop/p @1"),
            ("egress shop/web to shop/db 80", "allow: shop/p egress[0] @6"),
            ("egress shop/web to billing/api 80", "deny: shop/p @1"),
        ],
    );
    check(&policy("  egress: []\n"), &[("egress shop/web to billing/api 80", "allow")]);
    check(&policy("  policyTypes: []\n"), &[("ingress shop/web from shop/db 80", "deny: shop/p @1")]);
}

#[test]
fn a_policy_of_one_direction_leaves_the_other_alone() {
    check(
        &policy("  policyTypes: [Egress]\n"),
        &[("ingress shop/web from shop/db 80", "allow"), ("egress shop/web to shop/db 80", "deny: shop/p @1")],
    );
    check(
        &policy("  policyTypes: [Ingress]\n  egress: [{to: [{podSelector: {}}]}]\n"),
        &[("ingress shop/web from shop/db 80", "deny: shop/p @1"), ("egress shop/web to billing/api 80", "allow")],
    );
}

#[test]
fn rules_of_a_direction_that_it_does_not_isolate_allow_nothing() {
    let policies = policy("  policyTypes: [Egress]\n  ingress: [{}]\n")
        + "---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {namespace: shop, name: q}\nspec: {podSelector: {}, policyTypes: [Ingress]}\n";
    check(&policies, &[("ingress shop/web from shop/db 80", "deny: shop/q @9")]);
}

#[test]
fn types_that_cannot_be_read_matter_only_where_they_change_the_answer() {
    check(
        &policy("  policyTypes: 5\n  ingress: [{from: [{podSelector: {matchLabels: {app: db}}}]}]\n"),
        &[
            // If it isolates, it allows this; if not, nothing denies it.
            ("ingress shop/web from shop/db 80", "allow"),
            ("ingress shop/web from billing/api 80", "undetermined: unreadablePolicyTypes shop/p @1"),
            ("egress shop/web to billing/api 80", "undetermined: unreadablePolicyTypes shop/p @1"),
        ],
    );
    // One type is readable: for that direction nothing is open.
    check(
        &policy("  policyTypes: [Ingress, Sideways]\n"),
        &[
            ("ingress shop/web from shop/db 80", "deny: shop/p @1"),
            ("egress shop/web to shop/db 80", "undetermined: unreadablePolicyTypes shop/p @1"),
        ],
    );
}

#[test]
fn a_certain_denial_stays_certain_beside_types_that_cannot_be_read() {
    let policies = policy("  policyTypes: 5\n")
        + "---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {namespace: shop, name: q}\nspec: {podSelector: {}}\n";
    check(&policies, &[("ingress shop/web from shop/db 80", "deny: shop/q @8")]);
}
