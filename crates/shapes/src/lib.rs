//! Clusters of any size from a seed: the shapes that benchmarks measure, as texts that anybody can read.
//!
//! A [`Shape`] says how big and of which kind; the same shape and seed give the same bytes everywhere. Nothing that ships
//! depends on this crate.

mod numbers;
mod object;
mod shape;
mod write;
mod yaml;

pub use shape::Shape;
pub use write::{Format, write};
