//! Workspaces and their projects, and how isolated they are.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::issue::IssueForm;
use crate::manifest::ManifestForm;

/// All tenants.
#[derive(Clone, Debug, PartialEq, Eq, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TenantsForm {
    /// The workspaces, by name.
    pub workspaces: Vec<WorkspaceForm>,
    /// Every project, by name.
    pub projects: Vec<TenantProjectForm>,
}

/// A workspace.
#[derive(Clone, Debug, PartialEq, Eq, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct WorkspaceForm {
    /// Its name.
    pub name: String,
    /// Whether its switch is on; null where nobody can tell.
    pub isolated: Option<bool>,
}

/// A project in the list of tenants.
#[derive(Clone, Debug, PartialEq, Eq, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TenantProjectForm {
    /// The namespace.
    pub namespace: String,
    /// Its workspace.
    pub workspace: Option<String>,
    /// `project`, `workspace`, `off`, `noWorkspace` or `unknown`.
    pub isolation: &'static str,
    /// How many pods.
    pub pods: usize,
    /// How many Services.
    pub services: Vec<String>,
    /// How many policies.
    pub policies: usize,
    /// How many allowlist entries.
    pub entries: usize,
    /// How many policies the plan would write or delete.
    pub pending: usize,
}

/// One project's isolation.
#[derive(Clone, Debug, PartialEq, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct IsolationForm {
    /// The namespace.
    pub namespace: String,
    /// Its workspace.
    pub workspace: Option<String>,
    /// `project`, `workspace`, `off`, `noWorkspace` or `unknown`.
    pub isolation: &'static str,
    /// Whether the project's own switch is on.
    pub own_switch: bool,
    /// The allowlist, by name.
    pub entries: Vec<AllowlistEntryForm>,
    /// The policies that switches and allowlist mean.
    pub policies: Vec<DesiredForm>,
    /// The policies of the plan that would be deleted.
    pub superfluous: Vec<String>,
    /// What is wrong, and what else to know.
    pub issues: Vec<IssueForm>,
}

/// An allowlist entry, and what became of it.
#[derive(Clone, Debug, PartialEq, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AllowlistEntryForm {
    /// Its name.
    pub name: String,
    /// `resolved`, `inactive`, `expired` or `unresolved`.
    pub state: &'static str,
    /// Of an unresolved one: why, in words.
    pub message: Option<String>,
    /// The policy that it means.
    pub policy: Option<String>,
    /// The NamespaceNetworkPolicy as it stands.
    pub object: Value,
}

/// A policy that the plan wants.
#[derive(Clone, Debug, PartialEq, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DesiredForm {
    /// Its name.
    pub name: String,
    /// Whether the cluster has it already, with this meaning.
    pub written: bool,
    /// The policy.
    pub manifest: ManifestForm,
    /// The same as YAML.
    pub yaml: String,
}
