//! Many allowlists at once are what each is by itself, on however many threads.

// A test: what cannot be set up fails.
#![allow(clippy::unwrap_used)]

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};

use bulkhead_allowlist::{Client, Effort, Minimal, Settings, exposures, minimal, minimal_all};
use bulkhead_model::watch::{Phase, Unwatched, Watch};
use bulkhead_path::{Network, Overrides};
use bulkhead_shapes::{Format, Shape, write};
use bulkhead_snapshot::{Input, Snapshot};

fn cluster() -> Snapshot {
    let mut text = Vec::new();
    write(&Shape::ManyExposures { nodes: 40, exposures: 90 }, 7, Format::CompactJson, &mut text).unwrap();
    Snapshot::from_texts(&[Input { name: "cluster", text: &text }])
}

#[test]
fn many_are_what_each_is() {
    let snapshot = cluster();
    let network = Network::new(&snapshot, &Overrides::default());
    let clients = [Client::Block("203.0.113.0/24".parse().unwrap()), Client::Namespace("team-1".into())];
    let (exposures, _) = exposures(&snapshot, &clients);
    assert!(exposures.len() >= 90, "{}", exposures.len());
    let settings = Settings::default();
    let each: Vec<Minimal> = exposures.iter().map(|exposure| minimal(&network, exposure, &settings)).collect();
    for threads in [1, 2, 5] {
        let all = minimal_all(&network, &exposures, &settings, Effort { threads, watch: &Unwatched });
        assert!(all == each, "with {threads} threads");
    }
}

/// Unwinds when so much is done.
#[derive(Debug)]
struct Impatient(AtomicUsize);

impl Watch for Impatient {
    fn begins(&self, _: Phase) {}

    fn did(&self, _: usize, of: usize) {
        assert!(of >= 90);
        if self.0.fetch_add(1, Ordering::Relaxed) == 3 {
            resume_unwind(Box::new("enough"));
        }
    }
}

#[test]
fn whoever_watches_ends_the_work() {
    let snapshot = cluster();
    let network = Network::new(&snapshot, &Overrides::default());
    let (exposures, _) = exposures(&snapshot, &[Client::Any]);
    let watch = Impatient(AtomicUsize::new(0));
    let effort = Effort { threads: 3, watch: &watch };
    let end = catch_unwind(AssertUnwindSafe(|| minimal_all(&network, &exposures, &Settings::default(), effort)));
    assert_eq!(end.unwrap_err().downcast_ref::<&str>(), Some(&"enough"));
    assert_eq!(watch.0.load(Ordering::Relaxed), 4, "it is not told of more");
}
