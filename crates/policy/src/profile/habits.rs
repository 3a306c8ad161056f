//! The points in which engines differ, and what can be said about one.

/// A statement and where it is known from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Stated<T> {
    /// The statement.
    pub value: T,
    /// Where it is known from: the project's source file, its documentation, the API's text.
    pub source: &'static str,
}

/// A point in which engines differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Habit {
    /// Whether NetworkPolicies have any effect.
    Enforces,
    /// Where the policy looks ([`PolicyHook`]).
    Hook,
    /// Which packets of the pod's own node are exempt ([`OwnNodeExemption`]).
    OwnNode,
    /// Whether egress of a pod to its own node is exempt.
    EgressToOwnNode,
    /// Whether a pod that reaches itself through its own Service is judged.
    Hairpin,
    /// Whether an ipBlock matches the addresses of pods.
    IpBlockOfPods,
    /// Whether an ipBlock matches the addresses of nodes.
    IpBlockOfNodes,
    /// What an egress policy sees of a connection to a Service ([`EgressView`]).
    EgressView,
    /// Whether rules about SCTP have an effect.
    Sctp,
    /// Whether connections that were open before a policy came stay open.
    OpenConnections,
}

impl Habit {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Enforces,
        Self::Hook,
        Self::OwnNode,
        Self::EgressToOwnNode,
        Self::Hairpin,
        Self::IpBlockOfPods,
        Self::IpBlockOfNodes,
        Self::EgressView,
        Self::Sctp,
        Self::OpenConnections,
    ];

    /// A stable word for programs, and the key for the words in `report`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Enforces => "engineEnforces",
            Self::Hook => "engineHook",
            Self::OwnNode => "engineOwnNode",
            Self::EgressToOwnNode => "engineEgressToOwnNode",
            Self::Hairpin => "engineHairpin",
            Self::IpBlockOfPods => "engineIpBlockOfPods",
            Self::IpBlockOfNodes => "engineIpBlockOfNodes",
            Self::EgressView => "engineEgressView",
            Self::Sctp => "engineSctp",
            Self::OpenConnections => "engineOpenConnections",
        }
    }
}

/// Yes, no, or nobody knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Answer {
    /// Yes.
    Yes,
    /// No.
    No,
    /// Nobody knows.
    Unknown,
}

/// Where on the endpoint's node the policy looks, against service translation. The destination is translated before in
/// every class; for an endpoint on another node than the entry the classes do not differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PolicyHook {
    /// Before the source is rewritten (filter FORWARD, or POSTROUTING before source NAT).
    BeforeSourceNat,
    /// After it (tc at the pod's interface, Open vSwitch, OVN).
    AfterSourceNat,
    /// The engine translates Services itself.
    OwnLoadBalancing,
    /// Nobody knows.
    Unknown,
}

/// Which packets of the pod's own node no ingress policy stops.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OwnNodeExemption {
    /// What any process of the node sends.
    Processes,
    /// What a process of user 0 sends; others are judged.
    RootProcesses,
    /// What comes with an `InternalIP` of the node as its source at the place where the policy looks, whoever sent it.
    NodeAddress,
    /// What comes with the address of the CNI's own device on the node, whoever sent it.
    DeviceAddress,
    /// Nobody knows; the API text says that the pod's own node is always allowed.
    Unknown,
}

/// What an egress policy sees of a connection to a Service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EgressView {
    /// The endpoint that was chosen: its address and its port.
    Endpoint,
    /// The Service's address and port, before the endpoint is chosen.
    Service,
    /// Nobody knows.
    Unknown,
}

impl Answer {
    /// `yes`, `no`, `unknown`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::No => "no",
            Self::Unknown => "unknown",
        }
    }
}

impl PolicyHook {
    /// A stable word.
    pub fn name(self) -> &'static str {
        match self {
            Self::BeforeSourceNat => "beforeSourceNat",
            Self::AfterSourceNat => "afterSourceNat",
            Self::OwnLoadBalancing => "ownLoadBalancing",
            Self::Unknown => "unknown",
        }
    }
}

impl OwnNodeExemption {
    /// A stable word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Processes => "processes",
            Self::RootProcesses => "rootProcesses",
            Self::NodeAddress => "nodeAddress",
            Self::DeviceAddress => "deviceAddress",
            Self::Unknown => "unknown",
        }
    }
}

impl EgressView {
    /// A stable word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Endpoint => "endpoint",
            Self::Service => "service",
            Self::Unknown => "unknown",
        }
    }
}

/// A statement with its source.
pub(super) const fn stated<T>(value: T, source: &'static str) -> Stated<T> {
    Stated { value, source }
}
