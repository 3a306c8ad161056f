//! The command line: arguments, files and standard streams around `analysis` and `report`.
//!
//! Everything happens in [`run`], which takes its arguments and streams from its caller, so that a test runs whole commands
//! without a process. Answers go to standard output and nothing else does; everything else goes to standard error. What the
//! exit status means is in [`ExitStatus`].

mod arguments;
mod assertions;
pub(crate) mod command;
mod example;
mod failure;
mod help;
mod input;
mod live;
mod overrides;
mod pieces;
mod session;
mod signals;
mod status;
mod stopwatch;
mod streams;

use std::ffi::OsString;
use std::panic::{AssertUnwindSafe, catch_unwind};

use bulkhead_analysis::model::Issue;
use bulkhead_report::Speech;
use clap::FromArgMatches as _;

use crate::arguments::Arguments;
use crate::failure::Failure;
use crate::session::Session;

pub use status::ExitStatus;
pub use streams::{Streams, Surroundings};

/// Runs one command; the first argument is the program's name. A panic ends here, as [`ExitStatus::Internal`].
pub fn run<I>(arguments: I, streams: &mut Streams<'_>) -> ExitStatus
where
    I: IntoIterator<Item = OsString>,
{
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    guarded(streams, |streams| run_unguarded(arguments, streams))
}

fn run_unguarded(arguments: Vec<OsString>, streams: &mut Streams<'_>) -> ExitStatus {
    let asked = help::language_before_parsing(&arguments);
    let speech = Speech { language: asked.unwrap_or_else(|| session::locale_language(&streams.surroundings)) };
    let matches = help::localised(speech).try_get_matches_from(arguments);
    let arguments = match matches.and_then(|matches| Arguments::from_arg_matches(&matches)) {
        Ok(arguments) => arguments,
        Err(error) => return session::print_clap(&error, streams),
    };
    let mut session = Session::new(&arguments.everywhere, streams);
    let status = match command::run(&arguments.command, &mut session) {
        Ok(status) => status,
        Err(failure) => session.give_up(failure),
    };
    session.tell_timings();
    status
}

/// Runs something that must not panic, and says so where it does.
fn guarded(streams: &mut Streams<'_>, work: impl FnOnce(&mut Streams<'_>) -> ExitStatus) -> ExitStatus {
    catch_unwind(AssertUnwindSafe(|| work(&mut *streams))).unwrap_or_else(|_| {
        let issue = Issue::error("internal");
        let mut session = Session::plain(Speech::default(), streams);
        session.give_up(Failure::new(ExitStatus::Internal, issue))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_an_internal_failure_that_asks_for_a_report() {
        let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
        let mut streams = Streams {
            stdin: Box::new(std::io::empty()),
            stdout: &mut stdout,
            stderr: &mut stderr,
            surroundings: Surroundings::default(),
        };
        let status = guarded(&mut streams, |_| panic!("this test panics on purpose"));
        drop(streams);
        assert_eq!(status, ExitStatus::Internal);
        assert!(stdout.is_empty());
        insta::assert_snapshot!(String::from_utf8(stderr).unwrap(), @r"
        error[internal]: bulkhead itself failed; this is a fault of the program, not of your input
            = help: please report it, with the command and the message above
        ");
    }
}
