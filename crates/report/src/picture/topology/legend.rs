//! What lines mean.

use super::arrange::TIP;
use super::draw::{classes, tip};
use super::ties::{Style, Ties};
use crate::picture::layered::Point;
use crate::picture::measure::{self, Font};
use crate::picture::svg::{Svg, number};
use crate::words::Speech;

/// The length of a sample.
const SAMPLE: f64 = 34.0;
const LINE: f64 = 20.0;

/// A sample, and what it means.
pub(super) struct Entry {
    style: Style,
    text: String,
}

/// An entry for every kind of line that there is.
pub(super) fn entries(ties: &Ties, speech: Speech) -> Vec<Entry> {
    let of_ties = ties.lines.iter().map(|tie| tie.style);
    let styles: Vec<Style> = of_ties
        .chain(ties.inside.iter().map(|inside| inside.style))
        .chain(ties.hubs.iter().map(|hub| hub.style))
        .collect();
    let mut entries = Vec::new();
    for open in ["all", "some", "undetermined"] {
        if styles.iter().any(|style| style.open == open) {
            let text = speech.word(&format!("picture.open.{open}"));
            entries.push(Entry { style: Style { open, crosses: false }, text });
        }
    }
    if styles.iter().any(|style| style.crosses) {
        let style = Style { open: "some", crosses: true };
        entries.push(Entry { style, text: speech.word("picture.crosses") });
    }
    entries
}

/// How wide the longest entry is.
pub(super) fn width(entries: &[Entry]) -> f64 {
    let wide = |entry: &Entry| SAMPLE + 10.0 + measure::width(&entry.text, Font::Small);
    entries.iter().map(wide).fold(0.0, f64::max)
}

/// How high all of them are, with room above.
pub(super) fn height(entries: &[Entry]) -> f64 {
    if entries.is_empty() { 0.0 } else { 12.0 + f64::from(u32::try_from(entries.len()).unwrap_or(0)) * LINE }
}

/// Draws the entries, and gives where they end.
pub(super) fn draw(svg: &mut Svg, entries: &[Entry], x: f64, top: f64) -> f64 {
    let mut y = top + 8.0;
    for entry in entries {
        svg.open("g", &[("class", &format!("p-key {}", classes(entry.style)))]);
        let d = format!("M{} {}H{}", number(x), number(y), number(x + SAMPLE - TIP / 2.0));
        svg.element("path", &[("class", "p-line"), ("d", &d)]);
        tip(svg, Point { x: x + SAMPLE, y }, true);
        svg.words(x + SAMPLE + 10.0, y + 4.0, "p-dim", &entry.text);
        svg.close("g");
        y += LINE;
    }
    svg.line();
    y
}
