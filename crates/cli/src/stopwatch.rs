//! `--timings`: how long each phase of the work took. This is the only clock of the program.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::{Duration, Instant};

use bulkhead_analysis::model::watch::{Phase, Watch};

/// Adds up the time of phases that take turns. Clones are the same watch.
#[derive(Clone, Debug, Default)]
pub(crate) struct Stopwatch(Rc<RefCell<Laps>>);

#[derive(Debug, Default)]
struct Laps {
    spent: Vec<(Phase, Duration)>,
    running: Option<(Phase, Instant)>,
}

impl Stopwatch {
    /// Every phase that was begun, in the order in which they came first, with its time.
    pub(crate) fn stop(&self) -> Vec<(Phase, Duration)> {
        let mut laps = self.0.borrow_mut();
        laps.lap();
        laps.spent.clone()
    }
}

impl Watch for Stopwatch {
    fn begins(&self, phase: Phase) {
        let mut laps = self.0.borrow_mut();
        if laps.running.is_none_or(|(running, _)| running != phase) {
            laps.lap();
            laps.running = Some((phase, Instant::now()));
        }
    }
}

impl Laps {
    fn lap(&mut self) {
        let Some((phase, since)) = self.running.take() else { return };
        let spent = since.elapsed();
        match self.spent.iter_mut().find(|(have, _)| *have == phase) {
            Some((_, sum)) => *sum += spent,
            None => self.spent.push((phase, spent)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phases_that_take_turns_add_up() {
        let watch = Stopwatch::default();
        for phase in [Phase::Read, Phase::Pairs, Phase::Output, Phase::Pairs] {
            watch.begins(phase);
        }
        let phases: Vec<Phase> = watch.stop().into_iter().map(|(phase, _)| phase).collect();
        assert_eq!(phases, [Phase::Read, Phase::Pairs, Phase::Output]);
    }
}
