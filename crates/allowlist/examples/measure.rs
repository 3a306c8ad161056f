//! How long reading a dump takes, and on it: one trace by each door, and the minimal allowlists of everything that is exposed.
//!
//! `cargo run --release -p bulkhead-allowlist --example measure -- /tmp/exposures/cluster.json [namespace/team-1 | any]`

#![allow(clippy::print_stdout, missing_docs)]

use std::error::Error;
use std::fs::{self, File};
use std::time::Instant;

use bulkhead_allowlist::{Client, Effort, Exposure, ExposureTarget, Settings, exposures, minimal_all};
use bulkhead_model::Protocol;
use bulkhead_path::{Network, Origin, Overrides, Request, Target, trace};
use bulkhead_snapshot::{Reader, Snapshot};

fn main() -> Result<(), Box<dyn Error>> {
    let mut reader = Reader::new();
    let objects = timed("read", || -> Result<_, Box<dyn Error>> {
        let path = std::env::args().nth(1).ok_or("which file?")?;
        reader.read_from(&path, File::open(&path)?)?;
        Ok(reader.finish())
    })?;
    let snapshot = timed("snapshot", || Snapshot::new(objects));
    let network = timed("network", || Network::new(&snapshot, &Overrides::default()));
    println!("nodes {}, services {}, pods {}", snapshot.nodes.len(), snapshot.services.len(), snapshot.pods.len());
    let clients = match std::env::args().nth(2).as_deref() {
        None => [Client::Block("203.0.113.0/24".parse()?)],
        Some("any") => [Client::Any],
        Some(name) => [Client::Namespace(name.trim_start_matches("namespace/").into())],
    };
    let (exposures, _) = exposures(&snapshot, &clients);
    let asked: Vec<Request> = exposures.iter().filter_map(request).collect();
    let routes: usize = timed("traces", || asked.iter().map(|ask| trace(&network, ask).routes.len()).sum());
    println!("{} traces, {routes} routes", asked.len());
    let answers = timed("minimal", || {
        minimal_all(&network, &exposures, &Settings::default(), Effort::whole(&bulkhead_model::watch::Unwatched))
    });
    let entries: usize = answers.iter().map(|answer| answer.entries.len()).sum();
    println!("{} exposures, {entries} entries", answers.len());
    Ok(())
}

/// A client outside, by the first door.
fn request(exposure: &Exposure) -> Option<Request> {
    let ExposureTarget::Service(name) = &exposure.target else { return None };
    Some(Request {
        from: Origin::Address("203.0.113.7".parse().ok()?),
        to: Target::Service { name: name.clone(), door: exposure.doors.first().copied() },
        port: None,
        protocol: Protocol::Tcp,
        entry_node: None,
    })
}

/// Prints how long a phase took, how much of that a processor worked on it, and the most memory that there has been so far.
fn timed<T>(phase: &str, work: impl FnOnce() -> T) -> T {
    let (before, processor) = (Instant::now(), processor_milliseconds());
    let done = work();
    let (elapsed, worked) = (before.elapsed().as_secs_f64() * 1e3, processor_milliseconds() - processor);
    println!("{phase:9} {elapsed:9.2} ms, processor {worked:9.2} ms, peak {:5} MB", peak_megabytes());
    done
}

/// How long processors have worked on this, on all threads, those that ended included; from `/proc`, to ten milliseconds; 0 where there is
/// none.
fn processor_milliseconds() -> f64 {
    /// What the kernel tells programs time in, on every architecture.
    const MILLISECONDS_OF_A_TICK: f64 = 10.0;
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // Behind the program's name, which may have spaces: the 12th and 13th are what it has used for itself and in the kernel.
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    let ticks: f64 = fields.skip(11).take(2).filter_map(|ticks| ticks.parse::<f64>().ok()).sum();
    ticks * MILLISECONDS_OF_A_TICK
}

/// From `/proc`; 0 where there is none.
fn peak_megabytes() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok()).map_or(0, |kilobytes| kilobytes / 1024)
}
