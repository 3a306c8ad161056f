//! In what load balancers differ: the data that a member is made of.

use crate::about::{facts, values};

facts! {
    /// The habits of one way of running a load balancer.
    Habits {
        /// Where a packet is sent to when it comes to the cluster.
        pub arrives: Arrives = "lb.arrives",
        /// By which nodes it may come in.
        pub nodes: Nodes = "lb.nodes",
        /// Which of those are left with `externalTrafficPolicy: Local`.
        pub local: LocalNodes = "lb.local",
        /// What becomes of the address where no node is left.
        pub without: Without = "lb.without",
        /// How well the nodes follow where endpoints are.
        pub follows: Follows = "lb.follows",
        /// Whom the packet comes from.
        pub source: Source = "lb.source",
        /// What its health checks ask.
        pub health: Health = "lb.health",
    }
}

values! {
    /// Where a packet is sent to when it comes to the cluster.
    pub Arrives {
        /// Still to the load balancer's address, for which kube-proxy has rules.
        Address = "arrivesAtAddress",
        /// Still to the load balancer's address, which is on the node's NIC: nodePorts and the node's own processes answer there, too.
        HeldAddress = "arrivesAtHeldAddress",
        /// To the Service's nodePort at a node's address.
        NodePort = "arrivesAtNodePort",
        /// To an endpoint itself; kube-proxy has no part in it.
        Pod = "arrivesAtPod",
    }
}

values! {
    /// By which nodes packets may come in.
    pub Nodes {
        /// By the one that answers for the address; which one that is may change.
        One = "nodesOne",
        /// By any.
        Every = "nodesEvery",
        /// By the node whose own address it is.
        Owner = "nodesOwner",
        /// By that of the endpoint.
        OfEndpoint = "nodesOfEndpoint",
    }
}

values! {
    /// Which nodes are left with `externalTrafficPolicy: Local`.
    pub LocalNodes {
        /// Those with a ready endpoint.
        Ready = "localReady",
        /// Those with an endpoint that is ready, or serving while it ends.
        Serving = "localServing",
        /// The same: one without an endpoint drops what comes.
        Same = "localSame",
        /// The mode is not made for it.
        Unsupported = "localUnsupported",
    }
}

values! {
    /// What becomes of the address where no node is left for it.
    pub Without {
        /// Nobody answers for it any more.
        Withdrawn = "withoutWithdrawn",
        /// The last state, or every node, stays.
        Stays = "withoutStays",
    }
}

values! {
    /// How well the nodes follow where endpoints are.
    pub Follows {
        /// A change of endpoints changes them.
        Promptly = "followsPromptly",
        /// A node that lost its endpoint may go on.
        MayLag = "followsMayLag",
        /// A health check takes nodes out.
        ByHealthCheck = "followsByHealthCheck",
        /// It makes no difference.
        NeedNot = "followsNeedNot",
    }
}

values! {
    /// Whom a packet comes from when it reaches the cluster.
    pub Source {
        /// The client.
        Client = "sourceClient",
        /// The client, or an address of the load balancer where both sides' IP families differ.
        ClientOfSameFamily = "sourceClientOfSameFamily",
        /// An address of the load balancer.
        Own = "sourceOwn",
    }
}

values! {
    /// What health checks ask.
    pub Health {
        /// Nothing: nobody checks from outside.
        None = "healthNone",
        /// A port of the node, answered by kube-proxy: no policy of a pod looks.
        Node = "healthNode",
        /// The pod itself, from addresses of the load balancer: its policy must let them in.
        Pod = "healthPod",
    }
}
