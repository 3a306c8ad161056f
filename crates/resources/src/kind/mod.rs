//! The kinds, a file each, and what they share.

pub(crate) mod allowlist;
pub(crate) mod condition;
pub(crate) mod exposure;
pub(crate) mod namespace_network_policy;
pub(crate) mod rule;
pub(crate) mod selector;
pub(crate) mod workspace_allowlist;
