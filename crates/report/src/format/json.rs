//! `-o json`: the forms of `wire`, indented.

use std::fmt::{self, Write};

use bulkhead_analysis::Reachability;
use bulkhead_wire::reach::own_node_name;
use bulkhead_wire::{
    AnswerForm, CheckForm, ComparisonForm, Detail, DifferenceForm, ExplainedForm, ExposuresForm, IssueForm, LintForm,
    MinimalForm, NativeForm, PlanForm, RuleForm, SystemForm, Telling,
};
use serde_json::Value;

use super::account_lines::AccountLines;
use super::jsonl::Lines;
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
            AnswerKind::Native,
            AnswerKind::Exposures,
            AnswerKind::System,
            AnswerKind::Check,
            AnswerKind::Lint,
            AnswerKind::Rules,
            AnswerKind::Difference,
            AnswerKind::Reach,
            AnswerKind::ExplainPairs,
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
            Answer::Native(native) => {
                let mut form = NativeForm::new(native, context.snapshot, &context.speech);
                form.issues.extend(input_issues(context));
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
            Answer::Plan(planned) => {
                let form = PlanForm::new(&planned.plan, context.snapshot, &context.speech);
                let mut form = form.with_allowlists(&planned.exposures, context.snapshot, &context.speech);
                form.issues.extend(input_issues(context));
                serde_json::to_string_pretty(&form)
            }
            Answer::Lint { report, .. } => {
                serde_json::to_string_pretty(&LintForm::new(report, context.snapshot, &context.speech))
            }
            Answer::Check(assertions) => {
                let issues = input_issues(context).collect();
                serde_json::to_string_pretty(&CheckForm::new(assertions, issues, &context.speech))
            }
            Answer::Rules(rules) => {
                let forms: Vec<RuleForm> = rules.iter().map(|rule| RuleForm::from(*rule)).collect();
                serde_json::to_string_pretty(&forms)
            }
            Answer::Difference(difference) => {
                serde_json::to_string_pretty(&DifferenceForm::new(difference, input_issues(context).collect()))
            }
            Answer::Reach { .. } | Answer::ExplainPairs { .. } => {
                let mut text = String::new();
                return self.write(answer, context, &mut text).ok().map(|()| text);
            }
            Answer::Listing(_) | Answer::ListingDiff(_) | Answer::Models(_) | Answer::Model(_) => return None,
        };
        // Forms are trees of strings, numbers and lists: they always serialise.
        text.ok().map(|text| text + "\n")
    }

    fn write(&self, answer: &Answer<'_>, context: &Context<'_>, to: &mut dyn Write) -> fmt::Result {
        match answer {
            Answer::Reach { reachability, .. } => write_reach(reachability, context, to),
            Answer::ExplainPairs { reachability, .. } => write_accounts(reachability, context, to),
            _ => to.write_str(&self.render(answer, context).unwrap_or_default()),
        }
    }
}

/// Pairs, a line each, and what else there is to know.
fn write_reach(reachability: &Reachability<'_>, context: &Context<'_>, to: &mut dyn Write) -> fmt::Result {
    write_head(reachability, to)?;
    let (mut lines, mut separator) = (Lines::new(reachability), "\n    ");
    reachability.for_each(|pair| {
        to.write_str(separator)?;
        separator = ",\n    ";
        to.write_str(lines.line(&pair))
    })?;
    write_foot(reachability, context, to)
}

/// Accounts of pairs, a line each, and what else there is to know.
fn write_accounts(reachability: &Reachability<'_>, context: &Context<'_>, to: &mut dyn Write) -> fmt::Result {
    write_head(reachability, to)?;
    let (mut lines, mut separator) = (AccountLines::new(reachability, context), "\n    ");
    reachability.explain_each(|account| {
        to.write_str(separator)?;
        separator = ",\n    ";
        to.write_str(lines.line(account))
    })?;
    write_foot(reachability, context, to)
}

fn write_head(reachability: &Reachability<'_>, to: &mut dyn Write) -> fmt::Result {
    let (by, own_node) = (reachability.by().name(), own_node_name(reachability.own_node()));
    write!(to, "{{\n  \"by\": \"{by}\",\n  \"ownNode\": \"{own_node}\",\n  \"pairs\": [")
}

fn write_foot(reachability: &Reachability<'_>, context: &Context<'_>, to: &mut dyn Write) -> fmt::Result {
    let of_question =
        reachability.issues().iter().map(|issue| IssueForm::new(issue, context.snapshot, &context.speech));
    let issues = of_question.chain(input_issues(context)).filter_map(|issue| serde_json::to_string(&issue).ok());
    let issues: Vec<String> = issues.collect();
    let issues = if issues.is_empty() { String::new() } else { format!("\n    {}\n  ", issues.join(",\n    ")) };
    writeln!(to, "\n  ],\n  \"issues\": [{issues}]\n}}")
}

/// What is wrong with the input, behind what is wrong with the question.
fn input_issues<'a>(context: &'a Context<'_>) -> impl Iterator<Item = IssueForm> + 'a {
    context.snapshot.issues.iter().map(|issue| IssueForm::new(issue, context.snapshot, &context.speech))
}
