//! A real control plane with objects in it, and the binary at work on it: for tests, for `cargo xtask cluster`, and for measuring.
//!
//! Nothing in here is part of Bulkhead's answers, and nothing of it ships.

mod definition;
mod install;
mod manifest;
mod person;
mod process;

pub use install::{account, install, token};
pub use manifest::{example, objects, root};
pub use person::Person;
pub use process::Process;
