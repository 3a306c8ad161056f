//! From a node to wherever the destination is.

use std::net::IpAddr;

use bulkhead_snapshot::{NodeId, PodId};

use super::{Client, Rewritten, Trail, Visit, Walker};
use crate::cni::{Link, Out};
use crate::door::{self, Entry};
use crate::lb::{self, Held};
use crate::network::{AddressKind, Found};
use crate::proxy::{self, Arrival, Mark};
use crate::reason::{
    ADDRESS_OF_NOBODY, ANNOUNCER_UNKNOWN, CONTESTED_ADDRESS, HELD_UNKNOWN, LEAVES_CLUSTER, LOAD_BALANCER_PROXIES,
    NO_SUCH_PORT, Reason,
};
use crate::route::{Address, Outcome, Place, Route, RouteEndpoint, Step};

/// Whose an address is, as a node's routes see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Owner {
    /// The node itself.
    ThisNode,
    /// A pod of the node.
    OwnPod(PodId),
    /// A pod that is not on the node; where it is, may not be known.
    Pod { pod: PodId, node: Option<NodeId> },
    /// Another node.
    Node(NodeId),
    /// A load balancer that opens connections of its own.
    ProxyingLoadBalancer,
    /// A Service's address that nobody translated here.
    Service(AddressKind),
    /// It lies in the cluster's ranges, and nobody has it.
    Nobody,
    /// Several objects claim it.
    Contested,
    /// Somebody outside.
    Outside,
}

impl Walker<'_> {
    /// Whose the destination is; `target` and `place` are what translation knows of it.
    pub(super) fn owner(
        &self,
        node: NodeId,
        destination: IpAddr,
        target: Option<PodId>,
        place: Option<NodeId>,
    ) -> Owner {
        let snapshot = self.network.snapshot();
        if self.network.nodes().is_local(node, destination) {
            return Owner::ThisNode;
        }
        let own_network = |pod: &PodId| !snapshot.pods[*pod].host_network;
        let pods = snapshot.pods_with_address(destination);
        let pod = target.filter(own_network).or_else(|| pods.first().copied().filter(|_| pods.len() == 1));
        if let Some(pod) = pod {
            if !self.network.nodes().with_address(destination).is_empty() {
                return Owner::Contested;
            }
            let on = self.node_of(pod).or(place);
            return if on == Some(node) { Owner::OwnPod(pod) } else { Owner::Pod { pod, node: on } };
        }
        match self.network.nodes().with_address(destination) {
            [] if pods.is_empty() => self.owner_beside_machines(destination),
            [other] if pods.is_empty() => Owner::Node(*other),
            _ => Owner::Contested,
        }
    }

    fn owner_beside_machines(&self, destination: IpAddr) -> Owner {
        let services = self.network.services();
        if services.proxied(destination).is_some() {
            return Owner::ProxyingLoadBalancer;
        }
        if let Some((kind, _)) = services.address(destination) {
            return Owner::Service(kind);
        }
        if self.network.in_cluster_ranges(destination) { Owner::Nobody } else { Owner::Outside }
    }

    pub(crate) fn node_of(&self, pod: PodId) -> Option<NodeId> {
        let snapshot = self.network.snapshot();
        snapshot.pods[pod].node.as_ref().and_then(|name| snapshot.node(name))
    }

    pub(super) fn link(&self, from: NodeId, to: NodeId, pod: IpAddr) -> Result<Link, Reason> {
        let nodes = &self.network.snapshot().nodes;
        self.network.cni_rules()?.link(&nodes[from], &nodes[to], pod)
    }

    /// Routing, the policies, source NAT, and the way to the next node.
    pub(super) fn route_on(
        &self,
        mut trail: Trail,
        node: NodeId,
        from: Arrival,
        mark: &Mark,
        translated: &Rewritten,
        place: Option<NodeId>,
    ) -> Vec<Route> {
        let owner = match self.owner(node, trail.destination, trail.target, place) {
            Owner::Service(_) if proxy::holds(self.network, from, trail.destination) => Owner::ThisNode,
            owner => owner,
        };
        let stays_unjudged = owner == Owner::ThisNode && self.passes_for_service(&trail, node, from, translated);
        if let Arrival::Pod(pod) = from
            && !stays_unjudged
            && let Some(denied) = self.egress(&mut trail, Place::Node(node), pod)
        {
            return vec![denied];
        }
        let here = Place::Node(node);
        let undetermined =
            |trail: Trail, code| vec![trail.fail(here.clone(), Outcome::Undetermined, Reason::new(code))];
        match owner {
            Owner::ThisNode => vec![self.arrive_at_node(trail, node, from, mark, translated)],
            Owner::OwnPod(pod) => vec![self.arrive_at_own_pod(trail, node, from, pod, mark, translated)],
            Owner::Pod { pod, node: Some(other) } => self.to_pod(trail, node, other, pod, mark, translated),
            Owner::Pod { pod, node: None } => vec![self.to_unplaced_pod(trail, node, from, pod, mark, translated)],
            Owner::Node(other) => {
                self.leave_for_node(&mut trail, node, other, mark, translated);
                self.at_node(trail, other, Arrival::Network)
            }
            Owner::ProxyingLoadBalancer => undetermined(trail, LOAD_BALANCER_PROXIES),
            Owner::Service(kind) => self.to_service_address(trail, node, mark, translated, kind),
            Owner::Contested => {
                let reason = Reason::new(CONTESTED_ADDRESS).with("address", trail.destination);
                vec![trail.fail(here, Outcome::Undetermined, reason)]
            }
            Owner::Nobody => vec![trail.fail(here, Outcome::Dropped, Reason::new(ADDRESS_OF_NOBODY))],
            Owner::Outside => vec![self.out_of_cluster(trail, node, mark, translated)],
        }
    }

    /// Source NAT towards another node's own address.
    pub(crate) fn leave_for_node(
        &self,
        trail: &mut Trail,
        node: NodeId,
        other: NodeId,
        mark: &Mark,
        translated: &Rewritten,
    ) {
        let source = self.rewrite_source(trail, node, Out::Nic, mark);
        trail.visits.push(Visit { node, destination: translated.clone(), source });
        trail.note(Place::Node(node), Step::Forward { tunnel: None, to: other }, None);
    }

    /// A Service's address that nobody translated here. At a port that no Service has it is nobody's, unless a node has the address.
    fn to_service_address(
        &self,
        trail: Trail,
        node: NodeId,
        mark: &Mark,
        translated: &Rewritten,
        kind: AddressKind,
    ) -> Vec<Route> {
        let (address, here) = (trail.destination, Place::Node(node));
        let rule = self.network.services().rule(address, trail.packet.protocol, trail.packet.port);
        match (kind, rule) {
            (AddressKind::Cluster, _) => vec![trail.fail(here, Outcome::Dropped, Reason::new(NO_SUCH_PORT))],
            (_, Found::One(_) | Found::Contested) => self.to_announcer(&trail, node, mark, translated),
            (AddressKind::External, Found::Nothing) => {
                let reason = Reason::new(ANNOUNCER_UNKNOWN).with("address", address);
                vec![trail.fail(here, Outcome::Undetermined, reason)]
            }
            (AddressKind::LoadBalancer, Found::Nothing) => match lb::held_at(self.network, address) {
                Ok(Held::OnNode) => self.to_announcer(&trail, node, mark, translated),
                Ok(Held::Nowhere) => vec![trail.fail(here, Outcome::Dropped, Reason::new(NO_SUCH_PORT))],
                Err(unknown) => vec![trail.fail(here, Outcome::Undetermined, unknown)],
            },
        }
    }

    /// An address that nobody translated here leaves the node, and comes back to whichever node announces it: another one, or
    /// this one.
    fn to_announcer(&self, trail: &Trail, node: NodeId, mark: &Mark, translated: &Rewritten) -> Vec<Route> {
        let door = door::of_address(self.network, trail.destination, trail.packet.port, trail.packet.protocol);
        let nodes = match (self.announcer, &door.entry) {
            (Some(announcer), _) => vec![announcer],
            (None, Entry::Nodes(nodes) | Entry::Assumed(nodes, _)) => {
                let other = nodes.iter().copied().find(|other| *other != node);
                other.into_iter().chain(nodes.contains(&node).then_some(node)).collect()
            }
            (None, Entry::Unknown(..) | Entry::Elsewhere(_)) => Vec::new(),
        };
        if nodes.is_empty() {
            let reason = Reason::new(ANNOUNCER_UNKNOWN).with("address", trail.destination);
            return vec![trail.clone().fail(Place::Node(node), Outcome::Undetermined, reason)];
        }
        let held = || lb::held_at(self.network, trail.destination) == Ok(Held::OnNode);
        let by = |announcer: NodeId| {
            let mut trail = trail.clone();
            if announcer == node && held() {
                // The node's own rules saw it as a stranger's, and would have seen it as the node's.
                let reason = Reason::new(HELD_UNKNOWN).with("address", trail.destination);
                return vec![trail.fail(Place::Node(node), Outcome::Undetermined, reason)];
            }
            self.leave_for_node(&mut trail, node, announcer, mark, translated);
            self.at_node(trail, announcer, Arrival::Network)
        };
        nodes.into_iter().flat_map(by).collect()
    }

    fn arrive_at_own_pod(
        &self,
        mut trail: Trail,
        node: NodeId,
        from: Arrival,
        pod: PodId,
        mark: &Mark,
        translated: &Rewritten,
    ) -> Route {
        (trail.target, trail.target_node) = (Some(pod), Some(node));
        let before = trail.packet.source.clone();
        let mut after = trail.clone();
        let rewritten = self.rewrite_source(&mut after, node, Out::OwnPod, mark);
        trail.visits.push(Visit { node, destination: translated.clone(), source: rewritten.clone() });
        if rewritten == Rewritten::No {
            trail.assumptions.clone_from(&after.assumptions);
        }
        let sources = (&before, &after.packet.source);
        if let Some(denied) = self.ingress(&mut trail, Place::Node(node), from, pod, sources) {
            return denied;
        }
        if rewritten != Rewritten::No {
            let reason = after.hops.last().and_then(|hop| hop.reason.clone());
            trail.assumptions = after.assumptions;
            trail.masquerade(node, after.packet.source, reason);
        }
        self.delivered(trail, Some(node), Some(pod))
    }

    fn to_pod(
        &self,
        mut trail: Trail,
        node: NodeId,
        other: NodeId,
        pod: PodId,
        mark: &Mark,
        translated: &Rewritten,
    ) -> Vec<Route> {
        (trail.target, trail.target_node) = (Some(pod), Some(other));
        let (tunnel, source) = match self.link(node, other, trail.destination) {
            Ok(link) => {
                let source = self.rewrite_source(&mut trail, node, Out::PodLink(link), mark);
                let tunnel = match link {
                    Link::Plain => None,
                    Link::Tunnel(tunnel) => Some(tunnel.name()),
                };
                (tunnel, source)
            }
            Err(unknown) => (None, self.rewrite_unknown(&mut trail, node, mark, &unknown)),
        };
        trail.visits.push(Visit { node, destination: translated.clone(), source });
        trail.note(Place::Node(node), Step::Forward { tunnel, to: other }, None);
        self.at_node(trail, other, Arrival::Network)
    }

    /// Source NAT where nobody knows how the packet leaves: what one pod sends to another stays as it is.
    fn rewrite_unknown(&self, trail: &mut Trail, node: NodeId, mark: &Mark, unknown: &Reason) -> Rewritten {
        let from_pod =
            trail.source().is_some_and(|source| !self.network.snapshot().pods_with_address(source).is_empty());
        match mark {
            Mark::Keep if from_pod => return Rewritten::No,
            // The address is not known, but it is the node's.
            Mark::Masquerade => {
                trail.masquerade(node, Address::Unknown(unknown.clone()), Some(unknown.clone()));
                return Rewritten::Yes;
            }
            Mark::Preserve => return Rewritten::No,
            Mark::Keep | Mark::Unknown(_) => {}
        }
        trail.masquerade(node, Address::Unknown(unknown.clone()), Some(unknown.clone()));
        Rewritten::Unknown(unknown.clone())
    }

    /// A pod of which no node is known: it is somewhere else, and what a pod sends to it arrives as it is.
    fn to_unplaced_pod(
        &self,
        mut trail: Trail,
        node: NodeId,
        from: Arrival,
        pod: PodId,
        mark: &Mark,
        translated: &Rewritten,
    ) -> Route {
        (trail.target, trail.target_node) = (Some(pod), None);
        let name = &self.network.snapshot().pods[pod].name;
        let unknown = Reason::new(crate::reason::POD_WITHOUT_NODE).with("pod", name);
        let source = self.rewrite_unknown(&mut trail, node, mark, &unknown);
        trail.visits.push(Visit { node, destination: translated.clone(), source });
        let seen = trail.packet.source.clone();
        let from = if from == Arrival::Process { Arrival::Network } else { from };
        if let Some(denied) = self.ingress(&mut trail, Place::Pod(pod), from, pod, (&seen, &seen)) {
            return denied;
        }
        if seen.known().is_none() {
            trail.doubt.get_or_insert(unknown);
        }
        self.delivered(trail, None, Some(pod))
    }

    fn out_of_cluster(&self, mut trail: Trail, node: NodeId, mark: &Mark, translated: &Rewritten) -> Route {
        let source = self.rewrite_source(&mut trail, node, Out::Nic, mark);
        trail.visits.push(Visit { node, destination: translated.clone(), source });
        let endpoint =
            RouteEndpoint { pod: None, node: None, address: Some(trail.destination), port: trail.packet.port };
        let seen = Some(trail.packet.source.clone());
        trail.note(Place::Outside, Step::Deliver, Some(Reason::new(LEAVES_CLUSTER)));
        match trail.doubt.clone() {
            Some(doubt) => trail.end(Outcome::Undetermined, Some(doubt), Some(endpoint), seen),
            None => trail.end(Outcome::Delivered, Some(Reason::new(LEAVES_CLUSTER)), Some(endpoint), seen),
        }
    }

    /// A packet to a pod where no node is known, or no address: only the policies can stop it.
    pub(crate) fn by_policies_alone(&self, mut trail: Trail, to: PodId) -> Route {
        trail.target = Some(to);
        trail.target_node = self.node_of(to);
        if let Client::Pod(from, _) = trail.client
            && let Some(denied) = self.egress(&mut trail, Place::Pod(from), from)
        {
            return denied;
        }
        let seen = trail.packet.source.clone();
        if self.network.snapshot().pods[to].host_network {
            let node = self.node_of(to);
            return self.delivered(trail, node, Some(to));
        }
        let node = self.node_of(to);
        // A process of the pod's own node passes whatever the policies say.
        let from = match trail.client {
            Client::Process(home) if node == Some(home) => Arrival::Process,
            _ => Arrival::Network,
        };
        if let Some(denied) = self.ingress(&mut trail, Place::Pod(to), from, to, (&seen, &seen)) {
            return denied;
        }
        self.delivered(trail, node, Some(to))
    }

    /// A connection that the engine's own gateway opens from whichever node: the pod's policies know it by an identity.
    pub(crate) fn by_own_gateway(&self, mut trail: Trail, to: PodId) -> Route {
        let node = self.node_of(to);
        (trail.target, trail.target_node) = (Some(to), node);
        let seen = trail.packet.source.clone();
        if !self.network.snapshot().pods[to].host_network
            && let Some(denied) = self.ingress(&mut trail, Place::Pod(to), Arrival::Network, to, (&seen, &seen))
        {
            return denied;
        }
        self.delivered(trail, node, Some(to))
    }

    /// A packet out of the cluster from a pod of which no node is known.
    pub(crate) fn out_by_policies_alone(&self, mut trail: Trail, unknown: Reason) -> Route {
        if let Client::Pod(from, _) = trail.client
            && let Some(denied) = self.egress(&mut trail, Place::Pod(from), from)
        {
            return denied;
        }
        trail.fail(Place::Outside, Outcome::Undetermined, unknown)
    }
}
