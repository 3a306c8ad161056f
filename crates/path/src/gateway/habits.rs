//! In what gateways differ: the data that a member is made of.

use crate::about::{Known, Statement, Word};
use crate::lb::words;

/// The habits of a gateway.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Habits {
    /// Who ends the client's connection, and opens the one to the backend.
    pub runs: Known<Runs>,
    /// What it opens that connection to.
    pub upstream: Known<Upstream>,
    /// Whom the backend's policy sees.
    pub seen: Known<Seen>,
    /// Whether it serves Ingresses without a class.
    pub without_class: Known<WithoutClass>,
}

words! {
    /// Who ends the client's connection.
    Runs {
        /// Pods that serve every object of the class.
        SharedPods = "runsSharedPods",
        /// Pods of one Gateway, in its namespace.
        PodsBesideGateway = "runsPodsBesideGateway",
        /// Pods of one Gateway, in the namespace of the controller.
        PodsOfController = "runsPodsOfController",
        /// A process of every node.
        EveryNode = "runsEveryNode",
        /// Something outside of the cluster.
        Outside = "runsOutside",
    }
}

words! {
    /// What a gateway opens its connections to.
    Upstream {
        /// The endpoints' own addresses.
        Endpoints = "upstreamEndpoints",
        /// The endpoints' own addresses, or the clusterIP where an annotation says so.
        EndpointsUnlessAsked = "upstreamEndpointsUnlessAsked",
        /// NodePorts or pods, as an annotation says.
        Targets = "upstreamTargets",
    }
}

words! {
    /// Whom a backend's policy sees.
    Seen {
        /// The gateway's pod; its node where it has its node's network.
        Pod = "seenPod",
        /// An identity that no address and no selector means.
        Identity = "seenIdentity",
        /// An address of the gateway outside of the cluster.
        OutsideAddress = "seenOutsideAddress",
    }
}

words! {
    /// What becomes of Ingresses without a class.
    WithoutClass {
        /// They are not served, unless it is told to, or its class is the default one.
        Ignored = "withoutClassIgnored",
        /// They are served, unless it is told its class.
        Served = "withoutClassServed",
        /// It serves no Ingresses.
        NoIngress = "withoutClassNoIngress",
    }
}

impl Habits {
    /// The lines of a page.
    pub fn statements(&self) -> Vec<Statement> {
        vec![
            self.runs.under("gateway.runs"),
            self.upstream.under("gateway.upstream"),
            self.seen.under("gateway.seen"),
            self.without_class.under("gateway.withoutClass"),
        ]
    }
}
