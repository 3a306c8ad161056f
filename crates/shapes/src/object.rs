//! Objects as short as they can be and still mean something.

use serde_json::{Value, json};

pub(crate) fn namespace(name: &str, labels: &Value) -> Value {
    let mut labels = labels.clone();
    if let Some(fields) = labels.as_object_mut() {
        fields.insert("kubernetes.io/metadata.name".to_owned(), name.into());
    }
    json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"labels": labels, "name": name}})
}

pub(crate) fn node(number: usize) -> Value {
    json!({
        "apiVersion": "v1", "kind": "Node",
        "metadata": {"labels": {"kubernetes.io/hostname": node_name(number)}, "name": node_name(number)},
        "status": {"addresses": [{"address": address(192, number + 1), "type": "InternalIP"}]},
    })
}

pub(crate) fn node_name(number: usize) -> String {
    format!("node-{number}")
}

/// The address of a number under `FIRST.0.0.0/8`.
pub(crate) fn address(first: u8, number: usize) -> String {
    format!("{first}.{}.{}.{}", number >> 16 & 0xff, number >> 8 & 0xff, number & 0xff)
}

/// A running pod; `place` is unique and gives its address.
pub(crate) fn pod(namespace: &str, name: &str, place: usize, nodes: usize, labels: &Value, ports: &Value) -> Value {
    let address = address(10, place + 1);
    json!({
        "apiVersion": "v1", "kind": "Pod",
        "metadata": {"labels": labels, "name": name, "namespace": namespace},
        "spec": {"containers": [{"image": "registry.example.com/app:v1", "name": "main", "ports": ports}],
                 "nodeName": node_name(place.checked_rem(nodes).unwrap_or(0))},
        "status": {"phase": "Running", "podIP": address, "podIPs": [{"ip": address}]},
    })
}

pub(crate) fn deployment(namespace: &str, name: &str, replicas: u32, labels: &Value, ports: &Value) -> Value {
    json!({
        "apiVersion": "apps/v1", "kind": "Deployment",
        "metadata": {"labels": labels, "name": name, "namespace": namespace},
        "spec": {
            "replicas": replicas,
            "selector": {"matchLabels": labels},
            "template": {
                "metadata": {"labels": labels},
                "spec": {"containers": [{"image": "registry.example.com/app:v1", "name": "main", "ports": ports}]},
            },
        },
    })
}

pub(crate) fn network_policy(namespace: &str, name: &str, spec: &Value) -> Value {
    json!({
        "apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy",
        "metadata": {"name": name, "namespace": namespace}, "spec": spec,
    })
}

/// The policy without which the others of a namespace would only add to what is open anyway.
pub(crate) fn default_deny(namespace: &str, types: &Value) -> Value {
    network_policy(namespace, "default-deny", &json!({"podSelector": {}, "policyTypes": types}))
}

/// Names are resolved by the pods that have this label in `kube-system`.
pub(crate) fn dns_egress(namespace: &str) -> Value {
    let ports = json!([{"port": 53, "protocol": "UDP"}, {"port": 53, "protocol": "TCP"}]);
    let peer = json!({
        "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "kube-system"}},
        "podSelector": {"matchLabels": {"k8s-app": "kube-dns"}},
    });
    let spec = json!({"egress": [{"ports": ports, "to": [peer]}], "podSelector": {}, "policyTypes": ["Egress"]});
    network_policy(namespace, "dns", &spec)
}
