//! Findings, one below the other, and how many there are.

use bulkhead_analysis::check::{Finding, Related, Report};
use bulkhead_analysis::model::Severity;
use bulkhead_analysis::snapshot::Snapshot;
use bulkhead_wire::Words as _;

use super::super::Context;
use crate::issues::render_as;
use crate::style::{GOOD, STRONG, paint};

/// The findings of a report.
pub(super) fn render(report: &Report, context: &Context<'_>) -> String {
    let mut text: String = report.findings.iter().map(|finding| one(finding, context)).collect();
    text.push_str(&summary(report, context));
    text.push('\n');
    text
}

fn one(finding: &Finding, context: &Context<'_>) -> String {
    let place = finding.issue.position.and_then(|at| Some((context.snapshot.source(at)?, at.line)));
    let mut notes: Vec<(&str, String)> =
        context.speech.fix(finding).into_iter().map(|fix| ("issues.help", fix)).collect();
    notes.extend(finding.related.iter().map(|related| ("lint.related", other(related, context.snapshot))));
    render_as(finding.rule.id, &finding.issue, place, &notes, context.speech)
}

/// Another place, on one line.
fn other(related: &Related, snapshot: &Snapshot) -> String {
    let field = if related.field.is_empty() { String::new() } else { format!(" {}", related.field) };
    let place = related.position.and_then(|at| Some((snapshot.source(at)?, at.line)));
    let place = place.map(|(file, line)| format!(" ({file}:{line})")).unwrap_or_default();
    format!("{}{field}{place}", related.object)
}

fn summary(report: &Report, context: &Context<'_>) -> String {
    let count = |severity| report.findings.iter().filter(|finding| finding.severity() == severity).count().to_string();
    let counts =
        [("errors", count(Severity::Error)), ("warnings", count(Severity::Warning)), ("notes", count(Severity::Note))];
    let said = if report.findings.is_empty() {
        paint(GOOD, context.speech.word("lint.nothing"))
    } else {
        paint(STRONG, context.speech.say("lint.summary", &counts))
    };
    if report.suppressed.is_empty() {
        return said;
    }
    let suppressed = [("count", report.suppressed.len().to_string())];
    format!("{said} ({})", context.speech.say("lint.suppressed", &suppressed))
}
