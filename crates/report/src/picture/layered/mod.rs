//! Boxes in columns, lines between them from left to right: a small layered layout.
//!
//! Boxes are put into columns so that most lines lead to the right; boxes of a column are ordered so that few lines cross, and moved so
//! that lines are straight; a line that passes columns gets a free lane in each. Everything follows from the order of what is given: the
//! same boxes and lines, the same picture. The layouts that libraries have either take seconds for a thousand boxes or know no
//! boxes with rows that lines end at.

mod columns;
mod direction;
mod order;
mod place;

/// Boxes and lines.
#[derive(Clone, Debug, Default)]
pub(super) struct Drawing {
    pub(super) boxes: Vec<Shape>,
    pub(super) lines: Vec<Line>,
}

/// A box.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shape {
    pub(super) width: f64,
    pub(super) height: f64,
    pub(super) column: Column,
}

/// Where a box may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Column {
    /// In the first column.
    First,
    /// Between.
    Inner,
    /// In the last column.
    Last,
}

/// A line between two boxes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line {
    pub(super) from: End,
    pub(super) to: End,
}

/// Where a line ends.
#[derive(Clone, Copy, Debug)]
pub(super) struct End {
    /// The box.
    pub(super) at: usize,
    /// How far below its upper edge.
    pub(super) offset: f64,
    /// How long it runs straight: room for its label.
    pub(super) stub: f64,
}

/// A place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Point {
    pub(super) x: f64,
    pub(super) y: f64,
}

/// Where everything is.
#[derive(Clone, Debug, Default)]
pub(super) struct Layout {
    /// The upper left corner of each box.
    pub(super) corners: Vec<Point>,
    /// The way of each line from left to right.
    pub(super) ways: Vec<Way>,
    pub(super) width: f64,
    pub(super) height: f64,
}

/// The way of a line, always from left to right: straight from the first point to the second, bent to the third, straight to the
/// fourth, and so on.
#[derive(Clone, Debug)]
pub(super) struct Way {
    pub(super) points: Vec<Point>,
    /// Whether the line starts at the right end.
    pub(super) is_reversed: bool,
}

/// Lays a drawing out.
pub(super) fn lay_out(drawing: &Drawing) -> Layout {
    let reversed = direction::reversed(drawing);
    let columns = columns::columns(drawing, &reversed);
    let mut grid = order::Grid::new(drawing, &reversed, &columns);
    grid.uncross();
    place::place(drawing, &reversed, &grid)
}

/// The ends of a line from left to right.
fn ends(line: &Line, is_reversed: bool) -> (End, End) {
    if is_reversed { (line.to, line.from) } else { (line.from, line.to) }
}
