//! `minimal TARGET`

use bulkhead_analysis::allowlist::{Client, Exposure, ExposureTarget, LetIn, Settings, exposures};
use bulkhead_analysis::model::watch::{Phase, Watch as _};
use bulkhead_analysis::model::{Issue, Severity};
use bulkhead_analysis::{Analysis, system_needs};
use bulkhead_report::{Answer, AnswerKind};

use super::{find_format, print};
use crate::arguments::MinimalArguments;
use crate::failure::Failure;
use crate::input::read_cluster;
use crate::overrides::read_overrides;
use crate::session::Session;
use crate::status::ExitStatus;
use bulkhead_wire::notation::{read_client, read_door, read_exposure_target};

/// Prints the least that must be let in, and who else gets in through it.
pub(crate) fn run(arguments: &MinimalArguments, session: &mut Session<'_, '_>) -> Result<ExitStatus, Failure> {
    match &arguments.target {
        Some(target) if arguments.asking.system => system(arguments, target, session),
        Some(target) if arguments.asking.compare => compare(arguments, target, session),
        Some(target) if arguments.native => native(arguments, target, session),
        Some(target) => one(arguments, target, session),
        None => all(arguments, session),
    }
}

fn one(arguments: &MinimalArguments, target: &str, session: &mut Session<'_, '_>) -> Result<ExitStatus, Failure> {
    let format = find_format(&arguments.output, AnswerKind::Minimal)?;
    let exposure = exposure(arguments, target)?;
    let overrides = read_overrides(&arguments.facts)?;
    let snapshot = read_cluster(&arguments.cluster.filenames, session)?;
    session.stopwatch.begins(Phase::Answer);
    let minimal = Analysis::with_overrides(&snapshot, &overrides).minimal(&exposure, &settings(arguments));
    print(&Answer::Minimal(&minimal), format, &snapshot, session)?;
    if format.name() == "yaml" && !minimal.undetermined.is_empty() {
        let ways = minimal.undetermined.len();
        session.tell_issue(&Issue::warning("allowlistIncomplete").with("ways", ways));
    }
    Ok(if minimal.is_usable() { ExitStatus::Answered } else { ExitStatus::Unusable })
}

/// What of it only the engine's own kinds can say.
fn native(arguments: &MinimalArguments, target: &str, session: &mut Session<'_, '_>) -> Result<ExitStatus, Failure> {
    let format = find_format(&arguments.output, AnswerKind::Native)?;
    let exposure = exposure(arguments, target)?;
    let overrides = read_overrides(&arguments.facts)?;
    let snapshot = read_cluster(&arguments.cluster.filenames, session)?;
    session.stopwatch.begins(Phase::Answer);
    let native = Analysis::with_overrides(&snapshot, &overrides).native(&exposure, &settings(arguments));
    print(&Answer::Native(&native), format, &snapshot, session)?;
    let unplaced = native.issues.iter().any(|issue| issue.severity == Severity::Error);
    Ok(if unplaced { ExitStatus::Unusable } else { ExitStatus::Answered })
}

/// Holds the exposure against the policies that are there: "no" where something is missing, or nobody can tell.
fn compare(arguments: &MinimalArguments, target: &str, session: &mut Session<'_, '_>) -> Result<ExitStatus, Failure> {
    let format = find_format(&arguments.output, AnswerKind::Comparison)?;
    let exposure = exposure(arguments, target)?;
    let overrides = read_overrides(&arguments.facts)?;
    let snapshot = read_cluster(&arguments.cluster.filenames, session)?;
    session.stopwatch.begins(Phase::Answer);
    let comparison = Analysis::with_overrides(&snapshot, &overrides).compare(&exposure, &settings(arguments));
    print(&Answer::Comparison(&comparison), format, &snapshot, session)?;
    if !comparison.missing.is_usable() {
        return Ok(ExitStatus::Unusable);
    }
    Ok(if comparison.let_in() == LetIn::All { ExitStatus::Answered } else { ExitStatus::No })
}

/// What a project needs of what is no Service of its own.
fn system(arguments: &MinimalArguments, target: &str, session: &mut Session<'_, '_>) -> Result<ExitStatus, Failure> {
    let format = find_format(&arguments.output, AnswerKind::System)?;
    let (ExposureTarget::Namespace(namespace), None) = read_exposure_target(target)? else {
        return Err(Failure::usage(Issue::error("systemTarget").with("value", target)));
    };
    let routed = read_clients(arguments)?;
    let overrides = read_overrides(&arguments.facts)?;
    let snapshot = read_cluster(&arguments.cluster.filenames, session)?;
    let analysis = Analysis::with_overrides(&snapshot, &overrides);
    let needs = system_needs(analysis.network(), &namespace, &routed);
    print(&Answer::System(&needs), format, &snapshot, session)?;
    Ok(if needs.needs.is_empty() { ExitStatus::Unusable } else { ExitStatus::Answered })
}

/// Every Exposure, and every Service that is exposed without one.
fn all(arguments: &MinimalArguments, session: &mut Session<'_, '_>) -> Result<ExitStatus, Failure> {
    let format = find_format(&arguments.output, AnswerKind::Exposures)?;
    let mut clients = read_clients(arguments)?;
    if clients.is_empty() {
        clients.push(Client::Any);
    }
    let overrides = read_overrides(&arguments.facts)?;
    let snapshot = read_cluster(&arguments.cluster.filenames, session)?;
    session.stopwatch.begins(Phase::Answer);
    let (exposures, mut issues) = exposures(&snapshot, &clients);
    let analysis = Analysis::with_overrides(&snapshot, &overrides);
    issues.extend_from_slice(analysis.network().issues());
    let answers = analysis.minimal_all(&exposures, &settings(arguments), &session.stopwatch);
    print(&Answer::Exposures { answers: &answers, issues: &issues }, format, &snapshot, session)?;
    Ok(ExitStatus::Answered)
}

fn exposure(arguments: &MinimalArguments, target: &str) -> Result<Exposure, Failure> {
    let (target, port) = read_exposure_target(target)?;
    Ok(Exposure {
        target,
        ports: port.into_iter().collect(),
        doors: arguments.doors.iter().map(|door| read_door(door)).collect::<Result<_, _>>()?,
        clients: read_clients(arguments)?,
    })
}

fn read_clients(arguments: &MinimalArguments) -> Result<Vec<Client>, Failure> {
    arguments.clients.iter().map(|client| Ok(read_client(client)?)).collect()
}

fn settings(arguments: &MinimalArguments) -> Settings {
    Settings { sides: arguments.direction.into(), robust: arguments.robust.into(), max_entries: arguments.max_entries }
}
