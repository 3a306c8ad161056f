//! From the policies of a subject to its row.
//!
//! The sets that a row's rules name cut the classes into cells, and each cell is evaluated once. Small sets are cut for each
//! row; large ones (everybody, a whole workspace) once for all rows that name the same ones together.

use bulkhead_model::object::Direction;

use super::Tuning;
use super::class_set::{ClassId, ClassSet};
use super::evaluate::Ruling;
use super::named_ports::Holders;
use super::outside;
use super::partition::Partition;
use super::peers::PeerTable;
use super::port_ranges::PortTable;
use super::row::{Row, RowCell, Rulings, SharedRulings};
use super::shared_cuts::{Cut, SharedCuts};
use super::subject::{Subject, Use};
use super::universe::{Family, NamedPort, Unaddressed};
use crate::profile::Answer;
use crate::reach::compiled::CompiledPolicy;

/// What rows are made from.
#[derive(Clone, Copy)]
pub(crate) struct Materials<'a> {
    pub(crate) policies: &'a [CompiledPolicy],
    pub(crate) peers: &'a PeerTable,
    pub(crate) holders: &'a Holders,
    /// The classes of which nobody knows an address.
    pub(crate) unaddressed: &'a Unaddressed,
    /// Whether policies have any effect: yes, or nobody knows.
    pub(crate) enforces: Answer,
}

impl<'a> Materials<'a> {
    /// The classes of a cut.
    pub(crate) fn classes(&self, cut: Cut) -> &'a ClassSet {
        match cut {
            Cut::Surely(peer) => &self.peers.get(peer).surely,
            Cut::Perhaps(peer) => &self.peers.get(peer).perhaps,
            Cut::Holder(holder) => &self.holders.get(holder).classes,
            Cut::Unaddressed(meaning) => self.unaddressed.for_blocks(meaning),
        }
    }
}

/// A question for a row: the policies of a subject (sorted by tier and priority) in one direction.
#[derive(Clone, Copy)]
pub(crate) struct RowRequest<'a> {
    pub(crate) uses: &'a [Use],
    pub(crate) direction: Direction,
    /// The subject's own.
    pub(crate) named_ports: &'a [NamedPort],
}

/// Makes rows, and remembers what they share.
#[derive(Clone, Debug)]
pub(crate) struct RowBuilder {
    pub(crate) tuning: Tuning,
    partition: Partition,
    pub(crate) shared: SharedCuts,
}

impl RowBuilder {
    pub(crate) fn new(tuning: Tuning) -> Self {
        Self { tuning, partition: Partition::default(), shared: SharedCuts::default() }
    }

    pub(crate) fn build(&mut self, request: RowRequest<'_>, materials: Materials<'_>, ports: &mut PortTable) -> Row {
        let mut subject = Subject::new(request, materials, ports);
        let rest = subject.ruling(&[], Family::V4);
        let cuts = subject.cuts();
        let is_large = |cut: &Cut| materials.classes(*cut).weight() >= self.tuning.shared_from_words;
        let (large, small): (Vec<Cut>, Vec<Cut>) = cuts.into_iter().partition(is_large);
        let cells = self.own_cells(&small, &large, materials, &mut subject);
        let shared = (!large.is_empty()).then(|| self.shared_rulings(large, materials, &mut subject));
        let says_otherwise = |cell: &RowCell| shared.is_some() || cell.rulings != [rest; 2];
        let cells: Box<[RowCell]> = cells.into_iter().filter(says_otherwise).collect();
        let mut row = Row { cells, shared, ..Row::flat(rest) };
        let blocks = subject.blocks();
        row.outside = outside::rulings(&blocks, |held_by, family| {
            let held_by: Vec<Cut> = held_by.iter().map(|peer| Cut::Surely(*peer)).collect();
            Some(subject.ruling(&held_by, family)).filter(|ruling| *ruling != rest)
        });
        row.indexed(self.tuning)
    }

    /// What a row says to one class.
    pub(crate) fn rulings_for(
        class: ClassId,
        request: RowRequest<'_>,
        materials: Materials<'_>,
        ports: &mut PortTable,
    ) -> Rulings {
        let mut subject = Subject::new(request, materials, ports);
        let mut held_by = subject.cuts();
        held_by.retain(|cut| materials.classes(*cut).contains(class));
        subject.rulings(&held_by)
    }

    /// The cells of those that some small set holds, by ruling.
    fn own_cells(
        &mut self,
        small: &[Cut],
        large: &[Cut],
        materials: Materials<'_>,
        subject: &mut Subject<'_>,
    ) -> Vec<RowCell> {
        // Only large sets ask who is held by a small one.
        let sets = small.iter().filter(|_| !large.is_empty()).map(|cut| materials.classes(*cut));
        let held = ClassSet::union_of(sets);
        let near: Vec<ClassSet> = large.iter().map(|cut| held.intersection(materials.classes(*cut))).collect();
        let sets = small.iter().map(|cut| materials.classes(*cut)).chain(&near);
        let cuts: Vec<Cut> = small.iter().chain(large).copied().collect();
        let mut cells: Vec<RowCell> = Vec::new();
        for cell in self.partition.cut(sets) {
            let held_by: Vec<Cut> = cell.held_by.iter().filter_map(|at| cuts.get(*at).copied()).collect();
            cells.push(RowCell { classes: cell.classes, rulings: subject.rulings(&held_by) });
        }
        by_ruling(cells)
    }

    fn shared_rulings(
        &mut self,
        large: Vec<Cut>,
        materials: Materials<'_>,
        subject: &mut Subject<'_>,
    ) -> SharedRulings {
        let cut = self.shared.cut(large, |cut| materials.classes(cut), &mut self.partition);
        let held_by = self.shared.get(cut).map_or(&[][..], |shared| shared.held_by.as_slice());
        SharedRulings { cut, rulings: held_by.iter().map(|held_by| subject.rulings(held_by)).collect() }
    }
}

/// Joins the cells of one ruling.
fn by_ruling(mut cells: Vec<RowCell>) -> Vec<RowCell> {
    cells.sort_by_key(|cell| cell.rulings);
    let same = |a: &RowCell, b: &RowCell| a.rulings == b.rulings;
    let join = |group: &[RowCell]| -> Option<(ClassSet, Rulings)> {
        let (first, others) = group.split_first()?;
        if others.is_empty() {
            return Some((first.classes.clone(), first.rulings));
        }
        Some((ClassSet::union_of(group.iter().map(|cell| &cell.classes)), first.rulings))
    };
    let joined = cells.chunk_by(same).filter_map(join);
    joined.map(|(classes, rulings)| RowCell { classes, rulings }).collect()
}

/// A ruling where nobody knows whether anything enforces policies: what policies allow is open either way.
pub(crate) fn unless_nobody_enforces(ruling: Ruling, enforces: Answer, ports: &mut PortTable) -> Ruling {
    match enforces {
        Answer::Yes => ruling,
        Answer::No => Ruling::OPEN,
        Answer::Unknown => Ruling { open: ruling.open, unknown: ports.everything_but(ruling.open) },
    }
}
