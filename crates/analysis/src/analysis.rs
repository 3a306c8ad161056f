//! One cluster, ready to be asked.

use bulkhead_isolation::{Plan, Setting, Settings};
use bulkhead_model::Issue;
use bulkhead_path::{Answer, Request};
use bulkhead_snapshot::Snapshot;

/// A cluster state with everything resolved that questions share.
#[derive(Clone, Debug)]
pub struct Analysis<'a> {
    snapshot: &'a Snapshot,
}

impl<'a> Analysis<'a> {
    /// Resolves what all questions share.
    pub fn new(snapshot: &'a Snapshot) -> Self {
        Self { snapshot }
    }

    /// The cluster state that answers are about.
    pub fn snapshot(&self) -> &'a Snapshot {
        self.snapshot
    }

    /// Every route of one request.
    pub fn trace(&self, request: &Request) -> Answer {
        let _ = request;
        Answer { routes: Vec::new(), issues: vec![Issue::error("notAnswered")] }
    }

    /// What the isolation switches and allowlists mean.
    pub fn plan(&self, setting: Setting, settings: &Settings) -> Plan {
        bulkhead_isolation::plan(self.snapshot, setting, settings)
    }
}
