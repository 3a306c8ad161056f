//! Which endpoints of a Service a node uses: readiness, termination, hints and traffic policies
//! (kube-proxy's `CategorizeEndpoints` and `topologyModeFromHints`, KEP-1669, KEP-2433).

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::sync::Arc;

use bulkhead_model::object::{Endpoint as SliceEndpoint, EndpointSlice, ServicePort};
use bulkhead_model::{Name, PortNumber};
use bulkhead_snapshot::{DERIVED_SLICE, NodeId, PodId, Snapshot};

use super::services::{PortOf, port_of};
use crate::cni::Family;

/// One endpoint that connections can be sent to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Endpoint {
    pub(crate) address: IpAddr,
    pub(crate) port: PortNumber,
    pub(crate) node: Option<NodeId>,
    pub(crate) pod: Option<PodId>,
}

/// Which set of endpoints a node uses: nodes with equal keys use the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum SetKey {
    Empty,
    Everyone,
    OfNode(NodeId),
    OfZone(usize),
}

/// The endpoints that a node uses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct EndpointSet {
    pub(crate) key: SetKey,
    pub(crate) endpoints: Arc<[Endpoint]>,
}

impl EndpointSet {
    fn new(key: SetKey, endpoints: Arc<[Endpoint]>) -> Self {
        Self { key: if endpoints.is_empty() { SetKey::Empty } else { key }, endpoints }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.endpoints.is_empty()
    }
}

/// The endpoints of one port of a Service, ready to be asked for any node.
#[derive(Debug)]
pub(crate) struct Endpoints {
    everyone: Arc<[Endpoint]>,
    ready: Arc<[Endpoint]>,
    /// Where every ready endpoint has a hint for nodes: the endpoints hinted for each.
    by_hinted_node: BTreeMap<NodeId, Arc<[Endpoint]>>,
    /// Where every ready endpoint has a hint for zones: the endpoints hinted for each.
    by_hinted_zone: BTreeMap<Name, (usize, Arc<[Endpoint]>)>,
    local: BTreeMap<NodeId, Arc<[Endpoint]>>,
    /// Nodes with a ready endpoint: what a health check asks for.
    ready_nodes: BTreeSet<NodeId>,
    /// Whether the input has no EndpointSlices, and these were worked out from the Service's selector.
    pub(crate) assumed: bool,
}

/// An endpoint with its conditions.
struct Candidate {
    endpoint: Endpoint,
    ready: bool,
    /// Serving while it terminates.
    ending: bool,
    hint_nodes: Vec<Name>,
    hint_zones: Vec<Name>,
}

impl Endpoints {
    pub(crate) fn of(snapshot: &Snapshot, port: PortOf, family: Family) -> Self {
        let slices = snapshot.endpoint_slices(port.service);
        let assumed = slices.iter().any(|slice| slice.name.name.ends_with(DERIVED_SLICE));
        let wanted = port_of(snapshot, port);
        let candidates = wanted.map_or_else(Vec::new, |wanted| from_slices(snapshot, slices, wanted, family));
        Self { assumed, ..Self::categorized(snapshot, &candidates) }
    }

    fn categorized(snapshot: &Snapshot, candidates: &[Candidate]) -> Self {
        let ready: Vec<&Candidate> = candidates.iter().filter(|candidate| candidate.ready).collect();
        let ending = || candidates.iter().filter(|candidate| candidate.ending).collect();
        let everyone = if ready.is_empty() { ending() } else { ready.clone() };
        let mut ready_nodes = BTreeSet::new();
        let mut local: BTreeMap<NodeId, Vec<&Candidate>> = BTreeMap::new();
        for candidate in candidates.iter().filter(|candidate| candidate.ready || candidate.ending) {
            let Some(node) = candidate.endpoint.node else { continue };
            local.entry(node).or_default().push(candidate);
            if candidate.ready {
                ready_nodes.insert(node);
            }
        }
        let local = local.into_iter().map(|(node, of_node)| {
            let only_ready = ready_nodes.contains(&node);
            (node, collect(of_node.into_iter().filter(|candidate| candidate.ready || !only_ready)))
        });
        let local = local.collect();
        Self {
            everyone: collect(everyone),
            ready: collect(ready.iter().copied()),
            by_hinted_node: by_hinted_node(snapshot, &ready),
            by_hinted_zone: by_hinted_zone(&ready),
            local,
            ready_nodes,
            assumed: false,
        }
    }

    /// Those that a node uses where the traffic policy is Cluster.
    pub(crate) fn cluster(&self, node: NodeId, zone: Option<&Name>) -> EndpointSet {
        if let Some(hinted) = self.by_hinted_node.get(&node) {
            return EndpointSet::new(SetKey::OfNode(node), hinted.clone());
        }
        if let Some((index, hinted)) = zone.and_then(|zone| self.by_hinted_zone.get(zone)) {
            return EndpointSet::new(SetKey::OfZone(*index), hinted.clone());
        }
        EndpointSet::new(SetKey::Everyone, self.everyone.clone())
    }

    /// Those that a node uses where the traffic policy is Local.
    pub(crate) fn local(&self, node: NodeId) -> EndpointSet {
        let local = self.local.get(&node).cloned().unwrap_or_default();
        EndpointSet::new(SetKey::OfNode(node), local)
    }

    /// Those that are ready: what names of a headless Service resolve to, and what a gateway uses.
    pub(crate) fn ready(&self) -> &[Endpoint] {
        &self.ready
    }

    /// Whether any node has an endpoint to use.
    pub(crate) fn any(&self) -> bool {
        !self.everyone.is_empty() || !self.local.is_empty()
    }

    /// Whether a node has a ready endpoint.
    pub(crate) fn ready_on(&self, node: NodeId) -> bool {
        self.ready_nodes.contains(&node)
    }

    /// The nodes that have an endpoint that is ready, or serving while it ends.
    pub(crate) fn serving_nodes(&self) -> Vec<NodeId> {
        self.local.keys().copied().collect()
    }

    /// All of them.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Endpoint> {
        self.everyone.iter().chain(&*self.ready).chain(self.local.values().flat_map(|local| local.iter()))
    }

    /// The nodes for which something else may hold than for others: those that have an endpoint or are hinted one.
    pub(crate) fn nodes_in_question(&self) -> impl Iterator<Item = NodeId> + '_ {
        let of_endpoints = self.everyone.iter().filter_map(|endpoint| endpoint.node);
        self.local.keys().chain(self.by_hinted_node.keys()).copied().chain(of_endpoints)
    }

    /// The nodes that have a ready endpoint.
    pub(crate) fn ready_nodes(&self) -> Vec<NodeId> {
        self.ready_nodes.iter().copied().collect()
    }
}

fn collect<'a>(candidates: impl IntoIterator<Item = &'a Candidate>) -> Arc<[Endpoint]> {
    let mut endpoints: Vec<Endpoint> = candidates.into_iter().map(|candidate| candidate.endpoint.clone()).collect();
    endpoints.sort();
    endpoints.dedup();
    endpoints.into()
}

fn by_hinted_node(snapshot: &Snapshot, ready: &[&Candidate]) -> BTreeMap<NodeId, Arc<[Endpoint]>> {
    let mut by_node: BTreeMap<NodeId, Vec<&Candidate>> = BTreeMap::new();
    if ready.iter().any(|candidate| candidate.hint_nodes.is_empty()) {
        return BTreeMap::new();
    }
    for candidate in ready {
        for node in candidate.hint_nodes.iter().filter_map(|name| snapshot.node(name)) {
            by_node.entry(node).or_default().push(candidate);
        }
    }
    by_node.into_iter().map(|(node, hinted)| (node, collect(hinted))).collect()
}

fn by_hinted_zone(ready: &[&Candidate]) -> BTreeMap<Name, (usize, Arc<[Endpoint]>)> {
    let mut by_zone: BTreeMap<&Name, Vec<&Candidate>> = BTreeMap::new();
    if ready.iter().any(|candidate| candidate.hint_zones.is_empty()) {
        return BTreeMap::new();
    }
    for candidate in ready {
        for zone in &candidate.hint_zones {
            by_zone.entry(zone).or_default().push(candidate);
        }
    }
    let numbered = by_zone.into_iter().enumerate();
    numbered.map(|(index, (zone, hinted))| (zone.clone(), (index, collect(hinted)))).collect()
}

fn from_slices(
    snapshot: &Snapshot,
    slices: &[Arc<EndpointSlice>],
    wanted: &ServicePort,
    family: Family,
) -> Vec<Candidate> {
    let mut candidates = Vec::new();
    for slice in slices {
        let serves = slice.ports.iter().find(|port| port.name == wanted.name && port.protocol == wanted.protocol);
        let Some(port) = serves.and_then(|port| port.port) else { continue };
        let of_family = slice.endpoints.iter().filter(|endpoint| Family::of(endpoint.address) == family);
        candidates.extend(of_family.map(|endpoint| from_slice(snapshot, endpoint, port)));
    }
    candidates
}

fn from_slice(snapshot: &Snapshot, endpoint: &SliceEndpoint, port: PortNumber) -> Candidate {
    let target = endpoint.pod.as_ref().and_then(|name| snapshot.pod(name));
    let by_address = || match snapshot.pods_with_address(endpoint.address) {
        [only] => Some(*only),
        _ => None,
    };
    let pod = target.or_else(by_address);
    let node = endpoint.node.as_ref().and_then(|name| snapshot.node(name));
    Candidate {
        endpoint: Endpoint { address: endpoint.address, port, node, pod },
        ready: endpoint.ready,
        ending: endpoint.serving && endpoint.terminating,
        hint_nodes: endpoint.hint_nodes.clone(),
        hint_zones: endpoint.hint_zones.clone(),
    }
}
