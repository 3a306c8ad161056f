//! The policies that are there from an earlier plan: what stays of an entry that cannot be resolved now, and what goes.

use bulkhead_model::object::{Matches, NetworkPolicy, Peer, Rule};
use bulkhead_model::{LabelSelector, Name, Operator, Readable};

use super::cluster::Cluster;
use super::manifest;
use super::project::{Draft, Project};
use crate::plan::{Desired, Isolation, LastApplied};
use crate::{names, workspace};

/// What stays of the policy of an entry that cannot be resolved now.
#[derive(Debug, PartialEq, Eq)]
struct Rest {
    last_applied: LastApplied,
    restricts_egress: bool,
}

/// Keeps what stays of the policy of something that cannot be resolved now.
pub(super) fn keep(cluster: &Cluster<'_>, project: &Project<'_>, policy: &Name, draft: &mut Draft) -> LastApplied {
    let rest = rest(cluster, project, policy);
    draft.restricts_egress |= rest.restricts_egress;
    match rest.last_applied {
        LastApplied::Nothing => {}
        LastApplied::Kept => drop(draft.kept.insert(policy.clone())),
        LastApplied::Narrowed => {
            draft.policies.push(manifest(&project.namespace.name, policy.clone(), None, Some(Vec::new())));
        }
    }
    rest.last_applied
}

/// What stays of an unresolved entry's policy. A Service that is gone for a minute must neither cut the entry's traffic nor, where
/// the entry was the only one for egress, open all of it; what has become forbidden goes at once.
fn rest(cluster: &Cluster<'_>, project: &Project<'_>, policy: &Name) -> Rest {
    let nothing = Rest { last_applied: LastApplied::Nothing, restricts_egress: false };
    // A policy of this name that isolates is the project's, not the entry's.
    if policy == names::BASE_POLICY {
        return nothing;
    }
    let ours = cluster.ours(&project.namespace.name);
    let Some(policy) = ours.iter().find(|have| have.name.name == *policy) else { return nothing };
    let restricts_egress = policy.isolates_egress != Some(false);
    if is_permitted(cluster, project, policy) {
        return Rest { last_applied: LastApplied::Kept, restricts_egress };
    }
    let last_applied = if restricts_egress { LastApplied::Narrowed } else { LastApplied::Nothing };
    Rest { last_applied, restricts_egress }
}

/// Whether every peer of a policy is still one that an entry may name.
fn is_permitted(cluster: &Cluster<'_>, project: &Project<'_>, policy: &NetworkPolicy) -> bool {
    let known = policy.unknown_field.is_none() && policy.isolates_egress.is_some() && policy.isolates_ingress.is_some();
    let mut rules = policy.ingress.iter().chain(&policy.egress);
    known && rules.all(|rule| rule.known().is_some_and(|rule| is_rule_permitted(cluster, project, rule)))
}

fn is_rule_permitted(cluster: &Cluster<'_>, project: &Project<'_>, rule: &Rule) -> bool {
    let peers = match &rule.peers {
        Matches::Any => &[][..],
        Matches::OneOf(peers) => peers.as_slice(),
    };
    let permitted = |peer: &Peer| match peer {
        Peer::Block { .. } | Peer::Pods { namespaces: None, .. } => true,
        Peer::Pods { namespaces: Some(selector), .. } => are_siblings(cluster, project, selector),
    };
    rule.unknown_field.is_none() && peers.iter().all(|peer| peer.known().is_some_and(permitted))
}

/// Whether a selector names namespaces of the project's workspace, and nothing else.
fn are_siblings(cluster: &Cluster<'_>, project: &Project<'_>, selector: &LabelSelector) -> bool {
    let [Readable::Known(requirement)] = selector.requirements.as_slice() else { return false };
    let Operator::In(names) = &requirement.operator else { return false };
    let sibling = |name: &Name| {
        let workspace = cluster.namespace(name).and_then(workspace::of);
        workspace.is_some() && workspace == project.workspace
    };
    requirement.key == names::METADATA_NAME && names.iter().all(sibling)
}

/// Deletes what an earlier plan wrote for a project and this one does not want.
pub(super) fn delete_the_rest(cluster: &Cluster<'_>, project: &Project<'_>, draft: &Draft, desired: &mut Desired) {
    if project.isolation == Isolation::Unknown {
        return;
    }
    let is_isolated = project.scope().is_some();
    for policy in cluster.ours(&project.namespace.name) {
        let name = &policy.name.name;
        let is_wanted = (name == names::BASE_POLICY && is_isolated)
            || draft.kept.contains(name)
            || draft.policies.iter().any(|policy| policy.name.name == *name);
        if !is_wanted {
            desired.delete.insert(policy.name.clone());
        }
    }
}
