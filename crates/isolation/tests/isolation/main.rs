//! Tests of plans: text in, whole plan out. `corpus` holds the setting `kubesphere` against what KubeSphere's controller wrote,
//! `differences` has a test for every row of `docs/isolation-differences.md`, `properties` states what holds for every cluster.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod allowlists;
mod bad_input;
mod corpus;
mod differences;
mod example;
mod order;
mod properties;
mod support;
