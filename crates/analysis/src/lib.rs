//! The API boundary: plain data in, plain data out.
//!
//! An [`Analysis`] is built once from a snapshot and what the user says about the cluster; every question is a method of it.
//! Whoever asks (the command line, a server, a controller) needs this crate and nothing below it: the types that questions
//! and answers are made of are exported again here.
//!
//! Like everything below it, this crate does no I/O and makes no words.

mod analysis;
pub mod assertion;
pub mod difference;
pub mod explanation;
mod live_cluster;
mod members;
pub mod outcome;
mod planning;
pub mod proof;
pub mod reachability;
pub mod system;
pub mod topology;

pub use analysis::Analysis;
pub use assertion::{Assertion, Assertions};
pub use bulkhead_allowlist as allowlist;
pub use bulkhead_check as check;
pub use bulkhead_isolation as isolation;
pub use bulkhead_model as model;
pub use bulkhead_netpol_analyzer as netpol_analyzer;
pub use bulkhead_path as path;
pub use bulkhead_policy as policy;
pub use bulkhead_snapshot as snapshot;
pub use difference::Difference;
pub use explanation::{Account, Explained, explain_request};
pub use live_cluster::{LiveCluster, Taken};
pub use members::{ByNode, MOST_ROUTES, MemberSources, ToldRoute, distinct_routes, told_routes};
pub use outcome::Whole;
pub use planning::UNDETERMINED as EXPOSURE_UNDETERMINED;
pub use planning::{Planned, PlannedExposure, Worked, exposed_unknown, planned, work_out};
pub use proof::{Proof, Ways, prove};
pub use reachability::{By, Reachability};
pub use system::{SystemKind, SystemNeed, SystemNeeds, Takes, system_needs};
pub use topology::Topology;
