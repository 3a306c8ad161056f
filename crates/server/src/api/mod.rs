//! The API: one list of operations, of which the router and the document about it are made.
//!
//! Adding an operation is a file here and its line in [`OPERATIONS`].

mod changes;
mod events;
mod exposures;
mod findings;
mod history;
mod isolation;
mod matrix;
mod operation;
mod overview;
mod plan;
mod policies;
mod reading;
mod tenants;
mod topology;
mod trace;
mod work;

use std::sync::Arc;

use axum::Router;
use axum::http::StatusCode;
use tokio::sync::Semaphore;

use crate::access::Audit;
use crate::cluster::Cluster;
use crate::kapis;
use crate::problem::Problem;
use crate::work::Works;

pub(crate) use changes::noted;
pub(crate) use operation::{Is, Method, Operation, PICTURE, Parameter};
pub(crate) use reading::Parameters;

/// Where the operations are.
pub(crate) const ROOT: &str = "/api/v1alpha1";

/// Every operation, in the order of the document.
pub(crate) const OPERATIONS: &[&Operation] = &[
    &overview::VERSION,
    &overview::OVERVIEW,
    &tenants::TENANTS,
    &isolation::ISOLATION,
    &policies::POLICIES,
    &policies::POLICY,
    &plan::PLAN,
    &trace::TRACE,
    &trace::PICTURE,
    &trace::EXPLAIN,
    &exposures::MINIMAL,
    &exposures::EXPOSURES,
    &matrix::MATRIX,
    &topology::TOPOLOGY,
    &topology::PICTURE,
    &findings::FINDINGS,
    &history::HISTORY,
    &changes::PREVIEW,
    &changes::APPLY,
    &events::EVENTS,
    &work::PROGRESS,
    &work::CANCEL,
];

/// What handlers share.
#[derive(Debug)]
pub(crate) struct Context {
    pub(crate) cluster: Arc<Cluster>,
    /// Where writes are noted.
    pub(crate) audit: Audit,
    /// Where people sign out, if it is here that they sign in.
    pub(crate) sign_out: Option<&'static str>,
    /// The work that has a name.
    pub(crate) works: Works,
    /// One permit for each open stream of events.
    pub(crate) streams: Arc<Semaphore>,
}

/// The operations as a router.
pub(crate) fn router(context: Arc<Context>) -> Router {
    let all = OPERATIONS.iter().fold(Router::new(), |router, operation| {
        router.route(&format!("{ROOT}{}", operation.path), (operation.route)())
    });
    let nothing = || async { Problem::new(StatusCode::NOT_FOUND, "problem.noSuchPath") };
    kapis::add(all)
        .route("/api/{*rest}", axum::routing::any(nothing))
        .method_not_allowed_fallback(|| async { Problem::new(StatusCode::METHOD_NOT_ALLOWED, "problem.method") })
        .with_state(context)
}
