//! `explain FROM TO`

use bulkhead_analysis::Analysis;
use bulkhead_report::{Answer, AnswerKind};

use super::trace::{is_placed, request};
use super::{find_format, print};
use crate::arguments::TraceArguments;
use crate::failure::Failure;
use crate::input::read_cluster;
use crate::overrides::read_overrides;
use crate::session::Session;
use crate::status::ExitStatus;

/// Prints every policy that was asked, rule by rule.
pub(crate) fn run(arguments: &TraceArguments, session: &mut Session<'_, '_>) -> Result<ExitStatus, Failure> {
    let format = find_format(&arguments.output, AnswerKind::Explain)?;
    let request = request(arguments)?;
    let overrides = read_overrides(&arguments.facts)?;
    let snapshot = read_cluster(&arguments.cluster.filenames, session)?;
    let analysis = Analysis::with_overrides(&snapshot, &overrides);
    let explained = analysis.explain(&request);
    let by_node = arguments.nodes.by_node.into();
    let report = Answer::Explain { request: &request, explained: &explained, network: analysis.network(), by_node };
    print(&report, format, &snapshot, session)?;
    Ok(if is_placed(&explained.answer) { ExitStatus::Answered } else { ExitStatus::Unusable })
}
