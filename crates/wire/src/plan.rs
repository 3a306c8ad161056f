//! Plans: the policies to write and to delete.

use bulkhead_analysis::isolation::{EntryState, EntryStatus, Isolation, LastApplied, Plan, ProjectStatus, Step, steps};
use bulkhead_analysis::model::NamespacedName;
use bulkhead_analysis::snapshot::Snapshot;
use schemars::JsonSchema;
use serde::Serialize;

use crate::issue::{IssueForm, Words};
use crate::manifest::ManifestForm;

/// What has to change in a cluster so that it is what its switches and allowlists mean.
#[derive(Clone, Debug, PartialEq, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PlanForm {
    /// The NetworkPolicies to write, by namespace and name.
    pub apply: Vec<ManifestForm>,
    /// The NetworkPolicies to delete; only such as the snapshot has.
    pub delete: Vec<NameForm>,
    /// The writes that carry it out, one after the other: at every moment what gets through lies between before and after. A policy may
    /// be written wider first and narrowed later.
    pub steps: Vec<StepForm>,
    /// What the switches say of each project that has any.
    pub projects: Vec<ProjectForm>,
    /// What became of each allowlist entry.
    pub entries: Vec<EntryForm>,
    /// What is wrong, and what else to know.
    pub issues: Vec<IssueForm>,
}

/// One write.
#[derive(Clone, Debug, PartialEq, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum StepForm {
    /// Apply this NetworkPolicy.
    Write(ManifestForm),
    /// Delete the NetworkPolicy of this name.
    Delete(NameForm),
}

impl From<&Step> for StepForm {
    fn from(step: &Step) -> Self {
        match step {
            Step::Write(manifest) => Self::Write(ManifestForm::new(manifest)),
            Step::Delete(name) => Self::Delete(NameForm::from(name)),
        }
    }
}

/// The name of a namespaced object.
#[derive(Clone, Debug, PartialEq, Eq, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NameForm {
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
}

/// What the switches say of a project.
#[derive(Clone, Debug, PartialEq, Eq, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ProjectForm {
    /// The project.
    pub namespace: String,
    /// Its workspace.
    pub workspace: Option<String>,
    /// `project`, `workspace`, `off`, `noWorkspace` or `unknown`.
    pub isolation: &'static str,
}

/// What became of an allowlist entry.
#[derive(Clone, Debug, PartialEq, Eq, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EntryForm {
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// `resolved`, `inactive`, `expired` or `unresolved`.
    pub state: &'static str,
    /// Of a resolved one: the policy that it means.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy: Option<String>,
    /// Of an unresolved one: the code of the issue about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<&'static str>,
    /// Of an unresolved one: what stays of the policy that it had before: `nothing`, `kept` or `narrowed`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_applied: Option<&'static str>,
}

impl PlanForm {
    /// The form of a plan.
    pub fn new(plan: &Plan, snapshot: &Snapshot, words: &dyn Words) -> Self {
        Self {
            apply: plan.apply.iter().map(ManifestForm::new).collect(),
            delete: plan.delete.iter().map(NameForm::from).collect(),
            steps: steps(plan, &snapshot.network_policies).iter().map(StepForm::from).collect(),
            projects: plan.projects.iter().map(ProjectForm::from).collect(),
            entries: plan.entries.iter().map(EntryForm::from).collect(),
            issues: plan.issues.iter().map(|issue| IssueForm::new(issue, snapshot, words)).collect(),
        }
    }
}

impl From<&NamespacedName> for NameForm {
    fn from(name: &NamespacedName) -> Self {
        Self { namespace: name.namespace.to_string(), name: name.name.to_string() }
    }
}

impl From<&ProjectStatus> for ProjectForm {
    fn from(project: &ProjectStatus) -> Self {
        Self {
            namespace: project.namespace.to_string(),
            workspace: project.workspace.as_ref().map(ToString::to_string),
            isolation: isolation_name(project.isolation),
        }
    }
}

impl From<&EntryStatus> for EntryForm {
    fn from(status: &EntryStatus) -> Self {
        let NameForm { namespace, name } = NameForm::from(&status.entry);
        let form = Self { namespace, name, state: "inactive", policy: None, reason: None, last_applied: None };
        match &status.state {
            EntryState::Inactive => form,
            EntryState::Expired => Self { state: "expired", ..form },
            EntryState::Resolved { policy } => Self { state: "resolved", policy: Some(policy.to_string()), ..form },
            EntryState::Unresolved { reason, last_applied } => {
                let last_applied = match last_applied {
                    LastApplied::Nothing => "nothing",
                    LastApplied::Kept => "kept",
                    LastApplied::Narrowed => "narrowed",
                };
                Self { state: "unresolved", reason: Some(reason), last_applied: Some(last_applied), ..form }
            }
        }
    }
}

/// The stable word of what the switches say.
pub fn isolation_name(isolation: Isolation) -> &'static str {
    match isolation {
        Isolation::Project => "project",
        Isolation::Workspace => "workspace",
        Isolation::Off => "off",
        Isolation::NoWorkspace => "noWorkspace",
        Isolation::Unknown => "unknown",
    }
}
