//! How policy engines differ from the API text and from each other: data, one folder for each engine.
//!
//! [`Engine::of`] finds out which engine a snapshot shows. Nothing here judges a packet; [`decide`](crate::decide()) and
//! the path read the data and name it in their answers.

use bulkhead_snapshot::{Fact, Snapshot};

mod api_text;

use crate::verdict::Deviation;

/// A statement and where it is known from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Stated<T> {
    /// The statement.
    pub value: T,
    /// Where it is known from: the project's source file, its documentation, the API's text.
    pub source: &'static str,
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
    /// What comes with an address of the node as its source at the place where the policy looks, whoever sent it.
    NodeAddress,
    /// Nobody knows; the API text says that the pod's own node is always allowed.
    Unknown,
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
    /// Whether an ipBlock matches the addresses of pods.
    IpBlockOfPods,
    /// Whether an ipBlock matches the addresses of nodes.
    IpBlockOfNodes,
}

impl Habit {
    /// A stable word for programs, and the key for the words in `report`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Enforces => "engineEnforces",
            Self::Hook => "engineHook",
            Self::OwnNode => "engineOwnNode",
            Self::IpBlockOfPods => "engineIpBlockOfPods",
            Self::IpBlockOfNodes => "engineIpBlockOfNodes",
        }
    }
}

/// One engine's habits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Profile {
    /// The engine's name on the command line and in answers.
    pub name: &'static str,
    /// Whether NetworkPolicies have any effect.
    pub enforces: Stated<Answer>,
    /// Where the policy looks.
    pub hook: Stated<PolicyHook>,
    /// Which packets of the pod's own node are exempt.
    pub own_node: Stated<OwnNodeExemption>,
    /// Whether an ipBlock matches the addresses of pods.
    pub ip_block_of_pods: Stated<Answer>,
    /// Whether an ipBlock matches the addresses of nodes.
    pub ip_block_of_nodes: Stated<Answer>,
}

/// Every profile that a user can name.
pub const PROFILES: &[&Profile] = &[];

impl Profile {
    /// The profile of that name.
    pub fn named(name: &str) -> Option<&'static Profile> {
        PROFILES.iter().copied().find(|profile| profile.name == name)
    }
}

/// The engine of a cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Engine {
    /// Which it is, and what shows it. Unknown where nothing does (bare manifests).
    pub known: Fact<&'static Profile>,
}

impl Engine {
    /// The engine that the user names, else the one that the snapshot shows.
    pub fn of(snapshot: &Snapshot, named: Option<&'static Profile>) -> Self {
        let _ = (snapshot, named);
        Self { known: Fact::Unknown }
    }

    /// The engine's habits; those of the API text where no engine is known. The API text is taken to be enforced.
    pub fn profile(&self) -> &'static Profile {
        self.known.value().copied().unwrap_or(&api_text::PROFILE)
    }

    /// Whether policies have any effect.
    pub fn enforces(&self) -> Answer {
        self.profile().enforces.value
    }

    /// Where the policy looks.
    pub fn hook(&self) -> PolicyHook {
        self.profile().hook.value
    }

    /// Which packets of the pod's own node no ingress policy stops.
    pub fn exempts_own_node(&self) -> OwnNodeExemption {
        self.profile().own_node.value
    }

    /// A habit as answers name it.
    pub fn deviation(&self, habit: Habit) -> Deviation {
        let profile = self.profile();
        let (value, source) = match habit {
            Habit::Enforces => (profile.enforces.value.name(), profile.enforces.source),
            Habit::Hook => (profile.hook.value.name(), profile.hook.source),
            Habit::OwnNode => (profile.own_node.value.name(), profile.own_node.source),
            Habit::IpBlockOfPods => (profile.ip_block_of_pods.value.name(), profile.ip_block_of_pods.source),
            Habit::IpBlockOfNodes => (profile.ip_block_of_nodes.value.name(), profile.ip_block_of_nodes.source),
        };
        Deviation { engine: profile.name, habit, value, source }
    }
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
            Self::Unknown => "unknown",
        }
    }
}
