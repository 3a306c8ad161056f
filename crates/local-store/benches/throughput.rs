//! Reads and durable writes a second, in one process.

use bulkhead_local_store::{Actor, Clock, LocalStore};
use bulkhead_store::{Apply, KnownKind, Object, ObjectKey, Resource, Store as _, Write};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use serde_json::json;
use tokio::runtime::{Builder, Runtime};

/// Objects in the store.
const OBJECTS: u64 = 10_000;
/// Writers that wait for their acknowledgements at the same time: a controller's, or the requests of an API.
const WRITERS: u64 = 64;

fn policies() -> Resource {
    let known = KnownKind::named("netpol");
    known.map_or_else(|| unreachable!("the catalogue has it"), |known| known.resource.clone())
}

fn policy(name: u64, port: u64) -> Object {
    let object = json!({
        "apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy",
        "metadata": {"name": format!("p-{name}"), "namespace": "shop", "labels": {"app.kubernetes.io/managed-by": "bulkhead"}},
        "spec": {"podSelector": {}, "policyTypes": ["Ingress"], "ingress": [{"ports": [{"protocol": "TCP", "port": port}]}]},
    });
    Object::from_value(object).unwrap_or_default()
}

fn filled(folder: &std::path::Path, runtime: &Runtime) -> LocalStore {
    let store = LocalStore::open(&folder.join("store"), Actor("bench".to_owned()), Clock::system());
    let store = store.unwrap_or_else(|error| unreachable!("{error}"));
    let namespace = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}});
    let namespace = Object::from_value(namespace).unwrap_or_default();
    let namespaces = KnownKind::named("ns").map(|known| known.resource.clone());
    runtime.block_on(async {
        if let Some(namespaces) = namespaces {
            let _ = store.create(&namespaces, &namespace, &Write::by("bench")).await;
        }
    });
    write(&store, runtime, 0..OBJECTS, 80);
    store
}

/// Applies objects, `WRITERS` at a time, each acknowledged when it is on the disk.
fn write(store: &LocalStore, runtime: &Runtime, names: std::ops::Range<u64>, port: u64) {
    let writers = (0..WRITERS).map(|writer| {
        let (store, names) = (store.clone(), names.clone());
        runtime.spawn(async move {
            let (policies, how) = (policies(), Apply::force(Write::by("bench")));
            for name in names.filter(|name| name % WRITERS == writer) {
                let written = store.apply(&policies, &policy(name, port), &how).await;
                assert!(written.is_ok(), "{written:?}");
            }
        })
    });
    for writer in writers.collect::<Vec<_>>() {
        let _ = runtime.block_on(writer);
    }
}

fn throughput(criterion: &mut Criterion) {
    let runtime = Builder::new_multi_thread().worker_threads(2).build().unwrap_or_else(|error| unreachable!("{error}"));
    let folder = tempfile::tempdir().unwrap_or_else(|error| unreachable!("{error}"));
    let store = filled(folder.path(), &runtime);
    let mut group = criterion.benchmark_group("local-store");
    group.sample_size(10);
    group.throughput(Throughput::Elements(1000));
    let mut turn = 0_u64;
    group.bench_function("1000 reads", |bencher| {
        bencher.iter(|| {
            for _ in 0..1000 {
                turn = (turn + 7919) % OBJECTS;
                let key = ObjectKey::namespaced("shop", format!("p-{turn}"));
                let read = runtime.block_on(store.get(&policies(), &key));
                assert!(read.is_ok());
            }
        });
    });
    let mut port = 1000;
    group.bench_function("1000 durable writes by 64 writers", |bencher| {
        bencher.iter(|| {
            port += 1;
            write(&store, &runtime, 0..1000, port);
        });
    });
    group.finish();
}

criterion_group!(benches, throughput);
criterion_main!(benches);
