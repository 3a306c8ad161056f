//! One pass over the entries (`syncNSNP`), which does not ask whether their project is isolated.

use bulkhead_model::object::NamespaceNetworkPolicy;
use bulkhead_model::{Issue, Name, NamespacedName, ObjectRef};
use bulkhead_snapshot::Snapshot;

use super::convert::ConvertError;
use super::{Entries, about_policy, convert, policy_name};
use crate::plan::{Desired, EntryState, EntryStatus, LastApplied};
use crate::{code, names};

/// Syncs every entry.
pub(super) fn sync(snapshot: &Snapshot, desired: &mut Desired) {
    for entry in &snapshot.namespace_network_policies {
        let state = match converted(snapshot, entry, desired) {
            Ok(policy) => EntryState::Resolved { policy },
            Err(error) => {
                desired.issues.push(error.issue().at(entry.position).about(object(entry)));
                EntryState::Unresolved { reason: error.code, last_applied: last_applied(snapshot, entry) }
            }
        };
        desired.entries.push(EntryStatus { entry: entry.name.clone(), state });
    }
}

/// Nothing is written, and nothing is deleted before the controller restarts.
fn last_applied(snapshot: &Snapshot, entry: &NamespaceNetworkPolicy) -> LastApplied {
    let policy = NamespacedName::new(entry.name.namespace.clone(), policy_name(&entry.name.name));
    let is_there = snapshot.network_policies.binary_search_by(|have| have.name.cmp(&policy)).is_ok();
    if is_there { LastApplied::Kept } else { LastApplied::Nothing }
}

fn object(entry: &NamespaceNetworkPolicy) -> ObjectRef {
    ObjectRef::namespaced("NamespaceNetworkPolicy", &entry.name)
}

fn converted(snapshot: &Snapshot, entry: &NamespaceNetworkPolicy, desired: &mut Desired) -> Result<Name, ConvertError> {
    if entry.unreadable.is_some() {
        return Err(ConvertError { code: code::ENTRY_UNREADABLE, service: None });
    }
    let policy = convert::policy(snapshot, entry)?;
    let name = policy.name.name.clone();
    if desired.add(policy).is_some() {
        let code = code::KUBESPHERE_OVERWRITES_BASE;
        desired.issues.push(about_policy(Issue::error, code, &entry.name.namespace, &name));
    }
    Ok(name)
}

/// Deletes the policies of entries that are no more: to this controller, every policy whose name begins as its own do. Those
/// that isolate are the projects' affair.
pub(super) fn delete_without_entry(snapshot: &Snapshot, entries: &Entries<'_>, desired: &mut Desired) {
    for policy in &snapshot.network_policies {
        let is_own = policy.name.name.starts_with(names::POLICY_PREFIX) && policy.name.name != names::BASE_POLICY;
        if is_own && !has_entry(&policy.name, entries) {
            desired.delete.insert(policy.name.clone());
        }
    }
}

fn has_entry(policy: &NamespacedName, entries: &Entries<'_>) -> bool {
    let own = entries.get(&policy.namespace).map_or(&[][..], Vec::as_slice);
    own.iter().any(|entry| policy_name(&entry.name.name) == policy.name)
}
