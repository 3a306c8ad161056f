//! Health, readiness and metrics over HTTP.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use bulkhead_controller::Counters;
use tokio::net::TcpListener;

use super::metrics;

/// What is shown.
#[derive(Debug, Default)]
pub(super) struct Shown {
    pub(super) counters: Counters,
    /// Projects that could not be made right so far.
    pub(super) failing: u64,
}

type Shared = Arc<Mutex<Shown>>;

/// Begins to answer at an address.
pub(super) async fn serve(address: SocketAddr, shown: Shared) -> io::Result<()> {
    let listener = TcpListener::bind(address).await?;
    tracing::info!(address = %listener.local_addr()?, "listening");
    let router = Router::new()
        .route("/healthz", get(async || "ok\n"))
        .route("/readyz", get(ready))
        .route("/metrics", get(counted))
        .with_state(shown);
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok(())
}

/// Ready is who knows the whole cluster, whether it leads or not.
async fn ready(State(shown): State<Shared>) -> (StatusCode, &'static str) {
    let shown = shown.lock().unwrap_or_else(PoisonError::into_inner);
    if shown.counters.synced { (StatusCode::OK, "ok\n") } else { (StatusCode::SERVICE_UNAVAILABLE, "not listed yet\n") }
}

async fn counted(State(shown): State<Shared>) -> ([(&'static str, &'static str); 1], String) {
    let shown = shown.lock().unwrap_or_else(PoisonError::into_inner);
    ([("content-type", "text/plain; version=0.0.4; charset=utf-8")], metrics::render(&shown))
}
