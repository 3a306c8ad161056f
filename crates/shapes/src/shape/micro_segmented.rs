//! Teams that segment everything: the shape on which analysers of all pairs are compared.

use serde_json::{Value, json};

use crate::numbers::Numbers;
use crate::object::{default_deny, deployment, dns_egress, namespace, network_policy};

/// Four policies of the namespace's own, and one for each workload.
pub(super) fn each(namespaces: usize, workloads: usize, numbers: &mut Numbers, emit: &mut dyn FnMut(Value)) {
    for team in 0..namespaces {
        let name = team_name(team);
        emit(namespace(&name, &json!({"team": name})));
        let ports = json!([
            {"containerPort": 8080, "name": "http", "protocol": "TCP"},
            {"containerPort": 9000 + team % 10, "name": "metrics", "protocol": "TCP"},
        ]);
        for workload in 0..workloads {
            let app = app_name(workload);
            let role = if workload % 2 == 0 { "scraper" } else { "worker" };
            emit(deployment(&name, &app, 2, &json!({"app": app, "role": role, "team": name}), &ports));
        }
        emit(default_deny(&name, &json!(["Ingress", "Egress"])));
        emit(dns_egress(&name));
        emit(metrics(&name, &team_name((team + 1) % namespaces), &team_name((team + namespaces - 1) % namespaces)));
        emit(addresses_to_web(&name, numbers));
        for workload in 0..workloads {
            emit(of_workload(&name, workload, namespaces, workloads, numbers));
        }
    }
}

fn team_name(number: usize) -> String {
    format!("team-{number}")
}

fn app_name(number: usize) -> String {
    if number == 0 { "web".to_owned() } else { format!("app-{number}") }
}

/// The scrapers of the next team read the metrics of every workload; whoever scrapes is let out to the team before.
fn metrics(namespace: &str, next: &str, before: &str) -> Value {
    let scrapers = json!({
        "namespaceSelector": {"matchLabels": {"team": next}}, "podSelector": {"matchLabels": {"role": "scraper"}},
    });
    let scraped = json!({"namespaceSelector": {"matchLabels": {"team": before}}});
    let ports = json!([{"port": "metrics", "protocol": "TCP"}]);
    let spec = json!({
        "egress": [{"ports": ports, "to": [scraped]}],
        "ingress": [{"from": [scrapers], "ports": ports}],
        "podSelector": {},
        "policyTypes": ["Ingress", "Egress"],
    });
    network_policy(namespace, "metrics", &spec)
}

fn addresses_to_web(namespace: &str, numbers: &mut Numbers) -> Value {
    let net = numbers.below(64);
    let block = json!({"cidr": format!("203.0.{net}.0/24"), "except": [format!("203.0.{net}.128/25")]});
    let ingress = json!([{"from": [{"ipBlock": block}], "ports": [{"port": "http", "protocol": "TCP"}]}]);
    let spec = json!({
        "ingress": ingress, "podSelector": {"matchLabels": {"app": "web"}}, "policyTypes": ["Ingress"],
    });
    network_policy(namespace, "addresses-to-web", &spec)
}

/// In from the workload before and from one of any team; out to the workload behind and to one of any team.
fn of_workload(namespace: &str, workload: usize, namespaces: usize, workloads: usize, numbers: &mut Numbers) -> Value {
    let mut anybody = || {
        let team = team_name(usize::try_from(numbers.below(namespaces as u64)).unwrap_or(0));
        let app = app_name(usize::try_from(numbers.below(workloads as u64)).unwrap_or(0));
        json!({"namespaceSelector": {"matchLabels": {"team": team}}, "podSelector": {"matchLabels": {"app": app}}})
    };
    let neighbour = |number: usize| json!({"podSelector": {"matchLabels": {"app": app_name(number % workloads)}}});
    let ports = json!([{"port": 8080, "protocol": "TCP"}]);
    let from = json!([neighbour(workload + workloads - 1), anybody()]);
    let to = json!([neighbour(workload + 1), anybody()]);
    let app = app_name(workload);
    let spec = json!({
        "egress": [{"ports": ports, "to": to}],
        "ingress": [{"from": from, "ports": ports}],
        "podSelector": {"matchLabels": {"app": app}},
        "policyTypes": ["Ingress", "Egress"],
    });
    network_policy(namespace, &format!("of-{app}"), &spec)
}
