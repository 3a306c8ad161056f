//! Allowlists of workspaces: whose they are, and whom they concern.

use std::collections::BTreeSet;

use bulkhead_analysis::isolation::names;
use bulkhead_analysis::model::object::{Namespace, WorkspaceAllowlist};
use bulkhead_analysis::model::{Name, NamespacedName};

use super::{Touched, World, reference};
use crate::kept::Kept;
use crate::source::Kind;

impl World {
    /// All of them.
    fn allowlists(&self) -> impl Iterator<Item = &WorkspaceAllowlist> {
        self.inside(Kind::Allowlist, "").filter_map(|(_, row)| match &row.kept {
            Kept::Allowlist(allowlist) => Some(allowlist.as_ref()),
            _ => None,
        })
    }

    /// Those of a workspace.
    pub(super) fn allowlists_of(&self, workspace: &str) -> impl Iterator<Item = &WorkspaceAllowlist> {
        let workspace = workspace.to_owned();
        self.allowlists().filter(move |allowlist| allowlist.workspace == workspace)
    }

    /// Those of a project's workspace.
    pub(crate) fn allowlists_of_project(&self, project: &Name) -> Vec<&WorkspaceAllowlist> {
        self.workspace_of(project).map(|workspace| self.allowlists_of(workspace).collect()).unwrap_or_default()
    }

    /// The workspace that one is for.
    pub(crate) fn workspace_of_allowlist(&self, name: &Name) -> Option<&Name> {
        match &self.row(Kind::Allowlist, &NamespacedName::new("", name.clone()))?.kept {
            Kept::Allowlist(allowlist) => Some(&allowlist.workspace),
            _ => None,
        }
    }

    /// The projects of a workspace.
    pub(crate) fn members(&self, workspace: &str) -> Vec<Name> {
        let is_member = |namespace: &&Namespace| {
            namespace.labels.get(names::WORKSPACE_LABEL).is_some_and(|label| label == workspace)
        };
        let namespaces = self.inside(Kind::Namespace, "").filter_map(|(_, row)| match &row.kept {
            Kept::Namespace(namespace) => Some(namespace.as_ref()),
            _ => None,
        });
        namespaces.filter(is_member).map(|namespace| namespace.name.clone()).collect()
    }

    /// Notes who is concerned by an allowlist that changed: the projects of its workspace, and itself.
    pub(super) fn touch_allowlist(&self, allowlist: &WorkspaceAllowlist, touched: &mut Touched) {
        let policy = names::policy_of_allowlist(&allowlist.name);
        let members = self.members(&allowlist.workspace);
        let policies = members.iter().map(|member| NamespacedName::new(member.clone(), policy.clone()));
        touched.policies.extend(policies);
        touched.namespaces.extend(members);
        touched.allowlists.insert(allowlist.name.clone());
    }

    /// Notes that the statuses of a workspace's allowlists may be others.
    pub(super) fn touch_allowlists_of(&self, workspace: &str, touched: &mut Touched) {
        touched.allowlists.extend(self.allowlists_of(workspace).map(|allowlist| allowlist.name.clone()));
    }

    /// Notes whose entries, allowlists or policies refer to a namespace in which something changed.
    pub(super) fn touch_readers(&self, namespace: &str, inside: Inside, touched: &mut Touched) {
        let mut allowlists = BTreeSet::new();
        for (kind, name) in self.references.readers(namespace) {
            match kind {
                Kind::Allowlist => drop(allowlists.insert(name.name.clone())),
                _ => drop(touched.namespaces.insert(name.namespace.clone())),
            }
        }
        for allowlist in self.allowlists().filter(|allowlist| allowlists.contains(&allowlist.name)) {
            let mut services = reference::services(&allowlist.ingress, &allowlist.egress);
            if inside == Inside::Namespace || services.any(|service| service.namespace == namespace) {
                touched.namespaces.extend(self.members(&allowlist.workspace));
                touched.allowlists.insert(allowlist.name.clone());
            }
        }
    }
}

/// What changed in a namespace that is referred to. Every project of a workspace depends on what its allowlists name, so that it is not
/// looked at for each pod that comes or goes anywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Inside {
    /// The namespace itself.
    Namespace,
    /// Services, endpoints or pods: they decide where Services are named.
    Services,
}
