//! What is remembered of a packet on its way.

use std::net::IpAddr;

use bulkhead_model::object::Direction;
use bulkhead_model::{PortNumber, Protocol};
use bulkhead_policy::{Identity, Question, Verdict};
use bulkhead_snapshot::{NodeId, PodId, ServiceId};

use crate::door::Balanced;
use crate::network::Endpoint;
use crate::node_class::NodeClass;
use crate::reason::Reason;
use crate::request::DoorKind;
use crate::route::{Address, Hop, Outcome, Packet, Place, Route, RouteEndpoint, Step};

/// Who opens the connection, as far as ways differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Client {
    /// Somebody outside the cluster.
    Outside(IpAddr),
    /// A pod with its own network; its node may not be known.
    Pod(PodId, Option<NodeId>),
    /// A process of a node.
    Process(NodeId),
}

impl Client {
    /// The node that answers to this client come back to.
    pub(crate) fn home(self) -> Option<NodeId> {
        match self {
            Self::Outside(_) => None,
            Self::Pod(_, node) => node,
            Self::Process(node) => Some(node),
        }
    }

    pub(crate) fn place(self) -> Place {
        match self {
            Self::Outside(_) => Place::Outside,
            Self::Pod(pod, _) => Place::Pod(pod),
            Self::Process(node) => Place::Node(node),
        }
    }
}

/// What a node did with a packet that passed it, as far as the answer's way back depends on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Visit {
    pub(crate) node: NodeId,
    pub(crate) destination: Rewritten,
    pub(crate) source: Rewritten,
}

/// Whether a field was rewritten.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Rewritten {
    No,
    Yes,
    Unknown(Reason),
}

/// A packet on its way, and all that was noted.
#[derive(Clone, Debug)]
pub(crate) struct Trail {
    pub(crate) client: Client,
    pub(crate) packet: Packet,
    /// The packet's destination; always known.
    pub(crate) destination: IpAddr,
    /// Whether the source is no more the client's.
    masqueraded: bool,
    /// The pod that the packet was sent or translated to, where its address alone does not tell.
    pub(crate) target: Option<PodId>,
    /// The target's node, where it is known.
    pub(crate) target_node: Option<NodeId>,
    /// On this node, only this endpoint is of interest.
    pub(crate) only: Option<(NodeId, Endpoint)>,
    pub(crate) service: Option<ServiceId>,
    pub(crate) seen_by_policy: Option<Address>,
    /// What the policy takes it for, where it judges by identity.
    pub(crate) seen_as: Option<Identity>,
    /// What the sender is known as, where it is no client but something of the engine's own.
    pub(crate) own_identity: Option<Identity>,
    pub(crate) verdicts: Vec<(Direction, PodId, Verdict)>,
    pub(crate) questions: Vec<Question>,
    /// Why nobody knows whether a policy was asked that denies it.
    pub(crate) unjudged: Option<Reason>,
    /// Why the outcome cannot be told even where the packet arrives.
    pub(crate) doubt: Option<Reason>,
    pub(crate) assumptions: Vec<Reason>,
    pub(crate) visits: Vec<Visit>,
    pub(crate) hops: Vec<Hop>,
}

impl Trail {
    pub(crate) fn new(
        client: Client,
        source: Address,
        destination: IpAddr,
        port: PortNumber,
        protocol: Protocol,
    ) -> Self {
        let packet = Packet { source, destination: Address::Known(destination), port, protocol };
        let send = Hop {
            place: client.place(),
            step: Step::Send,
            before: packet.clone(),
            after: packet.clone(),
            reason: None,
        };
        Self {
            client,
            packet,
            destination,
            masqueraded: false,
            target: None,
            target_node: None,
            only: None,
            service: None,
            seen_by_policy: None,
            seen_as: None,
            own_identity: None,
            verdicts: Vec::new(),
            questions: Vec::new(),
            unjudged: None,
            doubt: None,
            assumptions: Vec::new(),
            visits: Vec::new(),
            hops: vec![send],
        }
    }

    /// The address that the client called.
    pub(crate) fn called(&self) -> Option<IpAddr> {
        self.hops.first()?.before.destination.known()
    }

    /// A client's packet that a load balancer sends on: `front` and `front_port` are what the client dials.
    pub(crate) fn balanced(self, client: IpAddr, balanced: &Balanced) -> Self {
        let front = Packet {
            source: Address::Known(client),
            destination: balanced.front.clone(),
            port: balanced.front_port,
            protocol: self.packet.protocol,
        };
        let hop = |place, step, after: &Packet, reason| Hop {
            place,
            step,
            before: front.clone(),
            after: after.clone(),
            reason,
        };
        let hops = vec![
            hop(self.client.place(), Step::Send, &front, None),
            hop(Place::LoadBalancer, Step::Balance, &self.packet, Some(balanced.how.clone())),
        ];
        Self { hops, ..self }
    }

    pub(crate) fn source(&self) -> Option<IpAddr> {
        self.packet.source.known()
    }

    /// The pod whose address, known or not, the source is.
    pub(crate) fn source_pod(&self) -> Option<PodId> {
        match self.client {
            Client::Pod(pod, _) if !self.masqueraded => Some(pod),
            _ => None,
        }
    }

    /// The packet with another destination, for whoever asks about it; its steps are not followed.
    pub(crate) fn send_to(&mut self, destination: IpAddr) {
        self.destination = destination;
        self.packet.destination = Address::Known(destination);
    }

    /// Notes a step that rewrites nothing.
    pub(crate) fn note(&mut self, place: Place, step: Step, reason: Option<Reason>) {
        self.hops.push(Hop { place, step, before: self.packet.clone(), after: self.packet.clone(), reason });
    }

    /// Notes that the destination becomes another.
    pub(crate) fn redirect(&mut self, node: NodeId, step: Step, destination: IpAddr, port: PortNumber) {
        let before = self.packet.clone();
        self.destination = destination;
        self.packet.destination = Address::Known(destination);
        self.packet.port = port;
        self.hops.push(Hop { place: Place::Node(node), step, before, after: self.packet.clone(), reason: None });
    }

    /// Notes that the source becomes another.
    pub(crate) fn masquerade(&mut self, node: NodeId, source: Address, reason: Option<Reason>) {
        let before = self.packet.clone();
        self.packet.source = source;
        self.masqueraded = true;
        let place = Place::Node(node);
        self.hops.push(Hop { place, step: Step::TranslateSource, before, after: self.packet.clone(), reason });
    }

    pub(crate) fn assume(&mut self, assumption: Option<Reason>) {
        if let Some(assumption) = assumption.filter(|assumption| !self.assumptions.contains(assumption)) {
            self.assumptions.push(assumption);
        }
    }

    /// Ends the way.
    pub(crate) fn end(
        self,
        outcome: Outcome,
        reason: Option<Reason>,
        endpoint: Option<RouteEndpoint>,
        seen_by_pod: Option<Address>,
    ) -> Route {
        Route {
            door: None,
            service: self.service,
            entry_nodes: NodeClass::empty(),
            door_nodes: NodeClass::empty(),
            endpoint,
            outcome,
            reason,
            seen_by_policy: self.seen_by_policy,
            seen_as: self.seen_as,
            seen_by_pod,
            verdicts: self.verdicts,
            questions: self.questions,
            assumptions: self.assumptions,
            hops: self.hops,
        }
    }

    /// Ends where the packet is lost or refused, or where nobody can tell.
    pub(crate) fn fail(mut self, place: Place, outcome: Outcome, reason: Reason) -> Route {
        let endpoint = self.reached();
        match outcome {
            Outcome::Rejected => self.note(place, Step::Reject, Some(reason.clone())),
            Outcome::Dropped | Outcome::Denied => self.note(place, Step::Drop, Some(reason.clone())),
            Outcome::Delivered | Outcome::Undetermined => {}
        }
        self.end(outcome, Some(reason), endpoint, None)
    }

    /// The endpoint that the packet is on its way to, for a way that ends before it.
    fn reached(&self) -> Option<RouteEndpoint> {
        let (address, port) = (self.packet.destination.known(), self.packet.port);
        self.target.map(|pod| RouteEndpoint { pod: Some(pod), node: self.target_node, address, port })
    }
}

/// The route for a request that gets no further than its beginning.
pub(crate) fn nowhere(outcome: Outcome, reason: Reason, door: Option<DoorKind>) -> Route {
    Route {
        door,
        service: None,
        entry_nodes: NodeClass::empty(),
        door_nodes: NodeClass::empty(),
        endpoint: None,
        outcome,
        reason: Some(reason),
        seen_by_policy: None,
        seen_as: None,
        seen_by_pod: None,
        verdicts: Vec::new(),
        questions: Vec::new(),
        assumptions: Vec::new(),
        hops: Vec::new(),
    }
}
