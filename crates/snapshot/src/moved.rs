//! The cluster as it would be with pods on other nodes.

use std::collections::BTreeMap;

use bulkhead_model::{Name, NamespacedName};

use crate::snapshot::Snapshot;
use crate::table::{NodeId, PodId};

impl Snapshot {
    /// The same cluster with some pods on other nodes. They keep their names and addresses, and every endpoint that is one of
    /// them moves with it: what changes is only the node that they are on.
    #[must_use]
    pub fn with_pods_on(&self, places: &BTreeMap<PodId, NodeId>) -> Self {
        let mut moved = self.clone();
        let mut names: BTreeMap<NamespacedName, Name> = BTreeMap::new();
        for (pod, node) in places {
            let name = self.nodes[*node].name.clone();
            names.insert(self.pods[*pod].name.clone(), name.clone());
            if let Some(row) = moved.pods.get_mut(*pod) {
                row.node = Some(name);
            }
        }
        for pods in moved.pods_by_node.values_mut() {
            pods.retain(|pod| !places.contains_key(pod));
        }
        for (pod, node) in places {
            let pods = moved.pods_by_node.entry(*node).or_default();
            pods.push(*pod);
            pods.sort_unstable();
        }
        let endpoints = moved.slices.values_mut().flatten().flat_map(|slice| &mut slice.endpoints);
        for endpoint in endpoints {
            let place = endpoint.pod.as_ref().and_then(|pod| names.get(pod));
            if let Some(node) = place {
                endpoint.node = Some(node.clone());
            }
        }
        moved
    }
}
