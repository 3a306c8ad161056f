//! Two states of an object, line by line.

use bulkhead_store::Object;
use bulkhead_wire::change::LineForm;
use similar::{ChangeTag, TextDiff};

use crate::objects::yaml;

/// The YAML of an object before and after.
pub(crate) fn diff(before: Option<&Object>, after: Option<&Object>) -> Vec<LineForm> {
    let [before, after] = [before, after].map(|object| object.map(yaml).unwrap_or_default());
    let difference = TextDiff::from_lines(&before, &after);
    let line = |change: similar::Change<&str>| LineForm {
        sign: match change.tag() {
            ChangeTag::Delete => "-",
            ChangeTag::Insert => "+",
            ChangeTag::Equal => " ",
        },
        text: change.value().trim_end_matches('\n').to_owned(),
    };
    difference.iter_all_changes().map(line).collect()
}
