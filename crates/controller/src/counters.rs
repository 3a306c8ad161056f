//! What a controller counts.

use std::collections::BTreeMap;
use std::time::Duration;

/// What a controller has done so far, and how it stands.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Counters {
    /// Calls that were answered, by verb, kind and outcome (`ok`, or the error's reason).
    pub calls: BTreeMap<(&'static str, String, &'static str), u64>,
    /// Watches that were begun, by kind.
    pub watches: BTreeMap<String, u64>,
    /// Events that were told, by kind.
    pub events: BTreeMap<String, u64>,
    /// How often a project's policies were worked out.
    pub planned: u64,
    /// Projects whose policies were made right after they were found different.
    pub mended: u64,
    /// Projects that wait to be looked at.
    pub waiting: u64,
    /// Projects that are being written.
    pub writing: u64,
    /// Objects that are kept, by kind.
    pub objects: BTreeMap<&'static str, u64>,
    /// Whether this one leads.
    pub leads: bool,
    /// Whether everything has been listed once.
    pub synced: bool,
    /// From a change to the last write that it called for.
    pub latency: Histogram,
}

/// How long something took, in buckets.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Histogram {
    /// How many took at most as long as [`Histogram::BOUNDS`] says at the same place; the last one is for the rest.
    pub buckets: [u64; 12],
    /// All of them together.
    pub sum: Duration,
}

impl Histogram {
    /// The upper bounds of the buckets, in seconds.
    pub const BOUNDS: [f64; 11] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 60.0];

    /// Counts one.
    pub fn observe(&mut self, took: Duration) {
        let at = Self::BOUNDS.iter().position(|bound| took.as_secs_f64() <= *bound).unwrap_or(Self::BOUNDS.len());
        if let Some(bucket) = self.buckets.get_mut(at) {
            *bucket += 1;
        }
        self.sum += took;
    }

    /// How many were counted.
    pub fn count(&self) -> u64 {
        self.buckets.iter().sum()
    }
}
