//! What somebody may see of one state of the cluster.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::http::StatusCode;
use bulkhead_store::{KnownKind, Scope};
use bulkhead_wire::change::ObjectName;
use sha2::{Digest as _, Sha256};

use super::terms::{Owner, Tenancy};
use super::{Grants, Judge, Role, Viewer};
use crate::change::hexadecimal;
use crate::problem::Problem;

/// The kinds that those who are not administrators may write by name.
const OF_TENANTS: [&str; 4] = ["NetworkPolicy", "NamespaceNetworkPolicy", "Exposure", "WorkspaceAllowlist"];

/// What somebody may see and change in one state.
#[derive(Clone, Debug)]
pub(crate) struct Sight {
    /// `None` for everything.
    seen: Option<Seen>,
    /// Whether roles say what may be written; an API server does otherwise.
    judge: Judge,
}

#[derive(Clone, Debug, Default)]
struct Seen {
    namespaces: BTreeMap<String, Role>,
    workspaces: BTreeMap<String, Role>,
}

impl Sight {
    /// What a viewer sees where tenants are as they are.
    pub(crate) fn of(viewer: &Viewer, tenancy: &Tenancy) -> Arc<Self> {
        let Grants::Some { workspaces, projects } = &viewer.grants else {
            return Arc::new(Self { seen: None, judge: viewer.judge });
        };
        let mut seen = Seen { namespaces: projects.clone(), workspaces: workspaces.clone() };
        for (namespace, workspace) in tenancy.projects() {
            let Some(workspace) = workspace else { continue };
            if let Some(role) = workspaces.get(workspace).filter(|role| **role >= Role::Viewer) {
                let known = seen.namespaces.entry(namespace.to_owned()).or_insert(*role);
                *known = (*known).max(*role);
            }
            if projects.get(namespace).is_some_and(|role| *role >= Role::Viewer) {
                seen.workspaces.entry(workspace.to_owned()).or_insert(Role::Member);
            }
        }
        Arc::new(Self { seen: Some(seen), judge: viewer.judge })
    }

    /// Whether nothing is hidden.
    pub(crate) fn is_everything(&self) -> bool {
        self.seen.is_none()
    }

    /// Whether the objects of a namespace may be seen.
    pub(crate) fn sees(&self, namespace: &str) -> bool {
        self.role(namespace) >= Some(Role::Viewer)
    }

    /// Whether a workspace may be seen.
    pub(crate) fn sees_workspace(&self, workspace: &str) -> bool {
        self.seen.as_ref().is_none_or(|seen| seen.workspaces.contains_key(workspace))
    }

    /// Whether the owner of a name may be seen.
    pub(super) fn sees_owner(&self, owner: &Owner) -> bool {
        match owner {
            Owner::Namespace(namespace) => self.sees(namespace),
            Owner::Workspace(workspace) => self.sees_workspace(workspace),
            Owner::Administrators => self.is_everything(),
        }
    }

    /// Whether the policies of a namespace may be changed.
    pub(crate) fn may_change(&self, namespace: &str) -> bool {
        self.role(namespace) >= Some(self.least())
    }

    /// The least role with which something is asked for; an API server judges whatever somebody sees.
    fn least(&self) -> Role {
        if self.judge == Judge::Cluster { Role::Viewer } else { Role::Admin }
    }

    fn role(&self, namespace: &str) -> Option<Role> {
        match &self.seen {
            None => Some(Role::Admin),
            Some(seen) => seen.namespaces.get(namespace).copied(),
        }
    }

    fn may_change_workspace(&self, workspace: &str) -> bool {
        let role = self.seen.as_ref().map(|seen| seen.workspaces.get(workspace));
        role.is_none_or(|role| if self.judge == Judge::Cluster { role.is_some() } else { role == Some(&Role::Admin) })
    }

    /// Refuses what names a namespace that may not be seen, the same whether it is there or not.
    pub(crate) fn gate(&self, namespace: &str) -> Result<(), Problem> {
        if self.sees(namespace) { Ok(()) } else { Err(Problem::not_found("Namespace", namespace)) }
    }

    /// The same of a workspace with all its projects.
    pub(crate) fn gate_workspace(&self, workspace: &str) -> Result<(), Problem> {
        let role = self.seen.as_ref().map(|seen| seen.workspaces.get(workspace));
        if role.is_none_or(|role| role >= Some(&Role::Viewer)) {
            Ok(())
        } else {
            Err(Problem::not_found("Workspace", workspace))
        }
    }

    /// Whether a switch may be thrown.
    pub(crate) fn may_switch(&self, name: &ObjectName) -> bool {
        match name.kind.as_str() {
            "Namespace" => self.may_change(&name.name),
            "Workspace" | "WorkspaceTemplate" => self.may_change_workspace(&name.name),
            _ => self.is_everything(),
        }
    }

    /// Whether an object may be written by name.
    pub(crate) fn may_write(&self, name: &ObjectName) -> bool {
        if self.is_everything() {
            return true;
        }
        let is_open = OF_TENANTS.contains(&name.kind.as_str());
        match &name.namespace {
            Some(namespace) => is_open && self.may_change(namespace),
            // Only a workspace's allowlist has no namespace; a namespaced object without one is in `default`.
            None => is_open && is_of_workspace(&name.kind) && self.may_change_workspace(&name.name),
        }
    }

    /// The version of a state as this viewer may know it: an administrator's is the store's own, and of others' nobody can tell what
    /// is in it or how often others write.
    pub(crate) fn version(&self, version: &str, secret: &[u8]) -> String {
        let Some(seen) = &self.seen else { return version.to_owned() };
        let mut digest = Sha256::new();
        for part in [secret, format!("{seen:?}").as_bytes(), version.as_bytes()] {
            digest.update(part.len().to_be_bytes());
            digest.update(part);
        }
        hexadecimal(&digest.finalize()).chars().take(16).collect()
    }
}

fn is_of_workspace(kind: &str) -> bool {
    let cluster = |known: &&KnownKind| known.resource.kind == kind && known.resource.scope == Scope::Cluster;
    bulkhead_store::KINDS.iter().any(|known| cluster(&known))
}

/// The problem of whoever may not write something.
pub(crate) fn not_yours(name: &ObjectName) -> Problem {
    Problem::new(StatusCode::FORBIDDEN, "problem.notYours").with("kind", &name.kind)
}
