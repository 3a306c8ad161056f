//! Which statuses have to be written.

use std::collections::BTreeMap;
use std::time::Duration;

use bulkhead_analysis::model::NamespacedName;
use bulkhead_store::{Commit, Conflicts, Object, Part};
use serde_json::{Value, json};

use crate::call::Call;
use crate::queue::Queue;
use crate::source::Kind;

/// An object that has a status.
pub(crate) type Subject = (Kind, NamespacedName);

/// The statuses that are to be written, each until it is.
#[derive(Debug, Default)]
pub(crate) struct Statuses {
    wanted: BTreeMap<Subject, Wanted>,
    due: Queue<Subject>,
}

#[derive(Debug)]
struct Wanted {
    /// As text, which takes less memory.
    status: Box<str>,
    uid: Option<String>,
    failures: u32,
    /// What is being written.
    sent: Option<Box<str>>,
}

impl Statuses {
    /// An object ought to have a status.
    pub(crate) fn want(&mut self, name: &Subject, uid: Option<String>, status: &Value, now: Duration) {
        let sent = self.wanted.get_mut(name).and_then(|wanted| wanted.sent.take());
        let is_free = sent.is_none();
        let status = status.to_string().into();
        self.wanted.insert(name.clone(), Wanted { status, uid, failures: 0, sent });
        if is_free {
            self.due.add(name.clone(), now);
        }
    }

    /// An object has the status that it ought to have, or is gone.
    pub(crate) fn drop(&mut self, name: &Subject) {
        if self.wanted.get(name).is_some_and(|wanted| wanted.sent.is_none()) {
            self.wanted.remove(name);
            self.due.remove(name);
        }
    }

    /// The next one to write.
    pub(crate) fn next(&mut self, now: Duration, commit: Commit) -> Option<(Subject, Call)> {
        let name = self.due.pop(now)?;
        let wanted = self.wanted.get_mut(&name)?;
        wanted.sent = Some(wanted.status.clone());
        let call = call(&name, wanted, commit)?;
        Some((name, call))
    }

    /// It was written.
    pub(crate) fn written(&mut self, name: &Subject, now: Duration) {
        let Some(wanted) = self.wanted.get_mut(name) else { return };
        if wanted.sent.take().is_none_or(|sent| sent == wanted.status) {
            self.wanted.remove(name);
        } else {
            // Another one is wanted meanwhile.
            self.due.add(name.clone(), now);
        }
    }

    /// It was not: how often so far. With [`Self::again`] it is tried again, else it is forgotten.
    pub(crate) fn failed(&mut self, name: &Subject) -> u32 {
        let Some(wanted) = self.wanted.get_mut(name) else { return 0 };
        wanted.sent = None;
        wanted.failures += 1;
        wanted.failures
    }

    /// Tries again at a time.
    pub(crate) fn again(&mut self, name: &Subject, at: Duration) {
        self.due.set(name.clone(), at);
    }

    /// Whether any is to be written.
    pub(crate) fn is_empty(&self) -> bool {
        self.wanted.is_empty()
    }

    /// When the next one is due.
    pub(crate) fn wakes(&self) -> Option<Duration> {
        self.due.wakes()
    }
}

fn call(name: &Subject, wanted: &Wanted, commit: Commit) -> Option<Call> {
    let (kind, name) = name;
    let resource = kind.with_status()?;
    let mut metadata = json!({"name": name.name.as_str()});
    let fields = metadata.as_object_mut()?;
    fields.extend((!name.namespace.is_empty()).then(|| ("namespace".to_owned(), json!(name.namespace.as_str()))));
    fields.extend(wanted.uid.as_ref().map(|uid| ("uid".to_owned(), json!(uid))));
    let object = Object::from_value(json!({
        "apiVersion": resource.api_version(),
        "kind": resource.kind,
        "metadata": metadata,
        "status": serde_json::from_str::<Value>(&wanted.status).ok()?,
    }))?;
    Some(Call::Apply(resource, object, Part::Status, Conflicts::Force, commit))
}
