//! Answers: routes, hop by hop.

use std::net::IpAddr;

use bulkhead_model::object::Direction;
use bulkhead_model::{Issue, PortNumber, Protocol};
use bulkhead_policy::{Identity, Question, Verdict};
use bulkhead_snapshot::{NodeId, PodId, ServiceId};

use crate::node_class::NodeClass;
use crate::reason::Reason;
use crate::request::{DoorKind, Served};

/// The answer to a [`Request`](crate::Request).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Every distinguishable route, in a fixed order; empty only where the request itself cannot be placed.
    pub routes: Vec<Route>,
    /// Why the request could not be placed, and what else the person should know.
    pub issues: Vec<Issue>,
}

/// How a connection ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// The pod, or whatever the target is, answers.
    Delivered,
    /// A policy does not let it through.
    Denied,
    /// Nothing comes back, for a reason that is no policy.
    Dropped,
    /// Refused at once, for a reason that is no policy.
    Rejected,
    /// Nobody can tell from this snapshot; [`Route::reason`] says what is missing.
    Undetermined,
}

/// One distinguishable way from the origin to an endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// The kind of door; `None` for an address that is nobody's door.
    pub door: Option<DoorKind>,
    /// The Service whose rules translated the packet.
    pub service: Option<ServiceId>,
    /// The first node that the packet meets: for a client inside, its own. All of these behave the same, and the addresses in
    /// this route are those of the first; [`Network::route_by`](crate::Network::route_by) gives the same route with another
    /// member's addresses. Empty where the packet meets none.
    pub entry_nodes: NodeClass,
    /// The nodes whose door it is, where a client inside calls the port of a node (its own, or another): of these, too, the
    /// first stands for the others. Everywhere else the same as `entry_nodes`.
    pub door_nodes: NodeClass,
    /// Where it ends, as far as it gets.
    pub endpoint: Option<RouteEndpoint>,
    /// How it ends.
    pub outcome: Outcome,
    /// Why it ends so, where it is not simply delivered.
    pub reason: Option<Reason>,
    /// The source that the policy at the endpoint sees; `None` where no policy looks (a process of the endpoint's own node, a
    /// hostNetwork endpoint, a pod to itself, an engine that enforces nothing), or where the packet does not get so far.
    pub seen_by_policy: Option<Address>,
    /// What the policy takes the source for, where its engine judges by identity and not by address.
    pub seen_as: Option<Identity>,
    /// The source at the endpoint's socket, where the packet gets so far.
    pub seen_by_pod: Option<Address>,
    /// What the policies on the way said, in the order of the way.
    pub verdicts: Vec<(Direction, PodId, Verdict)>,
    /// What they were asked: for each verdict the question behind it.
    pub questions: Vec<Question>,
    /// What no object of the snapshot shows and was taken to be as it usually is.
    pub assumptions: Vec<Reason>,
    /// Every step.
    pub hops: Vec<Hop>,
}

/// The end of a route.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RouteEndpoint {
    /// The pod; `None` for an endpoint that is no pod of this cluster.
    pub pod: Option<PodId>,
    /// The node that it is on.
    pub node: Option<NodeId>,
    /// Its address; `None` for a pod that has none in the input.
    pub address: Option<IpAddr>,
    /// The port that the connection arrives at.
    pub port: PortNumber,
}

/// An address that may not be known.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Address {
    /// This one.
    Known(IpAddr),
    /// The snapshot does not tell; this is what is missing.
    Unknown(Reason),
}

/// A packet, as far as it matters: source ports never do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Packet {
    /// Where it says it comes from.
    pub source: Address,
    /// Where it goes.
    pub destination: Address,
    /// The port that it goes to.
    pub port: PortNumber,
    /// Its protocol.
    pub protocol: Protocol,
}

/// One step of a packet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hop {
    /// Where it happens.
    pub place: Place,
    /// What happens.
    pub step: Step,
    /// The packet before.
    pub before: Packet,
    /// The packet after; equal to `before` where nothing is rewritten.
    pub after: Packet,
    /// The rule of the world behind the step, for those who ask why.
    pub reason: Option<Reason>,
}

/// Where a step happens.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// With the client, outside.
    Outside,
    /// In the network that announces an address or balances load.
    LoadBalancer,
    /// On a node.
    Node(NodeId),
    /// In a pod.
    Pod(PodId),
}

/// What happens to a packet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// The client sends it.
    Send,
    /// It arrives at a node.
    Arrive,
    /// The destination becomes an endpoint of the Service.
    TranslateDestination(ServiceId),
    /// The destination becomes the pod that declares the host port.
    TranslateHostPort,
    /// The source becomes an address of the node.
    TranslateSource,
    /// It goes to another node, inside a tunnel where `tunnel` says so.
    Forward {
        /// The kind of encapsulation, as `vxlan`, `ipip`; `None` for a plain route.
        tunnel: Option<&'static str>,
        /// The node that it goes to.
        to: NodeId,
    },
    /// A policy looks at it.
    Policy {
        /// Which way, as the judged pod sees it.
        direction: Direction,
        /// The judged pod.
        pod: PodId,
        /// What it says.
        verdict: Verdict,
    },
    /// A load balancer sends it on to a node or a pod; the source may become its own. `Hop::reason` says who it is.
    Balance,
    /// A gateway ends the connection and opens one of its own to a backend; `Hop::after` is the first packet of that one.
    Proxy {
        /// What the gateway serves by that: the Ingress, the route.
        object: Served,
    },
    /// It is at the socket.
    Deliver,
    /// Nothing comes back.
    Drop,
    /// It is refused.
    Reject,
}

impl Address {
    /// The address, if it is known.
    pub fn known(&self) -> Option<IpAddr> {
        match self {
            Self::Known(address) => Some(*address),
            Self::Unknown(_) => None,
        }
    }
}

impl Outcome {
    /// A stable word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Delivered => "delivered",
            Self::Denied => "denied",
            Self::Dropped => "dropped",
            Self::Rejected => "rejected",
            Self::Undetermined => "undetermined",
        }
    }
}

impl Answer {
    /// The outcome that all routes share; `None` where they differ. Without any route nobody can tell.
    pub fn outcome(&self) -> Option<Outcome> {
        let Some(first) = self.routes.first() else { return Some(Outcome::Undetermined) };
        self.routes.iter().all(|route| route.outcome == first.outcome).then_some(first.outcome)
    }
}
