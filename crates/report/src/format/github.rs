//! `-o github`: workflow commands, which GitHub Actions turns into annotations on the changed files.

use bulkhead_analysis::assertion::{Held, Judged};
use bulkhead_analysis::check::Finding;
use bulkhead_analysis::model::Severity;
use bulkhead_wire::FindingForm;

use super::{Answer, AnswerKind, Context, Format, text};

/// `-o github`
pub(super) struct Github;

impl Format for Github {
    fn name(&self) -> &'static str {
        "github"
    }

    fn answers(&self) -> &'static [AnswerKind] {
        &[AnswerKind::Lint, AnswerKind::Check]
    }

    fn render(&self, answer: &Answer<'_>, context: &Context<'_>) -> Option<String> {
        match answer {
            Answer::Lint { report, .. } => {
                Some(report.findings.iter().map(|finding| of_finding(finding, context)).collect())
            }
            Answer::Check(assertions) => {
                let against = assertions.judged.iter().filter(|judged| judged.held != Held::Yes);
                Some(against.map(|judged| of_assertion(judged, context)).collect())
            }
            _ => None,
        }
    }
}

fn of_assertion(judged: &Judged, context: &Context<'_>) -> String {
    let assertion = &judged.assertion;
    let place = Some((assertion.file.as_str(), Some(assertion.line)));
    command(Severity::Error, place, &assertion.name, &text::check::message(judged, context))
}

fn of_finding(finding: &Finding, context: &Context<'_>) -> String {
    let form = FindingForm::new(finding, context.snapshot, &context.speech);
    let about = [form.object, form.field].into_iter().flatten().collect::<Vec<_>>().join(" ");
    let lines = [Some(form.message), Some(about).filter(|about| !about.is_empty()), form.fix];
    let message = lines.into_iter().flatten().collect::<Vec<_>>().join("\n");
    let title = format!("{} {}", form.rule, form.name);
    command(finding.severity(), form.file.as_deref().zip(Some(form.line)), &title, &message)
}

/// One workflow command, as <https://docs.github.com/actions/reference/workflow-commands-for-github-actions> has it.
pub(super) fn command(severity: Severity, place: Option<(&str, Option<u32>)>, title: &str, message: &str) -> String {
    let name = match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    };
    let mut properties = Vec::new();
    if let Some((file, line)) = place {
        properties.push(format!("file={}", property(file)));
        properties.extend(line.map(|line| format!("line={line}")));
    }
    properties.push(format!("title={}", property(title)));
    format!("::{name} {}::{}\n", properties.join(","), data(message))
}

/// Text behind the last `::`.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_ends_the_command_early() {
        let place = Some(("a,b:c.yaml", Some(3)));
        let said = command(Severity::Warning, place, "BH001 x", "100%\n::error::no");
        assert_eq!(said, "::warning file=a%2Cb%3Ac.yaml,line=3,title=BH001 x::100%25%0A::error::no\n");
    }
}
