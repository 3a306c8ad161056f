//! The policy APIs, one folder each. A member turns its objects into [`LoweredPolicy`](crate::rule::LoweredPolicy)s; to
//! add one, add its folder and a line to [`lower_all`].

use bulkhead_snapshot::Snapshot;

use crate::profile::Engine;
use crate::rule::LoweredPolicy;
use crate::selector::SelectorTable;

mod cluster_network_policy;
mod network_policy;
mod unread_policy;

pub(crate) use cluster_network_policy::lower as lower_cluster_network_policy;
pub(crate) use network_policy::lower as lower_network_policy;

/// Lowers every policy of a snapshot that means something to the engine, API after API, each in the order of its names.
pub(crate) fn lower_all(snapshot: &Snapshot, engine: &Engine, selectors: &mut SelectorTable) -> Vec<LoweredPolicy> {
    let mut lowered = Vec::new();
    lowered.extend(snapshot.network_policies.iter().flat_map(|policy| network_policy::lower(policy, selectors)));
    let of_cluster = &snapshot.cluster_network_policies;
    lowered.extend(of_cluster.iter().flat_map(|policy| cluster_network_policy::lower(policy, selectors)));
    let unread = &snapshot.unread_policies;
    lowered.extend(unread.iter().flat_map(|policy| unread_policy::lower(policy, engine, selectors)));
    lowered
}
