//! Work for requests: how far it is, and that it ends when nobody waits for it any more.

use std::collections::BTreeMap;
use std::fmt;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Instant;

use bulkhead_analysis::model::watch::{Phase, Watch};
use bulkhead_wire::work::WorkForm;

use crate::viewer::Principal;

/// The header by which a request names its work.
pub(crate) const WORK_HEADER: &str = "x-bulkhead-work";
/// The longest name of work.
const LONGEST_NAME: usize = 64;

/// The work for one request.
#[derive(Debug)]
pub(crate) struct Work {
    begun: Instant,
    cancelled: AtomicBool,
    /// Whether it goes on although nobody waits for it.
    goes_on: AtomicBool,
    progress: Mutex<Progress>,
    /// Where it is found, and by what.
    named: Option<(Works, Key)>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Progress {
    phase: Option<Phase>,
    done: usize,
    of: usize,
}

/// What work unwinds with that is given up.
pub(crate) struct GivenUp;

impl Work {
    /// Without a name.
    pub(crate) fn new() -> Arc<Self> {
        Self::begin(None)
    }

    fn begin(named: Option<(Works, Key)>) -> Arc<Self> {
        let (cancelled, goes_on) = (AtomicBool::new(false), AtomicBool::new(false));
        Arc::new(Self { begun: Instant::now(), cancelled, goes_on, progress: Mutex::default(), named })
    }

    /// Ends it as soon as it can be ended.
    pub(crate) fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }

    /// Lets it go on for those who ask next: whoever asked has waited for as long as anybody may.
    pub(crate) fn go_on(&self) {
        self.goes_on.store(true, Ordering::Relaxed);
    }

    fn is_given_up(&self, is_waited_for: bool) -> bool {
        self.cancelled.load(Ordering::Relaxed) || !(is_waited_for || self.goes_on.load(Ordering::Relaxed))
    }

    /// How far it is.
    pub(crate) fn form(&self, name: String) -> WorkForm {
        let Progress { phase, done, of } = *self.progress();
        let milliseconds = u64::try_from(self.begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        WorkForm { name, phase: phase.map(Phase::name), done, of, milliseconds }
    }

    fn progress(&self) -> MutexGuard<'_, Progress> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Work as whoever does it tells of it. It unwinds with [`GivenUp`] where it was cancelled, or where nobody waits for it.
pub(crate) struct Watched<'w> {
    pub(crate) work: &'w Work,
    pub(crate) is_waited_for: &'w dyn Fn() -> bool,
}

impl fmt::Debug for Watched<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.work.fmt(f)
    }
}

impl Watched<'_> {
    fn is(&self, progress: Progress) {
        if self.work.is_given_up((self.is_waited_for)()) {
            resume_unwind(Box::new(GivenUp));
        }
        *self.work.progress() = progress;
    }
}

impl Watch for Watched<'_> {
    fn begins(&self, phase: Phase) {
        let now = *self.work.progress();
        // Phases begin anew for each of their parts.
        self.is(if now.phase == Some(phase) { now } else { Progress { phase: Some(phase), done: 0, of: 0 } });
    }

    fn did(&self, done: usize, of: usize) {
        let phase = self.work.progress().phase;
        self.is(Progress { phase, done, of });
    }
}

/// Whose work it is, and its name.
type Key = (Principal, String);

/// The work that has a name, for as long as it is there.
#[derive(Clone, Debug, Default)]
pub(crate) struct Works(Arc<Mutex<BTreeMap<Key, Weak<Work>>>>);

impl Works {
    /// Work of somebody, by a name; `None` where that is no name, or other work of theirs has it.
    pub(crate) fn begin(&self, whose: &Principal, name: &str) -> Option<Arc<Work>> {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        if name.is_empty() || name.len() > LONGEST_NAME || !name.bytes().all(is_plain) {
            return None;
        }
        let key = (whose.clone(), name.to_owned());
        let mut all = self.all();
        if all.get(&key).is_some_and(|work| work.strong_count() > 0) {
            return None;
        }
        let work = Work::begin(Some((self.clone(), key.clone())));
        all.insert(key, Arc::downgrade(&work));
        Some(work)
    }

    /// Somebody's work of a name.
    pub(crate) fn find(&self, whose: &Principal, name: &str) -> Option<Arc<Work>> {
        self.all().get(&(whose.clone(), name.to_owned()))?.upgrade()
    }

    fn all(&self) -> MutexGuard<'_, BTreeMap<Key, Weak<Work>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        let Some((works, key)) = &self.named else { return };
        let mut all = works.all();
        // Other work may have the name by now.
        if all.get(key).is_some_and(|work| work.strong_count() == 0) {
            all.remove(key);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use super::*;

    fn somebody(name: &str) -> Principal {
        Principal { name: name.to_owned(), groups: Vec::new() }
    }

    #[test]
    fn work_has_a_name_while_it_is_there_and_only_for_whose_it_is() {
        let works = Works::default();
        let work = works.begin(&somebody("a"), "w-1").unwrap();
        assert!(works.begin(&somebody("a"), "w-1").is_none());
        assert!(works.find(&somebody("a"), "w-1").is_some());
        assert!(works.find(&somebody("b"), "w-1").is_none());
        drop(work);
        assert!(works.find(&somebody("a"), "w-1").is_none());
        assert!(works.all().is_empty());
        for name in ["", "a b", "a/b", &"x".repeat(65)] {
            assert!(works.begin(&somebody("a"), name).is_none(), "{name}");
        }
    }

    #[test]
    fn work_tells_how_far_it_is_and_is_given_up() {
        let work = Work::new();
        let watched = Watched { work: &work, is_waited_for: &|| true };
        watched.begins(Phase::Rules);
        watched.did(3, 20);
        let form = work.form("w".to_owned());
        assert_eq!((form.phase, form.done, form.of), (Some("rules"), 3, 20));
        work.cancel();
        let end = catch_unwind(AssertUnwindSafe(|| watched.did(4, 20))).unwrap_err();
        assert!(end.is::<GivenUp>());
        let work = Work::new();
        let watched = Watched { work: &work, is_waited_for: &|| false };
        assert!(catch_unwind(AssertUnwindSafe(|| watched.begins(Phase::Rules))).is_err());
        work.go_on();
        watched.begins(Phase::Rules);
        work.cancel();
        assert!(catch_unwind(AssertUnwindSafe(|| watched.begins(Phase::Rules))).is_err());
    }
}
