//! How policy engines differ from the API text and from each other: data, one folder for each engine.
//!
//! [`Engine::of`] finds out which engine a snapshot shows. Nothing here judges a packet; [`decide`](crate::decide()) and
//! the path read the data and name it in their answers. To add an engine, add its folder and a line to [`ENGINES`].

use bulkhead_snapshot::{Fact, Snapshot};

mod detect;
mod habits;

mod antrea;
mod api_text;
mod aws_vpc_cni;
mod calico;
mod canal;
mod cilium;
mod flannel;
mod kindnet;
mod kube_network_policies;
mod kube_ovn;
mod kube_router;
mod ovn_kubernetes;
mod weave;

pub use detect::{EngineDefinition, Seen, Signs};
pub use habits::{Answer, EgressView, Habit, OwnNodeExemption, PolicyHook, Stated};

use crate::verdict::Deviation;

/// Every engine that is known.
pub const ENGINES: &[&EngineDefinition] = &[
    &antrea::ENGINE,
    &aws_vpc_cni::ENGINE,
    &calico::ENGINE,
    &canal::ENGINE,
    &cilium::ENGINE,
    &flannel::ENGINE,
    &kindnet::ENGINE,
    &kube_network_policies::ENGINE,
    &kube_ovn::ENGINE,
    &kube_router::ENGINE,
    &ovn_kubernetes::ENGINE,
    &weave::ENGINE,
];

/// One engine's habits, in one way of running it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Profile {
    /// Its name on the command line and in answers.
    pub name: &'static str,
    /// Whether NetworkPolicies have any effect.
    pub enforces: Stated<Answer>,
    /// Where the policy looks.
    pub hook: Stated<PolicyHook>,
    /// Which packets of the pod's own node are exempt.
    pub own_node: Stated<OwnNodeExemption>,
    /// Whether egress of a pod to its own node is exempt.
    pub egress_to_own_node: Stated<Answer>,
    /// Whether a pod that reaches itself through its own Service is judged. By its own address it never is.
    pub hairpin: Stated<Answer>,
    /// Whether an ipBlock matches the addresses of pods.
    pub ip_block_of_pods: Stated<Answer>,
    /// Whether an ipBlock matches the addresses of nodes.
    pub ip_block_of_nodes: Stated<Answer>,
    /// What an egress policy sees of a connection to a Service.
    pub egress_view: Stated<EgressView>,
    /// Whether rules about SCTP have an effect.
    pub sctp: Stated<Answer>,
    /// Whether connections that were open before a policy came stay open.
    pub open_connections: Stated<Answer>,
}

impl Profile {
    /// What the Kubernetes API says, and nothing more: for manifests without any sign of an engine.
    pub fn api_text() -> &'static Self {
        &api_text::PROFILE
    }

    /// Every profile that a user can name, by name.
    pub fn all() -> Vec<&'static Self> {
        let mut all: Vec<&'static Self> = ENGINES.iter().flat_map(|engine| engine.profiles.iter().copied()).collect();
        all.push(Self::api_text());
        all.sort_by_key(|profile| profile.name);
        all
    }

    /// The profile of that name.
    pub fn named(name: &str) -> Option<&'static Self> {
        Self::all().into_iter().find(|profile| profile.name == name)
    }

    /// A habit: what it is here, and where that is known from.
    pub fn habit(&self, habit: Habit) -> Stated<&'static str> {
        let (value, source) = match habit {
            Habit::Enforces => (self.enforces.value.name(), self.enforces.source),
            Habit::Hook => (self.hook.value.name(), self.hook.source),
            Habit::OwnNode => (self.own_node.value.name(), self.own_node.source),
            Habit::EgressToOwnNode => (self.egress_to_own_node.value.name(), self.egress_to_own_node.source),
            Habit::Hairpin => (self.hairpin.value.name(), self.hairpin.source),
            Habit::IpBlockOfPods => (self.ip_block_of_pods.value.name(), self.ip_block_of_pods.source),
            Habit::IpBlockOfNodes => (self.ip_block_of_nodes.value.name(), self.ip_block_of_nodes.source),
            Habit::EgressView => (self.egress_view.value.name(), self.egress_view.source),
            Habit::Sctp => (self.sctp.value.name(), self.sctp.source),
            Habit::OpenConnections => (self.open_connections.value.name(), self.open_connections.source),
        };
        Stated { value, source }
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
        let evidence = bulkhead_snapshot::Evidence::Override { option: "--engine" };
        let known = named.map_or_else(|| detect::detect(snapshot), |profile| Fact::known(profile, evidence));
        Self { known }
    }

    /// The engine's habits; those of the API text, taken to be enforced, where no engine is known.
    pub fn profile(&self) -> &'static Profile {
        self.known.value().copied().unwrap_or(Profile::api_text())
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

    /// Whether the engine judges by identity: blocks hold neither pods nor nodes, whatever their addresses.
    pub fn judges_by_identity(&self) -> bool {
        let profile = self.profile();
        (profile.ip_block_of_pods.value, profile.ip_block_of_nodes.value) == (Answer::No, Answer::No)
    }

    /// A habit as answers name it.
    pub fn deviation(&self, habit: Habit) -> Deviation {
        let profile = self.profile();
        let Stated { value, source } = profile.habit(habit);
        Deviation { engine: profile.name, habit, value, source }
    }
}
