//! The cluster's DNS, for those who ask what pods need besides their own traffic.

use bulkhead_model::{IpNet, NamespacedName};
use bulkhead_snapshot::Snapshot;

use crate::setting;

/// Where a cluster's DNS is.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct DnsFacts {
    /// Its Services. A tenant's is never one, whatever its name and labels are.
    pub services: Vec<NamespacedName>,
    /// The addresses of the caches on the nodes (NodeLocal DNS).
    pub node_local: Vec<IpNet>,
}

/// Finds the cluster's DNS.
pub fn dns_facts(snapshot: &Snapshot) -> DnsFacts {
    setting::default::dns_facts(snapshot)
}
