//! What policies mean.
//!
//! Every policy API lowers to one form of rule (`api/<kind>/`); how an engine differs from the API text is data
//! (`profile/<engine>/`). [`decide`] judges one packet for one pod and one direction, and is the short, obvious evaluator that
//! everything else is held against.
//!
//! This crate does no I/O and makes no words: evidence is data.

pub mod decide;
pub mod verdict;

pub use decide::{Party, Policies, Question, decide};
pub use verdict::{RuleRef, Verdict};
