//! The settings, a folder each: what they make of a snapshot's switches and entries.

pub(crate) mod default;
pub(crate) mod kubesphere;
