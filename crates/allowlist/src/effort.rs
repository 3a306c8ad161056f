//! How many answers at once are worked out.

use bulkhead_model::watch::Watch;

/// No more threads than this, however many processors there are: every one of them has tables of its own.
const MOST_THREADS: usize = 8;

/// How many answers at once are worked out.
#[derive(Clone, Copy, Debug)]
pub struct Effort<'w> {
    /// On how many threads at most.
    pub threads: usize,
    /// Who is told how far it is.
    pub watch: &'w dyn Watch,
}

impl<'w> Effort<'w> {
    /// As fast as this machine can.
    pub fn whole(watch: &'w dyn Watch) -> Self {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        Self { threads: processors.min(MOST_THREADS), watch }
    }

    /// On the thread of whoever asks, and no other.
    pub fn one_thread(watch: &'w dyn Watch) -> Self {
        Self { threads: 1, watch }
    }
}
