//! `-o html`: a picture and a table in one page that needs nothing else.

use super::svg::topology_form;
use super::{Answer, AnswerKind, Context, Format};
use crate::picture::reach_page;

/// `-o html`
pub(super) struct Html;

impl Format for Html {
    fn name(&self) -> &'static str {
        "html"
    }

    fn answers(&self) -> &'static [AnswerKind] {
        &[AnswerKind::Reach]
    }

    fn render(&self, answer: &Answer<'_>, context: &Context<'_>) -> Option<String> {
        match answer {
            Answer::Reach { reachability, level, .. } => {
                Some(reach_page(&topology_form(reachability, *level, context), context.speech))
            }
            _ => None,
        }
    }
}
