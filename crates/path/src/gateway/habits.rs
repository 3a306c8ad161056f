//! In what gateways differ: the data that a member is made of.

use crate::about::{facts, values};

facts! {
    /// The habits of a gateway.
    Habits {
        /// Who ends the client's connection, and opens the one to the backend.
        pub runs: Runs = "gateway.runs",
        /// What it opens that connection to.
        pub upstream: Upstream = "gateway.upstream",
        /// Whom the backend's policy sees.
        pub seen: Seen = "gateway.seen",
        /// Whether it serves Ingresses without a class.
        pub without_class: WithoutClass = "gateway.withoutClass",
    }
}

values! {
    /// Who ends the client's connection.
    pub Runs {
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

values! {
    /// What a gateway opens its connections to.
    pub Upstream {
        /// The endpoints' own addresses.
        Endpoints = "upstreamEndpoints",
        /// The endpoints' own addresses, or the clusterIP where an annotation says so.
        EndpointsUnlessAsked = "upstreamEndpointsUnlessAsked",
        /// NodePorts or pods, as an annotation says.
        Targets = "upstreamTargets",
    }
}

values! {
    /// Whom a backend's policy sees.
    pub Seen {
        /// The gateway's pod; its node where it has its node's network.
        Pod = "seenPod",
        /// An identity that no address and no selector means.
        Identity = "seenIdentity",
        /// An address of the gateway outside of the cluster.
        OutsideAddress = "seenOutsideAddress",
    }
}

values! {
    /// What becomes of Ingresses without a class.
    pub WithoutClass {
        /// They are not served, unless it is told to, or its class is the default one.
        Ignored = "withoutClassIgnored",
        /// They are served, unless it is told its class.
        Served = "withoutClassServed",
        /// It serves no Ingresses.
        NoIngress = "withoutClassNoIngress",
    }
}
