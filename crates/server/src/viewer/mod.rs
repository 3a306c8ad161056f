//! Who asks, what they may see, and the one place through which answers leave.
//!
//! Questions are answered about the whole cluster, as somebody's isolation hangs on everybody's policies. What others own is taken
//! out afterwards, in `leaving`, which every answer, problem and event of the API passes: there a foreign object becomes
//! "another workspace", without its name, labels or addresses. Operations narrow their answers by the `Sight` besides, so that
//! lists, counts and tables are about what is left; that is for the reader's sake, and nothing hangs on it.

mod filter;
mod leaving;
mod sight;
mod terms;
mod tokens;

use std::collections::BTreeMap;

use serde::Deserialize;

pub(crate) use leaving::{Asking, Public, leave, viewer};
pub(crate) use sight::{Sight, not_yours};
pub(crate) use terms::{Tenancy, Terms};

/// What stands for an object of somebody else in a field; in sentences the same is said in the reader's language.
pub const FOREIGN: &str = "another workspace";

/// Somebody who was recognised.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Principal {
    /// The name, as the authenticator gave it.
    pub name: String,
    /// The groups.
    pub groups: Vec<String>,
}

/// What somebody may do with a workspace or a project. Each includes those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Role {
    /// Of a workspace: to see that it is there, and its switch; none of its projects.
    Member,
    /// To see everything in it.
    Viewer,
    /// To change its isolation, its allowlists and its policies.
    Admin,
}

/// Somebody who asks, and what they may see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Viewer {
    /// Who.
    pub principal: Principal,
    /// What.
    pub grants: Grants,
    /// Who says whether they may write something.
    pub judge: Judge,
}

/// Who says whether somebody may write something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Judge {
    /// Nobody has to: it is the one person on this machine.
    Local,
    /// Their role.
    Roles,
    /// The API server, which is asked in their name.
    Cluster,
}

/// What somebody may see and change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Grants {
    /// Everything.
    Administrator,
    /// These workspaces with their projects, and these projects.
    Some {
        /// By the workspace's name.
        workspaces: BTreeMap<String, Role>,
        /// By the namespace.
        projects: BTreeMap<String, Role>,
    },
}

impl Grants {
    /// Nothing at all.
    pub fn nothing() -> Self {
        Self::Some { workspaces: BTreeMap::new(), projects: BTreeMap::new() }
    }
}
