//! Many nodes and many exposed Services, as a cloud of tenants has them: Calico with VXLAN, kube-proxy in iptables mode, every project
//! isolated. For measuring `minimal --all` and `trace`.

use serde_json::{Value, json};

use super::network::{address, node, settings};
use crate::numbers::Numbers;

/// Pods behind each exposed Service.
const BACKENDS: usize = 3;

/// So many nodes, and so many Services with a nodePort each, in projects of ten.
pub(super) fn each(nodes: usize, exposures: usize, numbers: &mut Numbers, emit: &mut dyn FnMut(Value)) {
    settings().into_iter().for_each(&mut *emit);
    balancer().into_iter().for_each(&mut *emit);
    (0..nodes).map(node).for_each(&mut *emit);
    for number in 0..exposures {
        let namespace = format!("team-{}", number / 10);
        if number.is_multiple_of(10) {
            emit(json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}}));
            emit(isolation(&namespace));
        }
        exposed(number, &namespace, nodes, numbers, emit);
    }
}

/// MetalLB, which announces the load balancers' addresses from every node.
fn balancer() -> [Value; 2] {
    [
        json!({
            "apiVersion": "metallb.io/v1beta1", "kind": "IPAddressPool",
            "metadata": {"name": "all", "namespace": "metallb-system"}, "spec": {"addresses": ["198.18.0.0/15"]},
        }),
        json!({
            "apiVersion": "metallb.io/v1beta1", "kind": "BGPAdvertisement",
            "metadata": {"name": "all", "namespace": "metallb-system"}, "spec": {},
        }),
    ]
}

fn isolation(namespace: &str) -> Value {
    json!({
        "apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy",
        "metadata": {"name": "isolate", "namespace": namespace},
        "spec": {"podSelector": {}, "policyTypes": ["Ingress"], "ingress": [{"from": [{"podSelector": {}}]}]},
    })
}

fn exposed(number: usize, namespace: &str, nodes: usize, numbers: &mut Numbers, emit: &mut dyn FnMut(Value)) {
    let app = format!("web-{number}");
    let mut endpoints = Vec::new();
    for replica in 0..BACKENDS {
        let (name, own) = (format!("{app}-{replica}"), address(0x0a80_0000, number * BACKENDS + replica));
        let node = format!("node-{}", numbers.below(nodes as u64));
        endpoints.push(json!({
            "addresses": [own], "conditions": {"ready": true}, "nodeName": node,
            "targetRef": {"kind": "Pod", "name": name, "namespace": namespace},
        }));
        emit(json!({
            "apiVersion": "v1", "kind": "Pod",
            "metadata": {"name": name, "namespace": namespace, "labels": {"app": app}},
            "spec": {"nodeName": node, "containers": [{"name": "main", "image": "web", "ports": [{"name": "http", "containerPort": 8080}]}]},
            "status": {"phase": "Running", "podIP": own, "podIPs": [{"ip": own}], "conditions": [{"type": "Ready", "status": "True"}]},
        }));
    }
    let cluster_ip = address(0x0a60_0000, number + 10);
    // Every fourth keeps the client's address.
    let policy = if number.is_multiple_of(4) { "Local" } else { "Cluster" };
    // Every third has a load balancer's address besides.
    let (kind, status) = match number % 3 {
        1 => ("LoadBalancer", json!({"loadBalancer": {"ingress": [{"ip": address(0xc612_0000, number)}]}})),
        _ => ("NodePort", json!({"loadBalancer": {}})),
    };
    emit(json!({
        "apiVersion": "v1", "kind": "Service", "metadata": {"name": app, "namespace": namespace}, "status": status,
        "spec": {
            "type": kind, "clusterIP": cluster_ip, "clusterIPs": [cluster_ip], "selector": {"app": app},
            "externalTrafficPolicy": policy,
            "ports": [{"name": "http", "port": 80, "targetPort": "http", "nodePort": 30000 + number % 2768}],
        },
    }));
    emit(json!({
        "apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "addressType": "IPv4",
        "metadata": {"name": format!("{app}-x"), "namespace": namespace, "labels": {"kubernetes.io/service-name": app}},
        "ports": [{"name": "http", "port": 8080, "protocol": "TCP"}], "endpoints": endpoints,
    }));
}
