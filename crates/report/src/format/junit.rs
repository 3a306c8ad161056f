//! `-o junit`: the XML of `JUnit`, which every build server reads.

use std::fmt::Write as _;

use bulkhead_analysis::Assertions;
use bulkhead_analysis::assertion::{Held, Judged};
use bulkhead_analysis::check::{Finding, Report, rule};
use bulkhead_analysis::model::Severity;
use bulkhead_wire::FindingForm;

use super::{Answer, AnswerKind, Context, Format, text};

/// `-o junit`
pub(super) struct Junit;

impl Format for Junit {
    fn name(&self) -> &'static str {
        "junit"
    }

    fn answers(&self) -> &'static [AnswerKind] {
        &[AnswerKind::Lint, AnswerKind::Check]
    }

    fn render(&self, answer: &Answer<'_>, context: &Context<'_>) -> Option<String> {
        match answer {
            Answer::Lint { report, fail_on } => Some(suite("bulkhead lint", &of_report(report, *fail_on, context))),
            Answer::Check(assertions) => Some(suite("bulkhead check", &of_assertions(assertions, context))),
            _ => None,
        }
    }
}

/// Every claim is a case.
fn of_assertions(assertions: &Assertions<'_>, context: &Context<'_>) -> Vec<Case> {
    let case = |judged: &Judged| {
        let assertion = &judged.assertion;
        let failed = |kind| CaseResult::Failed {
            kind,
            message: text::check::message(judged, context),
            text: anstream::adapter::strip_str(&text::check::against(judged, assertions, context)).to_string(),
        };
        Case {
            class: if assertion.test.is_empty() { "bulkhead.check".to_owned() } else { assertion.test.clone() },
            name: assertion.name.clone(),
            place: Some((assertion.file.clone(), Some(assertion.line))),
            result: if judged.held == Held::Yes { CaseResult::Passed } else { failed(judged.held.name()) },
        }
    };
    assertions.judged.iter().map(case).collect()
}

/// One test case.
pub(super) struct Case {
    /// What it belongs to.
    pub(super) class: String,
    /// What it tests.
    pub(super) name: String,
    /// The file and line that it is about.
    pub(super) place: Option<(String, Option<u32>)>,
    /// How it went.
    pub(super) result: CaseResult,
}

/// How a test case went.
pub(super) enum CaseResult {
    /// Well.
    Passed,
    /// Not well: the kind of failure, one line, and all there is to say.
    Failed {
        /// A stable word.
        kind: &'static str,
        /// One line.
        message: String,
        /// Everything.
        text: String,
    },
    /// It does not count, for this reason.
    Skipped(String),
}

/// Every finding is a case, and every rule without a finding is one that passed. Findings that fail nothing are skipped ones.
fn of_report(report: &Report, fail_on: Option<Severity>, context: &Context<'_>) -> Vec<Case> {
    let clean = rule::ALL.iter().filter(|rule| !report.findings.iter().any(|finding| finding.rule == **rule));
    let passed = clean.map(|rule| Case {
        class: "bulkhead.lint".to_owned(),
        name: format!("{} {}", rule.id, rule.name),
        place: None,
        result: CaseResult::Passed,
    });
    let found = report.findings.iter().map(|finding| of_finding(finding, fail_on, context));
    found.chain(passed).collect()
}

fn of_finding(finding: &Finding, fail_on: Option<Severity>, context: &Context<'_>) -> Case {
    let form = FindingForm::new(finding, context.snapshot, &context.speech);
    let about = [form.object, form.field].into_iter().flatten().collect::<Vec<_>>().join(" ");
    let place = form.file.map(|file| (file, form.line));
    let shown = place.as_ref().map(|(file, line)| match line {
        Some(line) => format!("{file}:{line}"),
        None => file.clone(),
    });
    let lines = [Some(form.message.clone()), shown, Some(about.clone()).filter(|it| !it.is_empty()), form.fix];
    let text = lines.into_iter().flatten().collect::<Vec<_>>().join("\n");
    let fails = fail_on.is_some_and(|least| finding.severity() >= least);
    let result = if fails {
        CaseResult::Failed { kind: form.severity, message: form.message, text }
    } else {
        CaseResult::Skipped(text)
    };
    Case { class: "bulkhead.lint".to_owned(), name: format!("{} {} {about}", form.rule, form.name), place, result }
}

/// A whole file with one suite.
pub(super) fn suite(name: &str, cases: &[Case]) -> String {
    let failures = cases.iter().filter(|case| matches!(case.result, CaseResult::Failed { .. })).count();
    let skipped = cases.iter().filter(|case| matches!(case.result, CaseResult::Skipped(_))).count();
    let (name, tests) = (escape(name), cases.len());
    let mut text = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let _ = writeln!(text, "<testsuites name=\"{name}\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\">");
    let _ = writeln!(
        text,
        "  <testsuite name=\"{name}\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\" skipped=\"{skipped}\">"
    );
    for case in cases {
        text.push_str(&one(case));
    }
    text.push_str("  </testsuite>\n</testsuites>\n");
    text
}

fn one(case: &Case) -> String {
    let mut attributes = format!("name=\"{}\" classname=\"{}\"", escape(&case.name), escape(&case.class));
    if let Some((file, line)) = &case.place {
        let _ = write!(attributes, " file=\"{}\"", escape(file));
        if let Some(line) = line {
            let _ = write!(attributes, " line=\"{line}\"");
        }
    }
    match &case.result {
        CaseResult::Passed => format!("    <testcase {attributes}/>\n"),
        CaseResult::Skipped(reason) => {
            format!("    <testcase {attributes}>\n      <skipped message=\"{}\"/>\n    </testcase>\n", escape(reason))
        }
        CaseResult::Failed { kind, message, text } => {
            let (message, text) = (escape(message), escape(text));
            format!(
                "    <testcase {attributes}>\n      <failure type=\"{kind}\" message=\"{message}\">{text}</failure>\n    </testcase>\n"
            )
        }
    }
}

/// Text as XML 1.0 can have it: marks as entities, characters that it cannot have as `?`.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&apos;"),
            '\n' => escaped.push_str("&#10;"),
            '\t' => escaped.push_str("&#9;"),
            char if char.is_control() || matches!(char, '\u{fffe}' | '\u{ffff}') => escaped.push('?'),
            char => escaped.push(char),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_breaks_the_xml() {
        assert_eq!(escape("<a b=\"'&\u{1}\n>"), "&lt;a b=&quot;&apos;&amp;?&#10;&gt;");
    }
}
