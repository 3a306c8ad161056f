//! New states, told as they come.

use std::convert::Infallible;
use std::sync::{Arc, Weak};
use std::time::Duration;

use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use futures_util::stream::{self, StreamExt as _};

use super::overview::told;
use super::reading::Parameters;
use super::{Context, Method, Operation};
use crate::access::Lasting;
use crate::problem::Problem;
use crate::viewer::Asking;

/// How often a stream without news says that it is alive.
const ALIVE: Duration = Duration::from_secs(15);

pub(super) const EVENTS: Operation = Operation {
    method: Method::Get,
    path: "/events",
    id: "watchEvents",
    summary: "Server-sent events: `state` with the version of each new state of the cluster, the current one first; `stale` with the \
              time since when the cluster does not answer, and `fresh` when it answers again.",
    parameters: &[],
    body: None,
    answer: None,
    route: || get(events),
};

async fn events(
    State(context): State<Arc<Context>>,
    asking: Asking,
    session: Option<Extension<Lasting>>,
    parameters: Parameters,
) -> Result<Response, Problem> {
    parameters.of(&[])?;
    let permit = Arc::clone(&context.streams).try_acquire_owned();
    let permit = permit.map_err(|_| Problem::new(StatusCode::SERVICE_UNAVAILABLE, "problem.busy"))?;
    let mut states = context.cluster.states();
    // The handle must not keep an old state alive while nothing happens: only the receiver is held.
    states.mark_changed();
    let fresh = context.cluster.freshness();
    let (cluster, viewer) = (Arc::downgrade(&context.cluster), asking.viewer);
    let states = stream::unfold((states, permit, viewer), move |(mut states, permit, viewer)| {
        let cluster = Weak::clone(&cluster);
        async move {
            states.changed().await.ok()?;
            let epoch = Arc::clone(&states.borrow_and_update());
            let version = cluster.upgrade()?.version_for(&epoch, &epoch.sight(&viewer));
            let event = Ok::<_, Infallible>(Event::default().event("state").data(version));
            Some((event, (states, permit, viewer)))
        }
    });
    let ages = stream::unfold(fresh, |fresh| async move {
        let mut fresh = fresh?;
        fresh.changed().await.ok()?;
        let event = match *fresh.borrow_and_update() {
            Some(since) => Event::default().event("stale").data(told(since)),
            None => Event::default().event("fresh").data("-"),
        };
        Some((Ok(event), Some(fresh)))
    });
    // Whoever signs out hears nothing more, wherever they listen.
    let over = async {
        match session {
            Some(Extension(session)) => session.over().await,
            None => std::future::pending().await,
        }
    };
    let events = stream::select(states, ages).take_until(over);
    Ok(Sse::new(events).keep_alive(KeepAlive::new().interval(ALIVE)).into_response())
}
