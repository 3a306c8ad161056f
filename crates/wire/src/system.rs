//! What a project needs of the system.

use bulkhead_analysis::snapshot::Snapshot;
use bulkhead_analysis::{SystemNeed, SystemNeeds, Takes};
use schemars::JsonSchema;
use serde::Serialize;

use crate::issue::{IssueForm, Words};
use crate::manifest::ManifestForm;
use crate::minimal::MinimalForm;

/// What a project needs of the system.
#[derive(Clone, Debug, PartialEq, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SystemForm {
    /// The project.
    pub namespace: String,
    /// Each need.
    pub needs: Vec<NeedForm>,
    /// The NetworkPolicies that hold just what is needed.
    pub network_policies: Vec<ManifestForm>,
    /// What is wrong with the question, and what else to know.
    pub issues: Vec<IssueForm>,
}

/// One need.
#[derive(Clone, Debug, PartialEq, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NeedForm {
    /// `probes`, `apiServer`, `dns`, `dnsServer`, `metrics` or `routed`.
    pub kind: &'static str,
    /// The object that says so, as `ValidatingWebhookConfiguration checks`.
    pub object: Option<String>,
    /// `nothing`, `entries`, `policy` or `unknown`.
    pub takes: &'static str,
    /// Why, as a stable word; null for entries, each of which has its ways.
    pub reason: Option<&'static str>,
    /// The same in words.
    pub message: Option<String>,
    /// The entries, as `minimal` says them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allowlist: Option<MinimalForm>,
}

impl SystemForm {
    /// The form of an answer.
    pub fn new(needs: &SystemNeeds, snapshot: &Snapshot, words: &dyn Words) -> Self {
        Self {
            namespace: needs.namespace.to_string(),
            needs: needs.needs.iter().map(|need| NeedForm::new(need, snapshot, words)).collect(),
            network_policies: needs.policies().iter().map(ManifestForm::new).collect(),
            issues: needs.issues.iter().map(|issue| IssueForm::new(issue, snapshot, words)).collect(),
        }
    }
}

impl NeedForm {
    fn new(need: &SystemNeed, snapshot: &Snapshot, words: &dyn Words) -> Self {
        let (takes, issue) = match &need.takes {
            Takes::Nothing(issue) => ("nothing", Some(issue)),
            Takes::Entries(_) => ("entries", None),
            Takes::Policy(_, issue) => ("policy", Some(issue)),
            Takes::Unknown(issue) => ("unknown", Some(issue)),
        };
        Self {
            kind: need.kind.name(),
            object: need.object.as_ref().map(ToString::to_string),
            takes,
            reason: issue.map(|issue| issue.code),
            message: issue.map(|issue| IssueForm::new(issue, snapshot, words).message),
            allowlist: match &need.takes {
                Takes::Entries(minimal) => Some(MinimalForm::new(minimal, snapshot, words)),
                _ => None,
            },
        }
    }
}
