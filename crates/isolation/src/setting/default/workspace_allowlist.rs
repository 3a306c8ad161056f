//! Allowlists of workspaces: what each means in every isolated project that it is for.

use bulkhead_model::object::{PolicyManifest, WorkspaceAllowlist};
use bulkhead_model::{Name, NamespacedName};

use super::allowlist::Allowlist;
use super::cluster::{Cluster, Refusal};
use super::entry::{self, Resolved};
use super::project::{Draft, Project};
use super::{manifest, previous};
use crate::code;
use crate::plan::{AllowlistStatus, Desired, EntryState, Isolation, LastApplied};
use crate::workspace::{WorkspaceSwitch, Workspaces};

/// All of them, resolved once: what one says is the same in every project.
#[derive(Debug)]
pub(super) struct WorkspaceAllowlists<'s>(Vec<OfWorkspace<'s>>);

#[derive(Debug)]
struct OfWorkspace<'s> {
    object: &'s WorkspaceAllowlist,
    allowlist: Allowlist<'s>,
    meaning: Meaning,
    /// Why it has no effect in some project although it means something.
    refused: Option<Refusal>,
    last_applied: LastApplied,
    projects: Vec<Name>,
    policies: Vec<NamespacedName>,
}

/// What an allowlist means.
#[derive(Debug)]
enum Meaning {
    Rules(Resolved),
    Over,
    Nothing(Refusal),
}

/// Resolves all of them.
pub(super) fn resolve<'s>(cluster: &Cluster<'s>) -> WorkspaceAllowlists<'s> {
    let workspaces = Workspaces::new(cluster.snapshot);
    let resolve = |object: &'s WorkspaceAllowlist| {
        let allowlist = Allowlist::of_workspace(object);
        let meaning = meaning(cluster, &workspaces, object, &allowlist);
        let (refused, last_applied) = (None, LastApplied::Nothing);
        OfWorkspace { object, allowlist, meaning, refused, last_applied, projects: Vec::new(), policies: Vec::new() }
    };
    WorkspaceAllowlists(cluster.snapshot.workspace_allowlists.iter().map(resolve).collect())
}

fn meaning(
    cluster: &Cluster<'_>,
    workspaces: &Workspaces<'_>,
    object: &WorkspaceAllowlist,
    allowlist: &Allowlist<'_>,
) -> Meaning {
    if allowlist.is_over(cluster) {
        return Meaning::Over;
    }
    // What a switch says is told with the projects.
    let switch = workspaces.switch(&object.workspace, cluster.settings.cluster.as_ref(), &mut Vec::new());
    if allowlist.unreadable.is_none() && switch == WorkspaceSwitch::Missing {
        let refusal = Refusal::new(code::ALLOWLIST_WORKSPACE_NOT_FOUND, "spec.workspace");
        return Meaning::Nothing(refusal.with("workspace", &object.workspace));
    }
    entry::resolve(cluster, allowlist).map_or_else(Meaning::Nothing, Meaning::Rules)
}

impl WorkspaceAllowlists<'_> {
    /// Adds what they mean in a project.
    pub(super) fn draft(&mut self, cluster: &Cluster<'_>, project: &Project<'_>, draft: &mut Draft) {
        for own in self.0.iter_mut().filter(|own| own.is_for(project)) {
            match project.isolation {
                Isolation::Project | Isolation::Workspace => own.draft(cluster, project, draft),
                Isolation::Unknown => own.left_alone(cluster, project),
                Isolation::Off | Isolation::NoWorkspace => {}
            }
        }
    }

    /// Says what became of each.
    pub(super) fn finish(self, desired: &mut Desired) {
        for own in self.0 {
            desired.allowlists.push(own.status());
            let refusal = match own.meaning {
                Meaning::Rules(resolved) => {
                    desired.issues.extend(resolved.issues);
                    own.refused
                }
                Meaning::Over => None,
                Meaning::Nothing(refusal) => Some(refusal),
            };
            desired.issues.extend(refusal.map(|refusal| own.allowlist.refused(&refusal)));
        }
    }
}

impl OfWorkspace<'_> {
    fn is_for(&self, project: &Project<'_>) -> bool {
        // One that could not be read is noted as a fault, and selects everything: what is there is looked at.
        let selector = self.object.namespace_selector.as_ref();
        project.workspace == Some(&self.object.workspace)
            && selector.is_none_or(|selector| selector.matches(&project.namespace.labels) == Some(true))
    }

    fn draft(&mut self, cluster: &Cluster<'_>, project: &Project<'_>, draft: &mut Draft) {
        let namespace = &project.namespace.name;
        let policy = NamespacedName::new(namespace.clone(), self.allowlist.policy.clone());
        let rules = match &self.meaning {
            Meaning::Over => return,
            Meaning::Rules(_) if cluster.settings.refused.contains(&policy) => {
                self.refused = Some(Refusal::new(code::ENTRY_REFUSED, ""));
                None
            }
            Meaning::Rules(resolved) => Some(resolved),
            Meaning::Nothing(_) => None,
        };
        self.projects.push(namespace.clone());
        let last_applied = match rules {
            Some(resolved) => {
                draft.restricts_egress |= resolved.egress.is_some();
                let (ingress, egress) = (resolved.ingress.clone(), resolved.egress.clone());
                let written = manifest(namespace, policy.name.clone(), ingress, egress);
                draft.policies.push(PolicyManifest { pod_selector: resolved.pods.clone(), ..written });
                self.policies.push(policy);
                return;
            }
            None => previous::keep(cluster, project, &policy.name, draft),
        };
        if last_applied != LastApplied::Nothing {
            self.policies.push(policy);
        }
        self.last_applied = worse(self.last_applied, last_applied);
    }

    /// A project of which nobody knows whether it is isolated: what is there stays.
    fn left_alone(&mut self, cluster: &Cluster<'_>, project: &Project<'_>) {
        let policy = NamespacedName::new(project.namespace.name.clone(), self.allowlist.policy.clone());
        if cluster.ours(&policy.namespace).iter().any(|have| have.name == policy) {
            self.policies.push(policy);
            self.last_applied = worse(self.last_applied, LastApplied::Kept);
        }
    }

    fn status(&self) -> AllowlistStatus {
        let unresolved =
            |refusal: &Refusal| EntryState::Unresolved { reason: refusal.code, last_applied: self.last_applied };
        let state = match (&self.meaning, &self.refused) {
            (Meaning::Over, _) => EntryState::Expired,
            (Meaning::Nothing(refusal), _) | (Meaning::Rules(_), Some(refusal)) => unresolved(refusal),
            (Meaning::Rules(_), None) if self.projects.is_empty() => EntryState::Inactive,
            (Meaning::Rules(_), None) => EntryState::Resolved { policy: self.allowlist.policy.clone() },
        };
        AllowlistStatus {
            allowlist: self.object.name.clone(),
            state,
            projects: self.projects.clone(),
            policies: self.policies.clone(),
        }
    }
}

/// What a person should hear of first, where projects differ: that something was taken away, then that something stays.
fn worse(one: LastApplied, other: LastApplied) -> LastApplied {
    let rank = |last_applied| match last_applied {
        LastApplied::Nothing => 0,
        LastApplied::Kept => 1,
        LastApplied::Narrowed => 2,
    };
    if rank(other) > rank(one) { other } else { one }
}
