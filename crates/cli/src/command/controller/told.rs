//! What a controller did, for people and for those who watch it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex, PoisonError};

use bulkhead_analysis::model::Issue;
use bulkhead_controller::{Answer, Call, Controller, Watcher};
use bulkhead_report::Speech;
use bulkhead_store::{Commit, ObjectKey, StoreError};

use super::endpoint::Shown;

/// Keeps what was written, where that is printed at the end, and shows the counters.
#[derive(Debug)]
pub(crate) struct Told {
    shown: Arc<Mutex<Shown>>,
    keeps: bool,
    /// By object; several writes to one stay in their order.
    written: Vec<(String, ObjectKey, &'static str)>,
    failed: BTreeMap<(String, ObjectKey), StoreError>,
}

impl Told {
    /// Shows the counters, and keeps nothing.
    pub(super) fn showing(shown: Arc<Mutex<Shown>>) -> Self {
        Self { shown, keeps: false, written: Vec::new(), failed: BTreeMap::new() }
    }

    /// Keeps what was written, to say it at the end.
    pub(crate) fn keeping() -> Self {
        Self { keeps: true, ..Self::showing(Arc::default()) }
    }

    /// A line for every write.
    pub(crate) fn lines(&self, speech: Speech, commit: Commit) -> String {
        let suffix = if commit == Commit::DryRun { speech.word("local.dryRun") } else { String::new() };
        let mut written: Vec<_> = self.written.iter().collect();
        // Namespaces are written side by side, in no order that means anything; within one the order of policies is what matters,
        // and that of conditions is not.
        written.sort_by_key(|(kind, key, _)| {
            let name = (kind != "networkpolicy").then(|| key.name.clone());
            (kind.clone(), key.namespace.clone(), name)
        });
        let mut text = String::new();
        for (kind, key, word) in written {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{kind}/{key} {}{suffix}", speech.word(word));
        }
        if text.is_empty() {
            text = format!("{}\n", speech.word("controller.nothing"));
        }
        text
    }

    /// What was refused, and never written afterwards.
    pub(crate) fn errors(&self) -> impl Iterator<Item = Issue> {
        self.failed.iter().map(|((kind, key), error)| {
            Issue::error("controllerRefused").with("object", format!("{kind}/{key}")).with("error", error)
        })
    }
}

impl Watcher for Told {
    fn turned(&mut self, controller: &Controller) {
        let mut shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        shown.counters = controller.counters().clone();
        shown.failing = controller.failing().count() as u64;
    }

    fn answered(&mut self, call: &Call, answer: &Result<Answer, StoreError>) {
        let (key, word) = match call {
            Call::Apply(_, object, ..) => (object.key(), "local.configured"),
            Call::Delete { key, .. } => (key.clone(), "local.deleted"),
            Call::Get(..) | Call::List(..) | Call::Create(..) | Call::Update(..) => return,
        };
        let kind = call.resource().kind.to_ascii_lowercase();
        match answer {
            Ok(_) => {
                tracing::info!(object = %format!("{kind}/{key}"), verb = call.verb(), "written");
                self.failed.remove(&(kind.clone(), key.clone()));
                if self.keeps {
                    self.written.push((kind, key, word));
                }
            }
            Err(error) => {
                tracing::warn!(object = %format!("{kind}/{key}"), verb = call.verb(), reason = error.reason(), %error, "not written");
                if self.keeps {
                    self.failed.insert((kind, key), error.clone());
                }
            }
        }
    }
}
