//! The rules that come nearest to allowing what is denied, and by what they miss it.

use bulkhead_model::{Operator, Requirement};
use bulkhead_policy::explain;
use bulkhead_policy::explain::{LabelOf, Miss, RuleMatch};

use crate::asked::Asked;

/// Asks `question` and wants the nearest misses, one line for each rule.
#[track_caller]
fn check(engine: Option<&str>, policies: &str, question: &str, expected: &[&str]) {
    let asked = Asked::new(engine, policies);
    let explanation = explain(&asked.snapshot, &asked.policies, &asked.question(question));
    let shown: Vec<String> = explanation
        .nearest()
        .into_iter()
        .map(|account| {
            let misses: Vec<String> = account.misses.iter().map(show).collect();
            let policy = &account.rule.policy;
            let namespace = policy.namespace.as_ref().map(|name| format!("{name}/")).unwrap_or_default();
            let index = account.rule.rule.map(|rule| format!(" {rule}")).unwrap_or_default();
            format!("{namespace}{}{index}: {}", policy.name, misses.join(", "))
        })
        .collect();
    assert_eq!(shown, expected);
}

fn show(miss: &Miss) -> String {
    match miss {
        Miss::Label { of, wants, has } => {
            let of = match of {
                LabelOf::Pod => "pod",
                LabelOf::Namespace => "namespace",
                LabelOf::Node => "node",
            };
            format!("{of} {} is {}", requirement(wants), has.as_deref().unwrap_or("missing"))
        }
        Miss::Namespace { wants, is } => format!("namespace {wants} is {is}"),
        Miss::Tenancy { labels } => format!("tenancy by {labels:?}"),
        Miss::NotAPod => "no pod".into(),
        Miss::NotANode => "no node".into(),
        Miss::OutsideBlock { cidr, address } => format!("{address} outside {cidr}"),
        Miss::Excepted { cidr, except, address } => format!("{address} in {cidr} but for {except}"),
        Miss::Engine(habit) => habit.code().into(),
        Miss::Protocol { wants, is } => format!("protocol {wants} is {is}"),
        Miss::Port { wants, is } => format!("port {}-{} is {is}", wants.first, wants.last),
        Miss::NamedPort { wants, declared, is } => format!("port {wants} {declared:?} is {is}"),
        Miss::Nothing => "matches nothing".into(),
    }
}

fn requirement(wants: &Requirement) -> String {
    match &wants.operator {
        Operator::In(values) => format!("{} in {values:?}", wants.key),
        Operator::NotIn(values) => format!("{} not in {values:?}", wants.key),
        Operator::Exists => format!("{} there", wants.key),
        Operator::DoesNotExist => format!("{} not there", wants.key),
    }
}

fn web(ingress: &str) -> String {
    format!(
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{namespace: shop, name: p}}\nspec:\n  podSelector: {{matchLabels: {{app: web}}}}\n  ingress:\n{ingress}"
    )
}

#[test]
fn one_label_is_wrong() {
    let policies = web("  - from: [{podSelector: {matchLabels: {app: cart}}}]
  - from: [{namespaceSelector: {matchLabels: {team: ops}}, podSelector: {matchLabels: {app: prober}}}]
");
    check(None, &policies, "ingress shop/web from shop/db 80", &["shop/p 0: pod app in [\"cart\"] is db"]);
}

#[test]
fn the_namespace_is_wrong() {
    let policies = web("  - from: [{podSelector: {matchLabels: {tier: front}}}]\n");
    check(None, &policies, "ingress shop/web from billing/api 80", &["shop/p 0: namespace shop is billing"]);
    let policies = web("  - from: [{namespaceSelector: {matchLabels: {team: ops}}}]\n");
    check(
        None,
        &policies,
        "ingress shop/web from billing/api 80",
        &["shop/p 0: namespace team in [\"ops\"] is billing"],
    );
    check(
        None,
        &policies,
        "ingress shop/web from other/guest 80",
        &["shop/p 0: namespace team in [\"ops\"] is missing"],
    );
}

#[test]
fn the_peer_is_right_and_the_port_is_wrong() {
    let policies = web("  - from: [{podSelector: {matchLabels: {app: db}}}]
    ports: [{port: 443}, {port: http}, {port: 80, protocol: UDP}]
  - from: [{podSelector: {matchLabels: {app: cart}}}]
    ports: [{port: 81}]
");
    check(None, &policies, "ingress shop/web from shop/db 80", &["shop/p 0: port 443-443 is 80"]);
    check(None, &policies, "ingress shop/web from shop/db 80/SCTP", &["shop/p 0: protocol UDP is SCTP"]);
    let named = web("  - ports: [{port: http}]\n");
    check(None, &named, "ingress shop/web from shop/db 80", &["shop/p 0: port http [8080] is 80"]);
    let unnamed = web("  - ports: [{port: grpc}]\n");
    check(None, &unnamed, "ingress shop/web from shop/db 80", &["shop/p 0: port grpc [] is 80"]);
}

#[test]
fn the_address_is_beside_the_block_or_excepted() {
    let policies = web("  - from: [{ipBlock: {cidr: 203.0.113.0/24, except: [203.0.113.7/32]}}]\n");
    check(None, &policies, "ingress shop/web from 203.0.114.1 80", &["shop/p 0: 203.0.114.1 outside 203.0.113.0/24"]);
    check(
        None,
        &policies,
        "ingress shop/web from 203.0.113.7 80",
        &["shop/p 0: 203.0.113.7 in 203.0.113.0/24 but for 203.0.113.7/32"],
    );
}

#[test]
fn the_engine_leaves_pods_out_of_blocks() {
    let policies = web("  - from: [{ipBlock: {cidr: 10.244.0.0/16}}]\n");
    check(Some("cilium"), &policies, "ingress shop/web from shop/db 80", &["shop/p 0: engineIpBlockOfPods"]);
}

#[test]
fn a_peer_of_another_kind_is_far_away() {
    let policies = web("  - from: [{podSelector: {}}]
  - from: [{ipBlock: {cidr: 198.51.100.0/24}}]
    ports: [{port: 81}]
");
    check(
        None,
        &policies,
        "ingress shop/web from 203.0.113.7 80",
        &["shop/p 1: 203.0.113.7 outside 198.51.100.0/24, port 81-81 is 80"],
    );
    check(None, &web("  - from: [{podSelector: {}}]\n"), "ingress shop/web from 203.0.113.7 80", &["shop/p 0: no pod"]);
}

#[test]
fn several_rules_may_be_as_near() {
    let policies = web("  - ports: [{port: 81}]\n  - ports: [{port: 82}]\n");
    check(
        None,
        &policies,
        "ingress shop/web from shop/db 80",
        &["shop/p 0: port 81-81 is 80", "shop/p 1: port 82-82 is 80"],
    );
}

#[test]
fn what_is_denied_by_having_no_rule_is_near_to_nothing() {
    let policies = web("").replace("  ingress:\n", "");
    check(None, &policies, "ingress shop/web from shop/db 80", &[]);
}

#[test]
fn every_policy_and_every_rule_is_accounted_for_in_the_order_of_asking() {
    let policies = web("  - from: [{podSelector: {matchLabels: {app: db}}}]\n  - {from: [{}]}\n")
        + "---
apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: {name: first}
spec:
  tier: Admin
  priority: 7
  subject: {namespaces: {}}
  ingress:
  - {action: Pass, from: [{namespaces: {matchLabels: {team: shop}}}]}
  - {action: Deny, from: [{namespaces: {}}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {namespace: billing, name: elsewhere}
spec: {podSelector: {}}
";
    let asked = Asked::new(None, &policies);
    let explanation = explain(&asked.snapshot, &asked.policies, &asked.question("ingress shop/web from shop/db 80"));
    let mut lines = Vec::new();
    for policy in &explanation.policies {
        lines.push(format!("{} {:?} {}", policy.policy, policy.tier, policy.priority));
        for rule in &policy.rules {
            let matches = match rule.matches {
                RuleMatch::Yes => "yes".to_owned(),
                RuleMatch::No => "no".to_owned(),
                RuleMatch::Undetermined(reason) => reason.code().to_owned(),
            };
            let index = rule.rule.rule.map_or("all".to_owned(), |index| index.to_string());
            lines.push(format!("  {index} {} {matches}", rule.rule.action.name()));
        }
    }
    let expected = [
        "ClusterNetworkPolicy first Admin 7",
        "  0 pass yes",
        "  1 deny yes",
        "NetworkPolicy shop/p NetworkPolicy 0",
        "  0 allow yes",
        "  1 allow unreadablePeer",
        "  all deny yes",
    ];
    assert_eq!(lines, expected);
    assert_eq!(explanation.verdict.allows(), Some(true));
    assert!(explanation.nearest().is_empty());
}
