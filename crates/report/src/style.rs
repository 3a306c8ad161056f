//! Colours, by meaning.

use std::fmt;

use anstyle::{AnsiColor, Style};

/// What flows, and what answers yes.
pub(crate) const GOOD: Style = AnsiColor::Green.on_default();
/// What a policy or anything else stops.
pub(crate) const BAD: Style = AnsiColor::Red.on_default();
/// What nobody knows.
pub(crate) const OPEN: Style = AnsiColor::Yellow.on_default();
/// What was rewritten, and what else to look at first.
pub(crate) const STRONG: Style = Style::new().bold();
/// What is there for those who ask.
pub(crate) const FAINT: Style = Style::new().dimmed();
/// Headings.
pub(crate) const HEADING: Style = AnsiColor::Cyan.on_default().bold();

/// A text in a style.
pub(crate) fn paint(style: Style, text: impl fmt::Display) -> String {
    format!("{style}{text}{style:#}")
}
