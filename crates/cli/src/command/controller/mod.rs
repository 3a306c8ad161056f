//! `controller`: keeps the policies of a cluster, or of a local store, as its switches and allowlists mean them.

mod arguments;
mod endpoint;
mod log;
mod metrics;
mod telemetry;
mod told;

use std::sync::{Arc, Mutex};

use bulkhead_analysis::model::Issue;
use bulkhead_controller::{Clock, Controller, End, LeaseOptions, Options, Writing, run as run_controller};
use bulkhead_store::{Commit, Store};
use tokio::runtime::{Builder, Runtime};

pub(crate) use arguments::ControllerArguments;
pub(crate) use told::Told;

use super::local::open;
use super::plan;
use crate::failure::Failure;
use crate::live;
use crate::overrides::read_overrides;
use crate::session::Session;
use crate::signals::asked_to_stop;
use crate::status::ExitStatus;

/// Runs the controller until it is told to stop, or, with `--once`, until nothing is left to do.
pub(crate) fn run(arguments: &ControllerArguments, session: &mut Session<'_, '_>) -> Result<ExitStatus, Failure> {
    let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let store = store(arguments, session, &runtime)?;
    let options = options(arguments, session)?;
    let spans = telemetry::provider(session)?;
    log::start((!arguments.once).then_some(arguments.log), spans.as_ref());
    let shared = Arc::new(Mutex::new(endpoint::Shown::default()));
    let mut told = if arguments.once { Told::keeping() } else { Told::showing(Arc::clone(&shared)) };
    let clock = session.stopped_clock().map_or_else(Clock::system, Clock::stopped_at);
    let end = if arguments.once { End::Settled } else { End::Stopped };
    let controller = runtime.block_on(async {
        if let Some(address) = arguments.listen {
            endpoint::serve(address, shared).await?;
        }
        let controller = Controller::new(options);
        Ok::<_, std::io::Error>(run_controller(controller, store, clock, end, asked_to_stop(), &mut told).await)
    });
    // What is still read or watched need not end.
    runtime.shutdown_background();
    if let Some(spans) = spans {
        // What cannot be sent is lost.
        let _ = spans.shutdown();
    }
    let controller = controller.map_err(|error| cannot_listen(arguments, &error))?;
    if !arguments.once {
        return Ok(ExitStatus::Answered);
    }
    let commit = if arguments.dry_run { Commit::DryRun } else { Commit::Write };
    session.answer(&told.lines(session.speech, commit))?;
    let failing: Vec<Issue> = controller
        .failing()
        .map(|(project, _)| Issue::error("controllerProjectFails").with("project", project))
        .chain(told.errors())
        .collect();
    for issue in &failing {
        session.tell_issue(issue);
    }
    Ok(if failing.is_empty() { ExitStatus::Answered } else { ExitStatus::No })
}

/// The local store, else the cluster: of the kubeconfig, or the one that this runs in.
fn store(
    arguments: &ControllerArguments,
    session: &Session<'_, '_>,
    runtime: &Runtime,
) -> Result<Arc<dyn Store>, Failure> {
    if let Some(path) = &arguments.store {
        return Ok(Arc::new(open::store_of_controller(path, session)?));
    }
    let store = runtime.block_on(live::connect(None, session));
    let store = store.map_err(|error| {
        Failure::new(ExitStatus::Unusable, Issue::error("controllerCannotConnect").with("error", error))
    })?;
    Ok(Arc::new(store))
}

fn options(arguments: &ControllerArguments, session: &Session<'_, '_>) -> Result<Options, Failure> {
    let identity = format!("{}_{}", host(session), std::process::id());
    let lease = LeaseOptions::new(arguments.lease_namespace.as_str(), identity);
    let alone = arguments.once || arguments.no_lease || arguments.dry_run;
    Ok(Options {
        setting: plan::setting(&arguments.isolation),
        settings: plan::settings(&arguments.isolation, session)?,
        overrides: read_overrides(&arguments.facts)?,
        writing: if arguments.dry_run { Writing::DryRun } else { Writing::Real },
        lease: (!alone).then_some(lease),
        seed: u64::from(std::process::id()),
        ..Options::new(Arc::new(session.speech))
    })
}

/// What this machine or pod is called.
fn host(session: &Session<'_, '_>) -> String {
    let named = ["POD_NAME", "HOSTNAME"].into_iter().find_map(|name| session.streams.surroundings.variable(name));
    named.unwrap_or("bulkhead").to_owned()
}

fn cannot_listen(arguments: &ControllerArguments, error: &std::io::Error) -> Failure {
    let address = arguments.listen.map(|address| address.to_string()).unwrap_or_default();
    let issue = Issue::error("controllerCannotListen").with("address", address).with("error", error);
    Failure::new(ExitStatus::Unusable, issue)
}
