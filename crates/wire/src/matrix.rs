//! Who reaches whom, as a table.

use schemars::JsonSchema;
use serde::Serialize;

use crate::issue::IssueForm;
use crate::reach::PortsForm;

/// A table: senders down, receivers across.
#[derive(Clone, Debug, PartialEq, Eq, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MatrixForm {
    /// `project` or `workload`.
    pub by: &'static str,
    /// The rows and columns, in order; the last ones are `node` and `outside`.
    pub axis: Vec<AxisForm>,
    /// The cells where anything is open or may be, by row and column.
    pub cells: Vec<CellForm>,
    /// What is wrong with the question, and what else to know.
    pub issues: Vec<IssueForm>,
}

/// A row and column.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AxisForm {
    /// `project`, `workload`, `pod`, `node` or `outside`.
    pub kind: &'static str,
    /// As the command line spells it, as `deployment/shop/web`.
    pub name: String,
    /// Its workspace.
    pub workspace: Option<String>,
    /// Its namespace.
    pub namespace: Option<String>,
    /// How many workloads it stands for.
    pub size: usize,
}

/// A cell.
#[derive(Clone, Debug, PartialEq, Eq, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CellForm {
    /// The row.
    pub from: usize,
    /// The column.
    pub to: usize,
    /// `all`: every pair, on every port; `some`: less than that; `undetermined`: nothing is known to be open, and something may be.
    pub open: &'static str,
    /// How many pairs something is open between.
    pub pairs: usize,
    /// The ports of any of them.
    pub ports: PortsForm,
    /// Nobody can tell whether these are open.
    pub undetermined: PortsForm,
}
