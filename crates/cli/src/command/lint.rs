//! `lint`

use std::path::{Path, PathBuf};

use bulkhead_analysis::Analysis;
use bulkhead_analysis::check::{Report, Settings, Suppressing, read_settings, rule};
use bulkhead_analysis::model::{Issue, Severity, SourceId};
use bulkhead_analysis::snapshot::Input;
use bulkhead_report::format::{Answer, AnswerKind, Context, Issues};
use bulkhead_report::issues::render_issue;

use super::find_format;
use crate::arguments::{FailOn, LintArguments};
use crate::failure::Failure;
use crate::input::{Comments, read_cluster_with, unreadable};
use crate::overrides::read_overrides;
use crate::session::Session;
use crate::status::ExitStatus;

/// The name of a settings file that is found by itself.
const SETTINGS: &str = ".bulkhead.yaml";

/// Prints what the rules find.
pub(crate) fn run(arguments: &LintArguments, session: &mut Session<'_, '_>) -> Result<ExitStatus, Failure> {
    if arguments.rules {
        return print_rules(arguments, session);
    }
    let format = find_format(&arguments.output, AnswerKind::Lint)?;
    let overrides = read_overrides(&arguments.facts)?;
    let mut settings = settings(arguments, session)?;
    let (snapshot, comments) = read_cluster_with(&arguments.cluster.filenames, Comments::Kept, session)?;
    settings.suppressions.extend(comments);
    if arguments.no_ignore {
        settings.suppressing = Suppressing::Ignored;
    }
    let report = Analysis::with_overrides(&snapshot, &overrides).lint(&settings, &session.stopwatch);
    if format.issues() == Issues::Beside {
        let others: Vec<Issue> = snapshot.issues.iter().filter(|issue| !rule::reports(issue)).cloned().collect();
        session.tell_issues(&others, &snapshot);
    }
    let fail_on = least(arguments.fail_on);
    let context = Context { snapshot: &snapshot, speech: session.speech, width: session.width() };
    let text = format.render(&Answer::Lint { report: &report, fail_on }, &context).unwrap_or_default();
    session.answer(&text)?;
    Ok(if fails(&report, fail_on) { ExitStatus::No } else { ExitStatus::Answered })
}

fn print_rules(arguments: &LintArguments, session: &mut Session<'_, '_>) -> Result<ExitStatus, Failure> {
    let format = find_format(&arguments.output, AnswerKind::Rules)?;
    let nothing = bulkhead_analysis::snapshot::Snapshot::from_texts(&[]);
    let context = Context { snapshot: &nothing, speech: session.speech, width: session.width() };
    let text = format.render(&Answer::Rules(rule::ALL), &context).unwrap_or_default();
    session.answer(&text)?;
    Ok(ExitStatus::Answered)
}

fn least(fail_on: FailOn) -> Option<Severity> {
    match fail_on {
        FailOn::Note => Some(Severity::Note),
        FailOn::Warning => Some(Severity::Warning),
        FailOn::Error => Some(Severity::Error),
        FailOn::Never => None,
    }
}

fn fails(report: &Report, fail_on: Option<Severity>) -> bool {
    fail_on.is_some_and(|least| report.findings.iter().any(|finding| finding.severity() >= least))
}

/// The settings that the user names, or the nearest ones. Anything wrong in them stops the command: who misspells a rule would
/// believe that it is switched off.
fn settings(arguments: &LintArguments, session: &Session<'_, '_>) -> Result<Settings, Failure> {
    let directory = &session.streams.surroundings.directory;
    let (name, path) = match &arguments.config {
        Some(name) => (name.display().to_string(), directory.join(name)),
        None => match nearest_settings(directory) {
            Some(path) => (SETTINGS.to_owned(), path),
            None => return Ok(Settings::default()),
        },
    };
    let text = std::fs::read(path).map_err(|error| Failure::usage(unreadable(&name, &error)))?;
    let (settings, issues) = read_settings(&Input { name: &name, text: &text }, SourceId(0));
    if issues.is_empty() {
        return Ok(settings);
    }
    let place = |issue: &Issue| issue.position.map(|position| (name.as_str(), position.line));
    let said = issues.iter().map(|issue| render_issue(issue, place(issue), session.speech));
    Err(Failure::Said(ExitStatus::Unusable, said.collect()))
}

/// `.bulkhead.yaml` in a folder or in the nearest one above it that has one.
fn nearest_settings(directory: &Path) -> Option<PathBuf> {
    let here = if directory.as_os_str().is_empty() { Path::new(".") } else { directory };
    let here = std::path::absolute(here).ok()?;
    here.ancestors().map(|folder| folder.join(SETTINGS)).find(|path| path.is_file())
}
