//! The default: KubeSphere's switches, objects and names, without its faults.
//!
//! - Nothing depends on a label that a tenant may set, except membership of a workspace, which an admission policy protects.
//! - An entry is written whole or not at all, and one that cannot be written changes nothing else.
//! - An entry acts while either switch is on, an allowlist of a workspace in every project while one of its switches is on. Neither is ever
//!   deleted.
//! - Only policies that carry our label are changed or deleted, and only when their meaning changes.

mod allowlist;
mod api_server;
mod base;
mod cluster;
mod dns;
mod entry;
mod node_local_dns;
mod peer;
mod previous;
mod project;
mod service_port;
mod workspace_allowlist;

use std::collections::BTreeMap;

use bulkhead_model::object::{Direction, PolicyManifest, RuleManifest, SelectorManifest};
use bulkhead_model::{Labels, Name, NamespacedName};
use bulkhead_snapshot::Snapshot;

pub use self::dns::is_named_as_dns;
pub use self::node_local_dns::is_named_as_node_local_dns;
use crate::dns_facts::DnsFacts;
use crate::names;
use crate::plan::{Desired, Settings};

/// The cluster's DNS, as it really runs.
pub(crate) fn dns_facts(snapshot: &Snapshot) -> DnsFacts {
    let settings = Settings::default();
    let cluster = cluster::Cluster::new(snapshot, &settings);
    DnsFacts { services: dns::services(&cluster), node_local: node_local_dns::addresses(&cluster) }
}

/// Everything that ought to be there.
pub(crate) fn desired(snapshot: &Snapshot, settings: &Settings) -> Desired {
    let mut desired = Desired::default();
    let cluster = cluster::Cluster::new(snapshot, settings);
    let projects = project::read(&cluster, &mut desired);
    let mut allowlists = workspace_allowlist::resolve(&cluster);
    let mut drafts = Vec::new();
    for project in &projects {
        let mut draft = project::draft(&cluster, project, &mut desired);
        allowlists.draft(&cluster, project, &mut draft);
        drafts.push(draft);
    }
    allowlists.finish(&mut desired);
    let needs_egress = drafts.iter().any(|draft| draft.restricts_egress);
    let common = base::Common::new(&cluster, needs_egress, &mut desired.issues);
    for (project, draft) in projects.iter().zip(drafts) {
        if let Some(scope) = project.scope() {
            desired.add(common.policy(&project.namespace.name, scope, draft.restricts_egress));
        }
        previous::delete_the_rest(&cluster, project, &draft, &mut desired);
        draft.policies.into_iter().for_each(|policy| drop(desired.add(policy)));
    }
    desired
}

/// A policy of ours for all pods of a namespace. A direction without a list is not isolated.
fn manifest(
    namespace: &Name,
    name: impl Into<Name>,
    ingress: Option<Vec<RuleManifest>>,
    egress: Option<Vec<RuleManifest>>,
) -> PolicyManifest {
    let types = [(Direction::Ingress, ingress.is_some()), (Direction::Egress, egress.is_some())];
    PolicyManifest {
        name: NamespacedName::new(namespace.clone(), name),
        labels: Labels::default().with(Name::new_static(names::MANAGED_BY), Name::new_static(names::MANAGER)),
        annotations: BTreeMap::new(),
        pod_selector: SelectorManifest::default(),
        policy_types: types.into_iter().filter(|(_, there)| *there).map(|(direction, _)| direction).collect(),
        ingress: ingress.filter(|rules| !rules.is_empty()),
        egress: egress.filter(|rules| !rules.is_empty()),
    }
}
