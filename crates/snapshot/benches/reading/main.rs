//! How fast dumps are read: `cargo bench -p bulkhead-snapshot --bench reading`.

#![allow(missing_docs, clippy::unwrap_used, clippy::format_push_string)]

mod cluster;
mod yaml;

use std::hint::black_box;

use bulkhead_snapshot::{Input, read};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};

fn reading(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("reading");
    group.sample_size(10);
    let mut numbers = cluster::Numbers::new(1);
    let pods = cluster::list(&cluster::pods(4_000, &mut numbers));
    let policies = cluster::list(&cluster::policies(20_000, &mut numbers));
    let texts = [
        ("pods, JSON as kubectl prints it", serde_json::to_string_pretty(&pods).unwrap()),
        ("pods, JSON as the API answers", pods.to_string()),
        ("pods, YAML", yaml::document(&pods)),
        ("policies, JSON as kubectl prints it", serde_json::to_string_pretty(&policies).unwrap()),
        ("policies, JSON as the API answers", policies.to_string()),
        ("policies, YAML", yaml::document(&policies)),
    ];
    for (name, text) in &texts {
        let objects = read(&[Input { name, text: text.as_bytes() }]);
        assert!(
            objects.issues.is_empty() && objects.pods.len() + objects.network_policies.len() > 3_999,
            "{:?}",
            objects.issues.first()
        );
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_with_input(BenchmarkId::from_parameter(name), text, |bencher, text| {
            bencher.iter(|| black_box(read(&[Input { name: "dump", text: text.as_bytes() }])));
        });
    }
    group.finish();
}

criterion_group!(benches, reading);
criterion_main!(benches);
