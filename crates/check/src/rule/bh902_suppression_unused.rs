//! A suppression of something that is not found: the fault has gone, or the suppression never reached it. Found by [`lint()`](crate::lint()) itself, which
//! is the only one to know what was suppressed.

use bulkhead_model::Severity;

use super::Rule;

pub(crate) static RULE: Rule = Rule {
    id: "BH902",
    name: "suppression-unused",
    severity: Severity::Note,
    messages: &["BH902"],
    find: |_| Vec::new(),
};
