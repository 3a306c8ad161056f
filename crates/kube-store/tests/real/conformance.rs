//! The suite that every store passes.

use std::time::Duration;

use bulkhead_control_plane::{ControlPlane, Server};
use bulkhead_store::StoreError;
use bulkhead_store::conformance::{Bed, cases};

/// Longer than any case takes, a restart of the API server included.
const LIMIT: Duration = Duration::from_mins(1);

pub(super) fn conforms(plane: &ControlPlane) {
    super::run(run_cases(plane));
}

async fn run_cases(plane: &ControlPlane) {
    let store = super::store(plane, "admin").await;
    // The events before a start are in no API server's memory.
    let forget = || -> bulkhead_store::Pending<'_, ()> {
        Box::pin(async {
            let restart = || {
                plane.kill_server(Server::KubeApiserver)?;
                plane.start_server(Server::KubeApiserver)
            };
            tokio::task::block_in_place(restart).map_err(|error| StoreError::Internal(error.to_string()))
        })
    };
    let (mut failed, mut count) = (Vec::new(), 0);
    for (index, case) in cases().enumerate() {
        count += 1;
        let bed = Bed { store: &store, namespace: format!("case-{index}"), forget: &forget };
        bed.prepare().await.unwrap();
        match tokio::time::timeout(LIMIT, (case.run)(&bed)).await {
            Ok(Ok(())) => {}
            Ok(Err(wrong)) => failed.push(format!("{}: {wrong}", case.name)),
            Err(_) => failed.push(format!("{}: no end after {LIMIT:?}", case.name)),
        }
    }
    assert!(failed.is_empty(), "{} of {count} cases failed:\n{}", failed.len(), failed.join("\n"));
    println!("{count} cases");
}
