//! The projects: what their switches say, and which policies their entries mean.

use std::collections::{BTreeMap, BTreeSet};

use bulkhead_model::object::{Namespace, NamespaceNetworkPolicy, PolicyManifest};
use bulkhead_model::{Issue, Name, NamespacedName, ObjectRef};

use super::allowlist::Allowlist;
use super::base::Scope;
use super::cluster::{Cluster, Refusal};
use super::entry::{self, Resolved};
use super::{manifest, previous};
use crate::code;
use crate::plan::{Desired, EntryState, EntryStatus, Isolation, LastApplied, ProjectStatus};
use crate::workspace::{self, WorkspaceSwitch, Workspaces};

/// A namespace that the switches may concern.
#[derive(Debug)]
pub(super) struct Project<'s> {
    pub(super) namespace: &'s Namespace,
    pub(super) workspace: Option<&'s Name>,
    pub(super) isolation: Isolation,
}

impl<'s> Project<'s> {
    /// Whom the project is isolated from, if it is.
    pub(super) fn scope(&self) -> Option<Scope<'s>> {
        match (self.isolation, self.workspace) {
            (Isolation::Project, _) => Some(Scope::Project),
            (Isolation::Workspace, Some(workspace)) => Some(Scope::Workspace(workspace)),
            _ => None,
        }
    }
}

/// What the entries of a project mean.
#[derive(Debug, Default)]
pub(super) struct Draft {
    /// The policies to have.
    pub(super) policies: Vec<PolicyManifest>,
    /// Policies that are there and stay as they are.
    pub(super) kept: BTreeSet<Name>,
    /// Whether any of all those restricts egress.
    pub(super) restricts_egress: bool,
}

/// All projects, with what their switches say.
pub(super) fn read<'s>(cluster: &Cluster<'s>, desired: &mut Desired) -> Vec<Project<'s>> {
    let workspaces = Workspaces::new(cluster.snapshot);
    let mut switches = BTreeMap::new();
    let mut projects = Vec::new();
    for namespace in cluster.snapshot.namespaces.rows() {
        if !namespace.declared {
            entries_of_nobody(cluster, namespace, desired);
            continue;
        }
        let workspace = workspace::of(namespace);
        let mut ask = |name| workspaces.switch(name, cluster.settings.cluster.as_ref(), &mut desired.issues);
        let switch = workspace.map(|name| *switches.entry(name).or_insert_with(|| ask(name)));
        let isolation = isolation(namespace, switch);
        let project = Project { namespace, workspace, isolation };
        if workspace.is_some() || concerned(cluster, namespace) {
            desired.projects.push(ProjectStatus {
                namespace: namespace.name.clone(),
                workspace: workspace.cloned(),
                isolation,
            });
        }
        desired.issues.extend(switch_issue(cluster, &project, switch));
        desired.issues.extend(host_network_issue(cluster, &project));
        projects.push(project);
    }
    projects
}

/// Whether a namespace has a switch or entries.
fn concerned(cluster: &Cluster<'_>, namespace: &Namespace) -> bool {
    workspace::project_switch(namespace) || !cluster.entries(&namespace.name).is_empty()
}

fn isolation(namespace: &Namespace, switch: Option<WorkspaceSwitch>) -> Isolation {
    match switch {
        None => Isolation::NoWorkspace,
        Some(WorkspaceSwitch::Missing) => Isolation::Unknown,
        Some(_) if workspace::project_switch(namespace) => Isolation::Project,
        Some(WorkspaceSwitch::On) => Isolation::Workspace,
        Some(WorkspaceSwitch::Off) => Isolation::Off,
        Some(WorkspaceSwitch::Unknown) => Isolation::Unknown,
    }
}

/// A switch that has no effect says so.
fn switch_issue(cluster: &Cluster<'_>, project: &Project<'_>, switch: Option<WorkspaceSwitch>) -> Option<Issue> {
    let namespace = project.namespace;
    let issue = match (switch, project.workspace) {
        (None, _) if concerned(cluster, namespace) => Issue::warning(code::PROJECT_WITHOUT_WORKSPACE),
        (Some(WorkspaceSwitch::Missing), Some(workspace)) => {
            Issue::warning(code::PROJECT_WORKSPACE_NOT_FOUND).with("workspace", workspace)
        }
        _ => return None,
    };
    Some(issue.at(namespace.position).about(ObjectRef::cluster("Namespace", namespace.name.clone())))
}

/// The pods of an isolated project that no policy covers.
fn host_network_issue(cluster: &Cluster<'_>, project: &Project<'_>) -> Option<Issue> {
    project.scope()?;
    let namespace = project.namespace;
    let pods: Vec<&str> =
        cluster.pods(&namespace.name).filter(|pod| pod.host_network).map(|pod| pod.name.name.as_str()).collect();
    let issue = Issue::warning(code::PROJECT_HOST_NETWORK_PODS)
        .at(namespace.position)
        .about(ObjectRef::cluster("Namespace", namespace.name.clone()))
        .with("pods", pods.join(", "));
    (!pods.is_empty()).then_some(issue)
}

/// Entries of a namespace that no object declares: nobody knows its switches.
fn entries_of_nobody(cluster: &Cluster<'_>, namespace: &Namespace, desired: &mut Desired) {
    for entry in cluster.entries(&namespace.name) {
        left_alone(cluster, entry, desired);
    }
}

/// What the entries of a project mean.
pub(super) fn draft(cluster: &Cluster<'_>, project: &Project<'_>, desired: &mut Desired) -> Draft {
    let mut draft = Draft::default();
    for entry in cluster.entries(&project.namespace.name) {
        match project.isolation {
            Isolation::Project | Isolation::Workspace => draft_entry(cluster, project, entry, &mut draft, desired),
            Isolation::Off | Isolation::NoWorkspace => {
                desired.entries.push(EntryStatus { entry: entry.name.clone(), state: EntryState::Inactive });
            }
            Isolation::Unknown => left_alone(cluster, entry, desired),
        }
    }
    draft
}

fn draft_entry(
    cluster: &Cluster<'_>,
    project: &Project<'_>,
    entry: &NamespaceNetworkPolicy,
    draft: &mut Draft,
    desired: &mut Desired,
) {
    let allowlist = Allowlist::of_project(entry, project.workspace);
    let (namespace, policy) = (&project.namespace.name, allowlist.policy.clone());
    if allowlist.is_over(cluster) {
        desired.entries.push(EntryStatus { entry: entry.name.clone(), state: EntryState::Expired });
        return;
    }
    match resolve(cluster, namespace, &allowlist) {
        Ok(resolved) => {
            desired.issues.extend(resolved.issues);
            draft.restricts_egress |= resolved.egress.is_some();
            let written = manifest(namespace, policy.clone(), resolved.ingress, resolved.egress);
            draft.policies.push(PolicyManifest { pod_selector: resolved.pods, ..written });
            let state = EntryState::Resolved { policy };
            desired.entries.push(EntryStatus { entry: entry.name.clone(), state });
        }
        Err(refusal) => {
            let last_applied = previous::keep(cluster, project, &policy, draft);
            unresolved(entry, &allowlist, &refusal, last_applied, desired);
        }
    }
}

fn resolve(cluster: &Cluster<'_>, namespace: &Name, allowlist: &Allowlist<'_>) -> Result<Resolved, Refusal> {
    let resolved = entry::resolve(cluster, allowlist)?;
    let policy = NamespacedName::new(namespace.clone(), allowlist.policy.clone());
    if cluster.settings.refused.contains(&policy) {
        return Err(Refusal::new(code::ENTRY_REFUSED, ""));
    }
    Ok(resolved)
}

/// An entry of a project of which nobody knows whether it is isolated: what is there stays.
fn left_alone(cluster: &Cluster<'_>, entry: &NamespaceNetworkPolicy, desired: &mut Desired) {
    let allowlist = Allowlist::of_project(entry, None);
    let is_there = cluster.ours(&entry.name.namespace).iter().any(|have| have.name.name == allowlist.policy);
    let last_applied = if is_there { LastApplied::Kept } else { LastApplied::Nothing };
    unresolved(entry, &allowlist, &Refusal::new(code::ENTRY_SWITCH_UNKNOWN, ""), last_applied, desired);
}

fn unresolved(
    entry: &NamespaceNetworkPolicy,
    allowlist: &Allowlist<'_>,
    refusal: &Refusal,
    last_applied: LastApplied,
    desired: &mut Desired,
) {
    let state = EntryState::Unresolved { reason: refusal.code, last_applied };
    desired.entries.push(EntryStatus { entry: entry.name.clone(), state });
    desired.issues.push(allowlist.refused(refusal));
}
