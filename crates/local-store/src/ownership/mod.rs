//! Who manages which field: `metadata.managedFields`, and apply by field manager.
//!
//! The rules are those of server-side apply. Lists are replaced as a whole, except the few that Kubernetes merges by a key
//! ([`shape`]).

mod apply;
mod fields_v1;
mod manager;
mod path;
mod shape;

pub(crate) use apply::{By, apply, record_update};
