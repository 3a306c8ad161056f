//! Why nobody can tell about a pair: the questions that its two sides' policies are asked.

use std::net::IpAddr;

use bulkhead_model::object::Direction;
use bulkhead_model::{AddressSet, PortNumber, Protocol};
use bulkhead_policy::reach::{Family, PairConnections};
use bulkhead_policy::{Doubt, Party, Question, Verdict, decide};
use bulkhead_snapshot::PodId;

use super::{Pair, Peer, Reachability, Side};

impl Reachability<'_> {
    /// What nobody knows about a pair, by one of its undetermined ports.
    pub fn doubts(&self, pair: &Pair<'_>) -> Vec<Doubt> {
        let Some((family, protocol, port)) = undetermined_port(pair.connections) else { return Vec::new() };
        let mut doubts = Vec::new();
        for question in self.questions(pair.from, pair.to, family, (protocol, port)).into_iter().flatten() {
            if let Verdict::Undetermined { because, .. } = decide(self.snapshot(), self.network.policies(), &question) {
                doubts.extend(because);
            }
        }
        doubts
    }

    /// What the policies of the sender are asked, and what those of the receiver are; `None` for a side that no policy
    /// speaks for.
    pub(super) fn questions(
        &self,
        from: Side<'_>,
        to: Side<'_>,
        family: Option<Family>,
        (protocol, port): (Protocol, PortNumber),
    ) -> [Option<Question>; 2] {
        // Of a workload that talks to itself, two replicas.
        let receiver = usize::from(from == to);
        let question = |direction, subject, peer| Question { direction, subject, peer, protocol, port };
        let out =
            self.subject(from, 0).map(|subject| question(Direction::Egress, subject, self.party(to, receiver, family)));
        let into = self
            .subject(to, receiver)
            .map(|subject| question(Direction::Ingress, subject, self.party(from, 0, family)));
        [out, into]
    }

    /// The pod of a side that policies can be about.
    pub(super) fn subject(&self, side: Side<'_>, replica: usize) -> Option<PodId> {
        let Side::Peer(place) = side else { return None };
        self.base
            .peers
            .get(place)
            .and_then(|peer| pod_of(peer, replica))
            .filter(|pod| !self.snapshot().pods[*pod].host_network)
    }

    /// A side as the other side's policies see it.
    pub(super) fn party(&self, side: Side<'_>, replica: usize, family: Option<Family>) -> Party {
        let snapshot = self.snapshot();
        let of_family = |addresses: &[IpAddr]| {
            let wanted = |address: &&IpAddr| family.is_none_or(|family| Family::of(**address) == family);
            addresses.iter().find(wanted).copied()
        };
        let peer = match side {
            Side::Outside(addresses) => {
                return Party { address: first_of(addresses), pod: None, node: None, identity: None };
            }
            Side::Peer(place) => self.base.peers.get(place),
        };
        let pod = peer.and_then(|peer| pod_of(peer, replica)).map(|id| (id, &snapshot.pods[id]));
        if let Some((id, pod)) = pod.filter(|(_, pod)| !pod.host_network) {
            return Party { address: of_family(&pod.addresses), pod: Some(id), node: None, identity: None };
        }
        let node = peer.and_then(|peer| peer.node);
        let node = node.or_else(|| pod.and_then(|(_, pod)| snapshot.node(pod.node.as_ref()?)));
        let addresses: Vec<IpAddr> = match (node, pod) {
            (Some(node), _) => {
                let node = &snapshot.nodes[node];
                node.internal_addresses().chain(node.addresses.iter().map(|of_node| of_node.address)).collect()
            }
            (None, Some((_, pod))) => pod.addresses.clone(),
            (None, None) => Vec::new(),
        };
        Party { address: of_family(&addresses), pod: None, node, identity: None }
    }
}

/// A pod of a peer; the last one where there are not so many.
fn pod_of(peer: &Peer, replica: usize) -> Option<PodId> {
    peer.pods.get(replica).or_else(|| peer.pods.last()).copied()
}

fn first_of(addresses: &AddressSet) -> Option<IpAddr> {
    addresses.ranges().next().map(|(first, _)| first)
}

/// A port of which nobody can tell, and over which family that is so.
fn undetermined_port(connections: &PairConnections) -> Option<(Option<Family>, Protocol, PortNumber)> {
    let families: Vec<(Option<Family>, _)> = match &connections.by_family {
        None => vec![(None, &connections.any)],
        Some([v4, v6]) => vec![(Some(Family::V4), v4), (Some(Family::V6), v6)],
    };
    families.into_iter().find_map(|(family, over)| {
        let (protocol, range) = over.undetermined.iter().next()?;
        Some((family, protocol, range.first))
    })
}
