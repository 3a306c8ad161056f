//! A file that says who has which role.
//!
//! ```yaml
//! roles:
//! - {role: administrator, groups: [platform]}
//! - {role: admin, workspace: acme, users: [alice]}
//! - {role: viewer, project: shop, users: [bob], groups: [support]}
//! ```

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::viewer::{Grants, Principal, Role};

/// The group that everybody is in who was recognised, as on a Kubernetes cluster.
const EVERYBODY: &str = "system:authenticated";

/// Who has which role.
#[derive(Clone, Debug, Default)]
pub struct Roles(Vec<Entry>);

/// Why a file of roles is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RolesError {
    /// It is not YAML, or has other fields.
    #[error("{0}")]
    Unreadable(String),
    /// `administrator` is of everything, and every other role of one workspace or one project; `member` of a workspace.
    #[error(
        "role {0}: `administrator` takes no workspace or project, the others take one of them, `member` a workspace"
    )]
    OfWhat(usize),
    /// Nobody has it.
    #[error("role {0}: it has neither users nor groups")]
    Nobodys(usize),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    roles: Vec<Entry>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    role: Named,
    workspace: Option<String>,
    project: Option<String>,
    #[serde(default)]
    users: Vec<String>,
    #[serde(default)]
    groups: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Named {
    Administrator,
    Admin,
    Viewer,
    Member,
}

impl Named {
    fn role(self) -> Option<Role> {
        match self {
            Self::Administrator => None,
            Self::Admin => Some(Role::Admin),
            Self::Viewer => Some(Role::Viewer),
            Self::Member => Some(Role::Member),
        }
    }
}

impl Roles {
    /// Reads a file.
    pub fn parse(text: &str) -> Result<Self, RolesError> {
        let file: File = serde_saphyr::from_str(text).map_err(|error| RolesError::Unreadable(error.to_string()))?;
        for (index, entry) in file.roles.iter().enumerate() {
            let place = index + 1;
            let is_right = matches!(
                (entry.role, &entry.workspace, &entry.project),
                (Named::Administrator, None, None)
                    | (Named::Admin | Named::Viewer, None, Some(_))
                    | (Named::Admin | Named::Viewer | Named::Member, Some(_), None)
            );
            if !is_right {
                return Err(RolesError::OfWhat(place));
            }
            if entry.users.is_empty() && entry.groups.is_empty() {
                return Err(RolesError::Nobodys(place));
            }
        }
        Ok(Self(file.roles))
    }

    /// What somebody may see and change.
    pub fn of(&self, principal: &Principal) -> Grants {
        let (mut workspaces, mut projects) = (BTreeMap::new(), BTreeMap::new());
        for entry in self.0.iter().filter(|entry| entry.is_of(principal)) {
            let Some(role) = entry.role.role() else { return Grants::Administrator };
            for (name, roles) in [(&entry.workspace, &mut workspaces), (&entry.project, &mut projects)] {
                let Some(name) = name else { continue };
                let known = roles.entry(name.clone()).or_insert(role);
                *known = role.max(*known);
            }
        }
        Grants::Some { workspaces, projects }
    }
}

impl Entry {
    fn is_of(&self, principal: &Principal) -> bool {
        let in_group = |group: &String| group == EVERYBODY || principal.groups.contains(group);
        self.users.contains(&principal.name) || self.groups.iter().any(in_group)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn principal(name: &str, groups: &[&str]) -> Principal {
        Principal { name: name.to_owned(), groups: groups.iter().map(|&group| group.to_owned()).collect() }
    }

    #[test]
    fn the_higher_of_two_roles_counts() {
        let roles = Roles::parse(
            "roles:\n- {role: viewer, project: a, groups: [system:authenticated]}\n- {role: admin, project: a, users: [eve]}\n\
             - {role: member, workspace: w, users: [eve]}\n- {role: administrator, groups: [ops]}\n",
        )
        .unwrap();
        let of =
            |role| Grants::Some { workspaces: BTreeMap::new(), projects: BTreeMap::from([("a".to_owned(), role)]) };
        assert_eq!(roles.of(&principal("bob", &[])), of(Role::Viewer));
        let Grants::Some { workspaces, projects } = roles.of(&principal("eve", &[])) else { panic!() };
        assert_eq!((workspaces.get("w"), projects.get("a")), (Some(&Role::Member), Some(&Role::Admin)));
        assert_eq!(roles.of(&principal("x", &["ops"])), Grants::Administrator);
    }

    #[test]
    fn a_role_of_nothing_or_nobody_is_refused() {
        let parse = |text: &str| Roles::parse(text).map(|_| ()).unwrap_err();
        assert_eq!(parse("roles: [{role: admin, users: [a]}]"), RolesError::OfWhat(1));
        assert_eq!(parse("roles: [{role: administrator, project: a, users: [a]}]"), RolesError::OfWhat(1));
        assert_eq!(parse("roles: [{role: member, project: a, users: [a]}]"), RolesError::OfWhat(1));
        assert_eq!(parse("roles: [{role: viewer, project: a}]"), RolesError::Nobodys(1));
        assert!(matches!(parse("roles: [{role: owner, project: a}]"), RolesError::Unreadable(_)));
        assert!(matches!(parse("roles: [{role: viewer, namespace: a, users: [a]}]"), RolesError::Unreadable(_)));
    }
}
