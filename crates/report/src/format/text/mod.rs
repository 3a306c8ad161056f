//! `-o text`: for people.

pub(super) mod check;
pub(crate) mod columns;
mod comparison;
mod difference;
mod explain;
mod explain_pairs;
mod explain_parts;
mod explain_sides;
mod lint;
pub(crate) mod minimal;
pub(super) mod models;
pub(crate) mod peer;
mod picture;
mod plan;
pub(crate) mod question;
mod reach;
mod rules;
mod system;
pub(crate) mod trace;

use std::fmt;

use super::{Answer, AnswerKind, Context, Format};

/// `-o text`
pub(super) struct Text;

impl Format for Text {
    fn name(&self) -> &'static str {
        "text"
    }

    fn answers(&self) -> &'static [AnswerKind] {
        &[
            AnswerKind::Trace,
            AnswerKind::Explain,
            AnswerKind::Plan,
            AnswerKind::Minimal,
            AnswerKind::Comparison,
            AnswerKind::Native,
            AnswerKind::Exposures,
            AnswerKind::System,
            AnswerKind::Check,
            AnswerKind::Lint,
            AnswerKind::Rules,
            AnswerKind::Models,
            AnswerKind::Difference,
            AnswerKind::Reach,
            AnswerKind::ExplainPairs,
        ]
    }

    fn render(&self, answer: &Answer<'_>, context: &Context<'_>) -> Option<String> {
        Some(render(answer, context))
    }

    fn write(&self, answer: &Answer<'_>, context: &Context<'_>, to: &mut dyn fmt::Write) -> fmt::Result {
        match answer {
            Answer::ExplainPairs { reachability, detail } => explain_pairs::write(reachability, *detail, context, to),
            _ => to.write_str(&render(answer, context)),
        }
    }
}

/// Any answer as text.
pub(crate) fn render(answer: &Answer<'_>, context: &Context<'_>) -> String {
    match answer {
        Answer::Trace { request, answer, .. } => trace::render(request, answer, context),
        Answer::Explain { request, explained, .. } => explain::render(request, explained, context),
        Answer::Minimal(minimal) => minimal::render(minimal, context),
        Answer::Comparison(comparison) => comparison::render(comparison, context),
        // Objects are for the cluster; people read them as it does.
        Answer::Native(native) => super::yaml::of_native(native, context),
        Answer::Exposures { answers, .. } => minimal::render_all(answers, context),
        Answer::System(needs) => system::render(needs, context),
        Answer::Plan(planned) => plan::render(planned, context),
        Answer::Check(assertions) => check::render(assertions, context),
        Answer::Lint { report, .. } => lint::render(report, context),
        Answer::Models(all) => models::list(all, context),
        Answer::Model(about) => models::page(about, context),
        Answer::Rules(rules) => rules::render(rules, context),
        Answer::Reach { reachability, detail, .. } => reach::render(reachability, *detail, context),
        Answer::ExplainPairs { reachability, detail } => {
            let mut text = String::new();
            // Writing into a string never fails.
            let _ = explain_pairs::write(reachability, *detail, context, &mut text);
            text
        }
        // Reading it is reading its own format.
        Answer::Listing(listing) => super::netpol_analyzer::list(listing),
        Answer::Difference(difference) => difference::render(difference, context),
        Answer::ListingDiff(diff) => super::netpol_analyzer::diff(diff),
    }
}
