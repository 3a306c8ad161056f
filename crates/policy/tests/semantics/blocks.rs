//! ipBlock: outside addresses, pods, nodes, families.

use crate::asked::{check, check_issues, check_with};

fn from(block: &str) -> String {
    format!(
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{namespace: shop, name: p}}\nspec:\n  podSelector: {{matchLabels: {{app: web}}}}\n  ingress:\n  - from: [{{ipBlock: {block}}}]\n"
    )
}

const YES: &str = "allow: shop/p ingress[0] @7";
const NO: &str = "deny: shop/p @1";
const OPEN: &str = "undetermined: unreadablePeer shop/p ingress[0] @7";

#[test]
fn an_address_outside_is_in_the_cidr_and_in_no_except() {
    check(
        &from("{cidr: 203.0.113.0/24, except: [203.0.113.64/26, 203.0.113.96/27, 203.0.113.7/32]}"),
        &[
            ("ingress shop/web from 203.0.113.6 80", YES),
            ("ingress shop/web from 203.0.113.7 80", NO),
            ("ingress shop/web from 203.0.113.100 80", NO),
            ("ingress shop/web from 203.0.113.128 80", YES),
            ("ingress shop/web from 203.0.114.1 80", NO),
        ],
    );
}

#[test]
fn an_except_takes_nothing_away_from_another_rule() {
    let policies =
        from("{cidr: 203.0.113.0/24, except: [203.0.113.0/25]}") + "  - from: [{ipBlock: {cidr: 203.0.113.0/28}}]\n";
    check(
        &policies,
        &[
            ("ingress shop/web from 203.0.113.3 80", "allow: shop/p ingress[1] @8"),
            ("ingress shop/web from 203.0.113.200 80", YES),
            ("ingress shop/web from 203.0.113.100 80", NO),
        ],
    );
}

#[test]
fn whole_families() {
    check(
        &from("{cidr: 0.0.0.0/0}"),
        &[("ingress shop/web from 203.0.113.7 80", YES), ("ingress shop/web from 2001:db8::7 80", NO)],
    );
    check(
        &from("{cidr: '::/0', except: ['2001:db8::/64']}"),
        &[
            ("ingress shop/web from 203.0.113.7 80", NO),
            ("ingress shop/web from 2001:db8::7 80", NO),
            ("ingress shop/web from 2001:db8:1::7 80", YES),
        ],
    );
}

#[test]
fn whether_a_block_holds_pods_is_the_engines_affair() {
    let policies = from("{cidr: 10.244.0.0/16, except: [10.244.1.0/24]}");
    let open = "undetermined: engineIpBlockOfPods shop/p ingress[0] @7; api-text engineIpBlockOfPods=unknown";
    check(
        &policies,
        &[
            ("ingress shop/web from shop/db 80", open),
            // In no reading does the block hold these.
            ("ingress shop/web from other/guest 80", NO),
            // Nobody's address in the pods' range.
            ("ingress shop/web from 10.244.9.9 80", YES),
        ],
    );
    check_with(
        Some("calico"),
        &policies,
        &[
            ("ingress shop/web from shop/db 80", "allow: shop/p ingress[0] @7; calico engineIpBlockOfPods=yes"),
            ("ingress shop/web from other/guest 80", NO),
        ],
    );
    check_with(
        Some("cilium"),
        &policies,
        &[
            ("ingress shop/web from shop/db 80", "deny: shop/p @1; cilium engineIpBlockOfPods=no"),
            ("ingress shop/web from 10.244.9.9 80", YES),
        ],
    );
}

#[test]
fn a_habit_is_named_only_where_the_answer_hangs_on_it() {
    let policies = from("{cidr: 10.244.0.0/16}") + "  - from: [{podSelector: {}}]\n";
    check(&policies, &[("ingress shop/web from shop/db 80", "allow: shop/p ingress[1] @8")]);
    check_with(
        Some("calico"),
        &policies,
        &[("ingress shop/web from shop/db 80", "allow: shop/p ingress[0] @7, shop/p ingress[1] @8")],
    );
}

#[test]
fn addresses_of_nodes() {
    let policies = from("{cidr: 10.10.0.0/24}");
    check(
        &policies,
        &[("ingress shop/web from node/n2 80", "allow: shop/p ingress[0] @7; api-text engineIpBlockOfNodes=yes")],
    );
    check_with(
        Some("cilium"),
        &policies,
        &[("ingress shop/web from node/n2 80", "deny: shop/p @1; cilium engineIpBlockOfNodes=no")],
    );
}

#[test]
fn host_bits_are_cleared_and_reported() {
    let policies = from("{cidr: 203.0.113.7/24}");
    check(&policies, &[("ingress shop/web from 203.0.113.200 80", YES)]);
    check_issues(&policies, &["cidrHostBits spec.ingress[0].from[0].ipBlock.cidr @7"]);
}

#[test]
fn a_block_that_cannot_be_read_is_open() {
    let wrong = [
        ("{cidr: 203.0.113.0/33}", "cidrInvalid spec.ingress[0].from[0].ipBlock.cidr @7"),
        ("{cidr: 203.0.113.7}", "cidrInvalid spec.ingress[0].from[0].ipBlock.cidr @7"),
        ("{cidr: '::ffff:203.0.113.0/120'}", "cidrInvalid spec.ingress[0].from[0].ipBlock.cidr @7"),
        ("{except: [203.0.113.0/25]}", "missingField spec.ingress[0].from[0].ipBlock @7"),
        (
            "{cidr: 203.0.113.0/24, except: [203.0.114.0/25]}",
            "exceptOutside spec.ingress[0].from[0].ipBlock.except[0] @7",
        ),
        (
            "{cidr: 203.0.113.0/24, except: [203.0.113.0/24]}",
            "exceptOutside spec.ingress[0].from[0].ipBlock.except[0] @7",
        ),
        ("{cidr: 203.0.113.0/24, exept: []}", "unknownField spec.ingress[0].from[0].ipBlock.exept @7"),
    ];
    for (block, issue) in wrong {
        let policies = from(block) + "  - from: [{ipBlock: {cidr: 198.51.100.0/24}}]\n";
        check_issues(&policies, &[issue]);
        check(
            &policies,
            &[
                ("ingress shop/web from 203.0.113.7 80", OPEN),
                ("ingress shop/web from 198.51.100.7 80", "allow: shop/p ingress[1] @8"),
            ],
        );
    }
}
