//! `-o text`: for people.

mod columns;
mod minimal;
mod picture;
mod plan;
mod question;
mod trace;

use super::{Answer, AnswerKind, Context, Format};

/// `-o text`
pub(super) struct Text;

impl Format for Text {
    fn name(&self) -> &'static str {
        "text"
    }

    fn answers(&self) -> &'static [AnswerKind] {
        &[AnswerKind::Trace, AnswerKind::Plan, AnswerKind::Minimal]
    }

    fn render(&self, answer: &Answer<'_>, context: &Context<'_>) -> Option<String> {
        match answer {
            Answer::Trace { request, answer, .. } => Some(trace::render(request, answer, context)),
            Answer::Minimal(minimal) => Some(minimal::render(minimal, context)),
            Answer::Plan(plan) => Some(plan::render(plan, context)),
        }
    }
}
