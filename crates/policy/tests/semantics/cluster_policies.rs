//! ClusterNetworkPolicy and AdminNetworkPolicy: order, tiers, peers, and what is open about them.

use crate::asked::{check, check_issues};

/// A ClusterNetworkPolicy `p` of the Admin tier, priority 10, about the pods of `shop`.
fn admin(rules: &str) -> String {
    tier("Admin", 10, "p", rules)
}

fn tier(tier: &str, priority: u32, name: &str, rules: &str) -> String {
    format!(
        "---
apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: {{name: {name}}}
spec:
  tier: {tier}
  priority: {priority}
  subject: {{namespaces: {{matchLabels: {{team: shop}}}}}}
{rules}"
    )
}

const DENY_SHOP: &str = "---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {namespace: shop, name: deny}
spec: {podSelector: {}, policyTypes: [Ingress, Egress]}
";

#[test]
fn the_first_rule_that_matches_counts() {
    let policies = admin(
        "  ingress:
  - {action: Deny, from: [{pods: {namespaceSelector: {}, podSelector: {matchLabels: {app: api}}}}]}
  - {action: Accept, from: [{namespaces: {}}]}
  - {action: Deny, from: [{namespaces: {}}]}
",
    );
    check(
        &policies,
        &[
            ("ingress shop/web from billing/api 80", "deny: ClusterNetworkPolicy p ingress[0] @10"),
            ("ingress shop/web from other/guest 80", "allow: ClusterNetworkPolicy p ingress[1] @11"),
            ("ingress shop/web from 203.0.113.7 80", "allow"),
            ("ingress billing/api from shop/web 80", "allow"),
            ("egress shop/web to billing/api 80", "allow"),
        ],
    );
}

#[test]
fn accept_is_final_whatever_network_policies_say() {
    let policies =
        admin("  ingress: [{action: Accept, from: [{namespaces: {matchLabels: {team: billing}}}]}]\n") + DENY_SHOP;
    check(
        &policies,
        &[
            ("ingress shop/web from billing/api 80", "allow: ClusterNetworkPolicy p ingress[0] @9"),
            ("ingress shop/web from other/guest 80", "deny: shop/deny @11"),
        ],
    );
}

#[test]
fn deny_is_final_whatever_network_policies_say() {
    let policies = admin("  ingress: [{action: Deny, from: [{namespaces: {}}]}]\n")
        + &DENY_SHOP.replace("[Ingress, Egress]}", "[Ingress], ingress: [{}]}");
    check(
        &policies,
        &[
            ("ingress shop/web from shop/db 80", "deny: ClusterNetworkPolicy p ingress[0] @9"),
            ("ingress shop/web from 203.0.113.7 80", "allow: shop/deny ingress[0] @14"),
        ],
    );
}

#[test]
fn pass_skips_the_rest_of_the_tier_only() {
    let policies = admin("  ingress: [{action: Pass, from: [{namespaces: {matchLabels: {team: billing}}}]}]\n")
        + &tier("Admin", 20, "later", "  ingress: [{action: Deny, from: [{namespaces: {}}]}]\n");
    let passed = "allow: ClusterNetworkPolicy p ingress[0] pass @9";
    check(
        &policies,
        &[
            ("ingress shop/web from billing/api 80", passed),
            ("ingress shop/web from other/guest 80", "deny: ClusterNetworkPolicy later ingress[0] @18"),
        ],
    );
    check(
        &(policies + DENY_SHOP),
        &[("ingress shop/web from billing/api 80", "deny: ClusterNetworkPolicy p ingress[0] pass @9, shop/deny @20")],
    );
}

#[test]
fn a_smaller_priority_is_asked_first() {
    let policies = tier("Admin", 1000, "late", "  ingress: [{action: Deny, from: [{namespaces: {}}]}]\n")
        + &tier(
            "Admin",
            0,
            "zero",
            "  ingress: [{action: Accept, from: [{namespaces: {matchLabels: {team: billing}}}]}]\n",
        );
    check(
        &policies,
        &[
            ("ingress shop/web from billing/api 80", "allow: ClusterNetworkPolicy zero ingress[0] @18"),
            ("ingress shop/web from shop/db 80", "deny: ClusterNetworkPolicy late ingress[0] @9"),
        ],
    );
}

#[test]
fn equal_priorities_are_open_only_where_they_disagree() {
    let policies = tier("Admin", 5, "a", "  ingress: [{action: Accept, from: [{namespaces: {}}]}]\n")
        + &tier("Admin", 5, "b", "  ingress: [{action: Deny, from: [{namespaces: {matchLabels: {team: billing}}}]}]\n");
    check(
        &policies,
        &[
            (
                "ingress shop/web from billing/api 80",
                "undetermined: equalPriority ClusterNetworkPolicy a ingress[0] @9, \
                 equalPriority ClusterNetworkPolicy b ingress[0] @18",
            ),
            ("ingress shop/web from other/guest 80", "allow: ClusterNetworkPolicy a ingress[0] @9"),
        ],
    );
    let same = tier("Admin", 5, "a", "  ingress: [{action: Deny, from: [{namespaces: {}}]}]\n")
        + &tier("Admin", 5, "b", "  ingress: [{action: Deny, from: [{namespaces: {}}]}]\n");
    check(
        &same,
        &[(
            "ingress shop/web from billing/api 80",
            "deny: ClusterNetworkPolicy a ingress[0] @9, ClusterNetworkPolicy b ingress[0] @18",
        )],
    );
}

#[test]
fn accept_and_pass_of_equal_priority_agree_where_nothing_denies_later() {
    let policies = tier("Admin", 5, "a", "  ingress: [{action: Accept, from: [{namespaces: {}}]}]\n")
        + &tier("Admin", 5, "b", "  ingress: [{action: Pass, from: [{namespaces: {}}]}]\n");
    check(
        &policies,
        &[(
            "ingress shop/web from billing/api 80",
            "allow: ClusterNetworkPolicy a ingress[0] @9, ClusterNetworkPolicy b ingress[0] pass @18",
        )],
    );
    check(
        &(policies + DENY_SHOP),
        &[(
            "ingress shop/web from billing/api 80",
            "undetermined: equalPriority ClusterNetworkPolicy a ingress[0] @9, \
             equalPriority ClusterNetworkPolicy b ingress[0] pass @18",
        )],
    );
}

#[test]
fn protocols_and_named_ports() {
    let policies = admin(
        "  ingress:
  - action: Deny
    from: [{namespaces: {}}]
    protocols:
    - {tcp: {destinationPort: {number: 80}}}
    - {udp: {destinationPort: {range: {start: 1000, end: 2000}}}}
    - {sctp: {}}
    - {destinationNamedPort: dns}
",
    );
    let no = "deny: ClusterNetworkPolicy p ingress[0] @10";
    check(
        &policies,
        &[
            ("ingress shop/web from shop/db 80", no),
            ("ingress shop/web from shop/db 80/UDP", "allow"),
            ("ingress shop/web from shop/db 1000/UDP", no),
            ("ingress shop/web from shop/db 2001/UDP", "allow"),
            ("ingress shop/web from shop/db 4/SCTP", no),
            // The name brings its protocol.
            ("ingress shop/web from shop/db 53/UDP", no),
            ("ingress shop/web from shop/db 5353", no),
            ("ingress shop/web from shop/db 53", "allow"),
            ("ingress shop/db from shop/web 5353", "allow"),
        ],
    );
}

#[test]
fn networks_hold_pods_and_nodes_whatever_the_engine() {
    let policies =
        admin("  egress: [{action: Deny, to: [{networks: [10.244.2.6/32, 10.10.0.0/24, 203.0.113.0/24]}]}]\n");
    let no = "deny: ClusterNetworkPolicy p egress[0] @9";
    check(
        &policies,
        &[
            ("egress shop/web to shop/db 80", no),
            ("egress shop/web to node/n2 80", no),
            ("egress shop/web to 203.0.113.7 80", no),
            ("egress shop/web to billing/api 80", "allow"),
        ],
    );
}

#[test]
fn nodes_are_their_addresses() {
    let policies = admin(
        "  egress:
  - {action: Accept, to: [{nodes: {matchLabels: {zone: b}}}]}
  - {action: Deny, to: [{networks: [0.0.0.0/0]}]}
",
    );
    let no = "deny: ClusterNetworkPolicy p egress[1] @11";
    check(
        &policies,
        &[
            ("egress shop/web to node/n2 80", "allow: ClusterNetworkPolicy p egress[0] @10"),
            ("egress shop/web to node/n1 80", no),
            // A pod on the node is not the node.
            ("egress shop/web to billing/api 80", no),
            ("egress shop/web to 2001:db8::1 80", "allow"),
        ],
    );
}

#[test]
fn host_network_pods_are_neither_subject_nor_peer() {
    let policies = admin(
        "  ingress: [{action: Deny, from: [{namespaces: {}}]}]\n  egress: [{action: Deny, to: [{namespaces: {}}]}]\n",
    );
    check(
        &policies,
        &[
            ("ingress shop/agent from shop/web 80", "allow"),
            ("ingress shop/web from node/n1 80", "allow"),
            ("egress shop/web to node/n1 80", "allow"),
        ],
    );
}

#[test]
fn what_a_domain_name_means_only_a_name_server_knows() {
    let policies = admin(
        "  egress:
  - {action: Accept, to: [{domainNames: ['*.example.com', example.org]}, {networks: [198.51.100.0/24]}]}
  - {action: Deny, to: [{networks: [0.0.0.0/0]}]}
",
    );
    check(
        &policies,
        &[
            ("egress shop/web to 203.0.113.7 443", "undetermined: domainName ClusterNetworkPolicy p egress[0] @10"),
            ("egress shop/web to 198.51.100.7 443", "allow: ClusterNetworkPolicy p egress[0] @10"),
            // Allowed by name, or by nothing that denies.
            ("egress shop/web to 2001:db8::7 443", "allow"),
        ],
    );
}

#[test]
fn a_peer_of_an_unknown_kind_fails_closed() {
    let accept = admin(
        "  ingress:
  - {action: Accept, from: [{serviceAccounts: {}}, {namespaces: {}}]}
  - {action: Deny, from: [{namespaces: {matchLabels: {team: billing}}}]}
",
    );
    check_issues(
        &accept,
        &["peerEmpty spec.ingress[0].from[0] @10", "unknownField spec.ingress[0].from[0].serviceAccounts @10"],
    );
    check(
        &accept,
        &[
            ("ingress shop/web from billing/api 80", "deny: ClusterNetworkPolicy p ingress[1] @11"),
            ("ingress shop/web from shop/db 80", "allow"),
        ],
    );
    for action in ["Deny", "Pass"] {
        let policies =
            admin(&format!("  ingress:\n  - {{action: {action}, from: [{{}}], protocols: [{{tcp: {{}}}}]}}\n"));
        check(
            &policies,
            &[
                ("ingress shop/web from shop/db 80", "deny: ClusterNetworkPolicy p ingress[0] @10"),
                ("ingress shop/web from 203.0.113.7 80/UDP", "deny: ClusterNetworkPolicy p ingress[0] @10"),
            ],
        );
    }
}

#[test]
fn ingress_rules_cannot_name_networks() {
    let policies = admin("  ingress:\n  - {action: Accept, from: [{networks: [0.0.0.0/0]}]}\n") + DENY_SHOP;
    check(&policies, &[("ingress shop/web from 203.0.113.7 80", "deny: shop/deny @12")]);
}

#[test]
fn two_kinds_in_one_peer_are_open() {
    let policies = admin("  ingress:\n  - {action: Deny, from: [{namespaces: {}, pods: {podSelector: {}}}]}\n");
    check_issues(&policies, &["oneFieldOnly spec.ingress[0].from[0] @10"]);
    check(
        &policies,
        &[("ingress shop/web from shop/db 80", "undetermined: unreadablePeer ClusterNetworkPolicy p ingress[0] @10")],
    );
}

#[test]
fn an_empty_subject_is_about_no_pod() {
    let policies = admin("  ingress: [{action: Deny, from: [{namespaces: {}}]}]\n")
        .replace("subject: {namespaces: {matchLabels: {team: shop}}}", "subject: {}");
    check_issues(&policies, &["subjectEmpty spec.subject @8"]);
    check(&policies, &[("ingress shop/web from shop/db 80", "allow")]);
}

#[test]
fn actions_tiers_and_priorities_that_cannot_be_read() {
    let deny = "  ingress: [{action: Deny, from: [{namespaces: {}}]}]\n";
    let open = |reason: &str, rule: &str| format!("undetermined: {reason} ClusterNetworkPolicy p{rule}");
    let cases = [
        (admin(&deny.replace("Deny", "Log")), open("unreadableAction", " ingress[0] @9")),
        (tier("Baseline", 1001, "p", deny), open("unreadablePriority", " ingress[0] @9")),
        (tier("Cluster", 1, "p", deny), open("unreadableTier", " ingress[0] @9")),
    ];
    for (policies, answer) in cases {
        check(
            &policies,
            &[("ingress shop/web from shop/db 80", &answer), ("ingress shop/web from 203.0.113.7 80", "allow")],
        );
    }
}

#[test]
fn v1beta1_says_the_same() {
    let policies = admin("  ingress: [{action: Deny, from: [{namespaces: {}}]}]\n").replace("v1alpha2", "v1beta1");
    check(&policies, &[("ingress shop/web from shop/db 80", "deny: ClusterNetworkPolicy p ingress[0] @9")]);
}

#[test]
fn admin_network_policy_spells_it_differently() {
    let policies = "
apiVersion: policy.networking.k8s.io/v1alpha1
kind: AdminNetworkPolicy
metadata: {name: p}
spec:
  priority: 10
  subject: {pods: {namespaceSelector: {matchLabels: {team: shop}}, podSelector: {matchLabels: {app: web}}}}
  ingress:
  - name: metrics
    action: Allow
    from: [{namespaces: {matchLabels: {team: billing}}}]
    ports: [{portNumber: {protocol: TCP, port: 9090}}, {portRange: {start: 8000, end: 8100}}, {namedPort: dns}]
  - {action: Deny, from: [{namespaces: {}}]}
  egress:
  - {action: Deny, to: [{networks: [10.244.0.0/16]}, {nodes: {}}]}
";
    check(
        policies,
        &[
            ("ingress shop/web from billing/api 9090", "allow: AdminNetworkPolicy p ingress[0] @8"),
            ("ingress shop/web from billing/api 8100", "allow: AdminNetworkPolicy p ingress[0] @8"),
            ("ingress shop/web from billing/api 53/UDP", "allow: AdminNetworkPolicy p ingress[0] @8"),
            ("ingress shop/web from billing/api 80", "deny: AdminNetworkPolicy p ingress[1] @12"),
            ("ingress shop/web from 203.0.113.7 80", "allow"),
            ("ingress shop/db from billing/api 80", "allow"),
            ("egress shop/web to shop/db 80", "deny: AdminNetworkPolicy p egress[0] @14"),
            ("egress shop/web to node/n1 80", "deny: AdminNetworkPolicy p egress[0] @14"),
        ],
    );
}

#[test]
fn the_tenants_of_the_first_admin_network_policy() {
    let policies = |peer: &str| {
        format!(
            "
apiVersion: policy.networking.k8s.io/v1alpha1
kind: AdminNetworkPolicy
metadata: {{name: p}}
spec:
  priority: 10
  subject: {{namespaces: {{}}}}
  ingress:
  - {{action: Deny, from: [{{namespaces: {peer}}}]}}
"
        )
    };
    let no = "deny: AdminNetworkPolicy p ingress[0] @8";
    check(
        &policies("{notSameLabels: [team]}"),
        &[
            ("ingress shop/web from billing/api 80", no),
            ("ingress shop/web from shop/db 80", "allow"),
            // It has no such label, and the rule wants namespaces that have it.
            ("ingress shop/web from other/guest 80", "allow"),
        ],
    );
    check(
        &policies("{sameLabels: [team]}"),
        &[("ingress shop/web from billing/api 80", "allow"), ("ingress shop/web from shop/db 80", no)],
    );
    check(&policies("{sameLabels: []}"), &[("ingress shop/web from shop/db 80", "allow")]);
}
