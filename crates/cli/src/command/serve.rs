//! `serve`: the console and its API, on files or on a local store.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bulkhead_analysis::model::Issue;
use bulkhead_analysis::path::Overrides;
use bulkhead_local_store::LocalStore;
use bulkhead_server::{Cluster, openapi, serve};
use clap::Args;
use tokio::runtime::{Builder, Runtime};

use crate::arguments::{ClusterArguments, FactArguments};
use crate::command::local;
use crate::failure::Failure;
use crate::input::read_texts;
use crate::overrides::read_overrides;
use crate::session::Session;
use crate::status::ExitStatus;
use crate::streams::Surroundings;

// `serve`
#[derive(Debug, Args)]
pub(crate) struct ServeArguments {
    #[arg(long, value_name = "FILE", conflicts_with = "filenames")]
    pub(crate) store: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) listening: ListenArguments,
    #[arg(long, conflicts_with_all = ["store", "filenames"])]
    pub(crate) openapi: bool,
    #[command(flatten)]
    pub(crate) cluster: ClusterArguments,
    #[command(flatten)]
    pub(crate) facts: FactArguments,
}

// Where to listen.
#[derive(Debug, Args)]
pub(crate) struct ListenArguments {
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8480", hide_default_value = true)]
    pub(crate) listen: String,
    #[arg(long)]
    pub(crate) no_browser: bool,
}

/// Serves until it is interrupted.
pub(crate) fn run(arguments: &ServeArguments, session: &mut Session<'_, '_>) -> Result<ExitStatus, Failure> {
    if arguments.openapi {
        session.answer(&openapi::document())?;
        return Ok(ExitStatus::Answered);
    }
    let listen = address(&arguments.listening.listen)?;
    let overrides = read_overrides(&arguments.facts)?;
    let runtime = runtime()?;
    let cluster = if let Some(path) = &arguments.store {
        let store = local::open_for_serving(path, session)?;
        of_store(&runtime, path.display().to_string(), store, overrides)?
    } else {
        let filenames = &arguments.cluster.filenames;
        let name = filenames.iter().map(|name| name.display().to_string()).collect::<Vec<_>>().join(", ");
        let texts = read_texts(filenames, session)?;
        runtime.block_on(Cluster::of_texts(name, texts, overrides)).map_err(|error| unusable(&error))?
    };
    until_interrupted(&runtime, cluster, listen, &arguments.listening, session)
}

/// What answers requests.
pub(super) fn runtime() -> Result<Runtime, Failure> {
    Ok(Builder::new_multi_thread().enable_all().build()?)
}

/// A store as a cluster to serve.
pub(super) fn of_store(
    runtime: &Runtime,
    name: String,
    store: LocalStore,
    overrides: Overrides,
) -> Result<Arc<Cluster>, Failure> {
    runtime.block_on(Cluster::of_store(name, store, overrides)).map_err(|error| unusable(&error))
}

fn unusable(error: &dyn ToString) -> Failure {
    Failure::usage(Issue::error("serveUnusable").with("error", error.to_string()))
}

/// Reads where to listen. Without authentication, only this machine is served.
pub(super) fn address(text: &str) -> Result<SocketAddr, Failure> {
    let wrong = || Failure::usage(Issue::error("serveAddress").with("value", text));
    let address: SocketAddr = text.replace("localhost:", "127.0.0.1:").parse().map_err(|_| wrong())?;
    if address.ip().is_loopback() {
        return Ok(address);
    }
    Err(Failure::usage(Issue::error("serveNotLoopback").with("value", text)))
}

/// Serves, says where, and opens a browser where somebody sits in front of one.
pub(super) fn until_interrupted(
    runtime: &Runtime,
    cluster: Arc<Cluster>,
    listen: SocketAddr,
    arguments: &ListenArguments,
    session: &mut Session<'_, '_>,
) -> Result<ExitStatus, Failure> {
    // The first address is an answer; those that follow are news about it.
    let speech = session.speech;
    let (told, first) = std::sync::mpsc::channel();
    let tell = move |link: &str| {
        if told.send(link.to_owned()).is_err() {
            eprintln!("{}", speech.say("serve.next", &[("link", link)]));
        }
    };
    let failed = |error: &std::io::Error| Issue::error("serveFailed").with("address", listen).with("error", error);
    let serving = runtime.block_on(serve(cluster, listen, Box::new(tell)));
    let serving = serving.map_err(|error| Failure::usage(failed(&error)))?;
    let link = first.recv().unwrap_or_default();
    drop(first);
    session.answer(&format!("{}\n", session.speech.say("serve.open", &[("link", &link)])))?;
    session.tell(&format!("{}\n", session.speech.word("serve.end")));
    if !arguments.no_browser {
        open_browser(&link, &session.streams.surroundings);
    }
    let end = async {
        // Where interrupts cannot be heard, the process ends by them.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    runtime.block_on(serving.run(end))?;
    Ok(ExitStatus::Answered)
}

/// Opens an address in a browser, where somebody looks at the terminal and has a screen. Whoever has none reads the address.
fn open_browser(link: &str, surroundings: &Surroundings) {
    let is_mac = cfg!(target_os = "macos");
    let has_screen = is_mac || ["DISPLAY", "WAYLAND_DISPLAY"].iter().any(|name| surroundings.variable(name).is_some());
    if !surroundings.stdout_is_terminal || !has_screen {
        return;
    }
    let program = if is_mac { Path::new("open") } else { Path::new("xdg-open") };
    let silent = || std::process::Stdio::null();
    let mut command = std::process::Command::new(program);
    let _ = command.arg(link).stdin(silent()).stdout(silent()).stderr(silent()).spawn();
}
