//! How far the work for a request is.

use schemars::JsonSchema;
use serde::Serialize;

/// How far the work for a request is.
#[derive(Clone, Debug, PartialEq, Eq, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct WorkForm {
    /// The name that the request gave it.
    pub name: String,
    /// What is being done: `read`, `lower`, `classes`, `rows`, `pairs`, `exposures`, `rules` or `answer`; null before it begins.
    pub phase: Option<&'static str>,
    /// How many parts of this phase are done.
    pub done: usize,
    /// How many parts the phase has; 0 where nobody knows.
    pub of: usize,
    /// For how long it has been worked on, in milliseconds.
    pub milliseconds: u64,
}
