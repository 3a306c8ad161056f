//! A very large cluster of small projects, in teams of ten.

use serde_json::{Value, json};

use crate::numbers::Numbers;
use crate::object::{dns_egress, namespace, network_policy, node, pod};

const NODES: usize = 1_000;
/// How many namespaces a team has.
const TEAM: usize = 10;

/// `web`, `api`, `db` and `job`; the namespace is an island with a way out to DNS, and `web` is open to the team and to addresses.
pub(super) fn each(namespaces: usize, numbers: &mut Numbers, emit: &mut dyn FnMut(Value)) {
    (0..NODES).map(node).for_each(&mut *emit);
    for number in 0..namespaces {
        let (name, team) = (format!("project-{number}"), format!("team-{}", number / TEAM));
        emit(namespace(&name, &json!({"team": team})));
        for (of_namespace, app) in ["web", "api", "db", "job"].into_iter().enumerate() {
            let place = number * 4 + of_namespace;
            let labels = json!({"app": app, "pod-template-hash": numbers.hex(10)});
            let ports = json!([{"containerPort": 8080, "name": "http", "protocol": "TCP"}]);
            emit(pod(&name, &format!("{app}-0"), place, NODES, &labels, &ports));
        }
        emit(island(&name));
        emit(to_web(&name, &team, numbers));
        emit(dns_egress(&name));
    }
}

fn island(namespace: &str) -> Value {
    let spec = json!({
        "egress": [{"to": [{"podSelector": {}}]}],
        "ingress": [{"from": [{"podSelector": {}}]}],
        "podSelector": {},
        "policyTypes": ["Ingress", "Egress"],
    });
    network_policy(namespace, "island", &spec)
}

fn to_web(namespace: &str, team: &str, numbers: &mut Numbers) -> Value {
    let block = json!({"cidr": format!("198.18.{}.0/24", numbers.below(256))});
    let team = json!({"namespaceSelector": {"matchLabels": {"team": team}}});
    let ingress = json!([{"from": [team, {"ipBlock": block}], "ports": [{"port": 8080, "protocol": "TCP"}]}]);
    let spec = json!({
        "ingress": ingress, "podSelector": {"matchLabels": {"app": "web"}}, "policyTypes": ["Ingress"],
    });
    network_policy(namespace, "to-web", &spec)
}
