//! Wanted clients as origins to follow: one for each set of clients whose packets travel alike.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use bulkhead_model::{AddressSet, IpNet, Issue, IssueCode, Name, Readable};
use bulkhead_path::Origin;
use bulkhead_snapshot::{NodeId, PodId, ServiceId, Snapshot};

use crate::exposure::Client;
use crate::shared::{Member, Shared, singles};
use crate::target::many::namespaces;
use crate::target::pods::workload_pods;

const WORKSPACE_MISSING: IssueCode = "clientWorkspaceMissing";
const WORKLOAD_MISSING: IssueCode = "clientWorkloadMissing";
const POD_MISSING: IssueCode = "clientPodMissing";
const NODE_MISSING: IssueCode = "clientNodeMissing";

/// A client that was named is not there.
pub(crate) const CLIENT_MISSING: [IssueCode; 4] = [WORKSPACE_MISSING, WORKLOAD_MISSING, POD_MISSING, NODE_MISSING];

/// Everyone who is wanted.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wanted {
    /// Addresses outside the cluster.
    pub(crate) outside: AddressSet,
    /// Addresses inside that wanted blocks hold: those of wanted pods and nodes, and those that pods may get.
    pub(crate) inside: AddressSet,
    /// Pods.
    pub(crate) pods: BTreeSet<PodId>,
    /// Nodes.
    pub(crate) nodes: BTreeSet<NodeId>,
    /// Namespaces of which every pod is wanted, those of tomorrow included.
    pub(crate) whole: BTreeSet<Name>,
    /// Whether just everyone is.
    pub(crate) everyone: bool,
    /// What is wrong with the wishes.
    pub(crate) issues: Vec<Issue>,
}

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

/// Everyone whom a list of wishes means.
pub(crate) fn wanted(shared: &Shared<'_>, clients: &[Client]) -> Wanted {
    let snapshot = shared.snapshot();
    let mut wanted = Wanted::default();
    let mut blocks: Vec<IpNet> = Vec::new();
    for client in clients {
        match client {
            Client::Block(net) => blocks.push(*net),
            Client::Any => wanted.add_everyone(snapshot),
            Client::Namespace(name) => wanted.add_namespace(snapshot, name),
            Client::Workspace(name) => {
                let namespaces = namespaces(snapshot, name);
                if namespaces.is_empty() {
                    wanted.issues.push(Issue::error(WORKSPACE_MISSING).with("workspace", name));
                }
                for namespace in namespaces {
                    wanted.add_namespace(snapshot, &namespace);
                }
            }
            Client::Pod(name) => match snapshot.pod(name) {
                Some(pod) => _ = wanted.pods.insert(pod),
                None => wanted.issues.push(Issue::error(POD_MISSING).with("pod", name)),
            },
            Client::Workload(kind, name) => {
                let pods = workload_pods(snapshot, *kind, name);
                if pods.is_empty() {
                    wanted.issues.push(Issue::error(WORKLOAD_MISSING).with("workload", client));
                }
                wanted.pods.extend(pods);
            }
            Client::Node(name) => match snapshot.node(name) {
                Some(node) => _ = wanted.nodes.insert(node),
                None => wanted.issues.push(Issue::error(NODE_MISSING).with("node", name)),
            },
        }
    }
    let addresses = if wanted.everyone { AddressSet::all() } else { blocks.into_iter().collect() };
    wanted.add_addresses(shared, &addresses);
    wanted
}

impl Wanted {
    fn add_everyone(&mut self, snapshot: &Snapshot) {
        self.everyone = true;
        self.pods.extend(snapshot.pods.iter().filter(|(_, pod)| pod.is_active()).map(|(id, _)| id));
        self.nodes.extend(snapshot.nodes.ids());
        self.whole.extend(snapshot.namespaces.rows().iter().map(|namespace| namespace.name.clone()));
    }

    fn add_namespace(&mut self, snapshot: &Snapshot, name: &Name) {
        let before = self.pods.len();
        self.pods.extend(snapshot.pods_of(name).filter(|(_, pod)| pod.is_active()).map(|(id, _)| id));
        if self.pods.len() == before {
            self.issues.push(Issue::warning("clientNamespaceEmpty").with("namespace", name));
        }
        self.whole.insert(name.clone());
    }

    /// Addresses outside stay addresses; those of pods and nodes mean the pods and nodes.
    fn add_addresses(&mut self, shared: &Shared<'_>, addresses: &AddressSet) {
        if addresses.is_empty() {
            return;
        }
        let mut members = Vec::new();
        for (address, member) in shared.members_in(addresses) {
            members.push(address);
            match member {
                Member::Pod(pod) => _ = self.pods.insert(pod),
                Member::Node(node) => _ = self.nodes.insert(node),
            }
        }
        let members = singles(members.into_iter());
        self.outside = addresses.difference(&members);
        self.inside = members.union(&addresses.intersection(&shared.pod_ranges()));
    }
}

/// The classes of everyone who is wanted, in a fixed order. `snapshot` says where pods are, `services` are those of the target,
/// `target` its pods.
pub(crate) fn classes(
    shared: &Shared<'_>,
    snapshot: &Snapshot,
    wanted: &Wanted,
    services: &[ServiceId],
    target: &BTreeSet<PodId>,
) -> Vec<ClientClass> {
    let mut classes = address_classes(shared, services, &wanted.outside);
    classes.extend(inside_classes(shared, snapshot, wanted, target).into_iter().map(|(_, class)| class));
    classes
}

/// The place of a class of clients inside among all of them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum InOrder {
    /// Pods of a node that have the same families; one of the target's own stands alone, and one with an address of others.
    Pods(Option<Name>, [bool; 2], Option<PodId>),
    /// A node's hostNetwork pods.
    OnHost(Option<Name>),
    /// A node.
    Node(NodeId),
}

/// The classes of everyone inside, in order.
pub(crate) fn inside_classes(
    shared: &Shared<'_>,
    snapshot: &Snapshot,
    wanted: &Wanted,
    target: &BTreeSet<PodId>,
) -> Vec<(InOrder, ClientClass)> {
    let mut classes = pod_classes(shared, snapshot, wanted.pods.iter().copied(), target);
    classes.extend(wanted.nodes.iter().map(|node| (InOrder::Node(*node), node_class(snapshot, *node))));
    classes
}

/// Cuts addresses at everything by which the way of a packet could differ: the families, pod ranges, source ranges.
pub(crate) fn address_classes(shared: &Shared<'_>, services: &[ServiceId], addresses: &AddressSet) -> Vec<ClientClass> {
    let mut parts = vec![addresses.intersection(&family("0.0.0.0/0")), addresses.intersection(&family("::/0"))];
    parts.retain(|part| !part.is_empty());
    for cut in cuts(shared, services) {
        let set = AddressSet::from_net(cut);
        if parts.iter().all(|part| part.intersection(&set).is_empty()) {
            continue;
        }
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
fn cuts(shared: &Shared<'_>, services: &[ServiceId]) -> BTreeSet<IpNet> {
    let snapshot = shared.snapshot();
    let mut cuts: BTreeSet<IpNet> = snapshot.ip_pools.iter().filter_map(|pool| pool.cidr.known().copied()).collect();
    let ranges = services.iter().flat_map(|service| &snapshot.services[*service].load_balancer_source_ranges);
    cuts.extend(ranges.filter_map(Readable::known).copied());
    cuts.extend(shared.node_ranges().to_nets());
    cuts
}

/// Pods of one node travel alike, except those of the target, which may meet themselves, and those that share an address with
/// somebody; hostNetwork pods travel as their node.
pub(crate) fn pod_classes(
    shared: &Shared<'_>,
    snapshot: &Snapshot,
    pods: impl Iterator<Item = PodId>,
    target: &BTreeSet<PodId>,
) -> Vec<(InOrder, ClientClass)> {
    let mut classes: BTreeMap<InOrder, Vec<PodId>> = BTreeMap::new();
    for id in pods {
        let pod = &snapshot.pods[id];
        let families = [pod.addresses.iter().any(IpAddr::is_ipv4), pod.addresses.iter().any(IpAddr::is_ipv6)];
        let place = if pod.host_network {
            InOrder::OnHost(pod.node.clone())
        } else {
            let alone = target.contains(&id) || shared.network.shares_address(id);
            InOrder::Pods(pod.node.clone(), families, alone.then_some(id))
        };
        classes.entry(place).or_default().push(id);
    }
    let class = |(place, members): (InOrder, Vec<PodId>)| {
        let pod = &snapshot.pods[*members.first()?];
        let on_host = matches!(place, InOrder::OnHost(_));
        let address = pod.addresses.first().copied().filter(|_| !on_host);
        let members = if on_host { Members::Origin } else { Members::Pods(members) };
        Some((place, ClientClass { origin: Origin::Pod(pod.name.clone()), address, members }))
    };
    classes.into_iter().filter_map(class).collect()
}

fn node_class(snapshot: &Snapshot, node: NodeId) -> ClientClass {
    ClientClass { origin: Origin::Node(snapshot.nodes[node].name.clone()), address: None, members: Members::Origin }
}
