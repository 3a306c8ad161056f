//! `reach`

use bulkhead_analysis::Analysis;
use bulkhead_report::{Answer, AnswerKind};
use clap::Args;

use super::{find_format, print};
use crate::arguments::{ClusterArguments, FactArguments};
use crate::failure::Failure;
use crate::input::read_cluster;
use crate::overrides::read_overrides;
use crate::session::Session;
use crate::status::ExitStatus;

// `reach`
#[derive(Debug, Args)]
pub(crate) struct ReachArguments {
    #[arg(long)]
    pub(crate) exposure: bool,
    #[command(flatten)]
    pub(crate) cluster: ClusterArguments,
    #[command(flatten)]
    pub(crate) facts: FactArguments,
    #[arg(short, long, value_name = "FORMAT", default_value = "text", hide_default_value = true)]
    pub(crate) output: String,
}

/// Prints who reaches whom.
pub(crate) fn run(arguments: &ReachArguments, session: &mut Session<'_, '_>) -> Result<ExitStatus, Failure> {
    let format = find_format(&arguments.output, AnswerKind::Listing)?;
    let overrides = read_overrides(&arguments.facts)?;
    let snapshot = read_cluster(&arguments.cluster.filenames, session)?;
    let analysis = Analysis::with_overrides(&snapshot, &overrides);
    let listing =
        if arguments.exposure { analysis.netpol_analyzer_exposure() } else { analysis.netpol_analyzer_listing() };
    print(&Answer::Listing(&listing), format, &snapshot, session)?;
    Ok(ExitStatus::Answered)
}
