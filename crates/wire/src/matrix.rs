//! Who reaches whom, as a table.

use schemars::JsonSchema;
use serde::Serialize;

use crate::issue::IssueForm;
use crate::reach::PortsForm;

/// A table: senders down, receivers across.
#[derive(Clone, Debug, PartialEq, Eq, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MatrixForm {
    /// What rows are: `workspace`, `project` or `workload`; larger than was asked for where there would be too many.
    pub by: &'static str,
    /// The rows and columns, in order; the last one is `outside`.
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
    /// `workspace`, `noWorkspace` (all projects without one), `project`, `workload`, `pod`, `foreign` (everybody whom the reader may not
    /// see), `node` (all of them) or `outside`.
    pub kind: &'static str,
    /// As the command line spells it, as `deployment/shop/web`.
    pub name: String,
    /// Its workspace.
    pub workspace: Option<String>,
    /// Its namespace.
    pub namespace: Option<String>,
    /// How many workloads it stands for.
    pub size: usize,
    /// Whether anybody in it is asked about. Nothing is known of two rows that are not.
    pub asked: bool,
}

impl AxisForm {
    /// A row of nobody yet.
    pub fn new(kind: &'static str, name: &str) -> Self {
        Self { kind, name: name.to_owned(), workspace: None, namespace: None, size: 0, asked: false }
    }
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
