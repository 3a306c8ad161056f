//! One line for every write that was asked for: who, what, and what became of it.

use std::sync::Arc;

use serde::Serialize;

/// A write that was asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AuditLine {
    /// When, in UTC.
    pub time: String,
    /// Who, as whoever signed them in says.
    pub user: String,
    /// Their groups.
    pub groups: Vec<String>,
    /// The digest of the preview that they had seen.
    pub digest: String,
    /// `applied`, or why not: the code of the problem.
    pub outcome: String,
    /// What was written and deleted, as `NetworkPolicy shop/web`.
    pub objects: Vec<String>,
    /// The state afterwards.
    pub state: Option<String>,
}

/// Where the lines go.
#[derive(Clone)]
pub struct Audit(Arc<dyn Fn(&AuditLine) + Send + Sync>);

impl std::fmt::Debug for Audit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Audit")
    }
}

impl Default for Audit {
    fn default() -> Self {
        Self::to(|_| {})
    }
}

impl Audit {
    /// To whoever takes them.
    pub fn to(taker: impl Fn(&AuditLine) + Send + Sync + 'static) -> Self {
        Self(Arc::new(taker))
    }

    /// Hands over a line.
    pub(crate) fn note(&self, line: &AuditLine) {
        (self.0)(line);
    }
}
