//! One packet, one pod, one direction.

use std::net::IpAddr;

use bulkhead_model::object::Direction;
use bulkhead_model::{PortNumber, Protocol};
use bulkhead_snapshot::{NodeId, PodId, Snapshot};

use crate::policies::Policies;
use crate::verdict::Verdict;

/// The other side of a connection, as the enforcement point sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Party {
    /// Its address; `None` for a pod that has none yet.
    pub address: Option<IpAddr>,
    /// The pod with its own network that has this address.
    pub pod: Option<PodId>,
    /// The node that has this address.
    pub node: Option<NodeId>,
}

/// One question to the policies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Question {
    /// As `subject` sees it.
    pub direction: Direction,
    /// The pod whose policies are asked. Not a hostNetwork pod: no policy selects those.
    pub subject: PodId,
    /// The other side.
    pub peer: Party,
    /// The protocol.
    pub protocol: Protocol,
    /// The destination port after all translation: the subject's own port for ingress, the peer's for egress.
    pub port: PortNumber,
}

/// Judges one packet. The standard's text and nothing else: exemptions (own node, the pod itself) are the path's affair.
pub fn decide(snapshot: &Snapshot, policies: &Policies, question: &Question) -> Verdict {
    let _ = (snapshot, policies, question);
    Verdict::Allow { rules: Vec::new(), deviations: Vec::new() }
}
