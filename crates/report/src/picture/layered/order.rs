//! The order of boxes and lanes in each column, so that few lines cross.

use super::{Drawing, ends};

/// How often the columns are gone through.
const ROUNDS: usize = 8;

/// Boxes and lanes in columns.
pub(super) struct Grid {
    pub(super) items: Vec<Item>,
    /// The items of each column from top to bottom.
    pub(super) columns: Vec<Vec<usize>>,
    /// What joins each column with the next.
    pub(super) gaps: Vec<Vec<Segment>>,
    /// The items that each line passes, from left to right.
    pub(super) chains: Vec<Vec<usize>>,
}

/// A box, or a lane that a line takes through a column.
#[derive(Clone, Copy, Debug)]
pub(super) struct Item {
    /// The box; a lane has none.
    pub(super) shape: Option<usize>,
    pub(super) column: usize,
    pub(super) height: f64,
}

/// Part of a line between two columns.
#[derive(Clone, Copy, Debug)]
pub(super) struct Segment {
    pub(super) left: usize,
    pub(super) left_offset: f64,
    pub(super) right: usize,
    pub(super) right_offset: f64,
}

/// The height of a lane.
pub(super) const LANE: f64 = 6.0;

impl Grid {
    /// Boxes in the order in which they are given, lanes below them.
    pub(super) fn new(drawing: &Drawing, reversed: &[bool], columns: &[usize]) -> Self {
        let column_of = |at: usize| columns.get(at).copied().unwrap_or_default();
        let count = columns.iter().max().map_or(0, |last| last + 1);
        let item =
            |(at, shape): (usize, &super::Shape)| Item { shape: Some(at), column: column_of(at), height: shape.height };
        let items: Vec<Item> = drawing.boxes.iter().enumerate().map(item).collect();
        let gaps = vec![Vec::new(); count.saturating_sub(1)];
        let mut grid = Self { items, columns: vec![Vec::new(); count], gaps, chains: Vec::new() };
        for (line, is_reversed) in drawing.lines.iter().zip(reversed) {
            let (from, to) = ends(line, *is_reversed);
            let mut chain = vec![from.at];
            for column in column_of(from.at) + 1..column_of(to.at) {
                chain.push(grid.items.len());
                grid.items.push(Item { shape: None, column, height: LANE });
            }
            chain.push(to.at);
            grid.join(&chain, from.offset, to.offset);
            grid.chains.push(chain);
        }
        for (at, item) in grid.items.iter().enumerate() {
            grid.columns.get_mut(item.column).into_iter().for_each(|column| column.push(at));
        }
        grid
    }

    fn join(&mut self, chain: &[usize], first: f64, last: f64) {
        for (step, pair) in chain.windows(2).enumerate() {
            let [left, right] = *pair else { continue };
            let left_offset = if step == 0 { first } else { LANE / 2.0 };
            let right_offset = if step + 2 == chain.len() { last } else { LANE / 2.0 };
            let column = self.items.get(left).map_or(0, |item| item.column);
            let segment = Segment { left, left_offset, right, right_offset };
            self.gaps.get_mut(column).into_iter().for_each(|gap| gap.push(segment));
        }
    }

    /// Reorders columns as long as fewer lines cross.
    pub(super) fn uncross(&mut self) {
        let (mut best, mut fewest) = (self.columns.clone(), self.crossings());
        for round in 0..ROUNDS {
            if fewest == 0 {
                break;
            }
            let last = self.columns.len();
            for step in 1..last {
                if round % 2 == 0 { self.sort(step, Side::Left) } else { self.sort(last - 1 - step, Side::Right) }
            }
            let crossings = self.crossings();
            if crossings < fewest {
                (best, fewest) = (self.columns.clone(), crossings);
            }
        }
        self.columns = best;
    }

    /// Sorts a column by where the lines of each item come from on one side; who has none there stays where it is.
    fn sort(&mut self, column: usize, side: Side) {
        let places = self.places();
        let mut sums: std::collections::BTreeMap<usize, (f64, f64)> = std::collections::BTreeMap::new();
        let gap = match side {
            Side::Left => column.checked_sub(1).and_then(|gap| self.gaps.get(gap)),
            Side::Right => self.gaps.get(column),
        };
        for segment in gap.into_iter().flatten() {
            let (own, other, offset) = match side {
                Side::Left => (segment.right, segment.left, segment.left_offset),
                Side::Right => (segment.left, segment.right, segment.right_offset),
            };
            let sum = sums.entry(own).or_default();
            *sum = (sum.0 + self.place(&places, other, offset), sum.1 + 1.0);
        }
        let key = |item: usize| match sums.get(&item) {
            Some((sum, count)) => sum / count,
            None => places.get(item).copied().unwrap_or_default(),
        };
        if let Some(items) = self.columns.get_mut(column) {
            items.sort_by(|one, other| key(*one).total_cmp(&key(*other)));
        }
    }

    /// How far down each item begins in its column, as a share of the column.
    fn places(&self) -> Vec<f64> {
        let mut places = vec![0.0; self.items.len()];
        for column in &self.columns {
            let height = |item: usize| self.items.get(item).map_or(0.0, |item| item.height + 16.0);
            let whole: f64 = column.iter().map(|item| height(*item)).sum::<f64>().max(1.0);
            let mut above = 0.0;
            for item in column {
                places.get_mut(*item).into_iter().for_each(|place| *place = above / whole);
                above += height(*item);
            }
        }
        places
    }

    /// Where a line ends: an item's place, and a little for how far down its box.
    fn place(&self, places: &[f64], item: usize, offset: f64) -> f64 {
        let height = self.items.get(item).map_or(1.0, |item| item.height.max(1.0));
        places.get(item).copied().unwrap_or_default() + 0.001 * offset / height
    }

    /// How many lines cross.
    fn crossings(&self) -> usize {
        let mut index = vec![0.0; self.items.len()];
        for column in &self.columns {
            for (place, item) in (0_u32..).zip(column) {
                index.get_mut(*item).into_iter().for_each(|slot| *slot = f64::from(place));
            }
        }
        let at = |item: usize, offset: f64| {
            let height = self.items.get(item).map_or(1.0, |item| item.height.max(1.0));
            index.get(item).copied().unwrap_or_default() + offset / (height + 1.0)
        };
        let crossed = |gap: &Vec<Segment>| {
            let mut ends: Vec<(f64, f64)> = gap
                .iter()
                .map(|segment| (at(segment.left, segment.left_offset), at(segment.right, segment.right_offset)))
                .collect();
            ends.sort_by(|one, other| one.0.total_cmp(&other.0).then(one.1.total_cmp(&other.1)));
            inversions(&ends.into_iter().map(|(_, right)| right).collect::<Vec<f64>>())
        };
        self.gaps.iter().map(crossed).sum()
    }
}

/// The side of a column that its order follows.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Left,
    Right,
}

/// How many pairs are in the wrong order, by counting in a tree of sums.
fn inversions(values: &[f64]) -> usize {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.dedup();
    let mut tree = vec![0_usize; sorted.len() + 1];
    let mut found = 0;
    for (seen, value) in values.iter().enumerate() {
        let rank = sorted.partition_point(|other| other <= value);
        let mut not_above = 0;
        let mut at = rank;
        while at > 0 {
            not_above += tree.get(at).copied().unwrap_or_default();
            at &= at - 1;
        }
        found += seen - not_above;
        at = rank;
        while let Some(slot) = tree.get_mut(at).filter(|_| at > 0) {
            *slot += 1;
            at += at & at.wrapping_neg();
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inversions_are_counted() {
        assert_eq!(inversions(&[1.0, 2.0, 3.0]), 0);
        assert_eq!(inversions(&[3.0, 2.0, 1.0]), 3);
        assert_eq!(inversions(&[2.0, 2.0, 1.0, 3.0]), 2);
    }
}
