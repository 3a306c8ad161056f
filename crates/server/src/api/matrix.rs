//! Who reaches whom, as a table of projects or workloads.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::response::Response;
use axum::routing::get;
use bulkhead_analysis::Analysis;
use bulkhead_analysis::model::watch::Unwatched;
use bulkhead_analysis::model::{AddressSet, Issue, Name};
use bulkhead_analysis::policy::reach::{Connections, PortRanges};
use bulkhead_analysis::reachability::{By, Focus, Narrowing, Peer, PeerName, Reachability, Side};
use bulkhead_report::Speech;
use bulkhead_wire::IssueForm;
use bulkhead_wire::matrix::{AxisForm, CellForm, MatrixForm};
use schemars::SchemaGenerator;

use super::operation::{optional, repeated};
use super::reading::Parameters;
use super::tenants::workspace_of;
use super::{Method, Operation, Parameter};
use crate::problem::Problem;
use crate::viewer::{Asking, FOREIGN, Sight};

/// Tables with more rows are nothing that anybody reads.
const MOST_ROWS: usize = 400;

const MATRIX_PARAMETERS: &[Parameter] = &[
    optional("by", "`project` (the default) or `workload`."),
    repeated("namespace", "Only pairs of which one side is in one of these projects."),
];

pub(super) const MATRIX: Operation = Operation {
    method: Method::Get,
    path: "/matrix",
    id: "getMatrix",
    summary: "Who reaches whom on which ports, as policies say, as a table of projects or workloads.",
    parameters: MATRIX_PARAMETERS,
    body: None,
    answer: Some(SchemaGenerator::subschema_for::<MatrixForm>),
    route: || get(matrix),
};

/// What a row stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rows {
    Projects,
    Workloads,
}

impl Rows {
    fn name(self) -> &'static str {
        match self {
            Self::Projects => "project",
            Self::Workloads => "workload",
        }
    }
}

async fn matrix(asking: Asking, parameters: Parameters) -> Result<Response, Problem> {
    let parameters = parameters.of(MATRIX_PARAMETERS)?;
    let rows = match parameters.optional("by") {
        None | Some("project") => Rows::Projects,
        Some("workload") => Rows::Workloads,
        Some(other) => {
            let issue = Issue::error("requestParameterValue").with("name", "by").with("value", other);
            return Err(Problem::unreadable(issue));
        }
    };
    let namespaces: Vec<Name> = parameters.all("namespace").map(Name::from).collect();
    namespaces.iter().try_for_each(|namespace| asking.sight.gate(namespace))?;
    let (sight, speech) = (Arc::clone(&asking.sight), asking.speech);
    let question = move |analysis: &Analysis<'_>| form(analysis, rows, namespaces, &sight, speech);
    Ok(asking.answer(asking.epoch.ask(question).await?))
}

fn form(analysis: &Analysis<'_>, rows: Rows, namespaces: Vec<Name>, sight: &Sight, speech: Speech) -> MatrixForm {
    let focus = Focus { namespaces, ..Focus::default() };
    let narrowing = Narrowing { focus, ..Narrowing::default() };
    let reachability = analysis.reachability(By::Workload, narrowing, &Unwatched);
    let table = Table::new(&reachability, rows, sight);
    let mut issues = reachability.issues().to_vec();
    let mut form = MatrixForm { by: rows.name(), axis: table.axis.clone(), cells: Vec::new(), issues: Vec::new() };
    if form.axis.len() > MOST_ROWS {
        issues.push(Issue::error("matrixTooLarge").with("count", form.axis.len()).with("most", MOST_ROWS));
        form.axis.clear();
    } else {
        form.cells = table.cells(&reachability);
    }
    blur(&mut form);
    form.issues = issues.iter().map(|issue| IssueForm::new(issue, analysis.snapshot(), &speech)).collect();
    form
}

/// The row of all those who may not be seen.
const FOREIGN_ROW: &str = "foreign";

/// Takes away how many they are who may not be seen, and what they do among themselves and with the world.
fn blur(form: &mut MatrixForm) {
    let Some(foreign) = form.axis.iter().position(|row| row.kind == FOREIGN_ROW) else { return };
    let is_shared = |place: usize| form.axis.get(place).is_some_and(|row| row.namespace.is_none());
    form.cells.retain(|cell| !(is_shared(cell.from) && is_shared(cell.to)));
    for cell in form.cells.iter_mut().filter(|cell| cell.from == foreign || cell.to == foreign) {
        cell.pairs = cell.pairs.min(1);
    }
    if let Some(row) = form.axis.get_mut(foreign) {
        row.size = 1;
    }
}

/// Rows, and who is in which.
struct Table {
    axis: Vec<AxisForm>,
    /// The row of each peer.
    of_peer: Vec<usize>,
    outside: usize,
}

/// What is known of a cell so far.
struct Cell {
    pairs: usize,
    /// Pairs that are open on every port, to or from every address.
    whole: usize,
    open: PortRanges,
    undetermined: PortRanges,
}

impl Cell {
    fn nothing() -> Self {
        Self { pairs: 0, whole: 0, open: PortRanges::empty(), undetermined: PortRanges::empty() }
    }
}

impl Table {
    fn new(reachability: &Reachability<'_>, rows: Rows, sight: &Sight) -> Self {
        let mut axis: Vec<AxisForm> = Vec::new();
        let mut places: BTreeMap<(&'static str, String), usize> = BTreeMap::new();
        let mut of_peer = Vec::new();
        for peer in reachability.peers() {
            let row = row(peer, reachability, rows, sight);
            let place = *places.entry((row.kind, row.name.clone())).or_insert_with(|| {
                axis.push(row);
                axis.len() - 1
            });
            if let Some(row) = axis.get_mut(place) {
                row.size += 1;
            }
            of_peer.push(place);
        }
        axis.push(AxisForm { kind: "outside", name: "outside".to_owned(), workspace: None, namespace: None, size: 1 });
        let outside = axis.len() - 1;
        Self { axis, of_peer, outside }
    }

    fn row_of(&self, side: Side<'_>) -> usize {
        match side {
            Side::Peer(peer) => self.of_peer.get(peer).copied().unwrap_or(self.outside),
            Side::Outside(_) => self.outside,
        }
    }

    fn cells(&self, reachability: &Reachability<'_>) -> Vec<CellForm> {
        let mut cells: BTreeMap<(usize, usize), Cell> = BTreeMap::new();
        let visited: Result<(), std::convert::Infallible> = reachability.for_each(|pair| {
            let cell = cells.entry((self.row_of(pair.from), self.row_of(pair.to))).or_insert_with(Cell::nothing);
            let Connections { open, undetermined } = &pair.connections.any;
            cell.pairs += usize::from(!open.is_empty());
            let everywhere = [pair.from, pair.to].into_iter().all(is_everywhere);
            cell.whole += usize::from(open.is_all() && everywhere);
            cell.open = cell.open.union(open);
            cell.undetermined = cell.undetermined.union(undetermined);
            Ok(())
        });
        let Ok(()) = visited;
        cells.into_iter().map(|(place, cell)| self.cell_form(place, &cell)).collect()
    }

    fn cell_form(&self, (from, to): (usize, usize), cell: &Cell) -> CellForm {
        let size = |place: usize| self.axis.get(place).map_or(0, |row| row.size);
        // Nobody's own single pod reaches itself over the network.
        let all = if from == to { size(from) * (size(from).saturating_sub(1)) } else { size(from) * size(to) };
        let open = match cell {
            Cell { pairs: 0, .. } => "undetermined",
            Cell { whole, pairs, .. } if whole == pairs && *whole >= all => "all",
            _ => "some",
        };
        let (ports, undetermined) = ((&cell.open).into(), (&cell.undetermined).into());
        CellForm { from, to, open, pairs: cell.pairs, ports, undetermined }
    }
}

/// Whether a side is all that it could be: a peer, or every address of a family.
fn is_everywhere(side: Side<'_>) -> bool {
    match side {
        Side::Peer(_) => true,
        Side::Outside(addresses) => {
            let families = [[true, true], [true, false], [false, true]];
            families.into_iter().any(|families| *addresses == AddressSet::all().of_families(families))
        }
    }
}

fn row(peer: &Peer, reachability: &Reachability<'_>, rows: Rows, sight: &Sight) -> AxisForm {
    let Some(namespace) = peer.name.namespace() else {
        return AxisForm { kind: "node", name: "nodes".to_owned(), workspace: None, namespace: None, size: 0 };
    };
    if !sight.sees(namespace) {
        return AxisForm { kind: FOREIGN_ROW, name: FOREIGN.to_owned(), workspace: None, namespace: None, size: 0 };
    }
    let snapshot = reachability.snapshot();
    let object = snapshot.namespace(namespace).map(|id| &snapshot.namespaces[id]);
    let workspace = object.and_then(workspace_of).map(ToString::to_string);
    let (kind, name) = match (rows, &peer.name) {
        (Rows::Projects, _) => ("project", namespace.to_string()),
        (Rows::Workloads, PeerName::Workload { kind, name, .. }) => {
            ("workload", format!("{}/{namespace}/{name}", kind.to_ascii_lowercase()))
        }
        (Rows::Workloads, PeerName::Pod(pod)) => ("pod", format!("pod/{pod}")),
        (Rows::Workloads, PeerName::Node(node)) => ("node", format!("node/{node}")),
    };
    AxisForm { kind, name, workspace, namespace: Some(namespace.to_string()), size: 0 }
}
