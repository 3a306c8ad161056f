//! Who reaches whom, as a table of workspaces, projects or workloads.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::response::Response;
use axum::routing::get;
use bulkhead_analysis::Analysis;
use bulkhead_analysis::model::watch::Watch;
use bulkhead_analysis::model::{AddressSet, Issue, Name};
use bulkhead_analysis::policy::reach::{Connections, PortRanges};
use bulkhead_analysis::reachability::{By, End, Focus, Narrowing, Reachability, Sum};
use bulkhead_analysis::topology::{Level, Member, Seat, Seats};
use bulkhead_report::Speech;
use bulkhead_wire::IssueForm;
use bulkhead_wire::matrix::{AxisForm, CellForm, MatrixForm};
use bulkhead_wire::topology::{kind, names};
use schemars::SchemaGenerator;

use super::operation::{optional, repeated};
use super::reading::Parameters;
use super::topology::read_level;
use super::{Method, Operation, Parameter};
use crate::problem::Problem;
use crate::viewer::{self, Asking, Sight};

/// Tables with more rows are nothing that anybody reads.
const MOST_ROWS: usize = 400;

const BY: Parameter = optional(
    "by",
    "What rows are: `workspace`, `project` (the default) or `workload`. Who is only on the other side of a project that is asked about \
     is a row with its project, or with its workspace.",
);

const MATRIX_PARAMETERS: &[Parameter] =
    &[BY, repeated("namespace", "Only pairs of which one side is in one of these projects.")];

pub(super) const MATRIX: Operation = Operation {
    method: Method::Get,
    path: "/matrix",
    id: "getMatrix",
    summary: "Who reaches whom on which ports, as policies say, as a table of workspaces, projects or workloads.",
    parameters: MATRIX_PARAMETERS,
    body: None,
    answer: Some(SchemaGenerator::subschema_for::<MatrixForm>),
    route: || get(matrix),
};

async fn matrix(asking: Asking, parameters: Parameters) -> Result<Response, Problem> {
    let parameters = parameters.of(MATRIX_PARAMETERS)?;
    let level = parameters.optional(BY.name).map_or(Ok(Level::Project), |name| read_level(BY.name, name))?;
    let namespaces: Vec<Name> = parameters.all("namespace").map(Name::from).collect();
    namespaces.iter().try_for_each(|namespace| asking.sight.gate(namespace))?;
    let (sight, speech) = (Arc::clone(&asking.sight), asking.speech);
    let question =
        move |analysis: &Analysis<'_>, watch: &dyn Watch| form(analysis, level, namespaces, &sight, (speech, watch));
    Ok(asking.answer(asking.ask(question).await?))
}

fn form(
    analysis: &Analysis<'_>,
    level: Level,
    namespaces: Vec<Name>,
    sight: &Sight,
    (speech, watch): (Speech, &dyn Watch),
) -> MatrixForm {
    let focus = Focus { namespaces, ..Focus::default() };
    let narrowing = Narrowing { focus, ..Narrowing::default() };
    let reachability = analysis.reachability(By::Workload, narrowing, watch);
    let seats = Seats::new(&reachability, level, MOST_ROWS, &|namespace| sight.sees(namespace));
    let mut issues = reachability.issues().to_vec();
    if seats.level != seats.asked {
        issues.push(Issue::note("matrixFolded").with("count", seats.folded).with("most", MOST_ROWS));
    }
    let (axis, cells) = if seats.seats.len() > MOST_ROWS {
        issues.push(Issue::error("matrixTooLarge").with("count", seats.seats.len()).with("most", MOST_ROWS));
        (Vec::new(), Vec::new())
    } else {
        table(&reachability, &seats)
    };
    let issues = issues.iter().map(|issue| IssueForm::new(issue, analysis.snapshot(), &speech)).collect();
    MatrixForm { by: seats.level.name(), axis, cells, issues }
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

    fn add(&mut self, sum: &Sum<'_>) {
        let Connections { open, undetermined } = &sum.connections.any;
        self.pairs += if open.is_empty() { 0 } else { sum.pairs };
        let is_whole = open.is_all() && [sum.from, sum.to].into_iter().all(is_everywhere);
        self.whole += if is_whole { sum.pairs } else { 0 };
        self.open = self.open.union(open);
        self.undetermined = self.undetermined.union(undetermined);
    }
}

/// Rows and cells. Who has nothing with anybody is a row only if it was asked about.
fn table(reachability: &Reachability<'_>, seats: &Seats) -> (Vec<AxisForm>, Vec<CellForm>) {
    let mut rows = Rows::new(seats);
    let mut cells: BTreeMap<(usize, usize), Cell> = BTreeMap::new();
    reachability.for_each_sum(&seats.of_peer, |sum| {
        if !seats.is_foreign_affair(sum.from, sum.to) {
            let place = (rows.used(sum.from), rows.used(sum.to));
            cells.entry(place).or_insert_with(Cell::nothing).add(&sum);
        }
    });
    let cells = cells.into_iter().map(|(place, cell)| rows.cell(place, &cell)).collect();
    rows.shown(cells)
}

/// Rows before it is known which of them are shown.
struct Rows {
    axis: Vec<AxisForm>,
    /// The row of each seat.
    of_seat: Vec<usize>,
    outside: usize,
    is_used: Vec<bool>,
}

impl Rows {
    fn new(seats: &Seats) -> Self {
        let mut axis: Vec<AxisForm> = Vec::new();
        let mut of_seat = Vec::new();
        for seat in &seats.seats {
            let row = row(seat);
            match axis.last_mut() {
                // All nodes are one row.
                Some(last) if last.kind == NODE && row.kind == NODE => {
                    last.size += row.size;
                    last.asked |= row.asked;
                }
                _ => axis.push(row),
            }
            of_seat.push(axis.len() - 1);
        }
        axis.push(AxisForm { size: 1, ..AxisForm::new("outside", "outside") });
        let (outside, is_used) = (axis.len() - 1, vec![false; axis.len()]);
        Self { axis, of_seat, outside, is_used }
    }

    /// The row of an end, which is shown from now on.
    fn used(&mut self, end: End<'_>) -> usize {
        let row = match end {
            End::Group(seat) => self.of_seat.get(seat).copied().unwrap_or(self.outside),
            End::Outside(_) => self.outside,
        };
        self.is_used.get_mut(row).into_iter().for_each(|is_used| *is_used = true);
        row
    }

    fn cell(&self, (from, to): (usize, usize), cell: &Cell) -> CellForm {
        let size = |place: usize| self.axis.get(place).map_or(0, |row| row.size);
        // Nobody's own single pod reaches itself over the network.
        let all = if from == to { size(from) * (size(from).saturating_sub(1)) } else { size(from) * size(to) };
        let open = match cell {
            Cell { pairs: 0, .. } => "undetermined",
            Cell { whole, pairs, .. } if whole == pairs && *whole >= all => "all",
            _ => "some",
        };
        // Nobody is told how many they are who may not be seen.
        let is_foreign =
            [from, to].into_iter().any(|place| self.axis.get(place).is_some_and(|row| row.kind == FOREIGN));
        let pairs = if is_foreign { cell.pairs.min(1) } else { cell.pairs };
        let (ports, undetermined) = ((&cell.open).into(), (&cell.undetermined).into());
        CellForm { from, to, open, pairs, ports, undetermined }
    }

    /// What is left when rows that nobody asked about and that have nothing with anybody are gone.
    fn shown(self, mut cells: Vec<CellForm>) -> (Vec<AxisForm>, Vec<CellForm>) {
        let mut places = Vec::new();
        let mut axis = Vec::new();
        for (at, (mut row, is_used)) in self.axis.into_iter().zip(self.is_used).enumerate() {
            places.push(axis.len());
            if is_used || row.asked || at == self.outside {
                row.size = if row.kind == FOREIGN { 1 } else { row.size };
                axis.push(row);
            }
        }
        let place = |at: usize| places.get(at).copied().unwrap_or_default();
        for cell in &mut cells {
            (cell.from, cell.to) = (place(cell.from), place(cell.to));
        }
        (axis, cells)
    }
}

/// Whether an end is all that it could be: a group, or every address of a family.
fn is_everywhere(end: End<'_>) -> bool {
    match end {
        End::Group(_) => true,
        End::Outside(addresses) => {
            let families = [[true, true], [true, false], [false, true]];
            families.into_iter().any(|families| *addresses == AddressSet::all().of_families(families))
        }
    }
}

/// The row of all nodes.
const NODE: &str = "node";
/// The row of all those who may not be seen.
const FOREIGN: &str = "foreign";

fn row(seat: &Seat) -> AxisForm {
    let (kind, name) = match &seat.member {
        Member::Workspace(name) | Member::Project(name) => (kind(&seat.member), name.to_string()),
        Member::Node(_) | Member::Nodes => (NODE, "nodes".to_owned()),
        Member::Foreign => (FOREIGN, viewer::FOREIGN.to_owned()),
        member => (kind(member), names(member).pop().unwrap_or_else(|| kind(member).to_owned())),
    };
    AxisForm {
        workspace: seat.workspace.as_ref().map(ToString::to_string),
        namespace: seat.namespace.as_ref().map(ToString::to_string),
        size: seat.size,
        asked: seat.is_in_focus && seat.member != Member::Foreign,
        ..AxisForm::new(kind, &name)
    }
}
