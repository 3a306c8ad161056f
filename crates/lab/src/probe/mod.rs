//! Sending packets and seeing what becomes of them.

mod attempt;
mod measure;
mod server;

use std::net::{IpAddr, SocketAddr};

use bulkhead_analysis::path::{DoorKind, Family};

use crate::cluster::{Client, Protocol};

pub(crate) use measure::{Patience, measure};
pub(crate) use server::Servers;

/// A client that knocks at a door.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Case {
    pub(crate) client: Client,
    pub(crate) door: Door,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Door {
    pub(crate) kind: DoorKind,
    pub(crate) address: SocketAddr,
    pub(crate) protocol: Protocol,
    pub(crate) behind: Behind,
}

/// Who answers at a door.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Behind {
    /// The lab's servers.
    Pods,
    /// kube-proxy itself, which says over HTTP whether the node has endpoints.
    HealthCheck,
}

impl Door {
    pub(crate) fn family(&self) -> Family {
        Family::of(self.address.ip())
    }
}

/// What became of one attempt.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Observation {
    pub(crate) ending: Ending,
    /// Where the packet was last seen on its way into a pod: the pod, its port, and the source that the policy's hook saw.
    pub(crate) at_policy: Option<(usize, u16, IpAddr)>,
}

/// How an attempt ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Ending {
    /// A pod answered.
    Reached {
        /// Its index.
        pod: usize,
        /// The port at which it did.
        port: u16,
        /// The source that its socket saw.
        source: IpAddr,
    },
    /// kube-proxy's health check answered, with this status of HTTP.
    Health(u16),
    /// A reset, or an ICMP message that the port is closed.
    Refused,
    /// An ICMP message that there is no way.
    Unreachable,
    /// Nothing came back.
    NoAnswer,
}
