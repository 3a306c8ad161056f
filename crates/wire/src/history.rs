//! Who changed what, and when.

use schemars::JsonSchema;
use serde::Serialize;

use crate::change::{LineForm, ObjectName};

/// A part of the history, newest first.
#[derive(Clone, Debug, PartialEq, Eq, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct HistoryForm {
    /// The changes.
    pub changes: Vec<HistoricChangeForm>,
    /// Ask for changes before this version for the next part; null at the end.
    pub next: Option<u64>,
}

/// What somebody did at once.
#[derive(Clone, Debug, PartialEq, Eq, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct HistoricChangeForm {
    /// Its first version; undo takes it.
    pub revision: u64,
    /// When, in UTC.
    pub time: String,
    /// Who.
    pub actor: String,
    /// As which field manager.
    pub manager: String,
    /// `create`, `update`, `apply`, `delete`, `undo` or `import`.
    pub operation: &'static str,
    /// What it changed; the first hundred.
    pub objects: Vec<HistoricObjectForm>,
    /// How many it changed.
    pub count: usize,
}

/// What became of an object.
#[derive(Clone, Debug, PartialEq, Eq, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct HistoricObjectForm {
    /// Which.
    #[serde(flatten)]
    pub object: ObjectName,
    /// `create`, `change` or `delete`.
    pub action: &'static str,
    /// The YAML before and after, line by line; empty in an import.
    pub diff: Vec<LineForm>,
}
