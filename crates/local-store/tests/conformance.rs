//! The suite that every store passes.

use std::time::Duration;

use bulkhead_local_store::{Actor, Clock, Keep, LocalStore};
use bulkhead_store::conformance::{Bed, cases};

/// Longer than any case takes.
const LIMIT: Duration = Duration::from_secs(20);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_local_store_conforms() {
    let folder = tempfile::tempdir().unwrap();
    let store = LocalStore::open(&folder.path().join("store"), Actor("tester".to_owned()), Clock::system()).unwrap();
    let forget =
        || -> bulkhead_store::Pending<'_, ()> { Box::pin(async { store.compact(Keep::Last(0)).await.map(drop) }) };
    let mut failed = Vec::new();
    for (index, case) in cases().enumerate() {
        let bed = Bed { store: &store, namespace: format!("case-{index}"), forget: &forget };
        bed.prepare().await.unwrap();
        match tokio::time::timeout(LIMIT, (case.run)(&bed)).await {
            Ok(Ok(())) => {}
            Ok(Err(wrong)) => failed.push(format!("{}: {wrong}", case.name)),
            Err(_) => failed.push(format!("{}: no end after {LIMIT:?}", case.name)),
        }
    }
    assert!(failed.is_empty(), "{} cases failed:\n{}", failed.len(), failed.join("\n"));
}
