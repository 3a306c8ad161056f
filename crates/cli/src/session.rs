//! One run: its language, its colours, and the ways to say something.

use std::fmt;
use std::io::{self, Write};

use anstream::adapter::strip_str;
use bulkhead_analysis::model::{Issue, Severity};
use bulkhead_analysis::snapshot::Snapshot;
use bulkhead_report::format::DEFAULT_WIDTH;
use bulkhead_report::issues::render_issue;
use bulkhead_report::timings::render_timings;
use bulkhead_report::{Language, Speech, render_issues};
use jiff::Timestamp;

use crate::arguments::{ColorChoice, Everywhere};
use crate::failure::Failure;
use crate::live::ClusterChoice;
use crate::pieces::Pieces;
use crate::status::ExitStatus;
use crate::stopwatch::Stopwatch;
use crate::streams::{Streams, Surroundings};

/// Fewer columns than this are no place for a line.
const NARROWEST: usize = 40;

/// One run of a command.
pub(crate) struct Session<'s, 'a> {
    /// What it reads and writes.
    pub(crate) streams: &'s mut Streams<'a>,
    /// The language.
    pub(crate) speech: Speech,
    /// How long each phase takes.
    pub(crate) stopwatch: Stopwatch,
    /// The cluster that is read where no file is named.
    pub(crate) cluster: ClusterChoice,
    timings: Timings,
    colored: Colored,
    notes: Notes,
}

/// Whether findings that change no answer are said.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Notes {
    Said,
    Kept,
}

/// Whether it is said how long each phase took.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Timings {
    Said,
    Kept,
}

/// Which streams get colours.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Colored {
    stdout: bool,
    stderr: bool,
}

impl<'s, 'a> Session<'s, 'a> {
    /// A run with the options that every command has.
    pub(crate) fn new(options: &Everywhere, streams: &'s mut Streams<'a>) -> Self {
        let language = options.lang.map_or_else(|| locale_language(&streams.surroundings), Language::from);
        let speech = Speech { language };
        let colored = Colored::new(options.color, &streams.surroundings);
        let notes = if options.verbose { Notes::Said } else { Notes::Kept };
        let timings = if options.timings { Timings::Said } else { Timings::Kept };
        let cluster = ClusterChoice { kubeconfig: options.kubeconfig.clone(), context: options.context.clone() };
        let at_terminal = streams.surroundings.stderr_is_terminal;
        let stopwatch = if at_terminal { Stopwatch::telling(speech) } else { Stopwatch::default() };
        Self { streams, speech, stopwatch, cluster, timings, colored, notes }
    }

    /// The time that `SOURCE_DATE_EPOCH` says, else the system's.
    pub(crate) fn now(&self) -> Timestamp {
        self.stopped_clock().unwrap_or_else(Timestamp::now)
    }

    /// The time that `SOURCE_DATE_EPOCH` says.
    pub(crate) fn stopped_clock(&self) -> Option<Timestamp> {
        let seconds = self.streams.surroundings.variable("SOURCE_DATE_EPOCH")?.parse().ok()?;
        Timestamp::from_second(seconds).ok()
    }

    /// A run without colours.
    pub(crate) fn plain(speech: Speech, streams: &'s mut Streams<'a>) -> Self {
        let colored = Colored { stdout: false, stderr: false };
        let stopwatch = Stopwatch::default();
        let cluster = ClusterChoice::default();
        Self { streams, speech, stopwatch, cluster, timings: Timings::Kept, colored, notes: Notes::Kept }
    }

    /// Writes an answer.
    pub(crate) fn answer(&mut self, text: &str) -> Result<(), Failure> {
        self.stopwatch.clear();
        write(self.streams.stdout, text, self.colored.stdout)?;
        Ok(self.streams.stdout.flush()?)
    }

    /// Writes an answer while it is made.
    pub(crate) fn answer_in_pieces(
        &mut self,
        write_pieces: impl FnOnce(&mut dyn fmt::Write) -> fmt::Result,
    ) -> Result<(), Failure> {
        self.stopwatch.clear();
        let mut pieces = Pieces::new(self.streams.stdout, self.colored.stdout);
        // Only the stream fails; what it says stands in `failed`.
        let _ = write_pieces(&mut pieces);
        Ok(pieces.finish()?)
    }

    /// Says how long each phase took, where that is wanted.
    pub(crate) fn tell_timings(&mut self) {
        if self.timings == Timings::Said {
            self.tell(&render_timings(&self.stopwatch.stop(), self.speech));
        }
    }

    /// Writes anything that is no answer. Where that fails there is nobody left to tell.
    pub(crate) fn tell(&mut self, text: &str) {
        self.stopwatch.clear();
        let _ = write(self.streams.stderr, text, self.colored.stderr);
    }

    /// Writes an issue that stands in no file.
    pub(crate) fn tell_issue(&mut self, issue: &Issue) {
        self.tell(&render_issue(issue, None, self.speech));
    }

    /// Writes what is wrong with a cluster's input.
    pub(crate) fn tell_issues(&mut self, issues: &[Issue], snapshot: &Snapshot) {
        let is_said = |issue: &&Issue| issue.severity != Severity::Note || self.notes == Notes::Said;
        let said: Vec<Issue> = issues.iter().filter(is_said).cloned().collect();
        self.tell(&render_issues(&said, snapshot, self.speech));
    }

    /// Says how many objects of which kinds nothing here reads, where notes are wanted.
    pub(crate) fn tell_skipped(&mut self, snapshot: &Snapshot) {
        if self.notes == Notes::Said && !snapshot.skipped.is_empty() {
            let kinds: Vec<String> = snapshot.skipped.iter().map(|(kind, count)| format!("{kind} {count}")).collect();
            self.tell_issue(&Issue::note("objectsSkipped").with("kinds", kinds.join(", ")));
        }
    }

    /// How many columns a line of an answer may take.
    pub(crate) fn width(&self) -> usize {
        let said = self.streams.surroundings.variable("COLUMNS").and_then(|columns| columns.parse().ok());
        let known = said.or(self.streams.surroundings.stdout_columns);
        known.filter(|columns| *columns >= NARROWEST).unwrap_or(DEFAULT_WIDTH)
    }

    /// Says why the command gave up; gives the status for it.
    pub(crate) fn give_up(&mut self, failure: Failure) -> ExitStatus {
        match failure {
            Failure::NobodyReads => ExitStatus::Answered,
            Failure::Said(status, texts) => {
                for text in &texts {
                    self.tell(text);
                }
                status
            }
            Failure::Issues(status, issues) => {
                for issue in &issues {
                    self.tell_issue(issue);
                }
                status
            }
        }
    }
}

impl Colored {
    /// `--color`, else `NO_COLOR`, else `CLICOLOR_FORCE`, else whether somebody looks.
    fn new(choice: ColorChoice, surroundings: &Surroundings) -> Self {
        let forced = surroundings.variable("CLICOLOR_FORCE").is_some_and(|value| value != "0");
        let (stdout, stderr) = match choice {
            ColorChoice::Always => (true, true),
            ColorChoice::Never => (false, false),
            ColorChoice::Auto if surroundings.variable("NO_COLOR").is_some() => (false, false),
            ColorChoice::Auto if forced => (true, true),
            ColorChoice::Auto => (surroundings.stdout_is_terminal, surroundings.stderr_is_terminal),
        };
        Self { stdout, stderr }
    }
}

/// The language of the first locale variable that is set.
pub(crate) fn locale_language(surroundings: &Surroundings) -> Language {
    let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().find_map(|name| surroundings.variable(name));
    locale.and_then(Language::from_locale).unwrap_or_default()
}

fn write(stream: &mut dyn Write, text: &str, colored: bool) -> io::Result<()> {
    if colored { stream.write_all(text.as_bytes()) } else { write!(stream, "{}", strip_str(text)) }
}

/// Prints what clap has to say: help and version are answers, anything else is misuse.
pub(crate) fn print_clap(error: &clap::Error, streams: &mut Streams<'_>) -> ExitStatus {
    let colored = Colored::new(ColorChoice::Auto, &streams.surroundings);
    let text = error.render().ansi().to_string();
    if error.use_stderr() {
        let _ = write(streams.stderr, &text, colored.stderr);
        return ExitStatus::Unusable;
    }
    match write(streams.stdout, &text, colored.stdout) {
        Ok(()) => ExitStatus::Answered,
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitStatus::Answered,
        Err(_) => ExitStatus::Internal,
    }
}
