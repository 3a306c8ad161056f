//! KubeSphere's names for tenancy, and whose a project is.

use std::collections::BTreeMap;

use bulkhead_model::object::{Namespace, Workspace};
use bulkhead_model::{Name, Readable};
use bulkhead_snapshot::Snapshot;

/// Annotation of a Namespace and of a Workspace: the isolation switch.
pub(crate) const NETWORK_ISOLATE: &str = "kubesphere.io/network-isolate";
/// Another spelling of it, on a Workspace.
pub(crate) const WORKSPACE_ISOLATE: &str = "kubesphere.io/workspace-isolate";
/// The only value that means "on".
pub(crate) const ENABLED: &str = "enabled";
/// Label of a Namespace: its workspace.
const WORKSPACE_LABEL: &str = "kubesphere.io/workspace";
/// The workspace of the system's own namespaces: gateways, monitoring, DNS.
pub(crate) const SYSTEM_WORKSPACE: &str = "system-workspace";

/// The workspace that a project's label names.
pub(crate) fn workspace_of(namespace: &Namespace) -> Option<&Name> {
    namespace.labels.get(WORKSPACE_LABEL).filter(|workspace| !workspace.is_empty())
}

/// The workspace of the project of a name.
pub(crate) fn workspace_of_project<'a>(snapshot: &'a Snapshot, namespace: &str) -> Option<&'a Name> {
    snapshot.namespace(namespace).and_then(|id| workspace_of(&snapshot.namespaces[id]))
}

/// Whether a project's own switch is on.
pub(crate) fn is_switched_on(namespace: &Namespace) -> bool {
    namespace.annotations.get(NETWORK_ISOLATE).is_some_and(|value| value == ENABLED)
}

/// The workspaces of a snapshot, by name.
pub(crate) fn workspaces(snapshot: &Snapshot) -> BTreeMap<&Name, &Workspace> {
    snapshot.workspaces.iter().map(|workspace| (&workspace.name, workspace)).collect()
}

/// Whether a workspace's switch is on; `None` where nobody can tell.
pub(crate) fn is_workspace_on(workspace: &Workspace) -> Option<bool> {
    let annotated = [NETWORK_ISOLATE, WORKSPACE_ISOLATE]
        .into_iter()
        .any(|key| workspace.annotations.get(key).is_some_and(|value| value == ENABLED));
    match &workspace.network_isolation {
        _ if annotated => Some(true),
        None => Some(false),
        Some(Readable::Known(on)) => Some(*on),
        Some(Readable::Unreadable { .. }) => None,
    }
}
