//! Where policies look, and with which packet.

use bulkhead_path::{Network, Overrides, trace};

use crate::ask::{check, request};
use crate::cluster::Cluster;

fn plain(spec: &str, policies: &[(&str, &str)]) -> Cluster {
    let cluster = Cluster::calico("Never/Never").proxy("mode: iptables").web(spec);
    policies.iter().fold(cluster, |cluster, (name, spec)| {
        cluster.yaml(&format!(
            "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{name: {name}, namespace: shop}}\nspec: {spec}"
        ))
    })
}

const DENY_INGRESS: (&str, &str) = ("deny", "{podSelector: {matchLabels: {app: web}}, policyTypes: [Ingress]}");

#[test]
fn nodes_whose_addresses_a_policy_judges_differently_are_classes_of_their_own() {
    let allow = ("nodes", "{podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 10.0.0.3/32}}]}]}");
    check(
        &plain("type: NodePort", &[allow]),
        "198.51.100.7 -> service/web/NodePort",
        "by node-1: web-1@node-1:8080 denied (policyIngress), policy 198.51.100.7
         by node-2: web-1@node-1:8080 denied (policyIngress), policy 10.0.0.2
         by node-3: web-1@node-1:8080 delivered, policy 10.0.0.3, pod 10.0.0.3
         by node-2: web-2@node-2:8080 denied (policyIngress), policy 198.51.100.7
         by node-1: web-2@node-2:8080 denied (policyIngress), policy 10.0.0.1
         by node-3: web-2@node-2:8080 delivered, policy 10.0.0.3, pod 10.0.0.3",
    );
    // The control: nobody is isolated, and the nodes are alike.
    check(
        &plain("type: NodePort", &[]),
        "198.51.100.7 -> service/web/NodePort",
        "by node-1: web-1@node-1:8080 delivered, policy 198.51.100.7, pod 10.0.0.1
         by node-2 node-3: web-1@node-1:8080 delivered, policy 10.0.0.2, pod 10.0.0.2
         by node-2: web-2@node-2:8080 delivered, policy 198.51.100.7, pod 10.0.0.2
         by node-1 node-3: web-2@node-2:8080 delivered, policy 10.0.0.1, pod 10.0.0.1",
    );
}

#[test]
fn nothing_stops_a_process_of_the_pods_own_node() {
    let cluster = plain("type: NodePort", &[DENY_INGRESS]);
    check(&cluster, "node/node-1 -> pod/web-1", "by node-1: web-1@node-1:8080 delivered, pod 10.0.0.1");
    check(&cluster, "node/node-2 -> pod/web-1", "by node-2: web-1@node-1:8080 denied (policyIngress), policy 10.0.0.2");
    // Sent back by another node, its own process is stopped like anybody.
    check(
        &cluster,
        "node/node-1 -> 10.0.0.3:30080",
        "by node-1: web-1@node-1:8080 denied (policyIngress), policy 10.0.0.3
         by node-1: web-2@node-2:8080 denied (policyIngress), policy 10.0.0.3",
    );
    check(&cluster, "pod/web-1 -> 10.244.1.5:8080", "by : web-1@node-1:8080 delivered, pod 10.244.1.5");
}

#[test]
fn egress_is_judged_behind_the_own_nodes_translation_and_before_another_nodes() {
    let to_pods = (
        "out",
        "{podSelector: {matchLabels: {app: cli}}, policyTypes: [Egress], egress: [{to: [{podSelector: {matchLabels: {app: web}}}], ports: [{port: 8080}]}]}",
    );
    let cluster = plain("type: NodePort", &[to_pods]);
    let both = "by node-1: web-1@node-1:8080 delivered, policy 10.244.1.9, pod 10.244.1.9
                by node-1: web-2@node-2:8080 delivered, policy 10.244.1.9, pod 10.244.1.9";
    check(&cluster, "pod/cli-1 -> 10.96.0.10:80", both);
    check(
        &cluster,
        "pod/cli-1 -> 10.0.0.1:30080",
        "by node-1: web-1@node-1:8080 delivered, policy 10.244.1.9, pod 10.0.0.1
         by node-1: web-2@node-2:8080 delivered, policy 10.0.0.1, pod 10.0.0.1",
    );
    check(&cluster, "pod/cli-1 -> 10.0.0.2:30080", "by node-1: denied (policyEgress)");
    let to_node = (
        "out",
        "{podSelector: {matchLabels: {app: cli}}, policyTypes: [Egress], egress: [{to: [{ipBlock: {cidr: 10.0.0.2/32}}], ports: [{port: 30080}]}]}",
    );
    check(
        &plain("type: NodePort", &[to_node]),
        "pod/cli-1 -> 10.0.0.2:30080",
        "by node-1: web-1@node-1:8080 delivered, policy 10.0.0.2, pod 10.0.0.2
         by node-1: web-2@node-2:8080 delivered, policy 10.0.0.1, pod 10.0.0.2",
    );
}

#[test]
fn by_the_service_every_other_nodes_port_is_a_door_of_its_own() {
    let to_node = (
        "out",
        "{podSelector: {matchLabels: {app: cli}}, policyTypes: [Egress], egress: [{to: [{ipBlock: {cidr: 10.0.0.2/32}}]}]}",
    );
    check(
        &plain("type: NodePort", &[to_node]),
        "pod/cli-3 -> service/web/NodePort",
        "by node-3: web-1@node-1:8080 denied (policyEgress)
         by node-3: web-2@node-2:8080 denied (policyEgress)
         by node-3 > node-2: web-1@node-1:8080 delivered, policy 10.0.0.2, pod 10.0.0.2
         by node-3 > node-2: web-2@node-2:8080 delivered, policy 10.0.0.3, pod 10.0.0.2
         by node-3 > node-1: denied (policyEgress)",
    );
}

#[test]
fn a_pod_may_not_reach_its_own_node_where_its_egress_says_so() {
    let none = ("out", "{podSelector: {matchLabels: {app: cli}}, policyTypes: [Egress]}");
    let cluster = plain("", &[none]);
    check(&cluster, "pod/cli-1 -> node/node-1:22", "by node-1: denied (policyEgress)");
    check(&cluster, "pod/web-1 -> node/node-1:22", "by node-1: 10.0.0.1@node-1:22 delivered, pod 10.244.1.5");
}

#[test]
fn kube_proxy_refuses_before_or_behind_the_egress_policy() {
    let none = ("out", "{podSelector: {}, policyTypes: [Egress]}");
    let cluster = |mode: &str| {
        let cluster = Cluster::calico("Never/Never").proxy(mode).pod("cli-1", "10.244.1.9").service("web", "", &[]);
        cluster.yaml(&format!(
            "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{name: {}, namespace: shop}}\nspec: {}",
            none.0, none.1
        ))
    };
    check(&cluster("mode: iptables"), "pod/cli-1 -> 10.96.0.10:80", "by node-1: denied (policyEgress)");
    check(&cluster("mode: nftables"), "pod/cli-1 -> 10.96.0.10:80", "by node-1: rejected (noEndpoints)");
}

#[test]
fn a_network_whose_policies_let_everything_pass_still_says_what_they_see() {
    let snapshot = plain("type: NodePort", &[DENY_INGRESS]).snapshot();
    let network = Network::new(&snapshot, &Overrides::default());
    let question = request("198.51.100.7 -> service/web/NodePort");
    assert!(trace(&network, &question).routes.iter().all(|route| route.outcome.name() == "denied"));
    let open = network.without_policies();
    let answer = trace(&open, &question);
    assert!(answer.routes.iter().all(|route| route.outcome.name() == "delivered" && route.seen_by_policy.is_some()));
    // One route stands for several nodes; every member's addresses can be had.
    let class = answer.routes.iter().find(|route| route.door_nodes.len() == 2).unwrap();
    let seen: Vec<_> = class.door_nodes.iter().map(|node| open.route_by(class, *node).seen_by_policy).collect();
    assert_eq!(format!("{seen:?}"), "[Some(Known(10.0.0.2)), Some(Known(10.0.0.3))]");
    let again: Vec<_> = class
        .door_nodes
        .iter()
        .map(|node| {
            let asked =
                bulkhead_path::Request { entry_node: Some(snapshot.nodes[*node].name.clone()), ..question.clone() };
            let routes = trace(&open, &asked).routes;
            routes.into_iter().find(|route| route.endpoint == class.endpoint).unwrap()
        })
        .collect();
    let by: Vec<_> = class.door_nodes.iter().map(|node| open.route_by(class, *node)).collect();
    assert_eq!(by, again);
}

#[test]
fn an_address_of_two_pods_is_contested_only_where_the_policies_tell_them_apart() {
    let twins = |policy: (&str, &str)| {
        plain("", &[policy]).pod("twin-a", "10.244.3.7").pod("other-b", "10.244.3.7").pod("single-1", "10.244.3.8")
    };
    let one = (
        "one",
        "{podSelector: {matchLabels: {app: web}}, ingress: [{from: [{podSelector: {matchLabels: {app: twin}}}]}]}",
    );
    check(
        &twins(one),
        "pod/twin-a -> pod/web-1",
        "by node-3: web-1@node-1:8080 undetermined (contestedAddress), policy 10.244.3.7, pod 10.244.3.7",
    );
    check(
        &twins(one),
        "pod/other-b -> pod/web-1",
        "by node-3: web-1@node-1:8080 undetermined (contestedAddress), policy 10.244.3.7, pod 10.244.3.7",
    );
    check(
        &twins(one),
        "pod/single-1 -> pod/web-1",
        "by node-3: web-1@node-1:8080 denied (policyIngress), policy 10.244.3.8",
    );
    let both = ("both", "{podSelector: {matchLabels: {app: web}}, ingress: [{from: [{podSelector: {}}]}]}");
    check(
        &twins(both),
        "pod/twin-a -> pod/web-1",
        "by node-3: web-1@node-1:8080 delivered, policy 10.244.3.7, pod 10.244.3.7",
    );
    check(
        &twins(DENY_INGRESS),
        "pod/twin-a -> pod/web-1",
        "by node-3: web-1@node-1:8080 denied (policyIngress), policy 10.244.3.7",
    );
}
