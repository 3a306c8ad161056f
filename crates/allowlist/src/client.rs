//! Wanted clients as origins to follow: one for each set of clients whose packets travel alike.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use bulkhead_model::{AddressSet, IpNet, Issue, Readable};
use bulkhead_path::Origin;
use bulkhead_snapshot::{NodeId, PodId, ServiceId, Snapshot};

use crate::exposure::Client;
use crate::target::Target;

/// Clients whose packets travel alike, and the one of them that is followed.
#[derive(Clone, Debug)]
pub(crate) struct ClientClass {
    /// The client that is followed.
    pub(crate) origin: Origin,
    /// The address of the client that is followed, by which its own packets are recognised; `None` for a node.
    pub(crate) address: Option<IpAddr>,
    /// Everyone that it stands for.
    pub(crate) members: Members,
}

/// Everyone that a class stands for.
#[derive(Clone, Debug)]
pub(crate) enum Members {
    /// Addresses outside the cluster.
    Addresses(AddressSet),
    /// Pods with their own network.
    Pods(Vec<PodId>),
    /// The one node, or hostNetwork pod, itself.
    Origin,
}

/// The classes of the wanted clients, in a fixed order, and what is wrong with the wishes.
pub(crate) fn classes(snapshot: &Snapshot, target: &Target, clients: &[Client]) -> (Vec<ClientClass>, Vec<Issue>) {
    let (mut addresses, mut pods, mut nodes) = (AddressSet::empty(), BTreeSet::new(), BTreeSet::new());
    let mut issues = Vec::new();
    for client in clients {
        match client {
            Client::Block(net) => addresses = addresses.union(&AddressSet::from_net(*net)),
            Client::Any => {
                addresses = AddressSet::all();
                pods.extend(snapshot.pods.ids().filter(|pod| snapshot.pods[*pod].is_active()));
                nodes.extend(snapshot.nodes.ids());
            }
            Client::Namespace(name) => {
                let before = pods.len();
                let active = snapshot.pods.iter().filter(|(_, pod)| pod.is_active() && pod.name.namespace == *name);
                pods.extend(active.map(|(id, _)| id));
                if pods.len() == before {
                    issues.push(Issue::warning("clientNamespaceEmpty").with("namespace", name));
                }
            }
            Client::Pod(name) => match snapshot.pod(name) {
                Some(pod) => _ = pods.insert(pod),
                None => issues.push(Issue::error("clientPodMissing").with("pod", name)),
            },
            Client::Node(name) => match snapshot.node(name) {
                Some(node) => _ = nodes.insert(node),
                None => issues.push(Issue::error("clientNodeMissing").with("node", name)),
            },
        }
    }
    let outside = without_members(snapshot, &addresses, &mut pods, &mut nodes);
    let mut classes = address_classes(snapshot, &target.services, &outside);
    classes.extend(pod_classes(snapshot, &pods, &target.pods));
    classes.extend(nodes.into_iter().map(|node| node_class(snapshot, node)));
    (classes, issues)
}

/// Takes the addresses of pods and nodes out of a set and puts the pods and nodes into theirs.
fn without_members(
    snapshot: &Snapshot,
    addresses: &AddressSet,
    pods: &mut BTreeSet<PodId>,
    nodes: &mut BTreeSet<NodeId>,
) -> AddressSet {
    if addresses.is_empty() {
        return AddressSet::empty();
    }
    let mut members: Vec<IpNet> = Vec::new();
    for (id, pod) in snapshot.pods.iter().filter(|(_, pod)| pod.is_active() && !pod.host_network) {
        members.extend(pod.addresses.iter().copied().map(IpNet::from));
        if pod.addresses.iter().any(|address| addresses.contains(*address)) {
            pods.insert(id);
        }
    }
    for (id, node) in snapshot.nodes.iter() {
        members.extend(node.addresses.iter().map(|address| IpNet::from(address.address)));
        if node.addresses.iter().any(|address| addresses.contains(address.address)) {
            nodes.insert(id);
        }
    }
    addresses.difference(&members.into_iter().collect())
}

/// Cuts addresses at everything by which the way of a packet could differ: the families, pod ranges, source ranges.
fn address_classes(snapshot: &Snapshot, services: &[ServiceId], addresses: &AddressSet) -> Vec<ClientClass> {
    let mut parts = vec![addresses.intersection(&family("0.0.0.0/0")), addresses.intersection(&family("::/0"))];
    for cut in cuts(snapshot, services) {
        let set = AddressSet::from_net(cut);
        parts = parts.iter().flat_map(|part| [part.intersection(&set), part.difference(&set)]).collect();
        parts.retain(|part| !part.is_empty());
    }
    let class = |part: AddressSet| {
        let (first, _) = part.ranges().next()?;
        Some(ClientClass { origin: Origin::Address(first), address: Some(first), members: Members::Addresses(part) })
    };
    parts.into_iter().filter_map(class).collect()
}

fn family(net: &str) -> AddressSet {
    net.parse().map_or_else(|_| AddressSet::empty(), AddressSet::from_net)
}

/// The blocks that part clients: pod ranges, Calico's pools, the Service's source ranges.
fn cuts(snapshot: &Snapshot, services: &[ServiceId]) -> BTreeSet<IpNet> {
    let mut cuts: BTreeSet<IpNet> = snapshot.ip_pools.iter().filter_map(|pool| pool.cidr.known().copied()).collect();
    let ranges = services.iter().flat_map(|service| &snapshot.services[*service].load_balancer_source_ranges);
    cuts.extend(ranges.filter_map(Readable::known).copied());
    let pod_ranges: AddressSet = snapshot.nodes.rows().iter().flat_map(|node| node.pod_cidrs.iter().copied()).collect();
    cuts.extend(pod_ranges.to_nets());
    cuts
}

/// Pods of one node travel alike, except those of the target, which may meet themselves; hostNetwork pods travel as their node.
fn pod_classes(snapshot: &Snapshot, pods: &BTreeSet<PodId>, target: &BTreeSet<PodId>) -> Vec<ClientClass> {
    let mut classes: BTreeMap<_, Vec<PodId>> = BTreeMap::new();
    let mut host: BTreeMap<_, PodId> = BTreeMap::new();
    for id in pods {
        let pod = &snapshot.pods[*id];
        let families = (pod.addresses.iter().any(IpAddr::is_ipv4), pod.addresses.iter().any(IpAddr::is_ipv6));
        if pod.host_network {
            host.entry(pod.node.clone()).or_insert(*id);
        } else {
            let itself = target.contains(id).then_some(*id);
            classes.entry((pod.node.clone(), families, itself)).or_default().push(*id);
        }
    }
    let own = classes.into_values().filter_map(|members| {
        let pod = &snapshot.pods[*members.first()?];
        Some(ClientClass {
            origin: Origin::Pod(pod.name.clone()),
            address: pod.addresses.first().copied(),
            members: Members::Pods(members),
        })
    });
    let host = host.into_values().map(|id| ClientClass {
        origin: Origin::Pod(snapshot.pods[id].name.clone()),
        address: None,
        members: Members::Origin,
    });
    own.chain(host).collect()
}

fn node_class(snapshot: &Snapshot, node: NodeId) -> ClientClass {
    ClientClass { origin: Origin::Node(snapshot.nodes[node].name.clone()), address: None, members: Members::Origin }
}
