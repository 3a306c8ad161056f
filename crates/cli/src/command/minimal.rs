//! `minimal TARGET`

use bulkhead_analysis::Analysis;
use bulkhead_analysis::allowlist::{Client, Exposure, ExposureTarget};
use bulkhead_analysis::model::{Issue, Severity};
use bulkhead_analysis::path::Target;
use bulkhead_report::{Answer, AnswerKind};

use super::{find_format, print};
use crate::arguments::MinimalArguments;
use crate::failure::Failure;
use crate::input::read_cluster;
use crate::notation::{Destination, read_client, read_destination, read_door};
use crate::overrides::read_overrides;
use crate::session::Session;
use crate::status::ExitStatus;

/// Prints the least that must be let in, and who else gets in through it.
pub(crate) fn run(arguments: &MinimalArguments, session: &mut Session<'_, '_>) -> Result<ExitStatus, Failure> {
    let format = find_format(&arguments.output, AnswerKind::Minimal)?;
    let exposure = exposure(arguments)?;
    let overrides = read_overrides(&arguments.facts)?;
    let snapshot = read_cluster(&arguments.cluster.filenames, session)?;
    let minimal = Analysis::with_overrides(&snapshot, &overrides).minimal(&exposure);
    print(&Answer::Minimal(&minimal), format, &snapshot, session)?;
    let is_placed = !minimal.pods.is_empty() || minimal.issues.iter().all(|issue| issue.severity != Severity::Error);
    Ok(if is_placed { ExitStatus::Answered } else { ExitStatus::Unusable })
}

fn exposure(arguments: &MinimalArguments) -> Result<Exposure, Failure> {
    let Destination { target, port, protocol: None } = read_destination(&arguments.target)? else {
        return Err(Failure::usage(Issue::error("targetNotation").with("value", &arguments.target)));
    };
    let target = match target {
        Target::Service { name, .. } => ExposureTarget::Service(name),
        Target::Ingress { name, .. } if port.is_none() => ExposureTarget::Ingress(name),
        Target::Gateway { object, .. } if port.is_none() => ExposureTarget::Gateway(object),
        _ => return Err(Failure::usage(Issue::error("targetNotation").with("value", &arguments.target))),
    };
    Ok(Exposure {
        target,
        ports: port.into_iter().collect(),
        doors: arguments.doors.iter().map(|door| read_door(door)).collect::<Result<_, _>>()?,
        clients: arguments.clients.iter().map(|client| read_client(client)).collect::<Result<Vec<Client>, _>>()?,
    })
}
