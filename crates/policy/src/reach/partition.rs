//! Cutting classes into cells: two classes are in one cell if the same sets hold them.

use super::class_set::{ClassId, ClassSet};

/// A cell: its classes, and the places of the sets that hold them in the list that was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cell {
    pub(crate) classes: ClassSet,
    pub(crate) held_by: Vec<usize>,
}

/// The memory of [`Partition::cut`], kept between cuts: it takes one step for each member of each set.
#[derive(Clone, Debug, Default)]
pub(crate) struct Partition {
    /// The node of each class; 0 where no set holds it.
    node_of: Vec<u32>,
    nodes: Vec<Node>,
    /// The classes that any set holds, set by set.
    touched: Vec<ClassId>,
    /// The same, node by node, and where those of each node end.
    grouped: Vec<ClassId>,
    ends: Vec<usize>,
}

/// Those of `parent` that one more set holds.
#[derive(Clone, Copy, Debug, Default)]
struct Node {
    parent: u32,
    set: usize,
    /// The last set that took classes out of this node, counted from 1, and where they went.
    taken_by: usize,
    moved_to: u32,
}

impl Partition {
    /// Cuts the classes that any of the sets holds into cells.
    pub(crate) fn cut<'a>(&mut self, sets: impl Iterator<Item = &'a ClassSet>) -> Vec<Cell> {
        self.nodes.clear();
        self.nodes.push(Node::default());
        for (at, set) in sets.enumerate() {
            for class in set.iter() {
                self.take(class, at);
            }
        }
        self.collect()
    }

    fn take(&mut self, class: ClassId, set: usize) {
        if self.node_of.len() <= class.index() {
            self.node_of.resize(class.index() + 1, 0);
        }
        let Some(node_of) = self.node_of.get_mut(class.index()) else { return };
        let next = u32::try_from(self.nodes.len()).unwrap_or(u32::MAX);
        let Some(node) = self.nodes.get_mut(*node_of as usize) else { return };
        let parent = *node_of;
        if node.taken_by != set + 1 {
            (node.taken_by, node.moved_to) = (set + 1, next);
        }
        *node_of = node.moved_to;
        if node.moved_to == next {
            self.nodes.push(Node { parent, set, ..Node::default() });
        }
        if parent == 0 {
            self.touched.push(class);
        }
    }

    /// The cells, by the number of their node. Those of one node were all first held by the same set, which has them in order: so
    /// they are in order here, and nothing has to be sorted.
    fn collect(&mut self) -> Vec<Cell> {
        self.ends.clear();
        self.ends.resize(self.nodes.len(), 0);
        for class in &self.touched {
            let node = self.node_of.get(class.index()).copied().unwrap_or(0);
            if let Some(count) = self.ends.get_mut(node as usize) {
                *count += 1;
            }
        }
        let mut before = 0;
        for end in &mut self.ends {
            before += std::mem::replace(end, before);
        }
        self.grouped.clear();
        self.grouped.resize(self.touched.len(), ClassId(0));
        for class in self.touched.drain(..) {
            let Some(node) = self.node_of.get_mut(class.index()).map(std::mem::take) else { continue };
            let Some(at) = self.ends.get_mut(node as usize) else { continue };
            if let Some(place) = self.grouped.get_mut(*at) {
                *place = class;
            }
            *at += 1;
        }
        let (mut cells, mut start) = (Vec::new(), 0);
        for (end, node) in self.ends.iter().zip(0..) {
            let group = self.grouped.get(start..*end).unwrap_or_default();
            start = *end;
            if !group.is_empty() {
                cells.push(Cell { classes: group.iter().copied().collect(), held_by: sets_of(&self.nodes, node) });
            }
        }
        cells
    }
}

fn sets_of(nodes: &[Node], mut at: u32) -> Vec<usize> {
    let mut sets = Vec::new();
    while let Some(node) = nodes.get(at as usize).filter(|_| at != 0) {
        sets.push(node.set);
        at = node.parent;
    }
    sets.reverse();
    sets
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_disjoint_and_know_their_sets() {
        let sets: Vec<ClassSet> = [&[1, 2, 3, 100][..], &[3, 4], &[], &[100]]
            .map(|classes| classes.iter().copied().map(ClassId).collect())
            .into();
        let mut partition = Partition::default();
        let cells = partition.cut(sets.iter());
        let shown: Vec<(Vec<u32>, Vec<usize>)> = cells
            .iter()
            .map(|cell| (cell.classes.iter().map(|class| class.0).collect(), cell.held_by.clone()))
            .collect();
        let expected = [(vec![1, 2], vec![0]), (vec![3], vec![0, 1]), (vec![4], vec![1]), (vec![100], vec![0, 3])];
        assert_eq!(shown, expected);
        assert_eq!(partition.cut(sets.iter()), cells);
    }
}
