//! Somebody undoes what is written, again and again: a tool that has another opinion, or another controller. Mending at once each time
//! would only burn both.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::Duration;

use bulkhead_analysis::isolation::Step;

/// How often in a row the same is mended at once.
const AT_ONCE: u32 = 20;
/// After so long without it, it is no row any more.
const FORGOTTEN: Duration = Duration::from_secs(30);

/// How often in a row the same steps had to be made.
#[derive(Debug, Default)]
pub(crate) struct Repairs {
    steps: u64,
    last: Duration,
    times: u32,
    has_waited: bool,
}

impl Repairs {
    /// Steps are to be made. How many times too often that is, where it has to wait; `None` where it need not, or has.
    pub(crate) fn note<'s>(&mut self, steps: impl IntoIterator<Item = &'s Step>, now: Duration) -> Option<u32> {
        if std::mem::take(&mut self.has_waited) {
            self.last = now;
            return None;
        }
        let mut hasher = DefaultHasher::new();
        steps.into_iter().for_each(|step| format!("{step:?}").hash(&mut hasher));
        let steps = hasher.finish();
        let is_repair = self.steps == steps && now < self.last + FORGOTTEN;
        self.times = if is_repair { self.times + 1 } else { 0 };
        (self.steps, self.last) = (steps, now);
        let too_often = self.times.checked_sub(AT_ONCE);
        self.has_waited = too_often.is_some();
        too_often
    }
}

#[cfg(test)]
mod tests {
    use bulkhead_analysis::model::NamespacedName;

    use super::*;

    #[test]
    fn only_what_is_undone_again_and_again_waits() {
        let (one, other) = (Step::Delete(NamespacedName::new("a", "b")), Step::Delete(NamespacedName::new("a", "c")));
        let second = Duration::from_secs;
        let mut repairs = Repairs::default();
        for at in 1..=u64::from(AT_ONCE) {
            assert_eq!(repairs.note([&one], second(at)), None);
        }
        let at = u64::from(AT_ONCE);
        assert_eq!(repairs.note([&one], second(at + 1)), Some(0));
        assert_eq!(repairs.note([&one], second(at + 2)), None, "it has waited");
        assert_eq!(repairs.note([&one], second(at + 3)), Some(1));
        assert_eq!(repairs.note([&one], second(at + 4)), None);
        assert_eq!(repairs.note([&other], second(at + 5)), None, "another change is none");
        assert_eq!(repairs.note([&one], second(200)), None);
    }
}
