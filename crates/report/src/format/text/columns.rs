//! Lines of two columns that align, whatever alphabet they are in.

use std::fmt::{self, Write as _};

use anstyle::Style;
use unicode_width::UnicodeWidthStr as _;

use crate::style::paint;

/// A text that grows by whole lines.
#[derive(Default)]
pub(crate) struct Page {
    text: String,
}

impl Page {
    /// Adds a line.
    pub(crate) fn line(&mut self, line: impl fmt::Display) {
        // Writing into a string never fails.
        let _ = writeln!(self.text, "{line}");
    }

    /// Adds lines that are already ended.
    pub(crate) fn block(&mut self, lines: &str) {
        self.text.push_str(lines);
    }

    /// The whole text.
    pub(crate) fn finish(self) -> String {
        self.text
    }
}

/// How far to the right a left cell may push the right column.
const WIDEST_LEFT: usize = 52;

/// A line: what stands left, and what stands in the right column.
#[derive(Clone, Debug, Default)]
pub(crate) struct Line {
    left: Vec<(Style, String)>,
    right: Vec<(Style, String)>,
}

impl Line {
    /// A line that begins with a mark.
    pub(crate) fn new(style: Style, mark: impl Into<String>) -> Self {
        Self { left: vec![(style, mark.into())], right: Vec::new() }
    }

    /// The same line with more on the left.
    #[must_use]
    pub(crate) fn left(mut self, style: Style, text: impl Into<String>) -> Self {
        self.left.push((style, text.into()));
        self
    }

    /// The same line with more in the right column.
    #[must_use]
    pub(crate) fn right(mut self, style: Style, text: impl Into<String>) -> Self {
        self.right.push((style, text.into()));
        self
    }

    fn left_width(&self) -> usize {
        self.left.iter().map(|(_, text)| text.width()).sum()
    }
}

/// Lines below each other, their right columns aligned; nothing at the end of a line that cannot be seen.
pub(crate) fn render(lines: &[Line]) -> String {
    render_within(lines, WIDEST_LEFT)
}

/// The same with another limit to the left column.
pub(crate) fn render_within(lines: &[Line], widest: usize) -> String {
    let widths = lines.iter().filter(|line| !line.right.is_empty()).map(Line::left_width);
    let column = widths.max().unwrap_or_default().min(widest);
    let mut text = String::new();
    for line in lines {
        let cell = |cell: &(Style, String)| if cell.1.is_empty() { String::new() } else { paint(cell.0, &cell.1) };
        text.extend(line.left.iter().map(cell));
        if !line.right.is_empty() {
            // What is too long for the left column gets a line of its own, below the same mark.
            let missing = column.checked_sub(line.left_width()).unwrap_or_else(|| {
                text.push('\n');
                let rail = line.left.first().filter(|(_, mark)| mark.contains('│') || mark.contains('●'));
                text.push_str(&rail.map_or_else(String::new, |(style, _)| paint(*style, "  │")));
                column - rail.map_or(0, |_| 3)
            });
            text.push_str(&" ".repeat(missing + 2));
            text.extend(line.right.iter().map(cell));
        }
        text.push('\n');
    }
    text
}

/// The first of some names, and how many more there are; `more` makes the words for those.
pub(crate) fn fold(names: &[String], shown: usize, more: impl FnOnce(usize) -> String) -> String {
    if names.len() <= shown + 1 {
        return names.join(", ");
    }
    let first = names.iter().take(shown).cloned().collect::<Vec<_>>().join(", ");
    format!("{first} {}", more(names.len() - shown))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_right_column_aligns_where_chinese_takes_two_cells() {
        let plain = Style::new();
        let lines = [
            Line::new(plain, "● 节点").right(plain, "a"),
            Line::new(plain, "● node1").right(plain, "b"),
            Line::new(plain, "│"),
        ];
        let text = anstream_free(&render(&lines));
        assert_eq!(text, "● 节点   a\n● node1  b\n│\n");
    }

    /// Without the ANSI sequences, of which a plain style has none.
    fn anstream_free(text: &str) -> String {
        assert!(!text.contains('\u{1b}'));
        text.to_owned()
    }

    #[test]
    fn one_name_more_than_shown_is_shown_too() {
        let names: Vec<String> = (1..=4).map(|number| format!("n{number}")).collect();
        assert_eq!(fold(&names, 3, |more| format!("and {more} more")), "n1, n2, n3, n4");
        assert_eq!(fold(&names, 2, |more| format!("and {more} more")), "n1, n2 and 2 more");
    }
}
