//! What the policies of one subject say to everybody: the form in which answers are kept.

use std::net::IpAddr;

use bulkhead_model::AddressSet;

use super::Tuning;
use super::class_set::{ClassId, ClassSet};
use super::evaluate::Ruling;
use super::shared_cuts::SharedCuts;

/// The number of a row; 0 is the one of subjects that no policy selects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct RowId(pub(crate) u32);

impl RowId {
    pub(crate) const OPEN: Self = Self(0);
}

/// One ruling for each address family; they differ where blocks of one family hold the other side.
pub(crate) type Rulings = [Ruling; 2];

/// What the policies of one subject say to everybody, in one direction.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    /// Disjoint sets of other sides.
    pub(crate) cells: Box<[RowCell]>,
    /// Where there are many cells: which one each class is in, sorted by class.
    pub(crate) index: Box<[(ClassId, u32)]>,
    /// Rulings for the cells of a shared cut, for those that are in none of `cells`.
    pub(crate) shared: Option<SharedRulings>,
    /// For everybody else, in the cluster and outside.
    pub(crate) rest: Ruling,
    /// Addresses outside, by ruling; disjoint.
    pub(crate) outside: Box<[(AddressSet, Ruling)]>,
}

/// One set of other sides.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct RowCell {
    pub(crate) classes: ClassSet,
    pub(crate) rulings: Rulings,
}

/// What a row says to the cells of a cut that many rows share, as its sets are large.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct SharedRulings {
    /// Which cut.
    pub(crate) cut: u32,
    /// In the order of its cells.
    pub(crate) rulings: Box<[Rulings]>,
}

impl Row {
    /// A row that says the same to everybody.
    pub(crate) fn flat(rest: Ruling) -> Self {
        Self { cells: Box::default(), index: Box::default(), shared: None, rest, outside: Box::default() }
    }

    /// Makes the index, if the row is worth one.
    pub(crate) fn indexed(mut self, tuning: Tuning) -> Self {
        if self.cells.len() >= tuning.searched_from_cells {
            let numbered = self.cells.iter().zip(0..);
            let mut index: Vec<(ClassId, u32)> =
                Vec::with_capacity(self.cells.iter().map(|cell| cell.classes.len()).sum());
            index.extend(numbered.flat_map(|(cell, at)| cell.classes.iter().map(move |class| (class, at))));
            index.sort_unstable_by_key(|(class, _)| *class);
            self.index = index.into();
        }
        self
    }

    /// What it says to a class, by its address of each family.
    pub(crate) fn rulings(&self, class: ClassId, cuts: &SharedCuts) -> Rulings {
        let shared = || {
            let shared = self.shared.as_ref()?;
            let at = cuts.get(shared.cut)?.cell_of(class)?;
            shared.rulings.get(at).copied()
        };
        self.cell(class).map(|cell| cell.rulings).or_else(shared).unwrap_or([self.rest; 2])
    }

    /// Says something else to a class.
    pub(crate) fn put(&mut self, class: ClassId, rulings: Rulings, tuning: Tuning) {
        let mut cells = std::mem::take(&mut self.cells).into_vec();
        for cell in &mut cells {
            cell.classes.remove(class);
        }
        cells.retain(|cell| !cell.classes.is_empty());
        if self.shared.is_some() || rulings != [self.rest; 2] {
            if let Some(cell) = cells.iter_mut().find(|cell| cell.rulings == rulings) {
                cell.classes.insert(class);
            } else {
                cells.push(RowCell { classes: [class].into_iter().collect(), rulings });
            }
        }
        self.cells = cells.into();
        self.index = Box::default();
        *self = std::mem::replace(self, Self::flat(self.rest)).indexed(tuning);
    }

    /// What it says to an address outside the cluster.
    pub(crate) fn ruling_outside(&self, address: IpAddr) -> Ruling {
        let held = self.outside.iter().find(|(addresses, _)| addresses.contains(address));
        held.map_or(self.rest, |(_, ruling)| *ruling)
    }

    fn cell(&self, class: ClassId) -> Option<&RowCell> {
        if self.index.is_empty() {
            return self.cells.iter().find(|cell| cell.classes.contains(class));
        }
        let at = self.index.binary_search_by_key(&class, |entry| entry.0).ok()?;
        self.index.get(at).and_then(|(_, cell)| self.cells.get(*cell as usize))
    }
}
