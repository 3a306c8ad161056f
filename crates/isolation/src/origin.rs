//! What a policy of ours is made of.

use bulkhead_model::{NamespacedName, ObjectRef};
use bulkhead_snapshot::Snapshot;

use crate::names;
use crate::plan::is_ours;

/// The object that a NetworkPolicy with our label is made of, as its name tells; `None` for one that isolates, which is made of switches,
/// and for everybody else's. Whether the object is there is another question.
pub fn origin(snapshot: &Snapshot, policy: &ObjectRef) -> Option<ObjectRef> {
    if policy.kind != "NetworkPolicy" {
        return None;
    }
    let name = NamespacedName::new(policy.namespace.clone()?, policy.name.clone());
    let at = snapshot.network_policies.binary_search_by(|have| have.name.cmp(&name)).ok()?;
    snapshot.network_policies.get(at).filter(|have| is_ours(have))?;
    if name.name == names::BASE_POLICY {
        return None;
    }
    if let Some(allowlist) = name.name.strip_prefix(names::WORKSPACE_POLICY_PREFIX) {
        return Some(ObjectRef::cluster("WorkspaceAllowlist", allowlist));
    }
    if let Some(exposure) = names::exposure_of_policy(&name.name) {
        let exposure = NamespacedName::new(name.namespace.clone(), exposure);
        return Some(ObjectRef::namespaced("Exposure", &exposure));
    }
    let entry = name.name.strip_prefix(names::POLICY_PREFIX)?;
    Some(ObjectRef::namespaced("NamespaceNetworkPolicy", &NamespacedName::new(name.namespace.clone(), entry)))
}
