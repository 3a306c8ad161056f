//! How long the minimal allowlist of one Service takes on large clusters, and those of all exposed Services, after reading.
//!
//! `cargo bench -p bulkhead-allowlist`

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]

use bulkhead_allowlist::{Client, Effort, Exposure, ExposureTarget, Settings, exposures, minimal, minimal_all};
use bulkhead_model::NamespacedName;
use bulkhead_path::{DoorKind, Network, Overrides};
use bulkhead_shapes::{Format, Shape, write};
use bulkhead_snapshot::{Input, Snapshot};
use criterion::{Criterion, criterion_group, criterion_main};
use serde_json::{Value, json};

/// Calico with VXLAN, kube-proxy in iptables mode, a deny-all, and one NodePort Service with a backend on every tenth node.
fn cluster(nodes: usize, pods: usize) -> Snapshot {
    let config = "mode: iptables\nclusterCIDR: 10.0.0.0/8\n";
    let mut items = vec![
        json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "kube-proxy", "namespace": "kube-system"},
            "data": {"config.conf": config}}),
        json!({"apiVersion": "crd.projectcalico.org/v1", "kind": "IPPool", "metadata": {"name": "pool"},
            "spec": {"cidr": "10.0.0.0/8", "ipipMode": "Never", "vxlanMode": "Always", "natOutgoing": true}}),
        json!({"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": "deny", "namespace": "shop"},
            "spec": {"podSelector": {}, "policyTypes": ["Ingress"]}}),
        json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web", "namespace": "shop"},
            "spec": {"type": "NodePort", "clusterIP": "10.255.0.10", "clusterIPs": ["10.255.0.10"], "selector": {"app": "web"},
                "ports": [{"name": "http", "port": 80, "targetPort": 8080, "nodePort": 30080, "protocol": "TCP"}]}}),
    ];
    items.extend((0..nodes).map(node));
    items.extend((0..pods).map(|index| pod(index, nodes)));
    let endpoints: Vec<Value> =
        (0..pods).filter(|index| is_backend(*index)).map(|index| endpoint(index, nodes)).collect();
    items.push(json!({"apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "addressType": "IPv4",
        "metadata": {"name": "web-1", "namespace": "shop", "labels": {"kubernetes.io/service-name": "web"}},
        "endpoints": endpoints, "ports": [{"name": "http", "port": 8080, "protocol": "TCP"}]}));
    let text = json!({"apiVersion": "v1", "kind": "List", "items": items}).to_string();
    Snapshot::from_texts(&[Input { name: "cluster", text: text.as_bytes() }])
}

fn is_backend(index: usize) -> bool {
    index.is_multiple_of(500)
}

fn address(index: usize, nodes: usize) -> String {
    let (node, host) = (index % nodes, index / nodes + 1);
    format!("10.{}.{}.{host}", node / 250, node % 250)
}

fn node(index: usize) -> Value {
    let address = format!("172.16.{}.{}", index / 250, index % 250 + 1);
    json!({"apiVersion": "v1", "kind": "Node", "metadata": {"name": format!("n{index:04}"), "annotations": {
            "projectcalico.org/IPv4Address": format!("{address}/16"),
            "projectcalico.org/IPv4VXLANTunnelAddr": format!("10.{}.{}.0", index / 250, index % 250)}},
        "status": {"addresses": [{"type": "InternalIP", "address": address}], "conditions": [{"type": "Ready", "status": "True"}]}})
}

fn pod(index: usize, nodes: usize) -> Value {
    let (namespace, app) = if is_backend(index) { ("shop", "web") } else { ("other", "job") };
    let address = address(index, nodes);
    json!({"apiVersion": "v1", "kind": "Pod",
        "metadata": {"name": format!("{app}-{index}"), "namespace": namespace, "labels": {"app": app}},
        "spec": {"nodeName": format!("n{:04}", index % nodes), "containers": [{"name": "c", "image": "i"}]},
        "status": {"phase": "Running", "podIP": address, "podIPs": [{"ip": address}],
            "conditions": [{"type": "Ready", "status": "True"}]}})
}

fn endpoint(index: usize, nodes: usize) -> Value {
    json!({"addresses": [address(index, nodes)], "nodeName": format!("n{:04}", index % nodes), "conditions": {"ready": true},
        "targetRef": {"kind": "Pod", "name": format!("web-{index}"), "namespace": "shop"}})
}

fn benchmark(criterion: &mut Criterion) {
    for (nodes, pods) in [(100, 5_000), (1_000, 10_000), (5_000, 10_000)] {
        let snapshot = cluster(nodes, pods);
        let network = Network::new(&snapshot, &Overrides::default());
        let exposure = Exposure {
            target: ExposureTarget::Service(NamespacedName::new("shop", "web")),
            ports: Vec::new(),
            doors: vec![DoorKind::NodePort],
            clients: vec![Client::Block("203.0.113.0/24".parse().expect("a block"))],
        };
        let settings = Settings::default();
        let entries = minimal(&network, &exposure, &settings).entries.len();
        criterion.bench_function(&format!("minimal, {nodes} nodes, {pods} pods, {entries} entries"), |bencher| {
            bencher.iter(|| minimal(&network, &exposure, &settings));
        });
    }
}

/// Everything that is exposed, for a block outside, for the pods of a namespace, and for everyone.
fn all(criterion: &mut Criterion) {
    let mut text = Vec::new();
    let shape = Shape::ManyExposures { nodes: 5_000, exposures: 1_000 };
    write(&shape, 1, Format::CompactJson, &mut text).unwrap();
    let snapshot = Snapshot::from_texts(&[Input { name: "cluster", text: &text }]);
    let network = Network::new(&snapshot, &Overrides::default());
    let wanted = [
        ("a cidr", Client::Block("203.0.113.0/24".parse().unwrap())),
        ("a namespace", Client::Namespace("team-1".into())),
        ("everyone", Client::Any),
    ];
    for (name, client) in wanted {
        let (exposures, _) = exposures(&snapshot, &[client]);
        criterion.bench_function(
            &format!("minimal for all, 5000 nodes, {} exposures, {name}", exposures.len()),
            |bencher| {
                bencher.iter(|| {
                    minimal_all(
                        &network,
                        &exposures,
                        &Settings::default(),
                        Effort::whole(&bulkhead_model::watch::Unwatched),
                    )
                });
            },
        );
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(10);
    targets = benchmark, all
}
criterion_main!(benches);
