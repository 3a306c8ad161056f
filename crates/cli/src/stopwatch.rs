//! `--timings`: how long each phase of the work took; and how far a long one is, for whoever waits at a terminal.

use std::cell::RefCell;
use std::io::Write as _;
use std::rc::Rc;
use std::time::{Duration, Instant};

use bulkhead_analysis::model::watch::{Phase, Watch};
use bulkhead_report::Speech;

/// For how long nobody has to be told how far a phase is.
const PATIENCE: Duration = Duration::from_secs(1);
/// And how long what was told is new.
const NEWS: Duration = Duration::from_millis(100);
/// To the line's begin, and nothing on it.
const EMPTY_LINE: &[u8] = b"\r\x1b[K";

/// Adds up the time of phases that take turns. Clones are the same watch.
#[derive(Clone, Debug, Default)]
pub(crate) struct Stopwatch(Rc<RefCell<Laps>>);

#[derive(Debug, Default)]
struct Laps {
    spent: Vec<(Phase, Duration)>,
    running: Option<(Phase, Instant)>,
    /// The language of whoever waits at a terminal.
    told_in: Option<Speech>,
    told: Option<Instant>,
}

impl Stopwatch {
    /// One that tells a terminal how far long phases are.
    pub(crate) fn telling(speech: Speech) -> Self {
        Self(Rc::new(RefCell::new(Laps { told_in: Some(speech), ..Laps::default() })))
    }

    /// What was told of a phase is no longer so.
    pub(crate) fn clear(&self) {
        self.0.borrow_mut().clear();
    }

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

    fn did(&self, done: usize, of: usize) {
        self.0.borrow_mut().tell(done, of);
    }
}

impl Laps {
    fn tell(&mut self, done: usize, of: usize) {
        let (Some(speech), Some((phase, since))) = (self.told_in, self.running) else { return };
        if since.elapsed() < PATIENCE || self.told.is_some_and(|told| told.elapsed() < NEWS) {
            return;
        }
        self.told = Some(Instant::now());
        let name = speech.word(&format!("timings.{}", phase.name()));
        let mut terminal = std::io::stderr();
        // Where that fails there is nobody left to tell.
        let _ = terminal.write_all(EMPTY_LINE).and_then(|()| write!(terminal, "{name}: {done}/{of}"));
        let _ = terminal.flush();
    }

    fn clear(&mut self) {
        if self.told.take().is_some() {
            let _ = std::io::stderr().write_all(EMPTY_LINE);
        }
    }

    fn lap(&mut self) {
        self.clear();
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
