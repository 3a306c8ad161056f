//! A suppression of a rule that there is none of. Found by [`lint()`](crate::lint()) itself, which
//! is the only one to know what was suppressed.

use bulkhead_model::Severity;

use super::Rule;

pub(crate) static RULE: Rule = Rule {
    id: "BH903",
    name: "suppression-of-unknown-rule",
    severity: Severity::Warning,
    messages: &["BH903"],
    find: |_| Vec::new(),
};
