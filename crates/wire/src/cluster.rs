//! What a cluster is like at a glance.

use schemars::JsonSchema;
use serde::Serialize;

use crate::issue::IssueForm;

/// The program that answers, and what it answers about.
#[derive(Clone, Debug, PartialEq, Eq, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct VersionForm {
    /// The program's version.
    pub version: &'static str,
    /// Where the cluster comes from: `files`, `store` or `cluster`.
    pub source: &'static str,
    /// Its name, as it was given.
    pub name: String,
    /// Whether changes can be applied.
    pub writable: bool,
    /// The version of the state that answers are about.
    pub state: String,
    /// Since when the cluster does not answer, so that the state is old, in UTC; left out while it answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stale_since: Option<String>,
    /// Who asks, as whoever signed them in says.
    pub user: String,
    /// Whether nothing is hidden from them.
    pub administrator: bool,
    /// Where a `POST` ends their session; left out where it is not this server that signs people in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sign_out: Option<&'static str>,
}

/// The first page.
#[derive(Clone, Debug, PartialEq, Eq, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OverviewForm {
    /// How many there are of what.
    pub counts: CountsForm,
    /// How many projects are isolated.
    pub isolation: CoverageForm,
    /// How many policies the switches and allowlists want written or deleted, and are not yet.
    pub pending: PendingForm,
    /// How many findings the lint rules have.
    pub findings: SeveritiesForm,
    /// What is known of the network, each with what shows it.
    pub facts: Vec<FactForm>,
    /// What is wrong with the input, the first hundred.
    pub issues: Vec<IssueForm>,
}

/// How many objects there are.
#[derive(Clone, Debug, Default, PartialEq, Eq, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CountsForm {
    /// Workspaces.
    pub workspaces: usize,
    /// Projects, which are namespaces.
    pub projects: usize,
    /// Nodes.
    pub nodes: usize,
    /// Pods.
    pub pods: usize,
    /// Services.
    pub services: usize,
    /// Services with a NodePort, an address of a load balancer or an externalIP.
    pub exposed: usize,
    /// Policies of all kinds.
    pub policies: usize,
    /// Allowlist entries.
    pub entries: usize,
}

/// What the switches say of how many projects.
#[derive(Clone, Debug, Default, PartialEq, Eq, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CoverageForm {
    /// Isolated by their own switch.
    pub project: usize,
    /// Isolated by their workspace's.
    pub workspace: usize,
    /// Not isolated.
    pub off: usize,
    /// In no workspace, so that no switch counts.
    pub no_workspace: usize,
    /// Nobody can tell.
    pub unknown: usize,
}

/// What is not written yet.
#[derive(Clone, Debug, Default, PartialEq, Eq, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PendingForm {
    /// Policies to write.
    pub apply: usize,
    /// Policies to delete.
    pub delete: usize,
}

/// How many of each severity.
#[derive(Clone, Debug, Default, PartialEq, Eq, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SeveritiesForm {
    /// Errors.
    pub error: usize,
    /// Warnings.
    pub warning: usize,
    /// Notes.
    pub note: usize,
}

/// A fact about the network.
#[derive(Clone, Debug, PartialEq, Eq, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FactForm {
    /// Its stable name, as `proxyMode`.
    pub name: &'static str,
    /// What it is; empty where nothing shows it.
    pub value: String,
    /// The object or option that shows it.
    pub evidence: Option<String>,
}
