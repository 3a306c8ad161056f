//! A node and the pods that run on it: allowed whatever policies say, or as the engine does.

use std::collections::BTreeMap;

use bulkhead_policy::OwnNodeExemption;
use bulkhead_policy::profile::Answer;
use bulkhead_snapshot::{NodeId, PodId, Snapshot};

use super::narrowing::Chosen;
use super::peer::Peer;
use super::table::Table;
use super::{Reachability, Side};

/// Peers by what they are.
#[derive(Debug, Default)]
pub(super) struct Places {
    of_pod: BTreeMap<PodId, usize>,
    of_node: BTreeMap<NodeId, usize>,
}

impl Places {
    pub(super) fn new(peers: &[Peer]) -> Self {
        let mut places = Self::default();
        for (at, peer) in peers.iter().enumerate() {
            places.of_pod.extend(peer.pods.iter().map(|pod| (*pod, at)));
            places.of_node.extend(peer.node.map(|node| (node, at)));
        }
        places
    }
}

impl Reachability<'_> {
    /// Sets the pairs of a sender with what is on its own node. Peers are pods and nodes here.
    pub(super) fn exempt_own_node(
        &self,
        from: usize,
        chosen: Chosen,
        table: &mut Table,
        row: &mut Vec<(usize, usize)>,
    ) {
        let Some(sender) = self.base.peers.get(from) else { return };
        self.for_each_exempt(sender, chosen, |to, answer| {
            let place = row.iter().position(|(have, _)| *have == to);
            let by_policy = place.map(|place| row.swap_remove(place).1);
            row.extend(table.exempted(answer, by_policy).map(|number| (to, number)));
        });
    }

    /// Visits who is on a sender's own node and is asked about, with whether that is reached whatever policies say.
    pub(super) fn for_each_exempt(&self, sender: &Peer, chosen: Chosen, mut visit: impl FnMut(usize, Answer)) {
        let answer = self.exemption_of(sender);
        for to in self.own_node_of(sender) {
            if self.chosen.get(to).is_some_and(|to| to.to && (chosen.focus || to.focus)) {
                visit(to, answer);
            }
        }
    }

    /// Whether a sender reaches who is on the other end of its own node whatever policies say.
    fn exemption_of(&self, sender: &Peer) -> Answer {
        let engine = self.network.policies().engine();
        match (sender.host(self.snapshot()), engine.exempts_own_node()) {
            (None, _) => engine.profile().egress_to_own_node.value,
            (Some(_), OwnNodeExemption::RootProcesses) => Answer::Unknown,
            (Some(_), _) => Answer::Yes,
        }
    }

    /// The peers on the other end of a peer's own node: the pods of a node, or the node of a pod.
    fn own_node_of(&self, peer: &Peer) -> Vec<usize> {
        let snapshot = self.snapshot();
        if let Some(node) = peer.host(snapshot) {
            let pods = snapshot.pods_on_node(node).iter().filter(|pod| !snapshot.pods[**pod].host_network);
            return pods.filter_map(|pod| self.base.places.of_pod.get(pod)).copied().collect();
        }
        let [pod] = peer.pods.as_slice() else { return Vec::new() };
        let node = snapshot.pods[*pod].node.as_ref().and_then(|node| snapshot.node(node));
        node.and_then(|node| self.base.places.of_node.get(&node)).copied().into_iter().collect()
    }

    /// Whether somebody on a node's own network is asked about: what is on the node reaches that by a way that only pods show.
    pub(crate) fn asks_about_hosts(&self) -> bool {
        let snapshot = self.snapshot();
        let is_host = |peer: &Peer| peer.node.is_some() || peer.pods.iter().any(|pod| snapshot.pods[*pod].host_network);
        self.base.peers.iter().zip(&self.chosen).any(|(peer, chosen)| (chosen.from || chosen.to) && is_host(peer))
    }

    /// What stands above the policies of a pair of which one is on the other's own node. Peers are pods and nodes here.
    pub(super) fn exemption(&self, from: Side<'_>, to: Side<'_>) -> Option<Exemption> {
        let (Side::Peer(from), Side::Peer(to)) = (from, to) else { return None };
        let sender = self.base.peers.get(from)?;
        let is_own = self.own_node_of(sender).contains(&to);
        let is_from_node = sender.host(self.snapshot()).is_some();
        is_own.then(|| Exemption { answer: self.exemption_of(sender), is_from_node })
    }
}

/// What stands above policies.
#[derive(Clone, Copy, Debug)]
pub(super) struct Exemption {
    /// Whether all passes, whatever they say.
    pub(super) answer: Answer,
    /// Whether the node calls the pod, and not the pod the node.
    pub(super) is_from_node: bool,
}

impl Peer {
    /// The node that it is, or on whose network it is. Peers are pods and nodes here.
    fn host(&self, snapshot: &Snapshot) -> Option<NodeId> {
        let [pod] = self.pods.as_slice() else { return self.node };
        let pod = &snapshot.pods[*pod];
        pod.node.as_ref().filter(|_| pod.host_network).and_then(|node| snapshot.node(node))
    }
}
