//! How long questions take, on clusters of 100 and of 5,000 nodes.

#![allow(
    clippy::unwrap_used,
    missing_docs,
    reason = "a benchmark fails by panicking, and criterion makes its functions"
)]

mod generated;

use std::hint::black_box;

use bulkhead_model::{NamespacedName, PortRef, Protocol};
use bulkhead_path::{DoorKind, Network, Origin, Overrides, Request, Target, trace};
use criterion::{Criterion, criterion_group, criterion_main};

use generated::{Policies, Size, snapshot};

fn from_outside() -> Request {
    Request {
        from: Origin::Address("203.0.113.7".parse().unwrap()),
        to: Target::Service { name: NamespacedName::new("shop", "web"), door: Some(DoorKind::NodePort) },
        port: Some(PortRef::Number(80)),
        protocol: Protocol::Tcp,
        entry_node: None,
    }
}

fn between_pods() -> Request {
    let pod = |name: &str| NamespacedName::new("shop", name);
    Request { from: Origin::Pod(pod("pod-7")), to: Target::Pod(pod("pod-8")), ..from_outside() }
}

fn from_pod() -> Request {
    Request { from: Origin::Pod(NamespacedName::new("shop", "pod-77")), ..from_outside() }
}

fn questions(criterion: &mut Criterion) {
    let sizes = [
        ("100 nodes, 5000 pods", Size { nodes: 100, pods: 5_000, endpoints: 30, policies: Policies::None }),
        ("100 nodes, policy", Size { nodes: 100, pods: 5_000, endpoints: 30, policies: Policies::EverySecondNode }),
        ("5000 nodes, 20000 pods", Size { nodes: 5_000, pods: 20_000, endpoints: 30, policies: Policies::None }),
        ("5000 nodes, policy", Size { nodes: 5_000, pods: 20_000, endpoints: 30, policies: Policies::EverySecondNode }),
        ("5000 nodes, 1000 endpoints", Size { nodes: 5_000, pods: 20_000, endpoints: 1_000, policies: Policies::None }),
    ];
    for (name, size) in sizes {
        let snapshot = snapshot(size);
        let network = Network::new(&snapshot, &Overrides::default());
        let mut group = criterion.benchmark_group(name);
        group.sample_size(10);
        group.bench_function("resolve the network", |bencher| {
            bencher.iter(|| Network::new(black_box(&snapshot), &Overrides::default()));
        });
        let asked =
            [("pod to pod", between_pods()), ("outside to NodePort", from_outside()), ("pod to NodePort", from_pod())];
        for (what, request) in asked {
            assert!(!trace(&network, &request).routes.is_empty());
            group.bench_function(what, |bencher| bencher.iter(|| trace(black_box(&network), &request)));
        }
        group.finish();
    }
}

criterion_group!(benches, questions);
criterion_main!(benches);
