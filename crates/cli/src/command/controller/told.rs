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
    /// Kinds that cannot be listed, without which nothing can be done.
    unread: BTreeMap<String, StoreError>,
    was: Standing,
}

/// How a controller stands, as far as its log says so.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Standing {
    synced: bool,
    leads: bool,
}

impl Told {
    /// Shows the counters, and keeps nothing.
    pub(super) fn showing(shown: Arc<Mutex<Shown>>) -> Self {
        Self {
            shown,
            keeps: false,
            written: Vec::new(),
            failed: BTreeMap::new(),
            unread: BTreeMap::new(),
            was: Standing::default(),
        }
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

    /// What could not be read, and what was refused and never written afterwards.
    pub(crate) fn errors(&self) -> impl Iterator<Item = Issue> {
        let unread = self.unread.iter();
        let unread =
            unread.map(|(kind, error)| Issue::error("controllerNotRead").with("kind", kind).with("error", error));
        let refused = self.failed.iter().map(|((kind, key), error)| {
            Issue::error("controllerRefused").with("object", format!("{kind}/{key}")).with("error", error)
        });
        unread.chain(refused)
    }

    fn listed(&mut self, call: &Call, answer: &Result<Answer, StoreError>) {
        let kind = call.resource().group_resource();
        match answer {
            // A kind that the cluster does not have has no objects.
            Ok(_) | Err(StoreError::NoSuchKind(_)) => drop(self.unread.remove(&kind)),
            Err(error) => {
                tracing::warn!(kind, reason = error.reason(), %error, "not listed");
                if self.keeps {
                    self.unread.insert(kind, error.clone());
                }
            }
        }
    }
}

impl Watcher for Told {
    fn turned(&mut self, controller: &Controller) {
        let mut shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        shown.counters = controller.counters().clone();
        shown.failing = controller.failing().count() as u64;
        let is = Standing { synced: shown.counters.synced, leads: shown.counters.leads };
        if is.synced && !self.was.synced {
            tracing::info!("everything is listed");
        }
        if is.leads != self.was.leads {
            tracing::info!("{}", if is.leads { "leads" } else { "leads no longer" });
        }
        self.was = is;
    }

    fn answered(&mut self, call: &Call, answer: &Result<Answer, StoreError>) {
        let (key, word) = match call {
            Call::Apply(_, object, ..) => (object.key(), "local.configured"),
            Call::Delete { key, .. } => (key.clone(), "local.deleted"),
            Call::List(..) => return self.listed(call, answer),
            // Leases, which are looked at and taken all the time.
            Call::Create(resource, _) if resource.kind == "Lease" => return,
            Call::Create(_, object) => (object.key(), "local.created"),
            Call::Get(..) | Call::Update(..) => return,
        };
        let kind = call.resource().kind.to_ascii_lowercase();
        match answer {
            Ok(_) => {
                tracing::info!(object = %format!("{kind}/{key}"), verb = call.verb(), "written");
                self.failed.remove(&(kind.clone(), key.clone()));
                if self.keeps && !matches!(call, Call::Create(..)) {
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
