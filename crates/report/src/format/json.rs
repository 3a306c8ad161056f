//! `-o json`: the forms of `wire`, indented.

use bulkhead_wire::{
    AnswerForm, ComparisonForm, Detail, DifferenceForm, ExplainedForm, ExposuresForm, IssueForm, LintForm, MinimalForm,
    PlanForm, RuleForm, SystemForm, Telling,
};
use serde_json::Value;

use super::{Answer, AnswerKind, Context, Format, Issues};

/// `-o json`
pub(super) struct Json;

impl Format for Json {
    fn name(&self) -> &'static str {
        "json"
    }

    fn answers(&self) -> &'static [AnswerKind] {
        &[
            AnswerKind::Trace,
            AnswerKind::Explain,
            AnswerKind::Plan,
            AnswerKind::Minimal,
            AnswerKind::Comparison,
            AnswerKind::Exposures,
            AnswerKind::System,
            AnswerKind::Lint,
            AnswerKind::Rules,
            AnswerKind::Difference,
        ]
    }

    fn issues(&self) -> Issues {
        Issues::Inside
    }

    fn render(&self, answer: &Answer<'_>, context: &Context<'_>) -> Option<String> {
        let text = match answer {
            Answer::Trace { answer, network, by_node, .. } => {
                let telling = Telling { detail: Detail::Hops, by_node: *by_node };
                let mut form = AnswerForm::new(Value::Null, answer, network, telling, &context.speech);
                form.issues.extend(input_issues(context));
                serde_json::to_string_pretty(&form)
            }
            Answer::Explain { explained, network, by_node, .. } => {
                let mut form = ExplainedForm::new(explained, network, *by_node, &context.speech);
                form.answer.issues.extend(input_issues(context));
                serde_json::to_string_pretty(&form)
            }
            Answer::Minimal(minimal) => {
                let mut form = MinimalForm::new(minimal, context.snapshot, &context.speech);
                form.issues.extend(input_issues(context));
                serde_json::to_string_pretty(&form)
            }
            Answer::Comparison(comparison) => {
                let mut form = ComparisonForm::new(comparison, context.snapshot, &context.speech);
                form.missing.issues.extend(input_issues(context));
                serde_json::to_string_pretty(&form)
            }
            Answer::System(needs) => {
                let mut form = SystemForm::new(needs, context.snapshot, &context.speech);
                form.issues.extend(input_issues(context));
                serde_json::to_string_pretty(&form)
            }
            Answer::Exposures { answers, issues } => {
                let mut form = ExposuresForm::new(answers, issues, context.snapshot, &context.speech);
                form.issues.extend(input_issues(context));
                serde_json::to_string_pretty(&form)
            }
            Answer::Plan(plan) => {
                let mut form = PlanForm::new(plan, context.snapshot, &context.speech);
                form.issues.extend(input_issues(context));
                serde_json::to_string_pretty(&form)
            }
            Answer::Lint { report, .. } => {
                serde_json::to_string_pretty(&LintForm::new(report, context.snapshot, &context.speech))
            }
            Answer::Rules(rules) => {
                let forms: Vec<RuleForm> = rules.iter().map(|rule| RuleForm::from(*rule)).collect();
                serde_json::to_string_pretty(&forms)
            }
            Answer::Difference(difference) => {
                serde_json::to_string_pretty(&DifferenceForm::new(difference, input_issues(context).collect()))
            }
            Answer::Listing(_) | Answer::ListingDiff(_) | Answer::Models(_) | Answer::Model(_) => return None,
        };
        // Forms are trees of strings, numbers and lists: they always serialise.
        text.ok().map(|text| text + "\n")
    }
}

/// What is wrong with the input, behind what is wrong with the question.
fn input_issues<'a>(context: &'a Context<'_>) -> impl Iterator<Item = IssueForm> + 'a {
    context.snapshot.issues.iter().map(|issue| IssueForm::new(issue, context.snapshot, &context.speech))
}
