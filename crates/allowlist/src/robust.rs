//! An allowlist that outlasts pods that move: the cluster is followed again with the target's pods, and the wanted clients, on
//! other nodes, one of each kind for all of that kind.
//!
//! What a policy sees hangs on the nodes in two ways. Which *kind* of address it is (a node's own, a tunnel's) hangs on how the two
//! nodes send to each other: it is found by trying a pod on two nodes of each kind. *Whose* address it is hangs on the node that
//! puts it in: every node that the sender may be on gives its own.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::rc::Rc;
use std::sync::Arc;

use bulkhead_model::{AddressSet, Issue};
use bulkhead_path::{Family, Network, Origin, Place, Step};
use bulkhead_snapshot::{NodeId, PodId, Snapshot};

use crate::client::{self, Wanted};
use crate::each_node;
use crate::requirement::{self, Requirement, Requirements, Source, Way, Wishes};
use crate::shared::Shared;

/// How many kinds of nodes are tried out. Kinds are as many as the cluster has subnets, where those matter.
const MOST_KINDS: usize = 16;

/// Follows the wanted clients in the clusters that this one may become by pods that move. What is found is added; what cannot be
/// known is said.
pub(crate) fn collect(
    shared: &Shared<'_>,
    wishes: &Wishes<'_>,
    wanted: &Wanted,
    found: &mut Requirements,
) -> Vec<Issue> {
    let places = Places::new(shared, wishes, wanted);
    let mut issues = places.issues();
    let mut moving = shared.moving();
    for round in places.rounds() {
        let were = moving.put(&round);
        let network = shared.open.with_pods_moved(moving.snapshot(), round.keys().copied());
        follow(shared, &network, &places, wishes, wanted, found);
        moving.put_back(were);
    }
    shared.keep_moving(moving);
    let elsewhere = places.elsewhere(&shared.open, &found.ingress);
    found.ingress.extend(elsewhere);
    found.ingress = each_once(&found.ingress);
    issues.extend(unknown_nodes(shared, found));
    issues
}

/// Follows the wanted clients where pods are moved.
fn follow(
    shared: &Shared<'_>,
    network: &Network<'_>,
    places: &Places<'_>,
    wishes: &Wishes<'_>,
    wanted: &Wanted,
    found: &mut Requirements,
) {
    let classes = client::classes(shared, network.snapshot(), wanted, &wishes.target.services, &wishes.target.pods);
    let before = found.ingress.len();
    requirement::collect(network, wishes, &classes, found);
    let elsewhere = places.elsewhere(network, found.ingress.get(before..).unwrap_or_default());
    found.ingress.extend(elsewhere);
}

/// Where pods may be.
struct Places<'a> {
    shared: &'a Shared<'a>,
    /// For each pod of the target.
    target: BTreeMap<PodId, Rc<[NodeId]>>,
    /// For each wanted pod that is not one of the target's.
    clients: BTreeMap<PodId, Rc<[NodeId]>>,
    nowhere: Vec<PodId>,
}

impl<'a> Places<'a> {
    fn new(shared: &'a Shared<'a>, wishes: &Wishes<'_>, wanted: &Wanted) -> Self {
        let own = |pod: &&PodId| !wishes.target.pods.contains(*pod);
        let target: BTreeMap<_, _> = wishes.target.pods.iter().map(|pod| (*pod, shared.nodes_for(*pod))).collect();
        let clients: BTreeMap<_, _> =
            wanted.pods.iter().filter(own).map(|pod| (*pod, shared.nodes_for(*pod))).collect();
        let nowhere = target.iter().filter(|(_, nodes)| nodes.is_empty()).map(|(pod, _)| *pod).collect();
        Self { shared, target, clients, nowhere }
    }

    fn issues(&self) -> Vec<Issue> {
        let mut issues = Vec::new();
        if let Some(pod) = self.nowhere.first() {
            let name = &self.shared.snapshot().pods[*pod].name;
            issues.push(Issue::warning("robustNowhere").with("pods", self.nowhere.len()).with("pod", name));
        }
        let kinds = self.kinds(self.target.values());
        if kinds.len() > MOST_KINDS {
            issues.push(Issue::warning("robustKinds").with("kinds", kinds.len()).with("tried", MOST_KINDS));
        }
        issues
    }

    fn kinds<'n>(&self, lists: impl Iterator<Item = &'n Rc<[NodeId]>>) -> BTreeSet<u32> {
        lists.flat_map(|nodes| nodes.iter()).map(|node| self.shared.network.node_kind(*node)).collect()
    }

    /// Placements of everything that moves: the target's pods on two nodes of each kind, and for each of these the clients on the
    /// same node, on another of its kind, and on one of another kind.
    fn rounds(&self) -> Vec<BTreeMap<PodId, NodeId>> {
        let mut rounds = BTreeSet::new();
        for kind in self.kinds(self.target.values()).into_iter().take(MOST_KINDS) {
            for nth in 0..2 {
                let mut places: BTreeMap<PodId, NodeId> = BTreeMap::new();
                for (pod, nodes) in &self.target {
                    let node = self.of_kind(nodes, kind).nth(nth).or_else(|| nodes.first().copied());
                    places.extend(node.map(|node| (*pod, node)));
                }
                let Some(beside) = places.values().next().copied() else { continue };
                for choice in [Beside::Same, Beside::SameKind, Beside::OtherKind] {
                    let mut places = places.clone();
                    let moves = self
                        .clients
                        .iter()
                        .filter_map(|(pod, nodes)| Some((*pod, self.choose(nodes, beside, choice)?)));
                    places.extend(moves);
                    rounds.insert(places);
                }
            }
        }
        rounds.into_iter().collect()
    }

    fn of_kind<'n>(&'n self, nodes: &'n [NodeId], kind: u32) -> impl Iterator<Item = NodeId> + 'n {
        nodes.iter().copied().filter(move |node| self.shared.network.node_kind(*node) == kind)
    }

    fn choose(&self, nodes: &[NodeId], beside: NodeId, choice: Beside) -> Option<NodeId> {
        let kind = self.shared.network.node_kind(beside);
        let fits = |node: &&NodeId| match choice {
            Beside::Same => **node == beside,
            Beside::SameKind => **node != beside && self.shared.network.node_kind(**node) == kind,
            Beside::OtherKind => self.shared.network.node_kind(**node) != kind,
        };
        nodes.iter().find(fits).copied()
    }

    /// The same packets from every node that their sender may be on, where it is the sender's node that puts its address in.
    fn elsewhere(&self, network: &Network<'_>, required: &[Requirement]) -> Vec<Requirement> {
        let mut more = Vec::new();
        let mut known = BTreeSet::new();
        for requirement in required.iter().filter(|requirement| requirement.single && requirement.elsewhere.is_none()) {
            let own;
            let requirement = match (requirement.each, home_of_sender(network.snapshot(), &requirement.way)) {
                (None, _) => requirement,
                // Of the nodes whose door it is only the sender's own matters.
                (Some(_), Some((_, home))) if requirement.way.nodes().contains(home) => {
                    own = requirement.by_node(network, home);
                    let Some(own) = own.as_ref().filter(|own| own.single) else { continue };
                    own
                }
                (Some(_), _) => continue,
            };
            let Source::Addresses(set) = &requirement.peer else { continue };
            let Some((address, _)) = set.ranges().next() else { continue };
            let Some((sender, home)) = sender(network.snapshot(), network, &requirement.way, address) else { continue };
            // the address of a door's node is that of every node whose door it is, and those are all there
            if requirement.node.is_some_and(|node| node != home) {
                continue;
            }
            if !known.insert((requirement.pod, requirement.protocol, requirement.port, address)) {
                continue;
            }
            let kind = network.node_kind(home);
            let nodes = self.shared.nodes_for(sender);
            for node in self.of_kind(&nodes, kind).filter(|node| *node != home) {
                let Some(own) = network.same_role(home, address, node) else { continue };
                if self.may_be_remote(network, requirement, node) {
                    more.push(Requirement {
                        peer: Source::Addresses(AddressSet::from(own)),
                        family: Family::of(own),
                        elsewhere: Some((home, node)),
                        way: Arc::clone(&requirement.way),
                        port_name: requirement.port_name.clone(),
                        stands_for: None,
                        senders: None,
                        ..*requirement
                    });
                }
            }
        }
        more
    }

    /// Whether the judged pod may be on another node than the sender, of the same kind as the one it is on.
    fn may_be_remote(&self, network: &Network<'_>, requirement: &Requirement, sender: NodeId) -> bool {
        let snapshot = network.snapshot();
        let on = snapshot.pods[requirement.pod].node.as_ref().and_then(|node| snapshot.node(node));
        let Some(on) = on else { return true };
        let nodes = self.target.get(&requirement.pod).map(AsRef::as_ref).unwrap_or_default();
        on != sender || self.of_kind(nodes, network.node_kind(on)).any(|node| node != sender)
    }
}

/// Where clients are, as seen from the target.
#[derive(Clone, Copy)]
enum Beside {
    Same,
    SameKind,
    OtherKind,
}

/// The pod whose node put the address in, and that node: the client itself, or the gateway on its node's network.
fn sender(snapshot: &Snapshot, network: &Network<'_>, way: &Way, address: IpAddr) -> Option<(PodId, NodeId)> {
    let (pod, home) = home_of_sender(snapshot, way)?;
    network.same_role(home, address, home).map(|_| (pod, home))
}

/// The pod that sends last, and its node.
fn home_of_sender(snapshot: &Snapshot, way: &Way) -> Option<(PodId, NodeId)> {
    let client = match way.from() {
        Origin::Pod(name) => snapshot.pod(name),
        Origin::Node(_) | Origin::Address(_) => None,
    };
    let gateway = way.hops().iter().rev().find_map(|hop| match (&hop.step, &hop.place) {
        (Step::Proxy { .. }, Place::Pod(pod)) => Some(*pod),
        _ => None,
    });
    let pod = gateway.or(client)?;
    let home = snapshot.pods[pod].node.as_ref().and_then(|node| snapshot.node(node))?;
    Some((pod, home))
}

/// The first of those that say the same.
fn each_once(required: &[Requirement]) -> Vec<Requirement> {
    let mut known = BTreeSet::new();
    let mut first = Vec::new();
    for requirement in required {
        let Requirement { pod, protocol, port, peer, family, .. } = requirement;
        let by_each = requirement.each.map(|role| (role, each_node::listed(requirement.way.nodes())));
        if known.insert((*pod, *protocol, *port, peer, *family, requirement.way.service(), by_each)) {
            first.push(requirement.clone());
        }
    }
    first
}

/// Nodes that are not there yet bring addresses that nobody knows: where from is all that can be said.
fn unknown_nodes(shared: &Shared<'_>, found: &Requirements) -> Option<Issue> {
    let snapshot = shared.snapshot();
    let is_of_node = |requirement: &&Requirement| {
        requirement.single && requirement.each.is_none() && matches!(requirement.peer, Source::Addresses(_))
    };
    let addresses = found.ingress.iter().filter(is_of_node).filter_map(|requirement| match &requirement.peer {
        Source::Addresses(set) => set.ranges().next().map(|(first, _)| first),
        Source::Pods(_) => None,
    });
    let mut addresses: BTreeSet<IpAddr> = addresses.collect();
    addresses.extend(of_each_node(shared, found));
    if addresses.is_empty() {
        return None;
    }
    let ranges = shared.pod_ranges();
    let (tunnels, own): (Vec<IpAddr>, Vec<IpAddr>) = addresses.iter().partition(|address| ranges.contains(**address));
    let mut from: Vec<String> = Vec::new();
    if !tunnels.is_empty() {
        from.extend(ranges.to_nets().iter().take(4).map(ToString::to_string));
    }
    let subnets: BTreeSet<String> = own
        .iter()
        .filter_map(|address| snapshot.nodes_with_address(*address).first())
        .filter_map(|node| snapshot.nodes[*node].annotations.get("projectcalico.org/IPv4Address"))
        .filter_map(|text| text.parse::<bulkhead_model::IpNet>().ok())
        .map(|net| net.trunc().to_string())
        .collect();
    from.extend(subnets.into_iter().take(4));
    let from = if from.is_empty() { "?".to_owned() } else { from.join(", ") };
    Some(Issue::warning("robustNewNodes").with("ranges", from))
}

/// The addresses that each node puts in, of lists that are told once.
fn of_each_node(shared: &Shared<'_>, found: &Requirements) -> BTreeSet<IpAddr> {
    let mut known = BTreeSet::new();
    let mut addresses = BTreeSet::new();
    for requirement in &found.ingress {
        let Some(role) = requirement.each else { continue };
        let nodes = requirement.way.nodes();
        if !known.insert((role, each_node::listed(nodes))) {
            continue;
        }
        let own = nodes.iter().filter_map(|node| requirement.by_node(&shared.open, *node));
        addresses.extend(own.filter(|own| own.single).filter_map(|own| match &own.peer {
            Source::Addresses(set) => set.ranges().next().map(|(first, _)| first),
            Source::Pods(_) => None,
        }));
    }
    addresses
}
