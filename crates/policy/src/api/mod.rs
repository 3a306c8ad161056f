//! The policy APIs, one folder each. A member turns its objects into [`LoweredPolicy`](crate::rule::LoweredPolicy)s; to
//! add one, add its folder and a line to [`lower_all`].

use bulkhead_snapshot::Snapshot;

use crate::rule::LoweredPolicy;
use crate::selector::SelectorTable;

mod cluster_network_policy;
mod network_policy;

pub(crate) use cluster_network_policy::lower as lower_cluster_network_policy;
pub(crate) use network_policy::lower as lower_network_policy;

/// Lowers every policy of a snapshot, API after API, each in the order of its names.
pub(crate) fn lower_all(snapshot: &Snapshot, selectors: &mut SelectorTable) -> Vec<LoweredPolicy> {
    let mut lowered = Vec::new();
    lowered.extend(snapshot.network_policies.iter().flat_map(|policy| network_policy::lower(policy, selectors)));
    let of_cluster = &snapshot.cluster_network_policies;
    lowered.extend(of_cluster.iter().flat_map(|policy| cluster_network_policy::lower(policy, selectors)));
    lowered
}
