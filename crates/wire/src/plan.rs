//! Plans: the policies to write and to delete.

use bulkhead_analysis::PlannedExposure;
use bulkhead_analysis::isolation::{
    AllowlistStatus, EntryState, EntryStatus, ExposureState, ExposureStatus, Isolation, LastApplied, Plan,
    ProjectStatus, Step, steps,
};
use bulkhead_analysis::model::NamespacedName;
use bulkhead_analysis::snapshot::Snapshot;
use schemars::JsonSchema;
use serde::Serialize;

use crate::issue::{IssueForm, Words};
use crate::manifest::ManifestForm;
use crate::minimal::MinimalForm;

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
    /// What became of each allowlist of a workspace.
    pub allowlists: Vec<AllowlistForm>,
    /// What became of each Exposure.
    pub exposures: Vec<ExposureForm>,
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
    /// What became of it.
    #[serde(flatten)]
    pub state: StateForm,
}

/// What became of an allowlist of a workspace.
#[derive(Clone, Debug, PartialEq, Eq, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AllowlistForm {
    /// Its name.
    pub name: String,
    /// What became of it.
    #[serde(flatten)]
    pub state: StateForm,
    /// The isolated projects that it is for.
    pub projects: Vec<String>,
}

/// What became of something that lets something through.
#[derive(Clone, Debug, PartialEq, Eq, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StateForm {
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

/// What became of an Exposure.
#[derive(Clone, Debug, PartialEq, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "PlannedExposure")]
pub struct ExposureForm {
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// `resolved`, `partial`, `inactive`, `expired` or `unresolved`.
    pub state: &'static str,
    /// Of a partial or an unresolved one: the code of an issue.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<&'static str>,
    /// Of an unresolved one: what stays of the policies that it had before: `nothing` or `kept`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_applied: Option<&'static str>,
    /// The policies that there are of it, in its own namespace.
    pub policies: Vec<String>,
    /// Its minimal allowlist, where one was asked for and could be made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allowlist: Option<Box<MinimalForm>>,
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
            allowlists: plan.allowlists.iter().map(AllowlistForm::from).collect(),
            exposures: plan.exposures.iter().map(ExposureForm::from).collect(),
            issues: plan.issues.iter().map(|issue| IssueForm::new(issue, snapshot, words)).collect(),
        }
    }
}

impl PlanForm {
    /// The same, with the minimal allowlists of Exposures. `snapshot` is the one that was planned for.
    #[must_use]
    pub fn with_allowlists(mut self, exposures: &[PlannedExposure], snapshot: &Snapshot, words: &dyn Words) -> Self {
        for form in &mut self.exposures {
            let is_it = |planned: &&PlannedExposure| {
                planned.exposure.namespace == form.namespace.as_str() && planned.exposure.name == form.name.as_str()
            };
            form.allowlist = exposures
                .iter()
                .find(is_it)
                .map(|planned| Box::new(MinimalForm::new(&planned.minimal, snapshot, words)));
        }
        self
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
        Self { namespace, name, state: StateForm::from(&status.state) }
    }
}

impl From<&AllowlistStatus> for AllowlistForm {
    fn from(status: &AllowlistStatus) -> Self {
        Self {
            name: status.allowlist.to_string(),
            state: StateForm::from(&status.state),
            projects: status.projects.iter().map(ToString::to_string).collect(),
        }
    }
}

impl From<&ExposureStatus> for ExposureForm {
    fn from(status: &ExposureStatus) -> Self {
        let NameForm { namespace, name } = NameForm::from(&status.exposure);
        let (state, reason, last_applied) = match &status.state {
            ExposureState::Resolved => ("resolved", None, None),
            ExposureState::Partial { reason } => ("partial", Some(*reason), None),
            ExposureState::Inactive => ("inactive", None, None),
            ExposureState::Expired => ("expired", None, None),
            ExposureState::Unresolved { reason, last_applied } => {
                ("unresolved", Some(*reason), Some(last_applied_name(*last_applied)))
            }
        };
        let policies = status.policies.iter().map(ToString::to_string).collect();
        Self { namespace, name, state, reason, last_applied, policies, allowlist: None }
    }
}

impl From<&EntryState> for StateForm {
    fn from(state: &EntryState) -> Self {
        let form = Self { state: "inactive", policy: None, reason: None, last_applied: None };
        match state {
            EntryState::Inactive => form,
            EntryState::Expired => Self { state: "expired", ..form },
            EntryState::Resolved { policy } => Self { state: "resolved", policy: Some(policy.to_string()), ..form },
            EntryState::Unresolved { reason, last_applied } => {
                let last_applied = Some(last_applied_name(*last_applied));
                Self { state: "unresolved", reason: Some(reason), last_applied, ..form }
            }
        }
    }
}

fn last_applied_name(last_applied: LastApplied) -> &'static str {
    match last_applied {
        LastApplied::Nothing => "nothing",
        LastApplied::Kept => "kept",
        LastApplied::Narrowed => "narrowed",
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
