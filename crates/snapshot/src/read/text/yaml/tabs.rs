//! Tabs at the beginning of lines inside `[…]` and `{…}`. YAML 1.2 wants the block's indentation before them; go-yaml, and with it
//! kubectl, does not, and people write such lists. Between brackets white space means nothing, so spaces may stand for them.

use std::borrow::Cow;

use saphyr_parser::{Parser, ScanError};

/// The parser's words about a tab instead of indentation.
const TAB: &str = "tabs disallowed within this context (block indentation)";

/// What the parser says at the end of a text that ends inside brackets begins with one of these.
const INSIDE_BRACKETS: [&str; 2] = ["while parsing a flow", "while parsing a node, did not find expected node content"];

/// As many spaces as make any column deep enough.
const DEEP: &str =
    "                                                                                                    ";

/// How many lines are mended in one document, and how long it may be: each needs the text before it to be read again.
const MOST_LINES: usize = 64;
const LONGEST: usize = 1 << 18;

/// The text with spaces for such tabs.
pub(super) fn mended(text: &str) -> Cow<'_, str> {
    let mut text = Cow::Borrowed(text);
    if text.len() > LONGEST || !text.contains("\n\t") && !text.contains(" \t") {
        return text;
    }
    for _ in 0..MOST_LINES {
        let Some(error) = first_error(&text).filter(|error| error.info() == TAB) else { break };
        let Some(mended) = mend_line(&text, error.marker().line()) else { break };
        text = Cow::Owned(mended);
    }
    text
}

fn first_error(text: &str) -> Option<ScanError> {
    Parser::new_from_str(text).find_map(Result::err)
}

/// The text with spaces for the tabs at the beginning of a line; `None` where that line is not inside brackets.
fn mend_line(text: &str, number: usize) -> Option<String> {
    let start: usize = text.split_inclusive('\n').take(number.checked_sub(1)?).map(str::len).sum();
    let (before, rest) = text.split_at_checked(start)?;
    let error = first_error(before).filter(|error| error.marker().line() == number)?;
    if !INSIDE_BRACKETS.iter().any(|words| error.info().starts_with(words)) {
        return None;
    }
    let content = rest.trim_start_matches([' ', '\t']);
    Some([before, DEEP, content].concat())
}
