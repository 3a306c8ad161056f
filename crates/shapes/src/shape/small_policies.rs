//! Many small policies: a production cluster with three or four times as many policies as pods.

use serde_json::{Value, json};

use crate::numbers::Numbers;
use crate::object::{default_deny, dns_egress, namespace, network_policy, node, pod};

const NODES: usize = 100;

/// Three and four pods in turn; a default deny, DNS, and ten policies about a few pods each.
pub(super) fn each(namespaces: usize, numbers: &mut Numbers, emit: &mut dyn FnMut(Value)) {
    (0..NODES).map(node).for_each(&mut *emit);
    let mut place = 0;
    for number in 0..namespaces {
        let name = namespace_name(number);
        emit(namespace(
            &name,
            &json!({"stage": alternate(number, "live", "test"), "team": format!("team-{}", number % 50)}),
        ));
        for of_namespace in 0..3 + number % 2 {
            let labels = json!({"app": app_name(of_namespace), "tier": alternate(of_namespace, "front", "back")});
            let ports = json!([{"containerPort": 8080, "name": "http", "protocol": "TCP"}]);
            emit(pod(&name, &format!("{}-0", app_name(of_namespace)), place, NODES, &labels, &ports));
            place += 1;
        }
        emit(default_deny(&name, &json!(["Ingress"])));
        emit(dns_egress(&name));
        for policy in 0..10 {
            emit(few(&name, policy, namespaces, numbers));
        }
    }
}

fn namespace_name(number: usize) -> String {
    format!("project-{number}")
}

fn alternate(number: usize, even: &'static str, odd: &'static str) -> &'static str {
    if number.is_multiple_of(2) { even } else { odd }
}

fn app_name(number: usize) -> String {
    format!("app-{number}")
}

/// One policy about the pods of one app or one tier.
fn few(namespace: &str, policy: usize, namespaces: usize, numbers: &mut Numbers) -> Value {
    let selector = match numbers.below(3) {
        0 => json!({"matchLabels": {"tier": "back"}}),
        1 => json!({"matchExpressions": [{"key": "app", "operator": "In", "values": [app_name(policy % 4), "app-0"]}]}),
        _ => json!({"matchLabels": {"app": app_name(policy % 4)}}),
    };
    let peers: Vec<Value> = (0..=numbers.below(3)).map(|_| peer(namespaces, numbers)).collect();
    let ports = json!([{"port": 8000 + numbers.below(100), "protocol": "TCP"}, {"port": "http", "protocol": "TCP"}]);
    let spec = if policy.is_multiple_of(3) {
        json!({"egress": [{"ports": ports, "to": peers}], "podSelector": selector, "policyTypes": ["Egress"]})
    } else {
        json!({"ingress": [{"from": peers, "ports": ports}], "podSelector": selector, "policyTypes": ["Ingress"]})
    };
    network_policy(namespace, &format!("allow-{policy}"), &spec)
}

fn peer(namespaces: usize, numbers: &mut Numbers) -> Value {
    let other = namespace_name(usize::try_from(numbers.below(namespaces as u64)).unwrap_or(0));
    let app = app_name(usize::try_from(numbers.below(4)).unwrap_or(0));
    match numbers.below(5) {
        0 => json!({"ipBlock": {"cidr": format!("172.{}.0.0/16", 16 + numbers.below(16)), "except": []}}),
        1 => json!({
            "namespaceSelector": {"matchLabels": {"team": format!("team-{}", numbers.below(50))}},
            "podSelector": {"matchLabels": {"app": app}},
        }),
        2 => json!({"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": other}}}),
        _ => json!({"podSelector": {"matchLabels": {"app": app}}}),
    }
}
