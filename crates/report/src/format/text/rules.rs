//! The lint rules as a list, by group.

use anstyle::Style;
use bulkhead_analysis::check::Rule;
use bulkhead_analysis::check::rule::Group;
use bulkhead_analysis::model::Severity;
use bulkhead_wire::issue::severity_name;

use super::super::Context;
use super::columns::{Line, Page, render as render_lines};
use crate::style::{BAD, FAINT, HEADING, OPEN, STRONG, paint};

/// The list of rules.
pub(super) fn render(rules: &[&Rule], context: &Context<'_>) -> String {
    let mut page = Page::default();
    for group in Group::ALL {
        let lines: Vec<Line> =
            rules.iter().filter(|rule| rule.group() == group).map(|rule| line(rule, context)).collect();
        if !lines.is_empty() {
            page.line(paint(HEADING, context.speech.word(&format!("lint.group.{}", group.name()))));
            page.block(&render_lines(&lines));
        }
    }
    page.finish()
}

fn line(rule: &Rule, context: &Context<'_>) -> Line {
    let style = match rule.severity {
        Severity::Error => BAD,
        Severity::Warning => OPEN,
        Severity::Note => Style::new(),
    };
    let severity = context.speech.word(&format!("severity.{}", severity_name(rule.severity)));
    let title = context.speech.word(&format!("{}.title", rule.id));
    Line::new(STRONG, format!("  {} ", rule.id))
        .left(FAINT, rule.name.to_owned())
        .right(style, format!("{severity}  "))
        .right(Style::new(), title)
}
