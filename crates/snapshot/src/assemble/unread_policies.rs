//! Of policies that nobody could read those stay that nothing replaces.

use bulkhead_model::ObjectRef;
use bulkhead_model::object::UnreadPolicy;

use crate::snapshot::Snapshot;

/// The API group of the kind whose objects may come back readable.
const NETWORKING: &str = "networking.k8s.io";

/// Sorts them by their names. One that came twice is kept once, the later one; so is one that came again and could be read.
pub(super) fn complete(mut policies: Vec<UnreadPolicy>, snapshot: &mut Snapshot) {
    policies.sort_by(|a, b| (&a.object, &a.group, a.position).cmp(&(&b.object, &b.group, b.position)));
    policies.dedup_by(|later, kept| {
        let is_same = later.object == kept.object && later.group == kept.group;
        if is_same {
            std::mem::swap(later, kept);
        }
        is_same
    });
    policies.retain(|policy| !is_replaced(policy, snapshot));
    snapshot.unread_policies = policies;
}

/// Whether the policy came again, in a form that could be read.
fn is_replaced(policy: &UnreadPolicy, snapshot: &Snapshot) -> bool {
    let of_namespaces = snapshot.network_policies.iter();
    let mut readable = of_namespaces
        .map(|it| (ObjectRef::namespaced("NetworkPolicy", &it.name), it.position))
        .chain(snapshot.cluster_network_policies.iter().map(|it| (it.object_ref(), it.position)));
    let is_kubernetes = policy.group == NETWORKING || policy.group == "policy.networking.k8s.io";
    is_kubernetes && readable.any(|(object, position)| object == policy.object && position > policy.position)
}
