//! Addresses, nodes and pods of a route with others in their place.

use std::net::IpAddr;

use bulkhead_policy::{Party, Question};
use bulkhead_snapshot::{NodeId, PodId};

use crate::reason::Reason;
use crate::route::{Address, Hop, Packet, Place, Step};

/// What is put in place of what; the rest stays.
pub(super) trait Exchange {
    fn address(&self, address: IpAddr) -> IpAddr;

    fn node(&self, node: NodeId) -> NodeId;

    fn pod(&self, pod: PodId) -> PodId {
        pod
    }

    fn reason(&self, reason: &Reason) -> Reason {
        reason.clone()
    }

    fn maybe_known(&self, address: &Address) -> Address {
        match address {
            Address::Known(address) => Address::Known(self.address(*address)),
            Address::Unknown(reason) => Address::Unknown(self.reason(reason)),
        }
    }

    fn packet(&self, packet: &Packet) -> Packet {
        let (source, destination) = (self.maybe_known(&packet.source), self.maybe_known(&packet.destination));
        Packet { source, destination, ..*packet }
    }

    fn question(&self, question: &Question) -> Question {
        let Party { address, pod, node, identity } = question.peer;
        let peer = Party {
            address: address.map(|address| self.address(address)),
            pod: pod.map(|pod| self.pod(pod)),
            node: node.map(|node| self.node(node)),
            identity,
        };
        Question { peer, subject: self.pod(question.subject), ..*question }
    }

    fn hop(&self, hop: &Hop) -> Hop {
        let place = match &hop.place {
            Place::Node(node) => Place::Node(self.node(*node)),
            Place::Pod(pod) => Place::Pod(self.pod(*pod)),
            other => other.clone(),
        };
        let step = match &hop.step {
            Step::Forward { tunnel, to } => Step::Forward { tunnel: *tunnel, to: self.node(*to) },
            Step::Policy { direction, pod, verdict } => {
                Step::Policy { direction: *direction, pod: self.pod(*pod), verdict: verdict.clone() }
            }
            other => other.clone(),
        };
        let (before, after) = (self.packet(&hop.before), self.packet(&hop.after));
        Hop { place, step, before, after, reason: hop.reason.as_ref().map(|reason| self.reason(reason)) }
    }
}
