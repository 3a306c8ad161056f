//! The ends of a way on a node: the node's own sockets, refusals, a pod's socket.

use bulkhead_snapshot::{NodeId, PodId};

use super::{Client, Rewritten, Trail, Visit, Walker};
use crate::cni::{EndpointToHost, Out};
use crate::proxy::{self, Arrival, Mark, Refuses};
use crate::reason::{
    ASSUMED_ENDPOINT_TO_HOST, ENDPOINT_TO_HOST, NO_ENDPOINTS, NO_LISTENER, OWN_ADDRESS_AS_SOURCE, Reason,
};
use crate::route::{Address, Outcome, Place, Route, RouteEndpoint, Step};

impl Walker<'_> {
    /// A packet to one of the node's own addresses, after any translation.
    pub(super) fn arrive_at_node(
        &self,
        mut trail: Trail,
        node: NodeId,
        from: Arrival,
        mark: &Mark,
        translated: &Rewritten,
    ) -> Route {
        if !self.passes_for_service(&trail, node, from, translated)
            && let Some(stopped) = self.endpoint_to_host(&mut trail, node, from)
        {
            return stopped;
        }
        let (protocol, port) = (trail.packet.protocol, trail.packet.port);
        let listening = self.network.host_ports().listening(node, protocol, port);
        let pod = trail.target.or(listening);
        // What a process sends to its own node passes source NAT, too, the proxy's and the CNI's; its tunnel's address is one of the pods'
        // range, and in ipvs mode the address of the Service that it calls is its own (both found by the lab).
        let of_pods = trail.source().is_some_and(|source| self.network.in_cluster_ranges(source));
        let source = match from {
            Arrival::Process if (of_pods || self.binds(&trail)) && trail.target.is_some() => {
                self.rewrite_source(&mut trail, node, Out::Nic, mark)
            }
            _ => Rewritten::No,
        };
        trail.visits.push(Visit { node, destination: translated.clone(), source });
        self.delivered(trail, Some(node), pod)
    }

    /// kube-proxy's own answer: no pod sees the packet.
    pub(super) fn answered_by_node(&self, mut trail: Trail, node: NodeId, from: Arrival, reason: Reason) -> Route {
        if !self.passes_for_service(&trail, node, from, &Rewritten::No) {
            if let Arrival::Pod(pod) = from
                && let Some(denied) = self.egress(&mut trail, Place::Node(node), pod)
            {
                return denied;
            }
            if let Some(stopped) = self.endpoint_to_host(&mut trail, node, from) {
                return stopped;
            }
        }
        trail.note(Place::Node(node), Step::Deliver, Some(reason.clone()));
        let endpoint = RouteEndpoint {
            pod: None,
            node: Some(node),
            address: trail.packet.destination.known(),
            port: trail.packet.port,
        };
        let outcome = if trail.doubt.is_some() { Outcome::Undetermined } else { Outcome::Delivered };
        let reason = trail.doubt.clone().unwrap_or(reason);
        trail.end(outcome, Some(reason), Some(endpoint), None)
    }

    /// kube-proxy refuses or drops; where its chain stands behind the engine's, the pod's policy and Calico's action for
    /// packets to the own node come first.
    pub(super) fn refused(
        &self,
        mut trail: Trail,
        node: NodeId,
        from: Arrival,
        outcome: Outcome,
        reason: Reason,
    ) -> Route {
        let place = Place::Node(node);
        // Where nobody listens it is the kernel that refuses, behind every rule (found by the lab).
        let after_policy = reason.code == NO_LISTENER
            || proxy::rules(self.network).is_ok_and(|rules| rules.refuses() == Refuses::AfterPolicy);
        // IPVS refuses before the packet goes on, and only then engines judge what is for a Service (found by the lab).
        let by_ipvs = reason.code == NO_ENDPOINTS && proxy::binds_service_addresses(self.network);
        let Arrival::Pod(pod) = from else { return trail.fail(place, outcome, reason) };
        if !after_policy || by_ipvs || self.passes_for_service(&trail, node, from, &Rewritten::No) {
            return trail.fail(place, outcome, reason);
        }
        if let Some(denied) = self.egress(&mut trail, Place::Node(node), pod) {
            return denied;
        }
        if !self.network.nodes().is_local(node, trail.destination) {
            return trail.fail(place, outcome, reason);
        }
        match self.action_to_host(&mut trail, node) {
            EndpointToHost::Return => trail.fail(place, outcome, reason),
            EndpointToHost::Drop => trail.fail(place, Outcome::Dropped, Reason::new(ENDPOINT_TO_HOST)),
            // Accepted before kube-proxy's rule is reached: the packet comes to a port where nobody listens (measured).
            EndpointToHost::Accept => match outcome {
                Outcome::Dropped => {
                    let nobody = Reason::new(NO_LISTENER).with("address", trail.destination);
                    trail.fail(place, Outcome::Rejected, nobody)
                }
                other => trail.fail(place, other, reason),
            },
        }
    }

    fn endpoint_to_host(&self, trail: &mut Trail, node: NodeId, from: Arrival) -> Option<Route> {
        if !matches!(from, Arrival::Pod(_)) || self.action_to_host(trail, node) != EndpointToHost::Drop {
            return None;
        }
        Some(trail.clone().fail(Place::Node(node), Outcome::Dropped, Reason::new(ENDPOINT_TO_HOST)))
    }

    /// What the CNI does with packets from a pod to its own node. Where nobody knows, it is taken to be what Calico's
    /// manifests and operator set.
    fn action_to_host(&self, trail: &mut Trail, node: NodeId) -> EndpointToHost {
        let Ok(cni) = self.network.cni_rules() else { return EndpointToHost::Return };
        cni.endpoint_to_host(&self.network.snapshot().nodes[node]).unwrap_or_else(|_| {
            trail.assume(Some(Reason::new(ASSUMED_ENDPOINT_TO_HOST)));
            EndpointToHost::Accept
        })
    }

    /// The packet is at the socket; now the answer must find its way.
    pub(super) fn delivered(&self, mut trail: Trail, node: Option<NodeId>, pod: Option<PodId>) -> Route {
        let endpoint = RouteEndpoint { pod, node, address: trail.packet.destination.known(), port: trail.packet.port };
        let seen: Option<Address> = Some(trail.packet.source.clone());
        let place = pod.map(Place::Pod).or(node.map(Place::Node)).unwrap_or(Place::Outside);
        let to_itself = trail.source() == Some(trail.destination) && !trail.visits.is_empty() && pod.is_some();
        if to_itself && !self.is_host_network(pod) {
            let reason = Reason::new(OWN_ADDRESS_AS_SOURCE);
            trail.note(place, Step::Drop, Some(reason.clone()));
            return trail.end(Outcome::Dropped, Some(reason), Some(endpoint), None);
        }
        trail.note(place.clone(), Step::Deliver, None);
        match trail.answer_comes_back() {
            Rewritten::Yes => {}
            Rewritten::No => {
                let reason = Reason::new(crate::reason::ASYMMETRIC_REPLY);
                trail.note(place, Step::Drop, Some(reason.clone()));
                return trail.end(Outcome::Dropped, Some(reason), Some(endpoint), seen);
            }
            Rewritten::Unknown(reason) => {
                return trail.end(Outcome::Undetermined, Some(reason), Some(endpoint), seen);
            }
        }
        match trail.doubt.clone() {
            Some(doubt) => trail.end(Outcome::Undetermined, Some(doubt), Some(endpoint), seen),
            None => trail.end(Outcome::Delivered, None, Some(endpoint), seen),
        }
    }

    fn is_host_network(&self, pod: Option<PodId>) -> bool {
        pod.is_some_and(|pod| self.network.snapshot().pods[pod].host_network)
    }

    /// A pod that calls its own address: the packet never leaves its stack, and no policy looks.
    pub(crate) fn inside_pod(&self, mut trail: Trail) -> Route {
        let Client::Pod(pod, node) = trail.client else {
            return trail.fail(Place::Outside, Outcome::Undetermined, Reason::new(crate::reason::LOOP));
        };
        trail.target = Some(pod);
        self.delivered(trail, node, Some(pod))
    }
}
