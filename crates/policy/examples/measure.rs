//! How long each phase of all pairs takes on a dump, and how much memory: `measure FILE…`.
//!
//! `cargo run --release -p bulkhead-policy --example measure -- /tmp/shape/cluster.json`

#![allow(clippy::print_stdout, missing_docs)]

use std::error::Error;
use std::fs::{self, File};
use std::sync::Arc;
use std::time::Instant;

use bulkhead_policy::Policies;
use bulkhead_policy::reach::live::{Object, Reference};
use bulkhead_policy::reach::{Change, Live, Reach};
use bulkhead_snapshot::{Reader, Snapshot};

fn main() -> Result<(), Box<dyn Error>> {
    let mut reader = Reader::new();
    let objects = timed("read", || -> Result<_, Box<dyn Error>> {
        for path in std::env::args().skip(1) {
            reader.read_from(&path, File::open(&path)?)?;
        }
        Ok(reader.finish())
    })?;
    let snapshot = timed("snapshot", || Snapshot::new(objects));
    let policies = timed("lower", || Policies::new(&snapshot));
    let reach = timed("reach", || Reach::new(&snapshot, &policies));
    let pairs = timed("pairs", || {
        let (mut pairs, mut all) = (0_u64, reach.pairs());
        for from in reach.classes() {
            all.from(from, |_, _| pairs += 1);
        }
        pairs
    });
    drop(reach);
    let mut live = timed("live", || Live::new(&snapshot, &policies));
    edits(&snapshot, &mut live);
    println!("pods {}, lowered policies {}", snapshot.pods.len(), policies.lowered().len());
    println!("pairs of classes {pairs}, {:?}", live.reach().size());
    Ok(())
}

/// One edit of every kind, in the middle of the cluster, and back.
fn edits(snapshot: &Snapshot, live: &mut Live) {
    fn middle<T: Clone>(all: &[T]) -> Option<T> {
        all.get(all.len() / 2).cloned()
    }
    let changes = [
        ("pod", middle(snapshot.pods.rows()).map(Object::Pod)),
        ("policy", middle(&snapshot.network_policies).map(Object::NetworkPolicy)),
        ("namespace", middle(snapshot.namespaces.rows()).map(Object::Namespace)),
        ("node", middle(snapshot.nodes.rows()).map(Object::Node)),
    ];
    for (kind, object) in changes.into_iter().filter_map(|(kind, object)| Some((kind, object?))) {
        let reference: Reference = object.reference();
        timed(&format!("- {kind}"), || live.apply(Change::Gone(reference)));
        timed(&format!("+ {kind}"), || live.apply(Change::Put(object.clone())));
    }
    if let Some(mut pod) = middle(snapshot.pods.rows()) {
        let edited = Arc::make_mut(&mut pod);
        edited.labels = edited.labels.with("app", "new");
        timed("~ pod", || live.apply(Change::Put(Object::Pod(pod))));
    }
    if let Some(mut namespace) = middle(snapshot.namespaces.rows()) {
        namespace.labels = namespace.labels.with("team", "team-1");
        timed("~ namespc", || live.apply(Change::Put(Object::Namespace(namespace))));
    }
}

/// Prints how long a phase took, how much of that a processor worked on it, and the most memory that there has been so far.
fn timed<T>(phase: &str, work: impl FnOnce() -> T) -> T {
    let (before, processor) = (Instant::now(), processor_milliseconds());
    let done = work();
    let (elapsed, worked) = (before.elapsed().as_secs_f64() * 1e3, processor_milliseconds() - processor);
    println!("{phase:9} {elapsed:9.2} ms, processor {worked:9.2} ms, peak {:5} MB", peak_megabytes());
    done
}

/// How long a processor has worked on this, from `/proc`; 0 where there is none.
fn processor_milliseconds() -> f64 {
    let stat = fs::read_to_string("/proc/self/schedstat").unwrap_or_default();
    stat.split_whitespace()
        .next()
        .and_then(|first| first.parse::<f64>().ok())
        .map_or(0.0, |nanoseconds| nanoseconds / 1e6)
}

/// From `/proc`; 0 where there is none.
fn peak_megabytes() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok()).map_or(0, |kilobytes| kilobytes / 1024)
}
