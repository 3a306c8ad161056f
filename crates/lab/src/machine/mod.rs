//! The machine that the lab builds on: a network of its own, namespaces in it, programs that end with it.

mod namespace;
mod sandbox;
mod sysctl;

pub(crate) use namespace::Namespace;
pub(crate) use sandbox::enter;
pub(crate) use sysctl::{no_duplicates, router, set};
