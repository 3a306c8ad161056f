//! What lets something through besides the switches: an entry of a project, or the allowlist of a workspace. Both have the same rules.

use bulkhead_model::object::{AllowlistRule, NamespaceNetworkPolicy, WorkspaceAllowlist};
use bulkhead_model::{Issue, IssueCode, LabelSelector, Name, ObjectRef, Position};
use jiff::Timestamp;

use super::cluster::{Cluster, Refusal};
use crate::names;

/// An entry, or an allowlist.
#[derive(Clone, Debug)]
pub(super) struct Allowlist<'s> {
    pub(super) object: ObjectRef,
    pub(super) position: Position,
    /// The name that its policies have.
    pub(super) policy: Name,
    /// The workspace whose projects it may name.
    pub(super) workspace: Option<&'s Name>,
    pub(super) policy_types: Option<&'s [Name]>,
    pub(super) ingress: Option<&'s [AllowlistRule]>,
    pub(super) egress: Option<&'s [AllowlistRule]>,
    pub(super) pods: Option<&'s LabelSelector>,
    expires: Option<Timestamp>,
    pub(super) unreadable: Option<Position>,
    pub(super) unknown_field: Option<Position>,
}

impl<'s> Allowlist<'s> {
    /// An entry of a project of some workspace.
    pub(super) fn of_project(entry: &'s NamespaceNetworkPolicy, workspace: Option<&'s Name>) -> Self {
        Self {
            object: ObjectRef::namespaced("NamespaceNetworkPolicy", &entry.name),
            position: entry.position,
            policy: names::policy_of_entry(&entry.name).name,
            workspace,
            policy_types: entry.policy_types.as_deref(),
            ingress: entry.ingress.as_deref(),
            egress: entry.egress.as_deref(),
            pods: entry.pod_selector.as_ref(),
            expires: entry.expires,
            unreadable: entry.unreadable,
            unknown_field: entry.unknown_field,
        }
    }

    /// An allowlist of a workspace.
    pub(super) fn of_workspace(allowlist: &'s WorkspaceAllowlist) -> Self {
        Self {
            object: ObjectRef::cluster("WorkspaceAllowlist", allowlist.name.clone()),
            position: allowlist.position,
            policy: names::policy_of_allowlist(&allowlist.name),
            workspace: Some(&allowlist.workspace),
            policy_types: None,
            ingress: allowlist.ingress.as_deref(),
            egress: allowlist.egress.as_deref(),
            pods: allowlist.pod_selector.as_ref(),
            expires: allowlist.expires,
            unreadable: allowlist.unreadable,
            unknown_field: allowlist.unknown_field,
        }
    }

    /// Whether its time is over. One that cannot be read may have said anything about it.
    pub(super) fn is_over(&self, cluster: &Cluster<'_>) -> bool {
        let over = |now| self.expires.is_some_and(|expires| expires <= now);
        self.unreadable.is_none() && cluster.settings.now.is_some_and(over)
    }

    /// An issue about it.
    pub(super) fn issue(&self, make: fn(IssueCode) -> Issue, code: IssueCode) -> Issue {
        make(code).at(self.position).about(self.object.clone())
    }

    /// The issue about why it means nothing.
    pub(super) fn refused(&self, refusal: &Refusal) -> Issue {
        let issue = self.issue(Issue::error, refusal.code).in_field(refusal.field.clone());
        refusal.arguments.iter().fold(issue, |issue, (name, value)| issue.with(name, value))
    }
}
