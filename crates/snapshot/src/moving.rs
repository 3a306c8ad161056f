//! The cluster as it would be with pods on other nodes.

use std::collections::BTreeMap;
use std::sync::Arc;

use bulkhead_model::{Name, NamespacedName};

use crate::snapshot::Snapshot;
use crate::table::{NodeId, PodId, ServiceId};

/// Where an endpoint stands: its Service, which of its slices, and where in that.
type EndpointPlace = (ServiceId, usize, usize);

/// A copy of a cluster in which pods can be put on other nodes, and back. It is made once, however many placements are looked at: what a
/// placement costs grows with the pods that move.
#[derive(Debug)]
pub struct Moving {
    snapshot: Snapshot,
    /// The endpoints that are pods.
    endpoints: BTreeMap<NamespacedName, Vec<EndpointPlace>>,
}

/// How things were before a move.
#[derive(Debug)]
pub struct Before {
    pods: Vec<(PodId, Option<Name>)>,
    endpoints: Vec<(EndpointPlace, Option<Name>)>,
}

impl Moving {
    /// A copy of a cluster.
    pub fn new(snapshot: &Snapshot) -> Self {
        let mut endpoints: BTreeMap<NamespacedName, Vec<EndpointPlace>> = BTreeMap::new();
        for (service, slices) in &snapshot.slices {
            for (at, slice) in slices.iter().enumerate() {
                let pods = slice.endpoints.iter().enumerate().filter_map(|(nth, it)| Some((nth, it.pod.as_ref()?)));
                for (nth, pod) in pods {
                    endpoints.entry(pod.clone()).or_default().push((*service, at, nth));
                }
            }
        }
        Self { snapshot: snapshot.clone(), endpoints }
    }

    /// The cluster as it is now.
    pub fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    /// Puts some pods on other nodes. They keep their names and addresses, and every endpoint that is one of them moves with it: what
    /// changes is only the node that they are on.
    pub fn put(&mut self, places: &BTreeMap<PodId, NodeId>) -> Before {
        let mut before = Before { pods: Vec::new(), endpoints: Vec::new() };
        for (pod, node) in places {
            let name = Some(self.snapshot.nodes[*node].name.clone());
            before.pods.push((*pod, self.place(*pod, name.clone())));
            let endpoints = self.endpoints.get(&self.snapshot.pods[*pod].name).cloned().unwrap_or_default();
            for place in endpoints {
                before.endpoints.push((place, self.place_endpoint(place, name.clone())));
            }
        }
        before
    }

    /// Puts them back.
    pub fn put_back(&mut self, before: Before) {
        for (place, node) in before.endpoints {
            self.place_endpoint(place, node);
        }
        for (pod, node) in before.pods {
            self.place(pod, node);
        }
    }

    /// Puts a pod on a node; the one that it was on.
    fn place(&mut self, pod: PodId, node: Option<Name>) -> Option<Name> {
        let to = node.as_ref().and_then(|node| self.snapshot.node(node));
        let old = std::mem::replace(&mut Arc::make_mut(self.snapshot.pods.get_mut(pod)?).node, node);
        if let Some(from) = old.as_ref().and_then(|node| self.snapshot.node(node))
            && let Some(pods) = self.snapshot.pods_by_node.get_mut(&from)
        {
            pods.retain(|other| *other != pod);
        }
        if let Some(to) = to {
            let pods = self.snapshot.pods_by_node.entry(to).or_default();
            if let Err(at) = pods.binary_search(&pod) {
                pods.insert(at, pod);
            }
        }
        old
    }

    fn place_endpoint(&mut self, (service, slice, nth): EndpointPlace, node: Option<Name>) -> Option<Name> {
        let slice = Arc::make_mut(self.snapshot.slices.get_mut(&service)?.get_mut(slice)?);
        let endpoint = slice.endpoints.get_mut(nth)?;
        std::mem::replace(&mut endpoint.node, node)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLUSTER: &str = "
apiVersion: v1
kind: Node
metadata: {name: n1}
---
apiVersion: v1
kind: Node
metadata: {name: n2}
---
apiVersion: v1
kind: Pod
metadata: {name: a, namespace: shop, labels: {app: web}}
spec: {nodeName: n1, containers: []}
status: {phase: Running, podIP: 10.0.0.1}
---
apiVersion: v1
kind: Pod
metadata: {name: b, namespace: shop}
spec: {containers: []}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {clusterIP: 10.96.0.1, selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
addressType: IPv4
metadata: {name: web-1, namespace: shop, labels: {kubernetes.io/service-name: web}}
ports: [{port: 80}]
endpoints:
- {addresses: [10.0.0.1], nodeName: n1, targetRef: {kind: Pod, name: a, namespace: shop}}
";

    #[test]
    fn pods_move_with_their_endpoints_and_back() {
        let snapshot = Snapshot::from_texts(&[crate::Input { name: "cluster", text: CLUSTER.as_bytes() }]);
        let shown =
            |snapshot: &Snapshot| format!("{:?} {:?} {:?}", snapshot.pods, snapshot.slices, snapshot.pods_by_node);
        let mut moving = Moving::new(&snapshot);
        let node = |name: &str| snapshot.node(name).unwrap();
        let pods: Vec<PodId> = snapshot.pods.iter().map(|(pod, _)| pod).collect();
        let before = moving.put(&BTreeMap::from([(pods[0], node("n2")), (pods[1], node("n2"))]));
        let moved = moving.snapshot();
        assert_eq!(moved.pods_by_node[&node("n2")], pods);
        assert!(moved.pods_by_node[&node("n1")].is_empty());
        assert_eq!(moved.pods[pods[0]].node.as_deref(), Some("n2"));
        assert!(moved.slices.values().flatten().all(|slice| slice.endpoints[0].node.as_deref() == Some("n2")));
        moving.put_back(before);
        moving.snapshot.pods_by_node.retain(|_, pods| !pods.is_empty());
        assert_eq!(shown(moving.snapshot()), shown(&snapshot));
    }
}
