//! Keeps a cluster's NetworkPolicies as its isolation switches and allowlists mean them.
//!
//! [`Controller`] is a state machine without I/O, clock and randomness of its own: it is told what happened
//! ([`Controller::take`]), and says what is to be done ([`Controller::act`]). [`run`] is the loop around it that asks a
//! [`Store`](bulkhead_store::Store), and the only part with a clock. What a policy has to be is `isolation`'s affair, and so is the
//! order of writes; what is decided here is when to look again, what to write first, and what to do when a write fails. What Exposures
//! need takes long in a large cluster: it is worked out beside ([`Planning`]).
//!
//! - Nothing is written that was not seen: every write names the version that it replaces, or that there is nothing.
//! - Nothing is written by anyone but the leader, and by no leader whose lease may have run out.
//! - Nothing is written where nothing has to change.

mod call;
mod condition;
mod controller;
mod counters;
mod kept;
mod lease;
mod notice;
mod options;
mod planning;
mod policy;
mod project;
mod queue;
mod reflector;
mod repair;
mod run;
mod source;
mod status;
mod time;
mod world;

pub use call::{Action, Answer, Call, Input, Ticket, WatchId};
pub use controller::Controller;
pub use counters::{Counters, Histogram};
pub use kept::Listed;
pub use lease::LeaseOptions;
pub use options::{MANAGER, Options, Territory, Writing};
pub use planning::{Outcome, Planning};
pub use run::{Clock, End, Watcher, given_up, run};
pub use time::Now;
