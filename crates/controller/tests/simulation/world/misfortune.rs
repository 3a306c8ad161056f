//! What goes wrong around the controllers.

use std::time::Duration;

use bulkhead_controller::Input;
use bulkhead_store::{Object, StoreError};
use jiff::Timestamp;

use super::World;
use crate::people::POLICIES;

impl World {
    pub(super) fn misfortune(&mut self) {
        let at = self.rng.usize(..self.replicas.len());
        let sources: Vec<usize> = self.replicas[at].streams.keys().copied().collect();
        let source = if sources.is_empty() { 0 } else { sources[self.rng.usize(..sources.len())] };
        match self.rng.usize(..24) {
            0..=3 => {
                self.count("watch cut");
                self.replicas[at].cut(source, StoreError::unavailable("the network"));
            }
            4..=7 => {
                self.count("history forgotten");
                self.store.forget();
                self.replicas[at].cut(source, StoreError::Expired("compacted".to_owned()));
            }
            8..=11 => {
                self.count("event lost");
                self.replicas[at].listen(&self.store);
                if let Some(stream) = self.replicas[at].streams.get_mut(&source) {
                    stream.events.pop_front();
                }
            }
            12..=15 => {
                self.count("events out of order");
                self.replicas[at].listen(&self.store);
                if let Some(stream) = self.replicas[at].streams.get_mut(&source)
                    && stream.events.len() > 1
                {
                    stream.events.swap(0, 1);
                }
            }
            16 => {
                self.count("crash");
                let dead = self.replicas.swap_remove(at);
                let unanswered = dead.flights.into_iter().filter(|flight| flight.answer.is_none());
                self.orphans.extend(unanswered.map(|flight| (dead.identity.clone(), flight)));
                self.bear();
            }
            17 => {
                self.count("sleep");
                self.replicas[at].asleep_until = self.now.steady + Duration::from_secs(self.rng.u64(..40));
            }
            18 | 19 => {
                self.count("clock jump");
                let seconds = self.rng.i64(-3600..3600);
                self.now.date = Timestamp::from_second(self.now.date.as_second() + seconds).expect("a date");
                self.everyone_wants();
            }
            20..=22 => {
                self.count("webhook");
                let policies: Vec<_> = self.store.of_kind(POLICIES).map(Object::key).collect();
                self.store.refuses = policies.into_iter().filter(|_| self.rng.usize(..6) == 0).collect();
            }
            _ => {
                self.count("asked to stop");
                self.replicas[at].controller.take(Input::Stop, self.now);
                self.asked_to_stop(at);
            }
        }
    }

    /// A controller that is asked to stop does so when it may; another one comes.
    fn asked_to_stop(&mut self, at: usize) {
        for _ in 0..200 {
            let replica = &mut self.replicas[at];
            replica.act(self.now);
            if replica.controller.is_stopped() {
                break;
            }
            let open: Vec<usize> =
                (0..replica.flights.len()).filter(|at| replica.flights[*at].answer.is_none()).collect();
            let Some(first) = open.first().copied() else {
                if replica.flights.is_empty() {
                    break;
                }
                replica.land(0, self.now);
                continue;
            };
            let call = replica.flights[first].call.clone();
            if let Ok(answer) = self.commit(&call) {
                self.replicas[at].flights[first].answer = Some(answer);
            }
        }
        self.replicas.swap_remove(at);
        self.bear();
    }
}
