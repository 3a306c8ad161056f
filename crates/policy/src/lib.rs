//! What policies mean.
//!
//! Every policy API lowers to one form of rule (`api/<kind>/`, [`rule`]); how an engine differs from the API text is data
//! (`profile/<engine>/`). [`decide`](decide()) judges one packet for one pod and one direction, and is the short, obvious
//! evaluator that everything else is held against.
//!
//! This crate does no I/O and makes no words: evidence is data.

pub mod alike;
mod api;
pub mod decide;
pub mod explain;
mod matching;
pub mod policies;
pub mod profile;
pub mod reach;
pub mod rule;
pub mod selector;
pub mod verdict;
mod walk;

pub use alike::{Alike, AlikeKey, SenderKind};
pub use decide::{Identity, Party, Question, decide, rule_matches};
pub use explain::{Explanation, explain};
pub use policies::{Overrides, Policies};
pub use profile::{Answer, EgressView, Engine, Habit, OwnNodeExemption, PolicyHook, Profile, Stated};
pub use verdict::{Action, Deviation, Doubt, DoubtReason, RuleRef, Verdict};
