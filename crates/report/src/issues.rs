//! Issues for people: what, where, which field, and what to do.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use bulkhead_analysis::model::{Issue, Severity};
use bulkhead_analysis::snapshot::Snapshot;
use bulkhead_wire::Words as _;
use bulkhead_wire::issue::severity_name;

use crate::style::{BAD, FAINT, OPEN, STRONG, paint};
use crate::words::Speech;

/// How many issues of one code are shown in full; the rest is counted.
const SHOWN_OF_A_CODE: usize = 20;

/// Issues as lines for people, in their order, the many of one code counted.
pub fn render_issues(issues: &[Issue], snapshot: &Snapshot, speech: Speech) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut text = String::new();
    for issue in issues {
        let count = counts.entry(issue.code).or_default();
        *count += 1;
        if *count <= SHOWN_OF_A_CODE {
            let place = issue.position.and_then(|at| Some((snapshot.source(at)?, at.line)));
            text.push_str(&render_issue(issue, place, speech));
        }
    }
    for (code, count) in counts.into_iter().filter(|(_, count)| *count > SHOWN_OF_A_CODE) {
        let more = (count - SHOWN_OF_A_CODE).to_string();
        let _ = writeln!(text, "{}", speech.say("issues.more", &[("count", more.as_str()), ("code", code)]));
    }
    text
}

/// One issue with its place: a head line, then where it is, then what to do.
pub fn render_issue(issue: &Issue, place: Option<(&str, u32)>, speech: Speech) -> String {
    let notes: Vec<(&str, String)> = speech.help(issue).into_iter().map(|help| ("issues.help", help)).collect();
    render_as(issue.code, issue, place, &notes, speech)
}

/// An issue under any name, with notes behind it: pairs of a key for the word in front, and a text.
pub(crate) fn render_as(
    name: &str,
    issue: &Issue,
    place: Option<(&str, u32)>,
    notes: &[(&str, String)],
    speech: Speech,
) -> String {
    let style = match issue.severity {
        Severity::Error => BAD.bold(),
        Severity::Warning => OPEN.bold(),
        Severity::Note => STRONG,
    };
    let severity = speech.word(&format!("severity.{}", severity_name(issue.severity)));
    let head = paint(style, format_args!("{severity}[{name}]"));
    let colon = speech.word("mark.colon");
    let mut text = format!("{head}{colon}{}\n", speech.issue(issue));
    if let Some((file, line)) = place {
        let line = if line > 0 { format!(":{line}") } else { String::new() };
        let _ = writeln!(text, "  {} {file}{line}", paint(FAINT, "-->"));
    }
    let about = [issue.object.as_ref().map(ToString::to_string).unwrap_or_default(), issue.field.clone()];
    let about: Vec<&str> = about.iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
    if !about.is_empty() {
        let _ = writeln!(text, "  {} {}", paint(FAINT, "  |"), about.join(&colon));
    }
    for (key, note) in notes {
        let _ = writeln!(text, "  {} {}{colon}{note}", paint(FAINT, "  ="), speech.word(key));
    }
    text
}
