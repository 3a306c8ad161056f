//! SVG as text.

use std::fmt::Write as _;

/// A document in the making.
#[derive(Clone, Debug, Default)]
pub(super) struct Svg {
    text: String,
}

impl Svg {
    /// Opens an element, with attributes in order.
    pub(super) fn open(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.tag(name, attributes);
        self.text.push('>');
    }

    /// Closes an element.
    pub(super) fn close(&mut self, name: &str) {
        let _ = write!(self.text, "</{name}>");
    }

    /// An element without content.
    pub(super) fn element(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.tag(name, attributes);
        self.text.push_str("/>");
    }

    /// An element with text in it.
    pub(super) fn text(&mut self, name: &str, attributes: &[(&str, &str)], text: &str) {
        self.open(name, attributes);
        self.text.push_str(&escaped(text));
        self.close(name);
    }

    /// A line of text at a place.
    pub(super) fn words(&mut self, x: f64, y: f64, class: &str, text: &str) {
        self.text("text", &[("x", &number(x)), ("y", &number(y)), ("class", class)], text);
    }

    /// A new line in the file.
    pub(super) fn line(&mut self) {
        self.text.push('\n');
    }

    /// Text that is escaped already.
    pub(super) fn raw(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// The text.
    pub(super) fn finish(self) -> String {
        self.text
    }

    fn tag(&mut self, name: &str, attributes: &[(&str, &str)]) {
        let _ = write!(self.text, "<{name}");
        for (name, value) in attributes {
            let _ = write!(self.text, " {name}=\"{}\"", escaped(value));
        }
    }
}

/// Text as it may stand in XML and HTML; what XML cannot hold is left out.
pub(super) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '\n' | '\t' => escaped.push(character),
            other if other.is_control() || matches!(other, '\u{fffe}' | '\u{ffff}') => {}
            other => escaped.push(other),
        }
    }
    escaped
}

/// A coordinate: whole or half pixels.
pub(super) fn number(value: f64) -> String {
    format!("{}", (value * 2.0).round() / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cannot_leave_their_place() {
        let mut svg = Svg::default();
        svg.text("title", &[("class", "a\"b")], "<script>&'\u{0}");
        assert_eq!(svg.finish(), "<title class=\"a&quot;b\">&lt;script&gt;&amp;&#39;</title>");
    }
}
