//! Cuts of the classes by sets so large (everybody, a whole workspace) that rows must not each have their own.

use std::collections::BTreeMap;

use super::class_set::{ClassId, ClassSet};
use super::named_ports::HolderId;
use super::partition::Partition;
use super::peers::PeerId;
use crate::rule::BlockMeaning;

/// A set that cuts the classes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Cut {
    /// Those that are surely in a set of peers.
    Surely(PeerId),
    /// Those that are perhaps in it.
    Perhaps(PeerId),
    /// Those that declare a named port.
    Holder(HolderId),
    /// Those of which nobody knows an address, where that matters for blocks of this meaning.
    Unaddressed(BlockMeaning),
}

/// Cells of large sets, by the sets that made them.
#[derive(Clone, Debug, Default)]
pub(crate) struct SharedCuts {
    cuts: Vec<SharedCut>,
    known: BTreeMap<Vec<Cut>, u32>,
}

/// Disjoint sets of classes, and the sets that hold each of them.
#[derive(Clone, Debug, Default)]
pub(crate) struct SharedCut {
    pub(crate) cells: Vec<ClassSet>,
    pub(crate) held_by: Vec<Vec<Cut>>,
    /// Where there are many cells: which one each class is in, by the class' index.
    cell_of: Vec<u32>,
}

/// In none of the cells.
const NO_CELL: u32 = u32::MAX;

/// Fewer cells are searched one after the other.
const INDEXED_FROM: usize = 4;

impl SharedCut {
    /// The cell that a class is in.
    pub(crate) fn cell_of(&self, class: ClassId) -> Option<usize> {
        if self.cell_of.is_empty() {
            return self.cells.iter().position(|cell| cell.contains(class));
        }
        self.cell_of.get(class.index()).filter(|cell| **cell != NO_CELL).map(|cell| *cell as usize)
    }

    /// Makes the index, if the cut is worth one.
    fn indexed(mut self) -> Self {
        if self.cells.len() < INDEXED_FROM {
            return self;
        }
        for (cell, at) in self.cells.iter().zip(0..) {
            for class in cell.iter() {
                if self.cell_of.len() <= class.index() {
                    self.cell_of.resize(class.index() + 1, NO_CELL);
                }
                if let Some(place) = self.cell_of.get_mut(class.index()) {
                    *place = at;
                }
            }
        }
        self
    }
}

impl SharedCuts {
    /// The number of the cut by some sets, which are sorted.
    pub(crate) fn cut<'a>(
        &mut self,
        by: Vec<Cut>,
        set: impl Fn(Cut) -> &'a ClassSet,
        partition: &mut Partition,
    ) -> u32 {
        if let Some(known) = self.known.get(&by) {
            return *known;
        }
        let id = u32::try_from(self.cuts.len()).unwrap_or(u32::MAX);
        let mut shared = SharedCut::default();
        let mut cells = partition.cut(by.iter().map(|cut| set(*cut)));
        // Cells are searched one after the other: most classes are in the largest.
        cells.sort_by_key(|cell| std::cmp::Reverse(cell.classes.len()));
        for cell in cells {
            shared.held_by.push(cell.held_by.iter().filter_map(|at| by.get(*at).copied()).collect());
            shared.cells.push(cell.classes);
        }
        self.cuts.push(shared.indexed());
        self.known.insert(by, id);
        id
    }

    /// A set has changed: rows to come must not use cuts by it. Those that are there keep theirs, and say themselves what is
    /// other about the classes that came or went.
    pub(crate) fn forget(&mut self, changed: Cut) {
        self.known.retain(|by, _| by.binary_search(&changed).is_err());
    }

    pub(crate) fn get(&self, id: u32) -> Option<&SharedCut> {
        self.cuts.get(id as usize)
    }
}
