//! The Baseline tier: what holds where no NetworkPolicy isolates a pod in a direction.

use crate::asked::check;

const BASELINE: &str = "---
apiVersion: policy.networking.k8s.io/v1alpha1
kind: BaselineAdminNetworkPolicy
metadata: {name: default}
spec:
  subject: {namespaces: {}}
  ingress:
  - {action: Allow, from: [{namespaces: {matchLabels: {team: billing}}}]}
  - {action: Deny, from: [{namespaces: {}}]}
";

fn network_policy(types: &str) -> String {
    format!(
        "---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{namespace: shop, name: p}}\nspec:\n  podSelector: {{matchLabels: {{app: web}}}}\n  policyTypes: [{types}]\n"
    )
}

#[test]
fn it_decides_where_nothing_isolates() {
    check(
        BASELINE,
        &[
            ("ingress shop/web from shop/db 80", "deny: BaselineAdminNetworkPolicy default ingress[1] @9"),
            ("ingress shop/web from billing/api 80", "allow: BaselineAdminNetworkPolicy default ingress[0] @8"),
            ("ingress shop/web from 203.0.113.7 80", "allow"),
            ("egress shop/web to shop/db 80", "allow"),
        ],
    );
}

#[test]
fn a_network_policy_that_isolates_is_the_last_word() {
    check(
        &(BASELINE.to_owned() + &network_policy("Ingress")),
        &[
            ("ingress shop/web from billing/api 80", "deny: shop/p @11"),
            ("ingress shop/db from billing/api 80", "allow: BaselineAdminNetworkPolicy default ingress[0] @8"),
        ],
    );
}

#[test]
fn a_network_policy_of_the_other_direction_is_not() {
    check(
        &(BASELINE.to_owned() + &network_policy("Egress")),
        &[("ingress shop/web from shop/db 80", "deny: BaselineAdminNetworkPolicy default ingress[1] @9")],
    );
}

#[test]
fn a_pass_of_the_admin_tier_comes_to_the_baseline() {
    let admin = "---
apiVersion: policy.networking.k8s.io/v1alpha1
kind: AdminNetworkPolicy
metadata: {name: pass}
spec:
  priority: 1
  subject: {namespaces: {}}
  ingress: [{action: Pass, from: [{namespaces: {}}]}]
";
    check(
        &(BASELINE.to_owned() + admin),
        &[(
            "ingress shop/web from shop/db 80",
            "deny: AdminNetworkPolicy pass ingress[0] pass @17, BaselineAdminNetworkPolicy default ingress[1] @9",
        )],
    );
    check(
        &(BASELINE.to_owned() + admin + &network_policy("Ingress")),
        &[("ingress shop/web from billing/api 80", "deny: AdminNetworkPolicy pass ingress[0] pass @17, shop/p @19")],
    );
}

#[test]
fn a_pass_in_the_baseline_is_the_default() {
    let policies = "
apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: {name: a}
spec:
  tier: Baseline
  priority: 1
  subject: {namespaces: {}}
  ingress: [{action: Pass, from: [{namespaces: {matchLabels: {team: billing}}}]}, {action: Deny, from: [{namespaces: {}}]}]
";
    check(
        policies,
        &[
            ("ingress shop/web from billing/api 80", "allow: ClusterNetworkPolicy a ingress[0] pass @8"),
            ("ingress shop/web from shop/db 80", "deny: ClusterNetworkPolicy a ingress[1] @8"),
        ],
    );
}

#[test]
fn the_baseline_kind_has_no_pass() {
    let policies = BASELINE.replace("action: Allow", "action: Pass");
    check(
        &policies,
        &[(
            "ingress shop/web from billing/api 80",
            "undetermined: unreadableAction BaselineAdminNetworkPolicy default ingress[0] @8",
        )],
    );
}
