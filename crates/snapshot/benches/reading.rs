//! How fast dumps are read: `cargo bench -p bulkhead-snapshot --bench reading`.

#![allow(missing_docs, clippy::unwrap_used)]

use std::hint::black_box;

use bulkhead_shapes::{Format, Shape, write};
use bulkhead_snapshot::{Input, Snapshot, read};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};

fn reading(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("reading");
    group.sample_size(10);
    let shapes = [
        ("pods", Shape::Dump { pods: 4_000, policies: 0 }),
        ("policies", Shape::Dump { pods: 0, policies: 20_000 }),
        ("small policies", Shape::SmallPolicies { namespaces: 1_000 }),
    ];
    for (name, shape) in shapes {
        for format in Format::ALL {
            let mut text = Vec::new();
            write(&shape, 1, format, &mut text).unwrap();
            let objects = read(&[Input { name, text: &text }]);
            assert!(objects.issues.is_empty(), "{:?}", objects.issues.first());
            group.throughput(Throughput::Bytes(text.len() as u64));
            let name = BenchmarkId::from_parameter(format!("{name}, {}", format.name()));
            group.bench_with_input(name, &text, |bencher, text| {
                bencher.iter(|| black_box(read(&[Input { name: "dump", text }])));
            });
        }
    }
    group.finish();
}

/// A dump of Services and endpoints, read and indexed.
fn services(criterion: &mut Criterion) {
    let mut text = Vec::new();
    write(&Shape::ManyServices { services: 50_000, endpoints: 500_000 }, 1, Format::CompactJson, &mut text).unwrap();
    let mut group = criterion.benchmark_group("indexing");
    group.sample_size(10).throughput(Throughput::Bytes(text.len() as u64));
    group.bench_function("50000 Services, 500000 endpoints", |bencher| {
        bencher.iter(|| black_box(Snapshot::new(read(&[Input { name: "dump", text: &text }]))));
    });
    group.finish();
}

criterion_group!(benches, reading, services);
criterion_main!(benches);
