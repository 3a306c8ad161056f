//! `-o md`: Markdown, for documentation and for comments on changes.

mod difference;
mod models;
mod reach;

use std::fmt::Write as _;

use bulkhead_analysis::check::Rule;
use bulkhead_analysis::check::rule::Group;
use bulkhead_wire::issue::severity_name;

use super::{Answer, AnswerKind, Context, Format};

/// `-o md`
pub(super) struct Md;

impl Format for Md {
    fn name(&self) -> &'static str {
        "md"
    }

    fn answers(&self) -> &'static [AnswerKind] {
        &[AnswerKind::Rules, AnswerKind::Models, AnswerKind::Difference, AnswerKind::Reach]
    }

    fn render(&self, answer: &Answer<'_>, context: &Context<'_>) -> Option<String> {
        match answer {
            Answer::Rules(rules) => Some(render_rules(rules, context)),
            Answer::Models(all) => Some(models::list(all, context)),
            Answer::Model(about) => Some(models::page(about, context)),
            Answer::Difference(difference) => Some(difference::render(difference, context)),
            Answer::Reach { reachability, .. } => Some(reach::render(reachability, context)),
            _ => None,
        }
    }
}

/// The rules, a section each: what it is about, why that matters, what to do.
fn render_rules(rules: &[&Rule], context: &Context<'_>) -> String {
    let mut text = String::new();
    for group in Group::ALL {
        let of_group: Vec<&&Rule> = rules.iter().filter(|rule| rule.group() == group).collect();
        if of_group.is_empty() {
            continue;
        }
        let _ = writeln!(text, "## {}\n", context.speech.word(&format!("lint.group.{}", group.name())));
        for rule in of_group {
            text.push_str(&section(rule, context));
        }
    }
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}

fn section(rule: &Rule, context: &Context<'_>) -> String {
    let word = |suffix: &str| context.speech.word(&format!("{}.{suffix}", rule.id));
    let severity = context.speech.word(&format!("severity.{}", severity_name(rule.severity)));
    let (id, name, colon) = (rule.id, rule.name, context.speech.word("mark.colon"));
    let (title, why, fix) = (word("title"), word("why"), fix_without_arguments(&word("help")));
    let heading = context.speech.word("lint.fixHeading");
    format!("### {id} `{name}`\n\n**{title}** ({severity}). {why}\n\n{heading}{colon}{fix}\n\n")
}

/// What to do, where the arguments of a finding are not known: `?` stands for them.
fn fix_without_arguments(fix: &str) -> String {
    fix.replace('?', "…")
}
