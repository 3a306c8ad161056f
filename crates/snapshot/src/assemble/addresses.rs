//! Whose address an address is, and which pods a node has.

use std::collections::BTreeMap;
use std::sync::Arc;

use bulkhead_model::object::Node;
use bulkhead_model::{IpNet, Issue, IssueCode, ObjectRef};

use crate::code;
use crate::snapshot::Snapshot;
use crate::table::{NodeId, PodId};

/// Fills the indexes by address and by node. Pods that have ended, and pods in the host's network, have no address of
/// their own.
pub(super) fn index(snapshot: &mut Snapshot) {
    let of_nodes = snapshot.nodes.iter().flat_map(|(id, node)| node.addresses.iter().map(move |it| (it.address, id)));
    let nodes_by_address = of_nodes.collect();
    let active = || snapshot.pods.iter().filter(|(_, pod)| pod.is_active());
    let with_own = active().filter(|(_, pod)| !pod.host_network);
    let of_pods = with_own.flat_map(|(id, pod)| pod.addresses.iter().map(move |address| (*address, id)));
    let pods_by_address = of_pods.collect();
    let mut pods_by_node: BTreeMap<NodeId, Vec<PodId>> = BTreeMap::new();
    for (id, pod) in active() {
        if let Some(node) = pod.node.as_deref().and_then(|name| snapshot.node(name)) {
            pods_by_node.entry(node).or_default().push(id);
        }
    }
    (snapshot.nodes_by_address, snapshot.pods_by_address) = (Arc::new(nodes_by_address), Arc::new(pods_by_address));
    snapshot.pods_by_node = pods_by_node;
    report(snapshot);
}

/// Reports addresses that are not one thing's alone.
fn report(snapshot: &mut Snapshot) {
    let mut issues = Vec::new();
    for (address, pods) in snapshot.pods_by_address.iter() {
        let first = pods.first().map(|id| reference(snapshot, *id));
        for (pod, first) in pods.iter().skip(1).zip(first.iter().cycle()) {
            let issue = about_pod(snapshot, *pod, code::POD_ADDRESS_SHARED);
            issues.push(issue.with("address", address).with("other", first));
        }
        for (node, pod) in snapshot.nodes_with_address(address).iter().zip(pods) {
            let issue = about_pod(snapshot, *pod, code::POD_ADDRESS_OF_NODE);
            issues.push(issue.with("address", address).with("node", &snapshot.nodes[*node].name));
        }
    }
    for (address, nodes) in snapshot.nodes_by_address.iter() {
        let first = nodes.first().map(|id| snapshot.nodes[*id].name.clone());
        for (node, first) in nodes.iter().skip(1).zip(first.iter().cycle()) {
            let node = &snapshot.nodes[*node];
            let issue = Issue::error(code::NODE_ADDRESS_SHARED).at(node.position);
            let issue = issue.about(about_node(node)).in_field("status.addresses");
            issues.push(issue.with("address", address).with("other", first));
        }
    }
    issues.extend(snapshot.nodes.rows().iter().filter(|node| node.addresses.is_empty()).map(|node| {
        Issue::warning(code::NODE_WITHOUT_ADDRESSES)
            .at(node.position)
            .about(about_node(node))
            .in_field("status.addresses")
    }));
    issues.extend(overlapping_ranges(snapshot));
    snapshot.issues.extend(issues);
}

/// Ranges of pod addresses that two nodes have: each that begins within an earlier one of another node.
fn overlapping_ranges(snapshot: &Snapshot) -> Vec<Issue> {
    let of = |node| move |cidr: &IpNet| (*cidr, node);
    let mut ranges: Vec<(IpNet, &Node)> =
        snapshot.nodes.rows().iter().flat_map(|node| node.pod_cidrs.iter().map(of(node))).collect();
    ranges.sort_by_key(|(cidr, node)| (cidr.network(), std::cmp::Reverse(cidr.broadcast()), node.name.clone()));
    let mut issues = Vec::new();
    let mut widest: Option<(IpNet, &Node)> = None;
    for (cidr, node) in ranges {
        let earlier = widest.filter(|(wide, _)| wide.contains(&cidr.network()));
        if let Some((wide, other)) = earlier.filter(|(_, other)| other.name != node.name) {
            let issue = Issue::warning(code::POD_CIDR_OVERLAPS).at(node.position).about(about_node(node));
            let issue = issue.in_field("spec.podCIDRs").with("cidr", cidr).with("other", wide);
            issues.push(issue.with("node", &other.name));
        }
        if earlier.is_none_or(|(wide, _)| wide.broadcast() < cidr.broadcast()) {
            widest = Some((cidr, node));
        }
    }
    issues
}

fn about_node(node: &Node) -> ObjectRef {
    ObjectRef::cluster("Node", node.name.clone())
}

fn reference(snapshot: &Snapshot, pod: PodId) -> ObjectRef {
    ObjectRef::namespaced("Pod", &snapshot.pods[pod].name)
}

fn about_pod(snapshot: &Snapshot, pod: PodId, code: IssueCode) -> Issue {
    let position = snapshot.pods[pod].position;
    Issue::error(code).at(position).about(reference(snapshot, pod)).in_field("status.podIPs")
}
