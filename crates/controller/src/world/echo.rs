//! What a watch tells of our own writes: it comes before the answer or after it, and older news may come after it, too.

use std::collections::BTreeMap;
use std::time::Duration;

use bulkhead_analysis::model::{Name, NamespacedName};
use bulkhead_store::{Event, Object};

use crate::source::Kind;

/// Our own writes that a watch has not told yet.
#[derive(Debug, Default)]
pub(super) struct Echoes(BTreeMap<(Kind, NamespacedName), Echo>);

#[derive(Debug)]
enum Echo {
    /// A write is under way; what was told meanwhile.
    Unanswered(Vec<Event>),
    /// A write was answered; what is told before this version is older. Not believed for ever.
    Version(Name, Duration),
    /// As [`Echo::Version`], for the going of the object of this uid.
    Gone(Name, Duration),
}

impl Echo {
    /// Whether an event is the news of the write.
    fn is(&self, event: &Event) -> bool {
        match (self, event) {
            (Self::Version(version, _), Event::Added(object) | Event::Modified(object)) => {
                object.resource_version() == Some(version)
            }
            (Self::Gone(uid, _), Event::Deleted(object)) => object.uid() == Some(uid),
            _ => false,
        }
    }

    /// Whether an event is about another object of the name.
    fn is_about_another(&self, object: &Object) -> bool {
        matches!(self, Self::Gone(uid, _) if object.uid() != Some(uid))
    }
}

impl Echoes {
    /// A write begins.
    pub(super) fn begin(&mut self, kind: Kind, name: &NamespacedName) {
        self.0.insert((kind, name.clone()), Echo::Unanswered(Vec::new()));
    }

    /// The event, unless it has to wait or is old.
    pub(super) fn hold(&mut self, kind: Kind, name: &NamespacedName, event: Event, now: Duration) -> Option<Event> {
        let key = (kind, name.clone());
        let Some(echo) = self.0.get_mut(&key) else { return Some(event) };
        if let Echo::Unanswered(events) = echo {
            events.push(event);
            return None;
        }
        let (Event::Added(object) | Event::Modified(object) | Event::Deleted(object)) = &event else { return None };
        let until = match echo {
            Echo::Version(_, until) | Echo::Gone(_, until) => *until,
            Echo::Unanswered(_) => Duration::ZERO,
        };
        let is_news = echo.is(&event);
        if !is_news && now < until && !echo.is_about_another(object) {
            return None;
        }
        self.0.remove(&key);
        (!is_news).then_some(event)
    }

    /// A write was answered with a version, or with the going of a uid: the events that came after its own.
    pub(super) fn answered(
        &mut self,
        kind: Kind,
        name: &NamespacedName,
        is_there: bool,
        version: &Name,
        until: Duration,
    ) -> Vec<Event> {
        let key = (kind, name.clone());
        let told = match self.0.remove(&key) {
            Some(Echo::Unanswered(events)) => events,
            _ => Vec::new(),
        };
        let echo = if is_there { Echo::Version(version.clone(), until) } else { Echo::Gone(version.clone(), until) };
        if let Some(at) = told.iter().position(|event| echo.is(event)) {
            return told.into_iter().skip(at + 1).collect();
        }
        self.0.insert(key, echo);
        Vec::new()
    }

    /// A write failed: everything that was told meanwhile.
    pub(super) fn failed(&mut self, kind: Kind, name: &NamespacedName) -> Vec<Event> {
        match self.0.remove(&(kind, name.clone())) {
            Some(Echo::Unanswered(events)) => events,
            _ => Vec::new(),
        }
    }

    /// A list says how things are.
    pub(super) fn forget(&mut self, kind: Kind, name: &NamespacedName) {
        let key = (kind, name.clone());
        if !matches!(self.0.get(&key), Some(Echo::Unanswered(_))) {
            self.0.remove(&key);
        }
    }
}
