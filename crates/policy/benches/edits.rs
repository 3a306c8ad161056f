//! How long one edit takes in a cluster of 25,000 namespaces, 100,000 pods and 75,000 policies:
//! `cargo bench -p bulkhead-policy --bench edits`.

#![allow(missing_docs, clippy::unwrap_used)]

use std::sync::Arc;

use bulkhead_policy::Policies;
use bulkhead_policy::reach::live::Object;
use bulkhead_policy::reach::{Change, Live};
use bulkhead_shapes::{Format, Shape, write};
use bulkhead_snapshot::{Input, Snapshot};
use criterion::{Criterion, criterion_group, criterion_main};

fn snapshot(shape: Shape) -> Snapshot {
    let mut text = Vec::new();
    write(&shape, 1, Format::CompactJson, &mut text).unwrap();
    Snapshot::from_texts(&[Input { name: "cluster", text: &text }])
}

fn middle<T: Clone>(all: &[T]) -> T {
    all.get(all.len() / 2).unwrap().clone()
}

/// What a pod, a policy and a namespace are, and what they are after an edit that matters.
fn edits(snapshot: &Snapshot) -> Vec<(&'static str, Object, Object)> {
    let pod = middle(snapshot.pods.rows());
    let mut moved = pod.clone();
    Arc::make_mut(&mut moved).addresses = vec!["10.200.0.1".parse().unwrap()];
    let mut relabelled = pod.clone();
    Arc::make_mut(&mut relabelled).labels = relabelled.labels.with("app", "new");
    let web = snapshot.network_policies.iter().filter(|policy| policy.name.name == "to-web").cloned();
    let policy = middle(&web.collect::<Vec<_>>());
    let mut closed = policy.clone();
    Arc::make_mut(&mut closed).ingress.clear();
    let namespace = middle(snapshot.namespaces.rows());
    let mut of_other_team = namespace.clone();
    of_other_team.labels = of_other_team.labels.with("team", "team-1");
    vec![
        ("a pod gets another address", Object::Pod(pod.clone()), Object::Pod(moved)),
        ("a pod gets another label", Object::Pod(pod), Object::Pod(relabelled)),
        ("a policy gets other rules", Object::NetworkPolicy(policy), Object::NetworkPolicy(closed)),
        ("a namespace gets another team", Object::Namespace(namespace), Object::Namespace(of_other_team)),
    ]
}

fn one_edit(criterion: &mut Criterion) {
    let snapshot = snapshot(Shape::ManyNamespaces { namespaces: 25_000 });
    let policies = Policies::new(&snapshot);
    let mut live = Live::new(&snapshot, &policies);
    let mut group = criterion.benchmark_group("one edit");
    group.sample_size(20);
    for (name, before, after) in edits(&snapshot) {
        let mut turn = [after, before].into_iter().cycle();
        group.bench_function(name, |bencher| {
            bencher.iter_batched(
                || turn.next().unwrap(),
                |object| live.apply(Change::Put(object)),
                criterion::BatchSize::PerIteration,
            );
        });
    }
    group.finish();
}

criterion_group!(benches, one_edit);
criterion_main!(benches);
