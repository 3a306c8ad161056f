//! `-o json`: the forms of `wire`, indented.

use bulkhead_wire::{AnswerForm, Detail};
use serde_json::Value;

use super::{Answer, AnswerKind, Context, Format};

/// `-o json`
pub(super) struct Json;

impl Format for Json {
    fn name(&self) -> &'static str {
        "json"
    }

    fn answers(&self) -> &'static [AnswerKind] {
        &[AnswerKind::Trace]
    }

    fn render(&self, answer: &Answer<'_>, context: &Context<'_>) -> Option<String> {
        let text = match answer {
            Answer::Trace { answer, .. } => {
                let form = AnswerForm::new(Value::Null, answer, context.snapshot, Detail::Hops, &context.speech);
                serde_json::to_string_pretty(&form)
            }
        };
        // Forms are trees of strings, numbers and lists: they always serialise.
        text.ok().map(|text| text + "\n")
    }
}
