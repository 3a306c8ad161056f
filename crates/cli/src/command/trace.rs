//! `trace FROM TO`

use bulkhead_analysis::Analysis;
use bulkhead_analysis::model::Severity;
use bulkhead_analysis::model::watch::{Phase, Watch as _};
use bulkhead_analysis::path::Answer;
use bulkhead_report::{Answer as Report, AnswerKind};
use bulkhead_wire::notation::read_request;

use super::{find_format, print};
use crate::arguments::TraceArguments;
use crate::failure::Failure;
use crate::input::read_cluster;
use crate::overrides::read_overrides;
use crate::session::Session;
use crate::status::ExitStatus;

/// Prints every route.
pub(crate) fn run(arguments: &TraceArguments, session: &mut Session<'_, '_>) -> Result<ExitStatus, Failure> {
    let format = find_format(&arguments.output, AnswerKind::Trace)?;
    let request =
        read_request(&arguments.from, &arguments.to, arguments.door.as_deref(), arguments.entry_node.as_deref())?;
    let overrides = read_overrides(&arguments.facts)?;
    let snapshot = read_cluster(&arguments.cluster.filenames, session)?;
    session.stopwatch.begins(Phase::Lower);
    let analysis = Analysis::with_overrides(&snapshot, &overrides);
    session.stopwatch.begins(Phase::Answer);
    let answer = analysis.trace(&request);

    let by_node = arguments.nodes.by_node.into();
    let report = Report::Trace { request: &request, answer: &answer, network: analysis.network(), by_node };
    print(&report, format, &snapshot, session)?;
    Ok(if is_placed(&answer) { ExitStatus::Answered } else { ExitStatus::Unusable })
}

/// Whether the request could be placed in the cluster at all.
pub(super) fn is_placed(answer: &Answer) -> bool {
    !answer.routes.is_empty() || answer.issues.iter().all(|issue| issue.severity != Severity::Error)
}
