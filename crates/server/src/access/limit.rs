//! How often somebody may ask.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How many people are remembered at once. Beyond that all are forgotten, which lets some ask more often once.
const MOST_KNOWN: usize = 10_000;

/// A bucket for each of those who ask: it fills up steadily, and every request takes one out.
#[derive(Debug)]
pub(crate) struct Limit {
    /// In how long one more is allowed.
    every: Duration,
    /// How many may come at once.
    burst: u32,
    /// When each bucket will be full again.
    full: Mutex<HashMap<String, Instant>>,
}

impl Limit {
    /// A number each second, and as many at once as `burst`.
    pub(crate) fn per_second(rate: u32, burst: u32) -> Self {
        Self { every: Duration::from_secs(1) / rate.max(1), burst, full: Mutex::new(HashMap::new()) }
    }

    /// Whether somebody may ask once more now.
    pub(crate) fn allows(&self, who: &str, now: Instant) -> bool {
        let mut known = self.full.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST_KNOWN && !known.contains_key(who) {
            known.clear();
        }
        let full = known.get(who).copied().unwrap_or(now).max(now) + self.every;
        if full > now + self.every * self.burst {
            return false;
        }
        known.insert(who.to_owned(), full);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_empties_and_fills() {
        let (limit, now) = (Limit::per_second(10, 3), Instant::now());
        assert_eq!([1, 2, 3, 4].map(|_| limit.allows("a", now)), [true, true, true, false]);
        assert!(limit.allows("b", now), "others have their own");
        let later = now + Duration::from_millis(100);
        assert_eq!([1, 2].map(|_| limit.allows("a", later)), [true, false]);
    }
}
