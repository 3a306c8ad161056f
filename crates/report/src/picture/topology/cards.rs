//! Cards: what a party is written on. A card has a row for each party of one project or workspace, or it is a party itself.

use std::collections::BTreeMap;

use bulkhead_wire::TopologyForm;
use bulkhead_wire::topology::PartyForm;

use super::names;
use crate::picture::layered::Column;
use crate::picture::measure::{Font, shortened, width};
use crate::words::Speech;

/// No text is wider.
const WIDEST: f64 = 250.0;
/// The height of a line of text.
pub(super) const LINE: f64 = 17.0;
/// The height of a label.
pub(super) const LABEL: f64 = 16.0;
/// The height of a card's head.
pub(super) const HEAD: f64 = 42.0;
/// Between text and edge.
pub(super) const PAD: f64 = 12.0;
/// A card with more rows shows one less, and says how many more there are.
const MOST_ROWS: usize = 24;

/// A card.
#[derive(Clone, Debug)]
pub(crate) struct Card {
    pub(crate) title: String,
    pub(crate) subtitle: String,
    /// The kind of what it is: `workspace`, `project`, `workload`, `outside`, `nodes`.
    pub(crate) kind: &'static str,
    /// What it is as the command line spells it, where it is one thing.
    pub(crate) name: Option<String>,
    pub(crate) column: Column,
    pub(crate) rows: Vec<Row>,
    /// Room for lines inside, on the right.
    pub(crate) gutter: f64,
    /// What stands below the rows.
    pub(crate) note: Option<String>,
}

/// A row of a card.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    /// Who stands in it; several where rows were folded.
    pub(crate) parties: Vec<usize>,
    pub(crate) lines: Vec<String>,
    /// How many labels stand beside it.
    pub(crate) labels: usize,
}

/// A row by its card and its place there.
pub(crate) type Seat = (usize, usize);

/// All cards, and where each party sits.
pub(crate) struct Cards {
    pub(crate) all: Vec<Card>,
    /// Of each party: where its connections begin.
    pub(crate) sends: Vec<Option<Seat>>,
    /// Of each party: where connections to it end.
    pub(crate) receives: Vec<Option<Seat>>,
    /// How many rows were folded.
    pub(crate) folded: usize,
}

impl Card {
    /// Whether the card is a party, and has no rows to tell apart.
    pub(crate) fn is_single(&self) -> bool {
        self.rows.len() == 1 && self.rows.iter().all(|row| row.lines.is_empty())
    }

    pub(crate) fn width(&self) -> f64 {
        let title = width(&self.title, Font::Heading);
        let subtitle = width(&self.subtitle, Font::Small);
        let lines = self.rows.iter().flat_map(|row| &row.lines).map(|line| width(line, Font::Name)).fold(0.0, f64::max);
        let head = title.max(subtitle) + if self.is_single() { self.gutter } else { 0.0 };
        let note = self.note.as_ref().map_or(0.0, |note| width(note, Font::Small));
        (head.max(lines + self.gutter).max(note) + 2.0 * PAD).max(120.0)
    }

    pub(crate) fn height(&self) -> f64 {
        let rows: f64 = self.rows.iter().map(Row::height).sum();
        let note = if self.note.is_some() { LINE + 2.0 } else { 0.0 };
        if self.is_single() { rows.max(HEAD + 6.0) } else { HEAD + rows + 6.0 + note }
    }

    /// The middle of a row, from the upper edge of the card.
    pub(crate) fn middle(&self, row: usize) -> f64 {
        if self.is_single() {
            return self.height() / 2.0;
        }
        let above: f64 = self.rows.iter().take(row).map(Row::height).sum();
        HEAD + above + self.rows.get(row).map_or(0.0, Row::height) / 2.0
    }
}

impl Row {
    pub(crate) fn height(&self) -> f64 {
        let count = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
        (count(self.lines.len()) * LINE + 7.0).max(count(self.labels) * LABEL + 6.0)
    }
}

/// A card's place in the order: those that send from outside, workspaces and projects, those outside that receive.
type Key = (Column, usize, Option<String>, Option<String>, Option<usize>);

impl Cards {
    /// The cards of a topology.
    pub(crate) fn new(form: &TopologyForm, speech: Speech) -> Self {
        let shape = Shape::of(form);
        let short = names::Names::new(form, speech);
        let mut groups: BTreeMap<Key, Vec<usize>> = BTreeMap::new();
        for (at, party) in form.parties.iter().enumerate() {
            for column in columns(form, at, party) {
                groups.entry(shape.key(column, at, party)).or_default().push(at);
            }
        }
        let mut all = Self {
            all: Vec::new(),
            sends: vec![None; form.parties.len()],
            receives: vec![None; form.parties.len()],
            folded: 0,
        };
        for (key, parties) in groups {
            all.add(key.0, key.4.is_some(), &parties, form, &short, speech);
        }
        all
    }

    fn add(
        &mut self,
        column: Column,
        is_own: bool,
        parties: &[usize],
        form: &TopologyForm,
        short: &names::Names,
        speech: Speech,
    ) {
        let Some(first) = parties.first().and_then(|at| form.parties.get(*at)) else { return };
        let at = self.all.len();
        let shown = if parties.len() > MOST_ROWS { MOST_ROWS - 1 } else { parties.len() };
        let (shown, folded) = parties.split_at(shown);
        let row = |party: &usize| Row { parties: vec![*party], lines: clipped(short.lines(*party)), labels: 0 };
        let mut rows: Vec<Row> = shown.iter().map(row).collect();
        if !folded.is_empty() {
            let more = speech.say("reach.more", &[("count", folded.len().to_string())]);
            rows.push(Row { parties: folded.to_vec(), lines: vec![more], labels: 0 });
        }
        self.folded += folded.len();
        for (row, parties) in rows.iter().map(|row| row.parties.clone()).enumerate() {
            for party in parties {
                let seats = [(Column::Last, &mut self.sends), (Column::First, &mut self.receives)];
                for (other, seats) in seats {
                    if column != other {
                        seats.get_mut(party).into_iter().for_each(|slot| *slot = Some((at, row)));
                    }
                }
            }
        }
        let is_alone = is_own && first.names.len() <= 1;
        let heading = if is_own { short.own(first, speech) } else { short.common(first, speech) };
        if is_alone {
            for row in &mut rows {
                row.lines.clear();
            }
        }
        self.all.push(Card {
            title: shortened(&heading.title, Font::Heading, WIDEST),
            subtitle: shortened(&heading.subtitle, Font::Small, WIDEST),
            kind: heading.kind,
            name: heading.name,
            column,
            rows,
            gutter: 0.0,
            note: None,
        });
    }
}

fn clipped(lines: Vec<String>) -> Vec<String> {
    lines.into_iter().map(|line| shortened(&line, Font::Name, WIDEST)).collect()
}

/// Whether parties share cards.
struct Shape {
    /// Workloads of a single project, or projects of a single workspace, have a card each.
    is_each_own: bool,
}

impl Shape {
    fn of(form: &TopologyForm) -> Self {
        let inside = form.parties.iter().filter(|party| matches!(party.kind, "workload" | "pod"));
        let mut namespaces: Vec<Option<&String>> = inside.map(|party| party.namespace.as_ref()).collect();
        namespaces.sort_unstable();
        namespaces.dedup();
        let of_projects = form.parties.iter().filter(|party| party.kind == "project" && party.workspace.is_some());
        let mut workspaces: Vec<Option<&String>> = of_projects.map(|party| party.workspace.as_ref()).collect();
        workspaces.sort_unstable();
        workspaces.dedup();
        Self { is_each_own: namespaces.len() == 1 || (namespaces.is_empty() && workspaces.len() == 1) }
    }

    fn key(&self, column: Column, at: usize, party: &PartyForm) -> Key {
        let own = match party.kind {
            "workload" | "pod" | "project" => {
                self.is_each_own || (party.kind == "project" && party.workspace.is_none())
            }
            "workspace" | "noWorkspace" | "foreign" => true,
            _ => false,
        };
        let rank = match party.kind {
            "outside" | "otherRanges" => 0,
            "node" | "nodes" => 1,
            _ => 2,
        };
        let namespace = if party.kind == "project" { None } else { party.namespace.clone() };
        (column, rank, party.workspace.clone(), namespace, own.then_some(at))
    }
}

/// The columns in which a party stands: whoever is outside stands on the left as a sender, on the right as a receiver.
fn columns(form: &TopologyForm, at: usize, party: &PartyForm) -> Vec<Column> {
    if !matches!(party.kind, "outside" | "otherRanges" | "node" | "nodes") {
        return vec![Column::Inner];
    }
    let sends = form.links.iter().any(|link| link.from == at);
    let receives = form.links.iter().any(|link| link.to == at);
    let sides = [(sends, Column::First), (receives, Column::Last)];
    sides.into_iter().filter(|(is_there, _)| *is_there).map(|(_, column)| column).collect()
}
