//! What nobody should write, and what nobody writes by hand: unknown words, empty peers, blocks with ten thousand holes, selectors with
//! ten thousand values. Nothing of it lets anybody in who is not named, and none of it takes long.

use std::time::{Duration, Instant};

use bulkhead_policy::Policies;
use bulkhead_policy::reach::Reach;

use crate::asked::{check, check_issues, snapshot};

const NO: &str = "deny: shop/p @1";

/// A NetworkPolicy `p` for `web` with this ingress.
fn ingress(rules: &str) -> String {
    format!(
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{namespace: shop, name: p}}\nspec:\n  \
         podSelector: {{matchLabels: {{app: web}}}}\n  ingress:\n{rules}"
    )
}

fn of_cluster(tier: &str, action: &str) -> String {
    format!(
        "apiVersion: policy.networking.k8s.io/v1alpha2\nkind: ClusterNetworkPolicy\nmetadata: {{name: p}}\nspec:\n  tier: {tier}\n  \
         priority: 1\n  subject: {{namespaces: {{}}}}\n  ingress:\n  - {{action: {action}, from: [{{namespaces: {{}}}}]}}\n"
    )
}

#[test]
fn a_tier_that_nobody_knows_leaves_open_what_the_policy_could_change() {
    let policies = of_cluster("Middle", "Deny");
    check_issues(&policies, &["unknownValue spec.tier @5"]);
    check(
        &policies,
        &[
            ("ingress shop/web from shop/db 80", "undetermined: unreadableTier ClusterNetworkPolicy p ingress[0] @9"),
            ("ingress shop/web from 203.0.113.7 80", "allow"),
        ],
    );
}

#[test]
fn an_action_that_nobody_knows_leaves_open_what_its_rule_matches() {
    let policies = of_cluster("Admin", "Allow");
    check_issues(&policies, &["unknownValue spec.ingress[0].action @9"]);
    check(
        &policies,
        &[
            ("ingress shop/web from shop/db 80", "undetermined: unreadableAction ClusterNetworkPolicy p ingress[0] @9"),
            ("ingress shop/web from 203.0.113.7 80", "allow"),
        ],
    );
}

#[test]
fn an_empty_peer_lets_nobody_in_for_sure() {
    let policies = ingress("  - {from: [{}], ports: [{port: 80}]}\n");
    check_issues(&policies, &["peerEmpty spec.ingress[0].from[0] @7"]);
    check(
        &policies,
        &[
            ("ingress shop/web from shop/db 80", "undetermined: unreadablePeer shop/p ingress[0] @7"),
            ("ingress shop/web from shop/db 81", NO),
        ],
    );
    let together = ingress("  - from: [{ipBlock: {cidr: 203.0.113.0/24}, podSelector: {}}]\n");
    check(&together, &[("ingress shop/web from 203.0.113.7 80", "undetermined: unreadablePeer shop/p ingress[0] @7")]);
}

#[test]
fn everything_but_a_hole() {
    let policies =
        ingress("  - from: [{ipBlock: {cidr: 0.0.0.0/0, except: [203.0.113.0/24, 203.0.113.0/25, 0.0.0.0/1]}}]\n");
    check_issues(&policies, &[]);
    check(
        &policies,
        &[
            ("ingress shop/web from 203.0.114.7 80", "allow: shop/p ingress[0] @7"),
            ("ingress shop/web from 203.0.113.200 80", NO),
            ("ingress shop/web from 8.8.8.8 80", NO),
            ("ingress shop/web from 2001:db8::1 80", NO),
        ],
    );
}

/// Long for a machine that has other things to do, and short for work that grows with the square of the size.
const SOON: Duration = Duration::from_secs(20);

#[track_caller]
fn soon(policies: &str, questions: &[(&str, &str)]) {
    let before = Instant::now();
    check_issues(policies, &[]);
    check(policies, questions);
    let snapshot = snapshot(policies);
    let reach = Reach::new(&snapshot, &Policies::new(&snapshot));
    let pairs = reach.classes().map(|class| reach.from_outside(class).len()).sum::<usize>();
    assert!(pairs > 0 && before.elapsed() < SOON, "{:?}", before.elapsed());
}

#[test]
fn ten_thousand_holes() {
    let except: Vec<String> = (0..10_000).map(|number| format!("20.{}.{}.0/28", number / 250, number % 250)).collect();
    let policies =
        ingress(&format!("  - from: [{{ipBlock: {{cidr: 20.0.0.0/8, except: [{}]}}}}]\n", except.join(", ")));
    soon(
        &policies,
        &[
            ("ingress shop/web from 20.3.7.16 80", "allow: shop/p ingress[0] @7"),
            ("ingress shop/web from 20.3.7.15 80", NO),
            ("ingress shop/web from 21.0.0.1 80", NO),
        ],
    );
}

#[test]
fn ten_thousand_values() {
    let values: Vec<String> = (0..10_000).map(|number| format!("app-{number}")).collect();
    let one_of = |operator: &str, last: &str| {
        let values = values.join(", ");
        let expression = format!("{{key: app, operator: {operator}, values: [{values}, {last}]}}");
        ingress(&format!("  - from: [{{podSelector: {{matchExpressions: [{expression}]}}}}]\n"))
    };
    let question = "ingress shop/web from shop/db 80";
    soon(&one_of("In", "db"), &[(question, "allow: shop/p ingress[0] @7")]);
    soon(&one_of("In", "cache"), &[(question, NO)]);
    soon(&one_of("NotIn", "db"), &[(question, NO)]);
}
