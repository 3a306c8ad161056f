//! `serve`: the console and its API, on files, on a local store, or on a live cluster.

mod access;
mod oidc;
mod tls;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bulkhead_analysis::model::Issue;
use bulkhead_analysis::path::Overrides;
use bulkhead_kube_store::KubeStore;
use bulkhead_local_store::LocalStore;
use bulkhead_server::access::{Audit, AuditLine, Tell};
use bulkhead_server::{Cluster, Entrance, Tls, openapi, serve};
use clap::Args;
use tokio::runtime::{Builder, Runtime};

use crate::arguments::{ClusterArguments, FactArguments};
use crate::command::local;
use crate::failure::Failure;
use crate::input::read_texts;
use crate::live::{self, ServedCluster};
use crate::overrides::read_overrides;
use crate::session::Session;
use crate::signals::asked_to_stop;
use crate::status::ExitStatus;
use crate::streams::Surroundings;

pub(crate) use access::{AccessArguments, entrance};

// `serve`
#[derive(Debug, Args)]
pub(crate) struct ServeArguments {
    #[arg(long, value_name = "FILE", conflicts_with = "filenames")]
    pub(crate) store: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) listening: ListenArguments,
    #[command(flatten)]
    pub(crate) access: AccessArguments,
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
    arguments.access.auth.check(listen)?;
    let speech = session.speech;
    // Before anything that takes long.
    let tls = tls::tls(&arguments.access.tls, speech)?;
    let overrides = read_overrides(&arguments.facts)?;
    let runtime = runtime()?;
    let mut live = None;
    let cluster = if let Some(path) = &arguments.store {
        let store = local::open_for_serving(path, session)?;
        of_store(&runtime, path.display().to_string(), store, overrides)?
    } else if arguments.cluster.filenames.is_empty() {
        let store = connected(&runtime, session)?;
        live = Some(store.clone());
        of_live(&runtime, store, overrides, session)?
    } else {
        let filenames = &arguments.cluster.filenames;
        let name = filenames.iter().map(|name| name.display().to_string()).collect::<Vec<_>>().join(", ");
        let texts = read_texts(filenames, session)?;
        runtime.block_on(Cluster::of_texts(name, texts, overrides)).map_err(|error| unusable(&error))?
    };
    let opening = Opening { listen, tls, entrance: &|tell| entrance(&arguments.access, live.as_ref(), tell, speech) };
    until_interrupted(&runtime, cluster, opening, &arguments.listening, session)
}

/// Where people come in, and how.
pub(super) struct Opening<'a> {
    /// Where to listen.
    pub(super) listen: SocketAddr,
    /// What connections are encrypted with, if they are.
    pub(super) tls: Option<Arc<Tls>>,
    /// Who may come in.
    pub(super) entrance: &'a dyn Fn(Tell) -> Result<Entrance, Failure>,
}

/// What answers requests.
pub(super) fn runtime() -> Result<Runtime, Failure> {
    Ok(Builder::new_multi_thread().enable_all().build()?)
}

/// A connection to the cluster that the command line or the environment names.
fn connected(runtime: &Runtime, session: &Session<'_, '_>) -> Result<KubeStore, Failure> {
    if !session.cluster.is_there(&session.streams.surroundings) {
        return Err(Failure::usage(Issue::error("noCluster")));
    }
    runtime.block_on(live::connect(None, session)).map_err(|error| live::cannot_connect(&error))
}

/// A live cluster to serve.
fn of_live(
    runtime: &Runtime,
    store: KubeStore,
    overrides: Overrides,
    session: &Session<'_, '_>,
) -> Result<Arc<Cluster>, Failure> {
    let name = session.cluster.context.clone().unwrap_or_else(|| "cluster".to_owned());
    let cluster = Cluster::of_live(name, Arc::new(ServedCluster(store)), overrides);
    runtime.block_on(cluster).map_err(|error| live::cannot_connect(&std::io::Error::other(error)))
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

/// Reads where to listen.
pub(super) fn address(text: &str) -> Result<SocketAddr, Failure> {
    let wrong = || Failure::usage(Issue::error("serveAddress").with("value", text));
    text.replace("localhost:", "127.0.0.1:").parse().map_err(|_| wrong())
}

/// Serves, says where, and opens a browser where somebody sits in front of one.
pub(super) fn until_interrupted(
    runtime: &Runtime,
    cluster: Arc<Cluster>,
    Opening { listen, tls, entrance }: Opening<'_>,
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
    let entrance = entrance(Box::new(tell))?;
    let scheme = if tls.is_some() { "https" } else { "http" };
    let serving = runtime.block_on(serve(cluster, (listen, tls), entrance, Audit::to(note)));
    let serving = serving.map_err(|error| Failure::usage(failed(&error)))?;
    // Whoever reads where it is may end it.
    let end = {
        let _entered = runtime.enter();
        asked_to_stop()
    };
    // Only the mode `local` has such an address: the others are reached through what stands in front.
    let link = first.try_recv().ok();
    drop(first);
    let shown = link.clone().unwrap_or_else(|| format!("{scheme}://{}/", serving.address));
    session.answer(&format!("{}\n", session.speech.say("serve.open", &[("link", &shown)])))?;
    if let Some(link) = link {
        session.tell(&format!("{}\n", session.speech.word("serve.end")));
        if !arguments.no_browser {
            open_browser(&link, &session.streams.surroundings);
        }
    }
    runtime.block_on(serving.run(end))?;
    Ok(ExitStatus::Answered)
}

/// A write that was asked for, as a line of JSON on standard error.
fn note(line: &AuditLine) {
    if let Ok(text) = serde_json::to_string(line) {
        eprintln!("{text}");
    }
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
