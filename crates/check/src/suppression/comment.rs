//! Comments in YAML: `# bulkhead:ignore BH001 reason`.
//!
//! Behind something on a line, a comment is about that line; on a line of its own, about the next one that has something on it;
//! where an object begins there, about the whole object.

use bulkhead_model::{Position, SourceId};

use super::{Place, Scope, Suppression, text};

const MARK: &str = "bulkhead:ignore";

/// The suppressions in the comments of a text. Bytes that are no UTF-8 are nobody's comments.
pub fn comments(source: SourceId, bytes: &[u8]) -> Vec<Suppression> {
    let Ok(text) = std::str::from_utf8(bytes) else { return Vec::new() };
    if !text.contains(MARK) {
        return Vec::new();
    }
    let position = |index: usize| Position { source, line: u32::try_from(index + 1).unwrap_or(u32::MAX) };
    let (mut found, mut waiting): (Vec<Suppression>, Vec<Suppression>) = (Vec::new(), Vec::new());
    for (index, line) in text.lines().enumerate() {
        let comment = comment_of(line);
        if is_something(line) {
            let about_this = waiting.drain(..).map(|it| Suppression { scope: Scope::Line(position(index)), ..it });
            found.extend(about_this);
        }
        let Some((rules, reason)) = comment.map(text::read) else { continue };
        let (scope, place) = (Scope::Line(position(index)), Place::Input(position(index)));
        let list = if is_something(line) { &mut found } else { &mut waiting };
        list.push(Suppression { rules, reason, scope, place });
    }
    // Those that nothing follows stay about their own line, where nothing is found.
    found.extend(waiting);
    found
}

/// What stands behind the mark in a line's comment.
fn comment_of(line: &str) -> Option<&str> {
    let (before, after) = line.split_once(MARK)?;
    before.trim_end().ends_with('#').then_some(after)
}

/// Whether a line has more than a comment or the line between two documents.
fn is_something(line: &str) -> bool {
    let line = line.trim();
    !line.is_empty() && !line.starts_with('#') && line != "---"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_is_about_its_line_or_the_next() {
        let text = "# bulkhead:ignore BH029 old\n\n---\nkind: NetworkPolicy\nspec:\n  - {} # bulkhead:ignore BH001: public\n# bulkhead:ignore BH002\n";
        let source = SourceId(3);
        let found: Vec<_> = comments(source, text.as_bytes())
            .into_iter()
            .map(|it| {
                let Scope::Line(at) = it.scope else { panic!("{:?}", it.scope) };
                (it.rules.join(","), it.reason.unwrap_or_default(), at.line)
            })
            .collect();
        let expected = [("BH029", "old", 4), ("BH001", "public", 6), ("BH002", "", 7)];
        assert_eq!(found, expected.map(|(rules, reason, line)| (rules.to_owned(), reason.to_owned(), line)));
    }
}
