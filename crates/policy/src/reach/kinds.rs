//! Classes that no row tells apart.
//!
//! Classes differ where something in play could tell them apart, kinds where something does: ten thousand namespaces whose pods all have
//! an `app` label are many classes, and if nothing but their workspaces counts they are as many kinds as there are workspaces.

use std::collections::BTreeMap;

use bulkhead_model::AddressSet;
use bulkhead_model::object::Direction;
use rustc_hash::FxHashMap;

use super::Reach;
use super::class_set::ClassId;
use super::evaluate::Ruling;
use super::row::{Row, RowCell, RowId, SharedRulings};

/// Classes by what they reach and what reaches them.
#[derive(Clone, Debug)]
pub struct Kinds {
    /// The kind of each class, by its index.
    of_class: Vec<u32>,
    /// The first class of each kind.
    first: Vec<ClassId>,
}

impl Kinds {
    /// The number of a class' kind.
    pub fn of(&self, class: ClassId) -> Option<usize> {
        self.of_class.get(class.index()).map(|kind| *kind as usize)
    }

    /// One class for each kind, in order.
    pub fn firsts(&self) -> &[ClassId] {
        &self.first
    }

    /// Whether a class stands for its kind.
    pub fn is_first(&self, class: ClassId) -> bool {
        self.of(class).and_then(|kind| self.first.get(kind)) == Some(&class)
    }
}

/// What a row says, however it is numbered.
type Content<'a> = (&'a [RowCell], Option<&'a SharedRulings>, Ruling, &'a [(AddressSet, Ruling)]);

fn content(row: &Row) -> Content<'_> {
    (&row.cells, row.shared.as_ref(), row.rest, &row.outside)
}

impl Reach {
    /// Classes by what they reach and what reaches them: of two of one kind the rows say the same, every row says the same to both, and
    /// they have addresses of the same families.
    pub fn kinds(&self) -> Kinds {
        let mut contents: BTreeMap<Content<'_>, u32> = BTreeMap::new();
        let mut number_of_row: FxHashMap<RowId, u32> = FxHashMap::default();
        let mut partition = Partition::new(self.universe.ids().count());
        let mut keys = BTreeMap::new();
        for class in self.universe.ids() {
            let rows = [Direction::Ingress, Direction::Egress].map(|direction| {
                let (id, row) = self.rows.numbered(class, direction);
                *number_of_row.entry(id).or_insert_with(|| {
                    let next = u32::try_from(contents.len()).unwrap_or(u32::MAX);
                    *contents.entry(content(row)).or_insert(next)
                })
            });
            let next = u32::try_from(keys.len()).unwrap_or(u32::MAX);
            let group = *keys.entry((self.families(class), rows)).or_insert(next);
            partition.put(class, group);
        }
        let mut cuts: Vec<u32> = Vec::new();
        for (cells, shared, _, _) in contents.keys() {
            cells.iter().for_each(|cell| partition.split(|| cell.classes.iter()));
            cuts.extend(shared.map(|shared| shared.cut));
        }
        cuts.sort_unstable();
        cuts.dedup();
        for cut in cuts.into_iter().filter_map(|cut| self.rows.shared().get(cut)) {
            cut.cells.iter().for_each(|cell| partition.split(|| cell.iter()));
        }
        let mut kinds = Kinds { of_class: vec![u32::MAX; partition.group_of.len()], first: Vec::new() };
        let mut numbers: BTreeMap<u32, u32> = BTreeMap::new();
        for class in self.classes() {
            let Some(group) = partition.group_of.get(class.index()) else { continue };
            let next = u32::try_from(kinds.first.len()).unwrap_or(u32::MAX);
            let kind = *numbers.entry(*group).or_insert(next);
            if kind == next {
                kinds.first.push(class);
            }
            kinds.of_class.get_mut(class.index()).into_iter().for_each(|slot| *slot = kind);
        }
        kinds
    }
}

/// Classes in groups, which are split again and again.
struct Partition {
    group_of: Vec<u32>,
    /// How many are in each group.
    sizes: Vec<u32>,
}

impl Partition {
    fn new(classes: usize) -> Self {
        Self { group_of: vec![0; classes], sizes: Vec::new() }
    }

    fn put(&mut self, class: ClassId, group: u32) {
        let Some(slot) = self.group_of.get_mut(class.index()) else { return };
        *slot = group;
        if self.sizes.len() <= group as usize {
            self.sizes.resize(group as usize + 1, 0);
        }
        self.sizes.get_mut(group as usize).into_iter().for_each(|size| *size += 1);
    }

    /// Tells those in a set from those that are not.
    fn split<I: Iterator<Item = ClassId>>(&mut self, set: impl Fn() -> I) {
        let mut inside: FxHashMap<u32, u32> = FxHashMap::default();
        for group in set().filter_map(|class| self.group_of.get(class.index())) {
            *inside.entry(*group).or_default() += 1;
        }
        let is_parted = |group: u32, count: u32| self.sizes.get(group as usize).is_some_and(|size| count < *size);
        inside.retain(|group, count| is_parted(*group, *count));
        if inside.is_empty() {
            return;
        }
        let mut parts: FxHashMap<u32, u32> = FxHashMap::default();
        for class in set() {
            let Some(group) = self.group_of.get(class.index()).copied().filter(|group| inside.contains_key(group))
            else {
                continue;
            };
            let next = u32::try_from(self.sizes.len()).unwrap_or(u32::MAX);
            let part = *parts.entry(group).or_insert(next);
            if part == next {
                self.sizes.push(0);
            }
            self.sizes.get_mut(group as usize).into_iter().for_each(|size| *size -= 1);
            self.sizes.get_mut(part as usize).into_iter().for_each(|size| *size += 1);
            self.group_of.get_mut(class.index()).into_iter().for_each(|slot| *slot = part);
        }
    }
}
