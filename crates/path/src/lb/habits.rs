//! In what load balancers differ: the data that a member is made of.

use crate::about::{Known, Statement, Word};

/// The habits of one way of running a load balancer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Habits {
    /// Where a packet is sent to when it comes to the cluster.
    pub arrives: Known<Arrives>,
    /// By which nodes it may come in.
    pub nodes: Known<Nodes>,
    /// Which of those are left with `externalTrafficPolicy: Local`.
    pub local: Known<LocalNodes>,
    /// What becomes of the address where no node is left.
    pub without: Known<Without>,
    /// How well the nodes follow where endpoints are.
    pub follows: Known<Follows>,
    /// Whom the packet comes from.
    pub source: Known<Source>,
    /// What its health checks ask.
    pub health: Known<Health>,
}

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)*
        }

        impl Word for $name {
            fn word(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)*
                }
            }
        }
    };
}

pub(crate) use words;

words! {
    /// Where a packet is sent to when it comes to the cluster.
    Arrives {
        /// Still to the load balancer's address, for which kube-proxy has rules.
        Address = "arrivesAtAddress",
        /// To the Service's nodePort at a node's address.
        NodePort = "arrivesAtNodePort",
        /// To an endpoint itself; kube-proxy has no part in it.
        Pod = "arrivesAtPod",
    }
}

words! {
    /// By which nodes packets may come in.
    Nodes {
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

words! {
    /// Which nodes are left with `externalTrafficPolicy: Local`.
    LocalNodes {
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

words! {
    /// What becomes of the address where no node is left for it.
    Without {
        /// Nobody answers for it any more.
        Withdrawn = "withoutWithdrawn",
        /// The last state, or every node, stays.
        Stays = "withoutStays",
    }
}

words! {
    /// How well the nodes follow where endpoints are.
    Follows {
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

words! {
    /// Whom a packet comes from when it reaches the cluster.
    Source {
        /// The client.
        Client = "sourceClient",
        /// The client, or an address of the load balancer where both sides' IP families differ.
        ClientOfSameFamily = "sourceClientOfSameFamily",
        /// An address of the load balancer.
        Own = "sourceOwn",
    }
}

words! {
    /// What health checks ask.
    Health {
        /// Nothing: nobody checks from outside.
        None = "healthNone",
        /// A port of the node, answered by kube-proxy: no policy of a pod looks.
        Node = "healthNode",
        /// The pod itself, from addresses of the load balancer: its policy must let them in.
        Pod = "healthPod",
    }
}

impl Habits {
    /// The lines of a page.
    pub fn statements(&self) -> Vec<Statement> {
        vec![
            self.arrives.under("lb.arrives"),
            self.nodes.under("lb.nodes"),
            self.local.under("lb.local"),
            self.without.under("lb.without"),
            self.follows.under("lb.follows"),
            self.source.under("lb.source"),
            self.health.under("lb.health"),
        ]
    }
}
