//! `diff OLD NEW`, `diff -f DUMP --with FILES`

use std::path::PathBuf;

use bulkhead_analysis::Analysis;
use bulkhead_analysis::model::Issue;
use bulkhead_analysis::model::watch::{Phase, Watch as _};
use bulkhead_analysis::netpol_analyzer::ListingDiff;
use bulkhead_analysis::snapshot::Snapshot;
use bulkhead_report::format::find;
use bulkhead_report::{Answer, AnswerKind};
use clap::Args;

use super::{find_format, print, unless_lost};
use crate::arguments::{ClusterArguments, FactArguments};
use crate::failure::Failure;
use crate::input::{read_cluster, read_cluster_and_changed};
use crate::overrides::read_overrides;
use crate::session::Session;
use crate::status::ExitStatus;

// `diff`
#[derive(Debug, Args)]
pub(crate) struct DiffArguments {
    #[arg(value_name = "OLD", requires = "new")]
    pub(crate) old: Option<PathBuf>,
    #[arg(value_name = "NEW")]
    pub(crate) new: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) cluster: ClusterArguments,
    #[arg(long = "with", value_name = "FILE|DIR|-")]
    pub(crate) changes: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) facts: FactArguments,
    #[arg(short, long, value_name = "FORMAT", default_value = "text", hide_default_value = true)]
    pub(crate) output: String,
}

/// Prints what becomes reachable and what stops being; the status says whether anything does.
pub(crate) fn run(arguments: &DiffArguments, session: &mut Session<'_, '_>) -> Result<ExitStatus, Failure> {
    let is_listing = find(&arguments.output, AnswerKind::ListingDiff).is_some();
    let format =
        find_format(&arguments.output, if is_listing { AnswerKind::ListingDiff } else { AnswerKind::Difference })?;
    let overrides = read_overrides(&arguments.facts)?;
    let [old, new] = read_states(arguments, session)?;
    session.tell_issues(&old.issues, &old);
    // With changed files on top, what could not be read of the dump is in the new state, too.
    let read: &[&Snapshot] = if arguments.changes.is_empty() { &[&old, &new] } else { &[&new] };
    session.stopwatch.begins(Phase::Lower);
    let [before, after] = [&old, &new].map(|snapshot| Analysis::with_overrides(snapshot, &overrides));
    if is_listing {
        let [before, after] = [before, after].map(|analysis| analysis.netpol_analyzer_listing());
        print(&Answer::ListingDiff(&ListingDiff::new(&before, &after)), format, &new, session)?;
        // The manners of the tool whose format it is.
        return Ok(unless_lost(ExitStatus::Answered, read, session));
    }
    session.stopwatch.begins(Phase::Answer);
    let difference = before.difference_to(&after, &session.stopwatch);
    print(&Answer::Difference(&difference), format, &new, session)?;
    let status = if difference.is_empty() { ExitStatus::Answered } else { ExitStatus::No };
    Ok(unless_lost(status, read, session))
}

/// The two states: two dumps, or one and the same with changed files on top.
fn read_states(arguments: &DiffArguments, session: &mut Session<'_, '_>) -> Result<[Snapshot; 2], Failure> {
    let dumps = &arguments.cluster.filenames;
    match (&arguments.old, &arguments.new, dumps.is_empty(), arguments.changes.is_empty()) {
        (Some(old), Some(new), true, true) => {
            let old = read_cluster(std::slice::from_ref(old), session)?;
            Ok([old, read_cluster(std::slice::from_ref(new), session)?])
        }
        (None, None, false, false) => read_cluster_and_changed(dumps, &arguments.changes, session),
        _ => Err(Failure::usage(Issue::error("diffOfWhat"))),
    }
}
