//! Which column each box is in: as far to the left as its lines let it, and no column much taller than the picture is wide.

use super::{Column, Drawing, ends};

/// Columns are filled up to the height at which the picture would be so many times as wide as high.
const ASPECT: f64 = 1.6;
/// What a column takes beside its boxes.
const CHANNEL: f64 = 120.0;

/// The column of each box.
pub(super) fn columns(drawing: &Drawing, reversed: &[bool]) -> Vec<usize> {
    let count = drawing.boxes.len();
    let (mut left_of, mut right_of) = (vec![Vec::new(); count], vec![Vec::new(); count]);
    for (line, is_reversed) in drawing.lines.iter().zip(reversed) {
        let (from, to) = ends(line, *is_reversed);
        left_of.get_mut(to.at).into_iter().for_each(|list: &mut Vec<usize>| list.push(from.at));
        right_of.get_mut(from.at).into_iter().for_each(|list: &mut Vec<usize>| list.push(to.at));
    }
    let sequence = sequence(drawing, &left_of, &right_of);
    let mut columns = vec![0; count];
    let mut filled = Filled { heights: Vec::new(), most: most_height(drawing) };
    let has_first = drawing.boxes.iter().any(|shape| shape.column == Column::First);
    for at in sequence.iter().copied().filter(|at| is_in(drawing, *at, Column::Inner)) {
        let before = left_of.get(at).into_iter().flatten().filter(|left| !is_in(drawing, **left, Column::First));
        let least = before.filter_map(|left| columns.get(*left)).max().map_or(usize::from(has_first), |left| left + 1);
        set(&mut columns, at, filled.take(least, height(drawing, at)));
    }
    pull_right(drawing, &sequence, &right_of, &left_of, &mut columns);
    let inner = (0..count).filter(|at| is_in(drawing, *at, Column::Inner));
    let last = inner.filter_map(|at| columns.get(at)).max().map_or(usize::from(has_first), |last| last + 1);
    for at in (0..count).filter(|at| is_in(drawing, *at, Column::Last)) {
        set(&mut columns, at, last);
    }
    columns
}

fn is_in(drawing: &Drawing, at: usize, column: Column) -> bool {
    drawing.boxes.get(at).is_some_and(|shape| shape.column == column)
}

fn height(drawing: &Drawing, at: usize) -> f64 {
    drawing.boxes.get(at).map_or(0.0, |shape| shape.height + 24.0)
}

fn set(columns: &mut [usize], at: usize, column: usize) {
    columns.get_mut(at).into_iter().for_each(|slot| *slot = column);
}

/// How high a column may become.
fn most_height(drawing: &Drawing) -> f64 {
    let area: f64 = drawing.boxes.iter().map(|shape| (shape.width + CHANNEL) * (shape.height + 24.0)).sum();
    let tallest = drawing.boxes.iter().map(|shape| shape.height + 24.0).fold(0.0, f64::max);
    (area / ASPECT).sqrt().max(tallest).max(480.0)
}

/// How full columns are.
struct Filled {
    heights: Vec<f64>,
    most: f64,
}

impl Filled {
    /// The first column from one on that has room.
    fn take(&mut self, least: usize, height: f64) -> usize {
        let mut column = least;
        loop {
            if self.heights.len() <= column {
                self.heights.resize(column + 1, 0.0);
            }
            match self.heights.get_mut(column) {
                Some(filled) if *filled > 0.0 && *filled + height > self.most => column += 1,
                Some(filled) => {
                    *filled += height;
                    return column;
                }
                None => return column,
            }
        }
    }
}

/// Boxes so that each comes after those on its left.
fn sequence(drawing: &Drawing, left_of: &[Vec<usize>], right_of: &[Vec<usize>]) -> Vec<usize> {
    let mut open: Vec<usize> = left_of.iter().map(Vec::len).collect();
    let mut ready: std::collections::VecDeque<usize> =
        (0..drawing.boxes.len()).filter(|at| open.get(*at) == Some(&0)).collect();
    let mut sequence = Vec::with_capacity(drawing.boxes.len());
    while let Some(at) = ready.pop_front() {
        sequence.push(at);
        for right in right_of.get(at).into_iter().flatten() {
            if let Some(open) = open.get_mut(*right) {
                *open = open.saturating_sub(1);
                if *open == 0 {
                    ready.push_back(*right);
                }
            }
        }
    }
    sequence
}

/// Who only has lines to the right comes close to where they lead.
fn pull_right(
    drawing: &Drawing,
    sequence: &[usize],
    right_of: &[Vec<usize>],
    left_of: &[Vec<usize>],
    columns: &mut [usize],
) {
    for at in sequence.iter().rev().copied().filter(|at| is_in(drawing, *at, Column::Inner)) {
        let has_left = left_of.get(at).is_some_and(|left| !left.is_empty());
        let inner = right_of.get(at).into_iter().flatten().filter(|right| is_in(drawing, **right, Column::Inner));
        let nearest = inner.filter_map(|right| columns.get(*right)).min().copied();
        if let (false, Some(nearest)) = (has_left, nearest) {
            set(columns, at, nearest.saturating_sub(1));
        }
    }
}
