//! New states, told as they come.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use futures_util::stream;

use super::reading::Parameters;
use super::{Context, Method, Operation};
use crate::problem::Problem;

/// How often a stream without news says that it is alive.
const ALIVE: Duration = Duration::from_secs(15);

pub(super) const EVENTS: Operation = Operation {
    method: Method::Get,
    path: "/events",
    id: "watchEvents",
    summary: "Server-sent events: `state` with the version of each new state of the cluster, the current one first.",
    parameters: &[],
    body: None,
    answer: None,
    route: || get(events),
};

async fn events(State(context): State<Arc<Context>>, parameters: Parameters) -> Result<Response, Problem> {
    parameters.of(&[])?;
    let permit = Arc::clone(&context.streams).try_acquire_owned();
    let permit = permit.map_err(|_| Problem::new(StatusCode::SERVICE_UNAVAILABLE, "problem.busy"))?;
    let mut states = context.cluster.states();
    // The handle must not keep an old state alive while nothing happens: only the receiver is held.
    states.mark_changed();
    let told = stream::unfold((states, permit), |(mut states, permit)| async move {
        states.changed().await.ok()?;
        let version = states.borrow_and_update().version.clone();
        let event = Ok::<_, Infallible>(Event::default().event("state").data(version));
        Some((event, (states, permit)))
    });
    Ok(Sse::new(told).keep_alive(KeepAlive::new().interval(ALIVE)).into_response())
}
