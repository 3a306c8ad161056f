//! The corner cases of the policy APIs, each as a cluster in YAML, questions, and the whole answers.
//!
//! A question is `ingress SUBJECT from PEER PORT` or `egress SUBJECT to PEER PORT`; a peer is a pod (`shop/web`), a node
//! (`node/n1`) or an address. An answer is the verdict with its evidence: `@3` is line 3 of the policies' text.

#![allow(clippy::unwrap_used, clippy::panic)] // what is missing in a test fails it

mod asked;
mod bad_input;
mod baseline;
mod blocks;
mod cluster_policies;
mod engines;
mod lifecycle;
mod nearest;
mod policy_types;
mod ports;
mod selecting;
mod unreadable;
