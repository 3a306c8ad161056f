//! The commands, a file each.

pub(crate) mod check;
pub(crate) mod controller;
pub(crate) mod demo;
pub(crate) mod diff;
pub(crate) mod explain;
mod lint;
pub(crate) mod local;
pub(crate) mod manifests;
pub(crate) mod migrate;
mod minimal;
mod models;
mod plan;
pub(crate) mod pull;
pub(crate) mod push;
mod query;
pub(crate) mod reach;
pub(crate) mod serve;
mod trace;

use bulkhead_analysis::model::Issue;
use bulkhead_analysis::model::watch::{Phase, Watch as _};
use bulkhead_analysis::snapshot::Snapshot;
use bulkhead_report::format::{self, Answer, AnswerKind, Context, Format, Issues};

use crate::arguments::Command;
use crate::failure::Failure;
use crate::session::Session;
use crate::status::ExitStatus;

/// Runs a command.
pub(crate) fn run(command: &Command, session: &mut Session<'_, '_>) -> Result<ExitStatus, Failure> {
    match command {
        Command::Check(arguments) => check::run(arguments, session),
        Command::Controller(arguments) => controller::run(arguments, session),
        Command::Demo(arguments) => demo::run(arguments, session),
        Command::Diff(arguments) => diff::run(arguments, session),
        Command::Explain(arguments) => explain::run(arguments, session),
        Command::Local(arguments) => local::run(arguments, session),
        Command::Manifests(arguments) => manifests::run(arguments, session),
        Command::Migrate(arguments) => migrate::run(arguments, session),
        Command::Minimal(arguments) => minimal::run(arguments, session),
        Command::Plan(arguments) => plan::run(arguments, session),
        Command::Pull(arguments) => pull::run(arguments, session),
        Command::Push(arguments) => push::run(arguments, session),
        Command::Trace(arguments) => trace::run(arguments, session),
        Command::Reach(arguments) => reach::run(arguments, session),
        Command::Query(arguments) => query::run(arguments, session),
        Command::Lint(arguments) => lint::run(arguments, session),
        Command::Serve(arguments) => serve::run(arguments, session),
        Command::Models(arguments) => models::run(arguments, session),
    }
}

/// The format that `-o` names, for one kind of answer.
fn find_format(name: &str, kind: AnswerKind) -> Result<&'static dyn Format, Failure> {
    format::find(name, kind).ok_or_else(|| {
        let known: Vec<&str> = format::formats_for(kind).map(Format::name).collect();
        Failure::usage(Issue::error("noSuchFormat").with("value", name).with("known", known.join(", ")))
    })
}

/// The status of a command that says whether something is proven. Documents that could not be read at all may have held any policy,
/// so that nothing is where there are any; that is said last.
fn unless_lost(status: ExitStatus, snapshots: &[&Snapshot], session: &mut Session<'_, '_>) -> ExitStatus {
    let lost: usize = snapshots.iter().map(|snapshot| snapshot.lost_documents()).sum();
    if lost == 0 {
        return status;
    }
    session.tell_issue(&Issue::error("documentsLost").with("count", lost));
    ExitStatus::Unusable
}

/// Writes an answer: the format's text to standard output, and what is wrong with input and question where the format puts
/// it.
fn print(
    report: &Answer<'_>,
    format: &dyn Format,
    snapshot: &Snapshot,
    session: &mut Session<'_, '_>,
) -> Result<(), Failure> {
    let context = Context { snapshot, speech: session.speech, width: session.width() };
    if format.issues() == Issues::Beside {
        session.tell_issues(&snapshot.issues, snapshot);
        session.tell_issues(report.issues(), snapshot);
    }
    session.stopwatch.begins(Phase::Output);
    session.answer_in_pieces(|to| format.write(report, &context, to))
}
