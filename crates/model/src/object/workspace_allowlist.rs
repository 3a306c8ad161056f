//! Bulkhead's own `network.bulkhead.dev` `WorkspaceAllowlist`: one allowlist entry for every isolated project of a workspace.

use jiff::Timestamp;

use super::kubesphere::AllowlistRule;
use crate::{LabelSelector, Name, Position};

/// A `WorkspaceAllowlist`. Its rules are those of a project's entry, and are kept as they were written, too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkspaceAllowlist {
    /// Its name; it is in no namespace.
    pub name: Name,
    /// `spec.workspace`; empty where it is missing, which no workspace is called.
    pub workspace: Name,
    /// `spec.namespaceSelector`: the projects of the workspace that it is for; `None` means all of them. Readable as a whole.
    pub namespace_selector: Option<LabelSelector>,
    /// `spec.podSelector`: the pods of those projects that it is for; `None` means all of them. Readable as a whole.
    pub pod_selector: Option<LabelSelector>,
    /// `spec.ingress`; `None` where it is missing, which is not the same as empty.
    pub ingress: Option<Vec<AllowlistRule>>,
    /// `spec.egress`; `None` where it is missing, which is not the same as empty.
    pub egress: Option<Vec<AllowlistRule>>,
    /// `spec.expires`: from when on it no longer counts.
    pub expires: Option<Timestamp>,
    /// The first part of `spec` that has the wrong type. Nobody knows what it means then.
    pub unreadable: Option<Position>,
    /// The first field of `spec` that nobody knows.
    pub unknown_field: Option<Position>,
    /// Where it stands.
    pub position: Position,
}
