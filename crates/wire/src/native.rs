//! Objects of an engine's own kinds, for what NetworkPolicy cannot say.

use std::net::IpAddr;

use bulkhead_analysis::allowlist::Native;
use bulkhead_analysis::allowlist::native::calico::{
    DoorAddress, DoorPolicy, GuardedDoor, HostEndpoint, LABEL, PROFILE,
};
use bulkhead_analysis::allowlist::native::cilium::{EntityPolicy, EntityRule};
use bulkhead_analysis::model::IpNet;
use bulkhead_analysis::snapshot::Snapshot;
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::issue::{IssueForm, Words};
use crate::manifest::selector;

/// What to write beside the NetworkPolicies.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NativeForm {
    /// The objects as the cluster takes them.
    pub objects: Vec<Value>,
    /// What is wrong, and what else to know.
    pub issues: Vec<IssueForm>,
}

impl NativeForm {
    /// The form of an answer.
    pub fn new(native: &Native, snapshot: &Snapshot, words: &dyn Words) -> Self {
        Self {
            objects: objects(native),
            issues: native.issues.iter().map(|issue| IssueForm::new(issue, snapshot, words)).collect(),
        }
    }
}

/// The objects as the cluster takes them: host endpoints before the policy that selects them.
pub fn objects(native: &Native) -> Vec<Value> {
    let entities = native.entities.iter().map(entity_policy);
    let endpoints = native.host_endpoints.iter().map(host_endpoint);
    entities.chain(endpoints).chain(native.doors.iter().map(door_policy)).collect()
}

fn labels() -> Value {
    json!({ "app.kubernetes.io/managed-by": "bulkhead" })
}

fn entity_policy(policy: &EntityPolicy) -> Value {
    json!({
        "apiVersion": "cilium.io/v2",
        "kind": "CiliumNetworkPolicy",
        "metadata": {
            "labels": labels(),
            "name": policy.name.name.as_str(),
            "namespace": policy.name.namespace.as_str(),
        },
        "spec": {
            "endpointSelector": selector(&policy.selector),
            "ingress": policy.rules.iter().map(entity_rule).collect::<Value>(),
        },
    })
}

/// Cilium writes ports as strings.
fn entity_rule(rule: &EntityRule) -> Value {
    let ports = rule.ports.iter();
    let ports = ports.map(|port| json!({ "port": port.port.to_string(), "protocol": port.protocol.name() }));
    json!({ "fromEntities": rule.entities, "toPorts": [{ "ports": ports.collect::<Value>() }] })
}

fn host_endpoint(endpoint: &HostEndpoint) -> Value {
    let (key, value) = LABEL;
    json!({
        "apiVersion": "projectcalico.org/v3",
        "kind": "HostEndpoint",
        "metadata": {
            "labels": { "app.kubernetes.io/managed-by": "bulkhead", key: value },
            "name": format!("bulkhead-{}", endpoint.node),
        },
        "spec": {
            "expectedIPs": endpoint.addresses,
            "interfaceName": "*",
            "node": endpoint.node.as_str(),
            "profiles": [PROFILE],
        },
    })
}

fn door_policy(policy: &DoorPolicy) -> Value {
    let rules = policy.doors.iter().flat_map(|door| {
        let allow = (!door.sources.is_empty()).then(|| rule("Allow", door, Some(sources(door))));
        allow.into_iter().chain([rule("Deny", door, None)])
    });
    json!({
        "apiVersion": "projectcalico.org/v3",
        "kind": "GlobalNetworkPolicy",
        "metadata": { "labels": labels(), "name": policy.name.as_str() },
        "spec": {
            "applyOnForward": true,
            "ingress": rules.collect::<Value>(),
            "preDNAT": true,
            "selector": node_selector(),
            "types": ["Ingress"],
        },
    })
}

fn sources(door: &GuardedDoor) -> Value {
    json!({ "nets": door.sources.iter().map(ToString::to_string).collect::<Value>() })
}

fn node_selector() -> String {
    let (key, value) = LABEL;
    format!("{key} == '{value}'")
}

fn rule(action: &str, door: &GuardedDoor, source: Option<Value>) -> Value {
    let destination = match door.at {
        DoorAddress::Nodes => json!({ "ports": [door.port], "selector": node_selector() }),
        DoorAddress::Service(address) => json!({ "nets": [net(address)], "ports": [door.port] }),
    };
    let mut fields = Map::new();
    fields.insert("action".to_owned(), json!(action));
    fields.insert("destination".to_owned(), destination);
    fields.insert("protocol".to_owned(), json!(door.protocol.name()));
    if let Some(source) = source {
        fields.insert("source".to_owned(), source);
    }
    Value::Object(fields)
}

fn net(address: IpAddr) -> String {
    IpNet::from(address).to_string()
}
