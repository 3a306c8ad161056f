//! `explain [FROM TO]`

use bulkhead_analysis::Analysis;
use bulkhead_analysis::model::watch::{Phase, Watch as _};
use bulkhead_analysis::model::{Issue, Severity};
use bulkhead_analysis::reachability::By;
use bulkhead_report::format::Detail;
use bulkhead_report::{Answer, AnswerKind};
use bulkhead_wire::notation::read_request;
use clap::Args;

use super::reach::{ByChoice, NarrowingArguments, read_narrowing};
use super::trace::is_placed;
use super::{find_format, print};
use crate::arguments::{ClusterArguments, FactArguments, NodeArguments};
use crate::failure::Failure;
use crate::input::read_cluster;
use crate::overrides::read_overrides;
use crate::session::Session;
use crate::status::ExitStatus;

// `explain [FROM TO]`
#[derive(Debug, Args)]
pub(crate) struct ExplainArguments {
    #[arg(requires = "to")]
    pub(crate) from: Option<String>,
    #[arg(conflicts_with_all = ["senders", "receivers", "namespaces", "workspaces", "selector", "ports", "by", "full"])]
    pub(crate) to: Option<String>,
    #[command(flatten)]
    pub(crate) narrowing: NarrowingArguments,
    #[arg(long, value_name = "workload|pod", hide_possible_values = true)]
    pub(crate) by: Option<ByChoice>,
    #[arg(long)]
    pub(crate) full: bool,
    #[arg(long, value_name = "KIND", requires = "to")]
    pub(crate) door: Option<String>,
    #[arg(long, value_name = "NODE", requires = "to")]
    pub(crate) entry_node: Option<String>,
    #[command(flatten)]
    pub(crate) nodes: NodeArguments,
    #[command(flatten)]
    pub(crate) cluster: ClusterArguments,
    #[command(flatten)]
    pub(crate) facts: FactArguments,
    #[arg(short, long, value_name = "FORMAT", default_value = "text", hide_default_value = true)]
    pub(crate) output: String,
}

/// Prints every policy that was asked about one connection, rule by rule; without one, the rules that decide for every pair.
pub(crate) fn run(arguments: &ExplainArguments, session: &mut Session<'_, '_>) -> Result<ExitStatus, Failure> {
    match (&arguments.from, &arguments.to) {
        (Some(from), Some(to)) => run_one(from, to, arguments, session),
        _ => run_all(arguments, session),
    }
}

fn run_one(
    from: &str,
    to: &str,
    arguments: &ExplainArguments,
    session: &mut Session<'_, '_>,
) -> Result<ExitStatus, Failure> {
    let format = find_format(&arguments.output, AnswerKind::Explain)?;
    let request = read_request(from, to, arguments.door.as_deref(), arguments.entry_node.as_deref())?;
    let overrides = read_overrides(&arguments.facts)?;
    let snapshot = read_cluster(&arguments.cluster.filenames, session)?;
    session.stopwatch.begins(Phase::Lower);
    let analysis = Analysis::with_overrides(&snapshot, &overrides);
    session.stopwatch.begins(Phase::Answer);
    let explained = analysis.explain(&request);
    let by_node = arguments.nodes.by_node.into();
    let report = Answer::Explain { request: &request, explained: &explained, network: analysis.network(), by_node };
    print(&report, format, &snapshot, session)?;
    Ok(if is_placed(&explained.answer) { ExitStatus::Answered } else { ExitStatus::Unusable })
}

fn run_all(arguments: &ExplainArguments, session: &mut Session<'_, '_>) -> Result<ExitStatus, Failure> {
    let format = find_format(&arguments.output, AnswerKind::ExplainPairs)?;
    let narrowing = read_narrowing(&arguments.narrowing)?;
    let overrides = read_overrides(&arguments.facts)?;
    let snapshot = read_cluster(&arguments.cluster.filenames, session)?;
    let watch = session.stopwatch.clone();
    watch.begins(Phase::Lower);
    let analysis = Analysis::with_overrides(&snapshot, &overrides);
    let by = arguments.by.map(By::from).unwrap_or_default();
    let reachability = analysis.reachability(by, narrowing, &watch);
    let detail = if arguments.full { Detail::Full } else { Detail::Readable };
    print(&Answer::ExplainPairs { reachability: &reachability, detail }, format, &snapshot, session)?;
    let is_error = |issue: &Issue| issue.severity == Severity::Error;
    Ok(if reachability.issues().iter().any(is_error) { ExitStatus::Unusable } else { ExitStatus::Answered })
}
