//! Who is to be looked at when.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// Keys with the times at which they are due; each key is there once.
#[derive(Debug)]
pub(crate) struct Queue<K> {
    by_time: BTreeSet<(Duration, K)>,
    by_key: BTreeMap<K, Duration>,
}

impl<K: Ord + Clone> Default for Queue<K> {
    fn default() -> Self {
        Self { by_time: BTreeSet::new(), by_key: BTreeMap::new() }
    }
}

impl<K: Ord + Clone> Queue<K> {
    /// Makes a key due at a time; where it is due already, the earlier time counts.
    pub(crate) fn add(&mut self, key: K, at: Duration) {
        if self.by_key.get(&key).is_some_and(|have| *have <= at) {
            return;
        }
        self.set(key, at);
    }

    /// Makes a key due at a time, whatever was said before.
    pub(crate) fn set(&mut self, key: K, at: Duration) {
        self.remove(&key);
        self.by_time.insert((at, key.clone()));
        self.by_key.insert(key, at);
    }

    /// Forgets a key.
    pub(crate) fn remove(&mut self, key: &K) {
        if let Some(at) = self.by_key.remove(key) {
            self.by_time.remove(&(at, key.clone()));
        }
    }

    /// Takes the key that has been due longest, if one is.
    pub(crate) fn pop(&mut self, now: Duration) -> Option<K> {
        let (at, _) = self.by_time.first()?;
        if *at > now {
            return None;
        }
        let (_, key) = self.by_time.pop_first()?;
        self.by_key.remove(&key);
        Some(key)
    }

    /// When the next key is due.
    pub(crate) fn wakes(&self) -> Option<Duration> {
        self.by_time.first().map(|(at, _)| *at)
    }

    /// All keys.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &K> {
        self.by_key.keys()
    }

    pub(crate) fn contains(&self, key: &K) -> bool {
        self.by_key.contains_key(key)
    }

    pub(crate) fn len(&self) -> usize {
        self.by_key.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_earlier_time_counts_and_each_key_comes_once() {
        let at = Duration::from_secs;
        let mut queue = Queue::default();
        queue.add("a", at(5));
        queue.add("a", at(3));
        queue.add("b", at(4));
        queue.add("a", at(9));
        assert_eq!(queue.wakes(), Some(at(3)));
        assert_eq!((queue.pop(at(2)), queue.pop(at(3)), queue.pop(at(3))), (None, Some("a"), None));
        queue.set("b", at(8));
        assert_eq!((queue.pop(at(4)), queue.len(), queue.pop(at(8))), (None, 1, Some("b")));
    }
}
