//! How long it takes to know who reaches whom, after reading: `cargo bench -p bulkhead-policy --bench reach`.

#![allow(missing_docs, clippy::unwrap_used)]

use std::hint::black_box;

use bulkhead_policy::Policies;
use bulkhead_policy::reach::Reach;
use bulkhead_shapes::{Format, Shape, write};
use bulkhead_snapshot::{Input, Snapshot};
use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};

fn snapshot(shape: Shape) -> Snapshot {
    let mut text = Vec::new();
    write(&shape, 1, Format::CompactJson, &mut text).unwrap();
    Snapshot::from_texts(&[Input { name: "cluster", text: &text }])
}

/// From a snapshot to the last pair.
fn all_pairs(snapshot: &Snapshot) -> u64 {
    let policies = Policies::new(snapshot);
    let reach = Reach::new(snapshot, &policies);
    let (mut found, mut pairs) = (0, reach.pairs());
    for from in reach.classes() {
        pairs.from(from, |_, _| found += 1);
    }
    found
}

fn shapes(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("all pairs");
    group.sample_size(10);
    let shapes = [
        ("100 workloads, 140 policies", Shape::MicroSegmented { namespaces: 10, workloads: 10 }),
        ("1,000 workloads, 1,080 policies", Shape::MicroSegmented { namespaces: 20, workloads: 50 }),
        ("3,500 pods, 12,000 policies", Shape::SmallPolicies { namespaces: 1_000 }),
        ("25,000 namespaces, 100,000 pods, 75,000 policies", Shape::ManyNamespaces { namespaces: 25_000 }),
    ];
    for (name, shape) in shapes {
        let snapshot = snapshot(shape);
        group.bench_function(name, |bencher| bencher.iter(|| black_box(all_pairs(&snapshot))));
    }
    group.finish();
}

/// Work should grow as rules x classes do: by four when the size doubles.
fn adversarial(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("adversarial");
    group.sample_size(10);
    for size in [128, 256, 512, 1_024, 2_048] {
        let snapshot = snapshot(Shape::Adversarial { size });
        group.bench_function(BenchmarkId::from_parameter(size), |bencher| {
            bencher.iter(|| black_box(all_pairs(&snapshot)));
        });
    }
    group.finish();
}

criterion_group!(benches, shapes, adversarial);
criterion_main!(benches);
