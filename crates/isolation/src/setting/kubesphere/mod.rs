//! What the controller of KubeSphere 3.4.1 writes in one pass over a snapshot
//! (`pkg/controller/network/nsnetworkpolicy`, unchanged since 3.0.0), bit for bit.
//!
//! A pass syncs every project and every entry once, with what the snapshot shows before anything is written. What a second
//! pass would take back, because the first one deleted entries, stands in the issues.

mod base;
mod convert;
mod entry;
mod project;

use std::collections::BTreeMap;

use bulkhead_model::object::NamespaceNetworkPolicy;
use bulkhead_model::{Issue, Name, ObjectRef};
use bulkhead_snapshot::Snapshot;

use crate::plan::{Desired, Settings};
use crate::{code, configuration, names};

/// The entries of each namespace, by name.
type Entries<'s> = BTreeMap<&'s Name, Vec<&'s NamespaceNetworkPolicy>>;

/// Everything that the controller wants after one pass.
pub(crate) fn desired(snapshot: &Snapshot, settings: &Settings) -> Desired {
    let mut desired = Desired::default();
    let mut entries: Entries<'_> = BTreeMap::new();
    for entry in &snapshot.namespace_network_policies {
        entries.entry(&entry.name.namespace).or_default().push(entry);
    }
    let allowed = configuration::allowed_ingress_namespaces(snapshot, settings, &mut desired.issues);
    desired.issues.extend(configuration::disabled_issue(snapshot));
    let allowlists = snapshot.workspace_allowlists.iter();
    let allowlists = allowlists.map(|it| (it.position, ObjectRef::cluster("WorkspaceAllowlist", it.name.clone())));
    let exposures = snapshot.exposures.iter();
    let exposures = exposures.map(|it| (it.position, ObjectRef::namespaced("Exposure", &it.name)));
    let ignored = |(position, object)| Issue::warning(code::KUBESPHERE_IGNORES).at(position).about(object);
    desired.issues.extend(allowlists.chain(exposures).map(ignored));
    let base = base::BasePolicy::new(snapshot, &allowed);
    project::sync(snapshot, &base, &entries, &mut desired);
    entry::sync(snapshot, &mut desired);
    entry::delete_without_entry(snapshot, &entries, &mut desired);
    for manifest in desired.policies.values() {
        if let Err(error) = manifest.to_network_policy() {
            desired.issues.push(crate::apply::refused(manifest, &error.field, &error.value));
        }
    }
    desired
}

/// An issue about a policy.
fn about_policy(
    make: fn(bulkhead_model::IssueCode) -> Issue,
    code: bulkhead_model::IssueCode,
    namespace: &Name,
    name: &str,
) -> Issue {
    let name = bulkhead_model::NamespacedName::new(namespace.clone(), name);
    make(code).about(ObjectRef::namespaced("NetworkPolicy", &name)).with("policy", name)
}

/// The name of an entry's policy.
fn policy_name(entry: &str) -> Name {
    Name::from(format!("{}{entry}", names::POLICY_PREFIX))
}
