//! Routes as pictures: hops from top to bottom, the packet beside each.

use bulkhead_analysis::Whole;
use bulkhead_analysis::path::{Answer, Request};

use super::super::Context;

/// The picture of an answer.
pub(super) fn render(_request: &Request, answer: &Answer, _context: &Context<'_>) -> String {
    format!("{}\n", Whole::of(answer).name())
}
