//! Many Services with many endpoints, and nothing else: for measuring how fast they are read and indexed.

use serde_json::{Value, json};

use super::network::{address, node, settings};

/// Endpoints of one slice: the controller's own limit.
const MOST_IN_SLICE: usize = 100;

/// Nodes that the endpoints are on.
const NODES: usize = 100;

/// So many Services, and so many endpoints in all, in namespaces of a hundred Services.
pub(super) fn each(services: usize, endpoints: usize, emit: &mut dyn FnMut(Value)) {
    settings().into_iter().for_each(&mut *emit);
    (0..NODES).map(node).for_each(&mut *emit);
    let (mut from, mut left) = (0, endpoints);
    for number in 0..services {
        let own = left / (services - number);
        service(number, from, own, emit);
        (from, left) = (from + own, left - own);
    }
}

fn service(number: usize, from: usize, endpoints: usize, emit: &mut dyn FnMut(Value)) {
    let (namespace, name) = (format!("team-{}", number / 100), format!("svc-{number}"));
    let cluster_ip = address(0xac10_0000, number);
    emit(json!({
        "apiVersion": "v1", "kind": "Service", "metadata": {"name": name, "namespace": namespace},
        "spec": {
            "type": "ClusterIP", "clusterIP": cluster_ip, "clusterIPs": [cluster_ip], "selector": {"app": name},
            "ports": [{"name": "http", "port": 80, "protocol": "TCP", "targetPort": 8080}],
        },
    }));
    let all: Vec<usize> = (from..from + endpoints).collect();
    for (index, part) in all.chunks(MOST_IN_SLICE).enumerate() {
        let endpoints = part.iter().map(|endpoint| {
            json!({
                "addresses": [address(0x0a80_0000, *endpoint)],
                "conditions": {"ready": true, "serving": true, "terminating": false},
                "nodeName": format!("node-{}", endpoint % NODES),
                "targetRef": {"kind": "Pod", "name": format!("{name}-{endpoint}"), "namespace": namespace},
            })
        });
        emit(json!({
            "apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "addressType": "IPv4",
            "metadata": {"name": format!("{name}-{index}"), "namespace": namespace, "labels": {"kubernetes.io/service-name": name}},
            "ports": [{"name": "http", "port": 8080, "protocol": "TCP"}], "endpoints": endpoints.collect::<Value>(),
        }));
    }
}
