//! `check TESTS…`

use std::path::PathBuf;

use bulkhead_analysis::Analysis;
use bulkhead_analysis::assertion::Assertion;
use bulkhead_analysis::model::watch::{Phase, Watch as _};
use bulkhead_analysis::model::{Issue, SourceId};
use bulkhead_analysis::snapshot::Input;
use bulkhead_report::format::Issues;
use bulkhead_report::issues::render_issue;
use bulkhead_report::{Answer, AnswerKind};
use clap::Args;

use super::{find_format, print, unless_lost};
use crate::arguments::{ClusterArguments, FactArguments};
use crate::assertions::read_assertions;
use crate::failure::Failure;
use crate::input::{Content, open, read_cluster, unreadable};
use crate::overrides::read_overrides;
use crate::session::Session;
use crate::status::ExitStatus;

// `check TESTS…`
#[derive(Debug, Args)]
pub(crate) struct CheckArguments {
    #[arg(required = true, value_name = "TESTS")]
    pub(crate) tests: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) cluster: ClusterArguments,
    #[command(flatten)]
    pub(crate) facts: FactArguments,
    #[arg(short, long, value_name = "FORMAT", default_value = "text", hide_default_value = true)]
    pub(crate) output: String,
}

/// Says of every claim whether it holds.
pub(crate) fn run(arguments: &CheckArguments, session: &mut Session<'_, '_>) -> Result<ExitStatus, Failure> {
    let format = find_format(&arguments.output, AnswerKind::Check)?;
    let overrides = read_overrides(&arguments.facts)?;
    let assertions = read_tests(&arguments.tests, session)?;
    let snapshot = read_cluster(&arguments.cluster.filenames, session)?;
    let watch = session.stopwatch.clone();
    watch.begins(Phase::Lower);
    let analysis = Analysis::with_overrides(&snapshot, &overrides);
    let assertions = analysis.judge(assertions, &watch);
    if format.issues() == Issues::Beside {
        session.tell_issues(analysis.network().issues(), &snapshot);
    }
    print(&Answer::Check(&assertions), format, &snapshot, session)?;
    let status = if assertions.all_hold() { ExitStatus::Answered } else { ExitStatus::No };
    Ok(unless_lost(status, &[&snapshot], session))
}

/// The claims of all files, or everything that is wrong with them.
fn read_tests(tests: &[PathBuf], session: &mut Session<'_, '_>) -> Result<Vec<Assertion>, Failure> {
    let (mut assertions, mut said) = (Vec::new(), Vec::new());
    for path in tests {
        for (name, text) in open(path, session) {
            let (read, issues) = match text.and_then(Content::into_text) {
                Ok(text) => read_assertions(&Input { name: &name, text: &text }, SourceId(0)),
                Err(error) => (Vec::new(), vec![unreadable(&name, &error)]),
            };
            assertions.extend(read);
            let place = |issue: &Issue| issue.position.map(|position| (name.as_str(), position.line));
            said.extend(issues.iter().map(|issue| render_issue(issue, place(issue), session.speech)));
        }
    }
    if said.is_empty() { Ok(assertions) } else { Err(Failure::Said(ExitStatus::Unusable, said)) }
}
