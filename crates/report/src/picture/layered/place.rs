//! Where boxes and lanes are: columns beside each other, and in each everything as close as may be to where its lines come from.

use super::order::{Grid, LANE, Segment};
use super::{Drawing, Layout, Point, Way, ends};

/// Between two boxes of a column.
const GAP: f64 = 22.0;
/// Between two lanes of a column.
const LANE_GAP: f64 = 5.0;
/// Between two columns, beside room for labels.
const CHANNEL: f64 = 54.0;
/// How much of it more lines may ask for.
const MOST_MORE: f64 = 90.0;
/// How often everything is moved.
const ROUNDS: usize = 12;

/// Places everything.
pub(super) fn place(drawing: &Drawing, reversed: &[bool], grid: &Grid) -> Layout {
    let tops = tops(grid);
    let widths: Vec<f64> = grid.columns.iter().map(|column| column_width(drawing, grid, column)).collect();
    let channels: Vec<[f64; 3]> = (0..grid.gaps.len()).map(|gap| channel(drawing, reversed, grid, gap)).collect();
    let mut lefts = Vec::with_capacity(widths.len());
    let mut x = 0.0;
    for (column, width) in widths.iter().enumerate() {
        lefts.push(x);
        x += width + channels.get(column).map_or(0.0, |[left, between, right]| left + between + right);
    }
    let corner = |at: usize| {
        let column = grid.items.get(at).map_or(0, |item| item.column);
        let (left, width) = (at_or(&lefts, column), at_or(&widths, column));
        let own = drawing.boxes.get(at).map_or(0.0, |shape| shape.width);
        // A box stands in the middle of its column; in the first to the right, in the last to the left.
        let space = match column {
            0 => width - own,
            last if last + 1 == widths.len() => 0.0,
            _ => (width - own) / 2.0,
        };
        Point { x: (left + space).round(), y: at_or(&tops, at).round() }
    };
    let corners: Vec<Point> = (0..drawing.boxes.len()).map(corner).collect();
    let frame =
        Frame { drawing, grid, corners: &corners, tops: &tops, lefts: &lefts, widths: &widths, channels: &channels };
    let ways = (0..drawing.lines.len()).map(|line| frame.way(line, reversed.get(line).is_some_and(|it| *it))).collect();
    let bottoms = grid.items.iter().enumerate().map(|(at, item)| at_or(&tops, at) + item.height);
    Layout { ways, width: x.round(), height: bottoms.fold(0.0, f64::max).round(), corners }
}

fn at_or(values: &[f64], at: usize) -> f64 {
    values.get(at).copied().unwrap_or_default()
}

fn column_width(drawing: &Drawing, grid: &Grid, column: &[usize]) -> f64 {
    let shapes = column.iter().filter_map(|item| grid.items.get(*item)?.shape);
    shapes.filter_map(|at| drawing.boxes.get(at)).map(|shape| shape.width).fold(0.0, f64::max)
}

/// Room for labels on the left, for bends, and for labels on the right.
fn channel(drawing: &Drawing, reversed: &[bool], grid: &Grid, gap: usize) -> [f64; 3] {
    let (mut left, mut right) = (0.0_f64, 0.0_f64);
    for ((line, is_reversed), chain) in drawing.lines.iter().zip(reversed).zip(&grid.chains) {
        let (from, to) = ends(line, *is_reversed);
        let column = |item: Option<&usize>| item.and_then(|item| grid.items.get(*item)).map_or(0, |item| item.column);
        if column(chain.first()) == gap {
            left = left.max(from.stub);
        }
        if column(chain.last()) == gap + 1 {
            right = right.max(to.stub);
        }
    }
    let lines = grid.gaps.get(gap).map_or(0, Vec::len);
    let more = f64::from(u32::try_from(lines).unwrap_or(u32::MAX)) * 1.5;
    [left, CHANNEL + more.min(MOST_MORE), right]
}

/// The upper edge of every item.
fn tops(grid: &Grid) -> Vec<f64> {
    let mut tops = vec![0.0; grid.items.len()];
    for column in &grid.columns {
        settle(grid, column, &mut tops, |_| (0.0, 1.0));
    }
    for round in 0..ROUNDS {
        let count = grid.columns.len();
        let both = round + 4 >= ROUNDS;
        for step in 0..count {
            let column = if round % 2 == 0 { step } else { count - 1 - step };
            let wishes = wishes(grid, column, &tops, both, round % 2 == 0);
            let Some(items) = grid.columns.get(column) else { continue };
            let current = tops.clone();
            settle(grid, items, &mut tops, |item| wishes.get(&item).copied().unwrap_or((at_or(&current, item), 0.01)));
        }
    }
    let least = grid.items.iter().enumerate().map(|(at, _)| at_or(&tops, at)).fold(f64::INFINITY, f64::min);
    tops.iter().map(|top| top - if least.is_finite() { least } else { 0.0 }).collect()
}

/// Where the lines of each item of a column would have it, and how strongly.
fn wishes(
    grid: &Grid,
    column: usize,
    tops: &[f64],
    both: bool,
    from_left: bool,
) -> std::collections::BTreeMap<usize, (f64, f64)> {
    let mut sums: std::collections::BTreeMap<usize, (f64, f64)> = std::collections::BTreeMap::new();
    let mut wish = |item: usize, top: f64, other: usize| {
        let is_lane = |at: usize| grid.items.get(at).is_some_and(|item| item.shape.is_none());
        let weight = if is_lane(item) && is_lane(other) { 6.0 } else { 1.0 };
        let sum = sums.entry(item).or_default();
        *sum = (sum.0 + top * weight, sum.1 + weight);
    };
    let left = column.checked_sub(1).and_then(|gap| grid.gaps.get(gap)).filter(|_| both || from_left);
    for Segment { left, left_offset, right, right_offset } in left.into_iter().flatten() {
        wish(*right, at_or(tops, *left) + left_offset - right_offset, *left);
    }
    let right = grid.gaps.get(column).filter(|_| both || !from_left);
    for Segment { left, left_offset, right, right_offset } in right.into_iter().flatten() {
        wish(*left, at_or(tops, *right) + right_offset - left_offset, *right);
    }
    sums.into_iter().map(|(item, (sum, weight))| (item, (sum / weight, weight))).collect()
}

/// Moves the items of a column as close to where they are wished as their order and heights let them: least squares, by pooling those
/// who are in each other's way.
fn settle(grid: &Grid, column: &[usize], tops: &mut [f64], wish: impl Fn(usize) -> (f64, f64)) {
    struct Pool {
        sum: f64,
        weight: f64,
        items: usize,
    }
    let mut shift = 0.0;
    let mut shifts = Vec::with_capacity(column.len());
    let mut pools: Vec<Pool> = Vec::new();
    for (index, item) in column.iter().enumerate() {
        if index > 0 {
            shift += gap(grid, column.get(index - 1).copied().unwrap_or_default(), *item);
        }
        shifts.push(shift);
        let (top, weight) = wish(*item);
        pools.push(Pool { sum: (top - shift) * weight, weight, items: 1 });
        while let [.., before, last] = pools.as_slice() {
            if before.sum / before.weight <= last.sum / last.weight {
                break;
            }
            let Some(last) = pools.pop() else { break };
            let Some(before) = pools.last_mut() else { break };
            *before = Pool {
                sum: before.sum + last.sum,
                weight: before.weight + last.weight,
                items: before.items + last.items,
            };
        }
    }
    let mut placed = column.iter().zip(&shifts);
    for pool in &pools {
        for (item, shift) in placed.by_ref().take(pool.items) {
            tops.get_mut(*item).into_iter().for_each(|top| *top = pool.sum / pool.weight + shift);
        }
    }
}

/// How far below the upper edge of one item the next may begin.
fn gap(grid: &Grid, above: usize, below: usize) -> f64 {
    let (Some(above), Some(below)) = (grid.items.get(above), grid.items.get(below)) else { return GAP };
    let lanes = [above, below].into_iter().filter(|item| item.shape.is_none()).count();
    above.height
        + match lanes {
            0 => GAP,
            1 => GAP / 1.5,
            _ => LANE_GAP,
        }
}

/// Everything that a line's way depends on.
struct Frame<'a> {
    drawing: &'a Drawing,
    grid: &'a Grid,
    corners: &'a [Point],
    tops: &'a [f64],
    lefts: &'a [f64],
    widths: &'a [f64],
    channels: &'a [[f64; 3]],
}

impl Frame<'_> {
    fn way(&self, line: usize, is_reversed: bool) -> Way {
        let none = Way { points: Vec::new(), is_reversed };
        let (Some(drawn), Some(chain)) = (self.drawing.lines.get(line), self.grid.chains.get(line)) else {
            return none;
        };
        let (from, to) = ends(drawn, is_reversed);
        let mut points = Vec::with_capacity(chain.len() * 2);
        for (step, item) in chain.iter().enumerate() {
            let column = self.grid.items.get(*item).map_or(0, |item| item.column);
            let (left, right) = (at_or(self.lefts, column), at_or(self.lefts, column) + at_or(self.widths, column));
            let room = |gap: usize, side: usize| {
                self.channels.get(gap).and_then(|it| it.get(side)).copied().unwrap_or_default()
            };
            let after = right + room(column, 0);
            let before = left - column.checked_sub(1).map_or(0.0, |gap| room(gap, 2));
            let corner = |at: usize| self.corners.get(at).copied().unwrap_or(Point { x: left, y: 0.0 });
            let width = |at: usize| self.drawing.boxes.get(at).map_or(0.0, |shape| shape.width);
            if step == 0 {
                let y = corner(from.at).y + from.offset;
                points.extend([Point { x: corner(from.at).x + width(from.at), y }, Point { x: after, y }]);
            } else if step + 1 == chain.len() {
                let y = corner(to.at).y + to.offset;
                points.extend([Point { x: before, y }, Point { x: corner(to.at).x, y }]);
            } else {
                let y = at_or(self.tops, *item) + LANE / 2.0;
                points.extend([Point { x: before, y }, Point { x: after, y }]);
            }
        }
        Way { points, is_reversed }
    }
}
