//! Tables as kubectl prints them: columns that align, whatever alphabet they are in.

use unicode_width::UnicodeWidthStr as _;

/// What stands between two columns.
const GAP: usize = 3;

/// A table; no line ends with a blank.
pub fn render_table(headings: &[&str], rows: &[Vec<String>]) -> String {
    let width = |column: usize| {
        let heading = headings.get(column).map_or(0, |heading| heading.width());
        rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.width()).fold(heading, usize::max)
    };
    let widths: Vec<usize> = (0..headings.len()).map(width).collect();
    let headings = headings.iter().map(|&heading| heading.to_owned()).collect();
    let lines = std::iter::once(&headings).chain(rows).map(|row: &Vec<String>| {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(&widths) {
            line.push_str(cell);
            line.push_str(&" ".repeat(width.saturating_sub(cell.width()) + GAP));
        }
        format!("{}\n", line.trim_end())
    });
    lines.collect()
}
