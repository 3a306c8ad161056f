//! Clients to follow: every pod and node that is named, and of addresses outside one of each set that is treated alike.

use std::collections::BTreeSet;
use std::net::IpAddr;

use bulkhead_model::object::Direction;
use bulkhead_model::{AddressSet, IpNet, Issue, Readable};
use bulkhead_path::{Answer, Network, Origin, Request};
use bulkhead_policy::Question;
use bulkhead_snapshot::{PodId, Snapshot};

use crate::reachability::Selects;

/// Every client inside the cluster that is named; what is wrong where one of the names means nobody.
pub(super) fn inside(listed: &[Selects], snapshot: &Snapshot) -> Result<Vec<Origin>, Box<Issue>> {
    let mut origins = BTreeSet::new();
    for (selects, place) in listed.iter().zip(1..) {
        let nobody = || Err(Box::new(Issue::error("reachSelectsNobody").with("place", place).in_field("from")));
        match selects {
            Selects::Address(address) => _ = origins.insert(Origin::Address(*address)),
            Selects::Block(_) | Selects::Outside => {}
            Selects::Node(name) if snapshot.node(name).is_some() => _ = origins.insert(Origin::Node(name.clone())),
            Selects::Node(_) => return nobody(),
            Selects::Pod(_) | Selects::Workload { .. } | Selects::Namespace(_) | Selects::Workspace(_) => {
                let pods = selects.pods(snapshot);
                if pods.is_empty() {
                    return nobody();
                }
                origins.extend(pods.into_iter().map(|pod| Origin::Pod(snapshot.pods[pod].name.clone())));
            }
        }
    }
    Ok(origins.into_iter().collect())
}

/// Addresses that no packet on a network comes from (RFC 6890).
const NOBODYS: [&str; 8] =
    ["0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/3", "::/127", "fe80::/10", "ff00::/8", "100::/64"];

/// The addresses outside that are named as ranges: not those of pods and nodes, and not those that pods may get.
pub(super) fn outside(listed: &[Selects], snapshot: &Snapshot) -> AddressSet {
    let mut asked = AddressSet::empty();
    for selects in listed {
        match selects {
            Selects::Block(net) => asked = asked.union(&AddressSet::from_net(*net)),
            Selects::Outside => asked = AddressSet::all(),
            _ => {}
        }
    }
    if asked.is_empty() {
        return asked;
    }
    let pods = snapshot.pods.rows().iter().flat_map(|pod| pod.addresses.iter().copied());
    let nodes = snapshot.nodes.rows().iter().flat_map(|node| node.addresses.iter().map(|of_node| of_node.address));
    let nobodys = NOBODYS.iter().filter_map(|net| net.parse().ok());
    let inside: AddressSet = pods.chain(nodes).map(IpNet::from).chain(pod_ranges(snapshot)).chain(nobodys).collect();
    asked.difference(&inside)
}

/// Follows one address of each part that ways and policies treat alike. `request` makes the question for an address.
pub(super) fn follow(
    network: &Network<'_>,
    addresses: &AddressSet,
    request: impl Fn(IpAddr) -> Request,
) -> Vec<(Request, Answer)> {
    let mut parts = cut(vec![addresses.clone()], &by_ways(network.snapshot()));
    let mut asked: BTreeSet<PodId> = BTreeSet::new();
    loop {
        let mut answers = Vec::with_capacity(parts.len());
        let mut met: BTreeSet<PodId> = BTreeSet::new();
        for first in parts.iter().filter_map(|part| part.ranges().next()).map(|(first, _)| first) {
            let request = request(first);
            let answer = bulkhead_path::trace(network, &request);
            let questions = answer.routes.iter().flat_map(|route| &route.questions);
            met.extend(questions.filter(|question| is_about(question, first)).map(|question| question.subject));
            answers.push((request, answer));
        }
        let new: Vec<PodId> = met.difference(&asked).copied().collect();
        if new.is_empty() {
            return answers;
        }
        for pod in new {
            let cells = network.policies().alike(network.snapshot(), pod, Direction::Ingress).address_cells();
            parts = cut(parts, &cells);
            asked.insert(pod);
        }
    }
}

/// Whether a question is about an address itself, and not about one that it was rewritten to.
fn is_about(question: &Question, address: IpAddr) -> bool {
    question.direction == Direction::Ingress && question.peer.address == Some(address)
}

/// Where pods' addresses come from.
fn pod_ranges(snapshot: &Snapshot) -> impl Iterator<Item = IpNet> + '_ {
    let pools = snapshot.ip_pools.iter().filter_map(|pool| pool.cidr.known().copied());
    pools.chain(snapshot.nodes.rows().iter().flat_map(|node| node.pod_cidrs.iter().copied()))
}

/// What may part the ways of packets from outside: families, source ranges of load balancers.
fn by_ways(snapshot: &Snapshot) -> Vec<AddressSet> {
    let v4 = AddressSet::all().of_families([true, false]);
    let services = snapshot.services.rows().iter();
    let sources = services.flat_map(|service| service.load_balancer_source_ranges.iter().filter_map(Readable::known));
    let nets: BTreeSet<IpNet> = sources.copied().collect();
    std::iter::once(v4).chain(nets.into_iter().map(AddressSet::from_net)).collect()
}

fn cut(parts: Vec<AddressSet>, at: &[AddressSet]) -> Vec<AddressSet> {
    at.iter().fold(parts, |parts, set| {
        let halves = |part: AddressSet| [part.intersection(set), part.difference(set)];
        parts.into_iter().flat_map(halves).filter(|part| !part.is_empty()).collect()
    })
}
