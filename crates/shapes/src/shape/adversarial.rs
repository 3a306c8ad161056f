//! What defeats caches: nothing is like anything else, and everything overlaps.

use serde_json::{Value, json};

use crate::numbers::Numbers;
use crate::object::{namespace, network_policy, node, pod};

const NODES: usize = 10;
const PORT_RANGES: usize = 32;

/// One namespace; every pod has a label that no other has.
pub(super) fn each(size: usize, numbers: &mut Numbers, emit: &mut dyn FnMut(Value)) {
    (0..NODES).map(node).for_each(&mut *emit);
    emit(namespace("all", &json!({})));
    for number in 0..size {
        let labels = json!({"id": format!("p{number}"), "group": format!("g{}", number / 8)});
        let ports = json!([{"containerPort": 1 + number % 65_535, "name": "main", "protocol": "TCP"}]);
        emit(pod("all", &format!("pod-{number}"), number * 4, NODES, &labels, &ports));
    }
    for number in 0..size {
        emit(policy(number, size, numbers));
    }
}

/// Selects a few pods by a list that no other policy has; lets in all pods but a few, and all addresses but a few, on port ranges of
/// its own.
fn policy(number: usize, size: usize, numbers: &mut Numbers) -> Value {
    let mut some =
        |count: u64| -> Vec<String> { (0..count).map(|_| format!("p{}", numbers.below(size as u64))).collect() };
    let mut subjects = some(7);
    subjects.push(format!("p{number}"));
    let others = some(4);
    let length = 8 + number % 3;
    let block = json!({
        "cidr": format!("10.0.0.0/{length}"),
        "except": [format!("10.{}.{}.{}/30", number >> 14 & 0xff, number >> 6 & 0xff, number << 2 & 0xff)],
    });
    let ranges: Vec<Value> = (0..PORT_RANGES)
        .map(|range| number * PORT_RANGES + range + 1)
        .filter(|first| *first <= 65_535)
        .map(|first| json!({"endPort": (first + 1 + number % 50).min(65_535), "port": first, "protocol": "TCP"}))
        .collect();
    let everyone_else =
        json!({"podSelector": {"matchExpressions": [{"key": "id", "operator": "NotIn", "values": others}]}});
    let spec = json!({
        "ingress": [
            {"from": [everyone_else], "ports": ranges},
            {"from": [{"ipBlock": block}], "ports": [{"port": 1 + number % 65_535, "protocol": "UDP"}]},
        ],
        "podSelector": {"matchExpressions": [{"key": "id", "operator": "In", "values": subjects}]},
        "policyTypes": ["Ingress"],
    });
    network_policy("all", &format!("policy-{number}"), &spec)
}
