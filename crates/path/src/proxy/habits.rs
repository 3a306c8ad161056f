//! What distinguishes proxies, as data: their code reads it, and their pages of documentation are made of it.

use crate::about::{Known, Statement, Word};
use crate::network::NodePortAddresses;

/// What a proxy does with packets from outside, and from inside to the doors that outside uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Habits {
    /// The source of a client outside, where the policy is Cluster and the endpoint is on the node that was called.
    pub(crate) cluster_own: Known<Source>,
    /// The same, where the endpoint is on another node.
    pub(crate) cluster_other: Known<Source>,
    /// The source of a client outside, where the policy is Local.
    pub(crate) local_own: Known<Source>,
    /// What happens where the policy is Local and the node has no endpoint.
    pub(crate) local_without: Known<Without>,
    /// Which endpoints a pod gets that calls a door of its own node whose policy is Local.
    pub(crate) inside_local: Known<Choice>,
    /// What happens where a Service has no endpoint at all.
    pub(crate) without: Known<Without>,
    /// What a node without an address of its own in the packet's path puts in where it masquerades.
    pub(crate) picks: Known<Picks>,
    /// Whether NodePorts are served at 127.0.0.1.
    pub(crate) loopback: Known<Loopback>,
    /// At which of a node's addresses NodePorts are served unless it is told otherwise.
    pub(crate) node_ports: Known<Served>,
    /// Where the NodePort of another node is translated for a client inside.
    pub(crate) far_node_port: Known<Translated>,
    /// What a process of the node has as its source behind a translation.
    pub(crate) process: Known<Process>,
    /// Whether `loadBalancerSourceRanges` are judged by the node.
    pub(crate) source_ranges: Known<Ranges>,
}

/// What becomes of a packet's source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// It becomes an address of the node.
    Masqueraded,
    /// It stays, and the answer must pass the node again by itself.
    Kept,
    /// It stays, and the answer is taken care of: sent directly, or back by the way that the packet came.
    Preserved,
}

/// What happens where there is nobody to send to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Without {
    /// Nothing comes back.
    Dropped,
    /// It is refused.
    Refused,
    /// It is sent to an endpoint elsewhere with its source kept, and the answer is lost.
    Astray,
}

/// Which endpoints may be picked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Choice {
    /// All of them.
    Everyone,
    /// Those on the node.
    Own,
    /// Those on the node; all where it has none.
    OwnElseEveryone,
    /// Nothing settles it.
    Open,
}

/// Which address masquerading puts in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Picks {
    /// The kernel picks among those of the device by which the packet leaves.
    Kernel,
    /// The node's primary address.
    Primary,
    /// The address of the CNI's gateway device on the node.
    Gateway,
    /// The address of the node's gateway router on the join network.
    Router,
    /// The gateway device's address where a tunnel carries the packet, else the node's.
    GatewayInTunnels,
    /// None: it never masquerades.
    Never,
}

/// Whether NodePorts are served at 127.0.0.1. Nobody serves them at `::1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Loopback {
    Serves,
    Refuses,
}

/// At which addresses NodePorts are served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Served {
    /// Every address of the node.
    All,
    /// The first of each family.
    Primary,
}

/// Where the NodePort of another node is translated for a client inside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Translated {
    /// On the node that is called: the packet gets there untranslated.
    There,
    /// Already where the client is.
    Here,
    /// Nothing settles it.
    Open,
}

/// The source of a process behind a translation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Process {
    /// That of the device by which the packet leaves.
    OfDevice,
    /// Nothing settles it.
    Open,
}

/// Whether `loadBalancerSourceRanges` are judged by the node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ranges {
    /// They are, against the source that arrives.
    Judged,
    /// Nothing settles it.
    Open,
}

impl Served {
    pub(crate) fn addresses(self) -> NodePortAddresses {
        match self {
            Self::All => NodePortAddresses::All,
            Self::Primary => NodePortAddresses::Primary,
        }
    }
}

macro_rules! words {
    ($($kind:ident { $($value:ident = $word:literal),* $(,)? })*) => {
        $(impl Word for $kind {
            fn word(self) -> &'static str {
                match self { $(Self::$value => $word),* }
            }
        })*
    };
}

words! {
    Source { Masqueraded = "masqueraded", Kept = "kept", Preserved = "preserved" }
    Without { Dropped = "dropped", Refused = "refused", Astray = "astray" }
    Choice { Everyone = "everyEndpoint", Own = "ownEndpoints", OwnElseEveryone = "ownElseEvery", Open = "nobodyKnows" }
    Picks {
        Kernel = "kernelPicks", Primary = "primaryAddress", Gateway = "gatewayAddress", Router = "routerAddress",
        GatewayInTunnels = "gatewayInTunnels", Never = "neverMasquerades",
    }
    Loopback { Serves = "yes", Refuses = "no" }
    Served { All = "allAddresses", Primary = "primaryAddresses" }
    Translated { There = "onTheCalledNode", Here = "onTheClientsNode", Open = "nobodyKnows" }
    Process { OfDevice = "ofDevice", Open = "nobodyKnows" }
    Ranges { Judged = "yes", Open = "nobodyKnows" }
}

impl Habits {
    /// The lines of a page.
    pub(crate) fn statements(&self) -> Vec<Statement> {
        vec![
            self.cluster_own.under("clusterOwn"),
            self.cluster_other.under("clusterOther"),
            self.local_own.under("localOwn"),
            self.local_without.under("localWithout"),
            self.inside_local.under("insideLocal"),
            self.without.under("withoutEndpoints"),
            self.picks.under("masqueradeSource"),
            self.loopback.under("loopbackNodePort"),
            self.node_ports.under("nodePortsAt"),
            self.far_node_port.under("farNodePort"),
            self.process.under("processToService"),
            self.source_ranges.under("sourceRanges"),
        ]
    }
}
