//! policy-assistant's tables: a default verdict for each direction, and the flows that differ from it.

use bulkhead_model::object::Direction;
use serde_json::{Value, json};

use crate::asked::{Cluster, namespace, pod, protocol, typed};
use crate::corpus;

const ALPHA1: &str = "policy.networking.k8s.io/v1alpha1";
const PORTS: [(u16, &str); 4] = [(80, "TCP"), (81, "TCP"), (80, "UDP"), (81, "UDP")];

fn objects(case: &Value) -> Vec<Value> {
    let resources = &case["resources"];
    let namespaces = resources["Namespaces"].as_object().unwrap().iter().map(|(name, labels)| namespace(name, labels));
    let pods = resources["Pods"].as_array().unwrap().iter().map(|row| {
        let text = |name: &str| row[name].as_str().unwrap();
        let containers = row["Containers"].as_array().unwrap();
        let port = |at: &'_ Value| {
            (
                at["PortName"].as_str().unwrap().to_owned(),
                at["Port"].as_u64().unwrap(),
                at["Protocol"].as_str().unwrap().to_owned(),
            )
        };
        let ports: Vec<_> = containers.iter().map(port).collect();
        let ports: Vec<(&str, u64, &str)> =
            ports.iter().map(|(name, at, protocol)| (&**name, *at, &**protocol)).collect();
        pod(text("Namespace"), text("Name"), &row["Labels"], text("IP"), &ports)
    });
    let baseline = match &case["baselineAdminNetworkPolicy"] {
        Value::Null => json!([]),
        baseline => json!([baseline]),
    };
    let policies = [
        typed("NetworkPolicy", "networking.k8s.io/v1", &case["networkPolicies"]),
        typed("AdminNetworkPolicy", ALPHA1, &case["adminNetworkPolicies"]),
        typed("BaselineAdminNetworkPolicy", ALPHA1, &baseline),
    ];
    namespaces.chain(pods).chain(policies.into_iter().flatten()).collect()
}

fn names(case: &Value) -> Vec<String> {
    let pods = case["resources"]["Pods"].as_array().unwrap();
    pods.iter().map(|row| format!("{}/{}", row["Namespace"].as_str().unwrap(), row["Name"].as_str().unwrap())).collect()
}

/// Whether a flow is allowed in a direction, as the case has it.
fn expected(case: &Value, direction: Direction, from: &str, to: &str, port: u16, protocol: &str) -> bool {
    let (default, others) = match direction {
        Direction::Ingress => ("defaultIngress", "nonDefaultIngress"),
        Direction::Egress => ("defaultEgress", "nonDefaultEgress"),
    };
    let flow = json!({"From": from, "To": to, "Port": port, "Proto": protocol});
    let differs = case[others].as_array().is_some_and(|flows| flows.contains(&flow));
    (case[default] == "allowed") != differs
}

fn wrong_flows(case: &Value) -> Vec<String> {
    let cluster = Cluster::new(&objects(case), None);
    let names = names(case);
    let mut wrong = Vec::new();
    // Cases whose pods declare one port are about that one.
    let declares = |port: u16, protocol: &str| {
        let pods = case["resources"]["Pods"].as_array().unwrap();
        pods.iter().any(|pod| {
            pod["Containers"].as_array().unwrap().iter().any(|at| at["Port"] == port && at["Protocol"] == protocol)
        })
    };
    for (from, to) in
        names.iter().flat_map(|from| names.iter().map(move |to| (from, to))).filter(|(from, to)| from != to)
    {
        for (port, name) in PORTS.into_iter().filter(|(port, protocol)| declares(*port, protocol)) {
            for direction in [Direction::Ingress, Direction::Egress] {
                let (a, b) = (cluster.pod(from), cluster.pod(to));
                let said = cluster.verdict(direction, a, b, port, protocol(name)).unwrap();
                let expected = expected(case, direction, from, to, port, name);
                if said.allows() != Some(expected) {
                    wrong.push(format!(
                        "{} {from} -> {to} {port}/{name} {}: expected {expected}, {said:?}",
                        case["suite"],
                        direction.name()
                    ));
                }
            }
        }
    }
    wrong
}

#[test]
fn every_flow() {
    let Some(cases) = corpus("policy-assistant/cases.jsonl") else { return };
    assert!(cases.len() >= 21);
    let wrong: Vec<String> = cases.iter().flat_map(wrong_flows).collect();
    assert!(wrong.is_empty(), "{} flows are wrong:\n{}", wrong.len(), wrong.join("\n"));
}
