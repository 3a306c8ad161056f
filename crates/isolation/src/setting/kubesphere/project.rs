//! One pass over the projects (`syncNs`).

use bulkhead_model::object::{Namespace, NamespaceNetworkPolicy};
use bulkhead_model::{Issue, NamespacedName, ObjectRef};
use bulkhead_snapshot::Snapshot;

use super::base::{BasePolicy, Egress, Scope};
use super::{Entries, about_policy, policy_name};
use crate::plan::{Desired, Isolation, ProjectStatus};
use crate::workspace::{self, WorkspaceSwitch, Workspaces};
use crate::{code, names};

/// Syncs every namespace.
pub(super) fn sync(snapshot: &Snapshot, base: &BasePolicy, entries: &Entries<'_>, desired: &mut Desired) {
    let workspaces = Workspaces::new(snapshot);
    for namespace in snapshot.namespaces.rows().iter().filter(|namespace| namespace.declared) {
        let isolation = isolation(namespace, &workspaces);
        let own = entries.get(&namespace.name).map_or(&[][..], Vec::as_slice);
        let project = workspace::of(namespace);
        if project.is_some() || workspace::project_switch(namespace) || !own.is_empty() {
            let workspace = project.cloned();
            desired.projects.push(ProjectStatus { namespace: namespace.name.clone(), workspace, isolation });
        }
        sync_one(snapshot, base, namespace, isolation, own, desired);
    }
}

fn isolation(namespace: &Namespace, workspaces: &Workspaces<'_>) -> Isolation {
    let Some(workspace) = workspace::of(namespace) else { return Isolation::NoWorkspace };
    match workspaces.field(workspace) {
        WorkspaceSwitch::Missing | WorkspaceSwitch::Unknown => Isolation::Unknown,
        _ if workspace::project_switch(namespace) => Isolation::Project,
        WorkspaceSwitch::On => Isolation::Workspace,
        WorkspaceSwitch::Off => Isolation::Off,
    }
}

fn sync_one(
    snapshot: &Snapshot,
    base: &BasePolicy,
    namespace: &Namespace,
    isolation: Isolation,
    entries: &[&NamespaceNetworkPolicy],
    desired: &mut Desired,
) {
    let name = NamespacedName::new(namespace.name.clone(), names::BASE_POLICY);
    let scope = match (isolation, workspace::of(namespace)) {
        (Isolation::Project, _) => Scope::Project,
        (Isolation::Workspace, Some(workspace)) => Scope::Workspace(workspace),
        (Isolation::Off, _) => {
            desired.delete.insert(name);
            delete_entries(namespace, entries, desired);
            return;
        }
        _ => return untouched(snapshot, &name, namespace, isolation, desired),
    };
    // The presence of an entry decides, not whether it can be converted.
    let restricts = entries.iter().any(|entry| entry.egress.as_ref().is_some_and(|rules| !rules.is_empty()));
    let egress = if restricts { Egress::Restricted } else { Egress::Open };
    desired.add(base.of(&namespace.name, scope, egress));
    if matches!(scope, Scope::Workspace(_)) {
        delete_entries(namespace, entries, desired);
        if egress == Egress::Restricted {
            let code = code::KUBESPHERE_TAKES_BACK_EGRESS;
            desired.issues.push(about_policy(Issue::warning, code, &namespace.name, names::BASE_POLICY));
        }
    }
}

/// Without the project's own switch, all its entries are deleted.
fn delete_entries(namespace: &Namespace, entries: &[&NamespaceNetworkPolicy], desired: &mut Desired) {
    if entries.is_empty() {
        return;
    }
    let list: Vec<&str> = entries.iter().map(|entry| entry.name.name.as_str()).collect();
    desired.issues.push(
        Issue::warning(code::KUBESPHERE_DELETES_ENTRIES)
            .at(namespace.position)
            .about(ObjectRef::cluster("Namespace", namespace.name.clone()))
            .with("entries", list.join(", ")),
    );
    let code = code::KUBESPHERE_TAKES_BACK_POLICY;
    let policies = list.iter().map(|entry| about_policy(Issue::warning, code, &namespace.name, &policy_name(entry)));
    desired.issues.extend(policies);
}

/// A namespace that is no project of a known workspace is left alone, and so is the policy that it still has.
fn untouched(
    snapshot: &Snapshot,
    base: &NamespacedName,
    namespace: &Namespace,
    isolation: Isolation,
    desired: &mut Desired,
) {
    if snapshot.network_policies.binary_search_by(|policy| policy.name.cmp(base)).is_ok() {
        let code = code::KUBESPHERE_LEAVES_POLICY;
        desired.issues.push(about_policy(Issue::warning, code, &namespace.name, names::BASE_POLICY));
    }
    let on = workspace::project_switch(namespace);
    let issue = match (isolation, workspace::of(namespace)) {
        (Isolation::NoWorkspace, _) if on => Issue::warning(code::PROJECT_WITHOUT_WORKSPACE),
        (Isolation::Unknown, Some(workspace)) => {
            Issue::warning(code::PROJECT_WORKSPACE_NOT_FOUND).with("workspace", workspace)
        }
        _ => return,
    };
    desired.issues.push(issue.at(namespace.position).about(ObjectRef::cluster("Namespace", namespace.name.clone())));
}
