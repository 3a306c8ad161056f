//! Policies of all kinds, as a list and one by one.

use schemars::JsonSchema;
use serde::Serialize;

use crate::lint::FindingForm;

/// The policies of a cluster.
#[derive(Clone, Debug, PartialEq, Eq, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PoliciesForm {
    /// By kind, namespace and name.
    pub policies: Vec<PolicySummaryForm>,
    /// Ask for those after this name for the next part; null at the end.
    pub next: Option<String>,
    /// How many there are.
    pub count: usize,
}

/// One policy.
#[derive(Clone, Debug, PartialEq, Eq, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PolicySummaryForm {
    /// Its kind.
    pub kind: String,
    /// Its namespace, where it has one.
    pub namespace: Option<String>,
    /// Its name.
    pub name: String,
    /// `Admin`, `NetworkPolicy` or `Baseline`; null where that could not be read.
    pub tier: Option<&'static str>,
    /// The directions that it is about.
    pub directions: Vec<&'static str>,
    /// How many pods it selects.
    pub pods: usize,
    /// Whether it follows from switches and allowlists.
    pub generated: bool,
    /// How many findings the lint rules have about it.
    pub findings: usize,
}

/// One policy with everything about it.
#[derive(Clone, Debug, PartialEq, Eq, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PolicyDetailForm {
    /// As in the list.
    #[serde(flatten)]
    pub summary: PolicySummaryForm,
    /// The object as YAML.
    pub yaml: String,
    /// The pods that it selects, the first thousand.
    pub selects: Vec<String>,
    /// What the lint rules have to say.
    pub about: Vec<FindingForm>,
}
