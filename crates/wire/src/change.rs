//! Changes: what somebody wants, what it would do, and what was done.
//!
//! A change is asked for twice. The first answer is a preview with a digest over everything that it shows; the second request
//! carries that digest, and is refused where the preview would no longer be the same.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::difference::DifferenceForm;
use crate::issue::IssueForm;

/// What somebody wants changed. Unknown fields make it unreadable.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ChangeRequest {
    /// Switches to throw.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub switches: Vec<SwitchRequest>,
    /// Objects to write: a new one, or one that replaces what is there. With `metadata.resourceVersion` it replaces only that
    /// version.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub put: Vec<Value>,
    /// The same as text: YAML or JSON, any number of documents.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub yaml: Option<String>,
    /// Objects to delete.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub delete: Vec<ObjectName>,
    /// A version of the history: its change is taken back. Nothing else may stand beside it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undo: Option<u64>,
}

/// An isolation switch.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SwitchRequest {
    /// The project, or none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub project: Option<String>,
    /// The workspace, or none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workspace: Option<String>,
    /// Whether it is on afterwards.
    pub isolated: bool,
}

/// An object by name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ObjectName {
    /// Its kind, as `NamespaceNetworkPolicy`.
    pub kind: String,
    /// Its namespace, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// Its name.
    pub name: String,
}

/// A change that was previewed, to be applied.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ApplyRequest {
    /// The change.
    pub change: ChangeRequest,
    /// The digest of the preview.
    pub digest: String,
}

/// What a change would do.
#[derive(Clone, Debug, PartialEq, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PreviewForm {
    /// Over everything else in this answer but the words.
    pub digest: String,
    /// Whether it can be applied: the cluster can be written, and nothing speaks against it.
    pub applicable: bool,
    /// What would be written and deleted, the wanted objects first.
    pub objects: Vec<ObjectChangeForm>,
    /// What becomes reachable and what stops being.
    pub effect: DifferenceForm,
    /// Findings of the lint rules that are there only afterwards.
    pub findings: Vec<crate::lint::FindingForm>,
    /// What speaks against the change (errors), and what else to know.
    pub issues: Vec<IssueForm>,
}

/// One object that would change.
#[derive(Clone, Debug, PartialEq, Eq, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ObjectChangeForm {
    /// Which.
    #[serde(flatten)]
    pub object: ObjectName,
    /// `create`, `change` or `delete`.
    pub action: &'static str,
    /// Whether it follows from the switches and allowlists, and was not asked for by name.
    pub generated: bool,
    /// The YAML before and after, line by line.
    pub diff: Vec<LineForm>,
}

/// A line of a diff.
#[derive(Clone, Debug, PartialEq, Eq, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LineForm {
    /// `+`, `-`, or a space for a line that stays.
    pub sign: &'static str,
    /// The line.
    pub text: String,
}

/// A change that was made.
#[derive(Clone, Debug, PartialEq, Eq, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AppliedForm {
    /// The version of the state that has it.
    pub state: String,
    /// What was written and deleted.
    pub objects: Vec<ObjectName>,
}
