//! `trace FROM TO`

use bulkhead_analysis::Analysis;
use bulkhead_analysis::model::watch::{Phase, Watch as _};
use bulkhead_analysis::model::{Issue, Name, Severity};
use bulkhead_analysis::path::{Answer, Request, Target};
use bulkhead_report::{Answer as Report, AnswerKind};

use super::{find_format, print};
use crate::arguments::TraceArguments;
use crate::failure::Failure;
use crate::input::read_cluster;
use crate::notation::{read_destination, read_door, read_origin};
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

/// What was asked.
pub(super) fn read_request(
    from: &str,
    to: &str,
    door: Option<&str>,
    entry_node: Option<&str>,
) -> Result<Request, Failure> {
    let to = read_destination(to)?;
    let door = door.map(read_door).transpose()?;
    let target = match to.target {
        Target::Service { name, .. } => Target::Service { name, door },
        Target::Ingress { name, .. } => Target::Ingress { name, door },
        Target::Gateway { object, .. } => Target::Gateway { object, door },
        _ if door.is_some() => {
            return Err(Failure::usage(Issue::error("requestDoorWithoutService").in_field("--door")));
        }
        target => target,
    };
    Ok(Request {
        from: read_origin(from)?,
        to: target,
        port: to.port,
        protocol: to.protocol.unwrap_or_default(),
        entry_node: entry_node.map(Name::from),
    })
}

/// Whether the request could be placed in the cluster at all.
pub(super) fn is_placed(answer: &Answer) -> bool {
    !answer.routes.is_empty() || answer.issues.iter().all(|issue| issue.severity != Severity::Error)
}
