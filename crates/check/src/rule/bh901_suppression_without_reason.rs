//! A suppression without a reason: nobody will know later whether it still has one. Found by [`lint()`](crate::lint()) itself, which
//! is the only one to know what was suppressed.

use bulkhead_model::Severity;

use super::Rule;

pub(crate) static RULE: Rule = Rule {
    id: "BH901",
    name: "suppression-without-reason",
    severity: Severity::Warning,
    messages: &["BH901"],
    find: |_| Vec::new(),
};
