//! What distinguishes proxies, as data: their code reads it, and their pages of documentation are made of it.

use crate::about::{facts, values};
use crate::network::NodePortAddresses;

facts! {
    /// What a proxy does with packets from outside, and from inside to the doors that outside uses.
    Habits {
        /// The source of a client outside, where the policy is Cluster and the endpoint is on the node that was called.
        pub(crate) cluster_own: Source = "clusterOwn",
        /// The same, where the endpoint is on another node.
        pub(crate) cluster_other: Source = "clusterOther",
        /// The source of a client outside, where the policy is Local.
        pub(crate) local_own: Source = "localOwn",
        /// What happens where the policy is Local and the node has no endpoint.
        pub(crate) local_without: Without = "localWithout",
        /// Which endpoints a pod gets that calls a door of its own node whose policy is Local.
        pub(crate) inside_local: Choice = "insideLocal",
        /// What happens where a Service has no endpoint at all.
        pub(crate) without: Without = "withoutEndpoints",
        /// What a node without an address of its own in the packet's path puts in where it masquerades.
        pub(crate) picks: Picks = "masqueradeSource",
        /// Whether NodePorts are served at 127.0.0.1.
        pub(crate) loopback: Loopback = "loopbackNodePort",
        /// At which of a node's addresses NodePorts are served unless it is told otherwise.
        pub(crate) node_ports: Served = "nodePortsAt",
        /// Where the NodePort of another node is translated for a client inside.
        pub(crate) far_node_port: Translated = "farNodePort",
        /// What a process of the node has as its source behind a translation.
        pub(crate) process: Process = "processToService",
        /// Whether `loadBalancerSourceRanges` are judged by the node.
        pub(crate) source_ranges: Ranges = "sourceRanges",
    }
}

values! {
    /// What becomes of a packet's source.
    pub(crate) Source {
        /// It becomes an address of the node.
        Masqueraded = "masqueraded",
        /// It stays, and the answer must pass the node again by itself.
        Kept = "kept",
        /// It stays, and the answer is taken care of: sent directly, or back by the way that the packet came.
        Preserved = "preserved",
    }
}

values! {
    /// What happens where there is nobody to send to.
    pub(crate) Without {
        /// Nothing comes back.
        Dropped = "dropped",
        /// It is refused.
        Refused = "refused",
        /// It is sent to an endpoint elsewhere with its source kept, and the answer is lost.
        Astray = "astray",
    }
}

values! {
    /// Which endpoints may be picked.
    pub(crate) Choice {
        /// All of them.
        Everyone = "everyEndpoint",
        /// Those on the node.
        Own = "ownEndpoints",
        /// Those on the node; all where it has none.
        OwnElseEveryone = "ownElseEvery",
        /// Nothing settles it.
        Open = "nobodyKnows",
    }
}

values! {
    /// Which address masquerading puts in.
    pub(crate) Picks {
        /// The kernel picks among those of the device by which the packet leaves.
        Kernel = "kernelPicks",
        /// The node's primary address.
        Primary = "primaryAddress",
        /// The address of the CNI's gateway device on the node.
        Gateway = "gatewayAddress",
        /// The address of the node's gateway router on the join network.
        Router = "routerAddress",
        /// The gateway device's address where a tunnel carries the packet, else the node's.
        GatewayInTunnels = "gatewayInTunnels",
        /// None: it never masquerades.
        Never = "neverMasquerades",
    }
}

values! {
    /// Whether NodePorts are served at 127.0.0.1. Nobody serves them at `::1`.
    pub(crate) Loopback {
        Serves = "yes",
        Refuses = "no",
    }
}

values! {
    /// At which addresses NodePorts are served.
    pub(crate) Served {
        /// Every address of the node.
        All = "allAddresses",
        /// The first of each family.
        Primary = "primaryAddresses",
    }
}

values! {
    /// Where the NodePort of another node is translated for a client inside.
    pub(crate) Translated {
        /// On the node that is called: the packet gets there untranslated.
        There = "onTheCalledNode",
        /// Already where the client is.
        Here = "onTheClientsNode",
        /// Nothing settles it.
        Open = "nobodyKnows",
    }
}

values! {
    /// The source of a process behind a translation.
    pub(crate) Process {
        /// That of the device by which the packet leaves.
        OfDevice = "ofDevice",
        /// Nothing settles it.
        Open = "nobodyKnows",
    }
}

values! {
    /// Whether `loadBalancerSourceRanges` are judged by the node.
    pub(crate) Ranges {
        /// They are, against the source that arrives.
        Judged = "yes",
        /// Nothing settles it.
        Open = "nobodyKnows",
    }
}

impl Served {
    pub(crate) fn addresses(self) -> NodePortAddresses {
        match self {
            Self::All => NodePortAddresses::All,
            Self::Primary => NodePortAddresses::Primary,
        }
    }
}
