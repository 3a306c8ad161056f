//! The commands, a file each.

mod query;
mod trace;

use bulkhead_analysis::model::Issue;
use bulkhead_report::format::{self, AnswerKind, Format};

use crate::arguments::Command;
use crate::failure::Failure;
use crate::session::Session;
use crate::status::ExitStatus;

/// Runs a command.
pub(crate) fn run(command: &Command, session: &mut Session<'_, '_>) -> Result<ExitStatus, Failure> {
    match command {
        Command::Trace(arguments) => trace::run(arguments, session),
        Command::Query(arguments) => query::run(arguments, session),
    }
}

/// The format that `-o` names, for one kind of answer.
fn find_format(name: &str, kind: AnswerKind) -> Result<&'static dyn Format, Failure> {
    format::find(name, kind).ok_or_else(|| {
        let known: Vec<&str> = format::formats_for(kind).map(Format::name).collect();
        Failure::usage(Issue::error("noSuchFormat").with("value", name).with("known", known.join(", ")))
    })
}
