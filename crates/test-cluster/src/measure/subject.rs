//! The controller that is measured, as a process of its own.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use bulkhead_test_cluster::Process;

/// Longer than anything takes.
const PATIENCE: Duration = Duration::from_mins(20);
const PAUSE: Duration = Duration::from_millis(10);

/// How the controller is started.
pub(super) struct Subject<'a> {
    pub(super) binary: &'a Path,
    pub(super) account: &'a Path,
    pub(super) log: PathBuf,
}

impl Subject<'_> {
    /// Starts it; how long it took until it knew the whole cluster.
    pub(super) fn start(&self) -> anyhow::Result<(Process, Duration)> {
        let begun = Instant::now();
        let arguments = ["controller", "--listen", "127.0.0.1:0"];
        let mut process = Process::start(self.binary, &arguments, self.account, &self.log)?;
        ensure!(process.until(PATIENCE, "/readyz"), "it is not ready: {}", process.log());
        Ok((process, begun.elapsed()))
    }
}

/// Policies that were written so far.
pub(super) fn applied(process: &mut Process) -> f64 {
    let labels = ["verb=\"apply\"", "resource=\"networkpolicies.networking.k8s.io\"", "outcome=\"ok\""];
    process.metric("bulkhead_controller_calls_total", &labels).unwrap_or_default()
}

/// Policies that were deleted so far.
pub(super) fn deleted(process: &mut Process) -> f64 {
    process.metric("bulkhead_controller_calls_total", &["verb=\"delete\"", "outcome=\"ok\""]).unwrap_or_default()
}

/// Waits until a count is reached.
pub(super) fn until(what: &str, mut reached: impl FnMut() -> bool) -> anyhow::Result<Duration> {
    let begun = Instant::now();
    while !reached() {
        ensure!(begun.elapsed() < PATIENCE, "never: {what}");
        std::thread::sleep(PAUSE);
    }
    Ok(begun.elapsed())
}

/// Waits until it has nothing left to do.
pub(super) fn settle(process: &mut Process) -> anyhow::Result<()> {
    until("it settles", || {
        let of =
            |process: &mut Process, name: &str| process.metric(&format!("bulkhead_controller_projects_{name}"), &[]);
        of(process, "waiting") == Some(0.0) && of(process, "writing") == Some(0.0)
    })?;
    Ok(())
}

/// What it takes of the memory: now, and at most so far, in megabytes.
pub(super) fn memory(process: &Process) -> anyhow::Result<(f64, f64)> {
    let path = format!("/proc/{}/status", process.id());
    let text = std::fs::read_to_string(&path).context(path)?;
    let of = |name: &str| -> anyhow::Result<f64> {
        let line = text.lines().find_map(|line| line.strip_prefix(name)).context("no such line")?;
        let kilobytes: f64 = line.trim_start_matches(':').trim().trim_end_matches(" kB").parse()?;
        Ok(kilobytes / 1_000.0)
    };
    Ok((of("VmRSS")?, of("VmHWM")?))
}

/// How much of a processor it took so far, in seconds.
pub(super) fn processor(process: &Process) -> anyhow::Result<f64> {
    let path = format!("/proc/{}/stat", process.id());
    let text = std::fs::read_to_string(&path).context(path)?;
    let fields: Vec<&str> = text.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |at: usize| fields.get(at).and_then(|field| field.parse::<f64>().ok()).context("no such field");
    // utime and stime, in hundredths of a second.
    Ok((ticks(11)? + ticks(12)?) / 100.0)
}
