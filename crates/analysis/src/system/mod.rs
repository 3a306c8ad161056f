//! The least that a project needs of what is no Service of its own: probes, the API server's calls, DNS, metrics, and whoever is
//! routed to its pods' own addresses. Each need with its reason; what the snapshot does not show is said.

mod api_server;
mod dns;
mod metrics;

use std::sync::Arc;

use bulkhead_allowlist::{Client, Exposure, ExposureTarget, Minimal, Settings, Sides, minimal};
use bulkhead_model::object::{Direction, NetworkPolicy, PolicyManifest};
use bulkhead_model::{Issue, Name, ObjectRef};
use bulkhead_path::{DoorKind, Network};
use bulkhead_policy::OwnNodeExemption;
use bulkhead_snapshot::Snapshot;

/// What a project needs of the system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SystemNeeds {
    /// The project.
    pub namespace: Name,
    /// Each need, in a fixed order.
    pub needs: Vec<SystemNeed>,
    /// What is wrong with the question, and what else to know.
    pub issues: Vec<Issue>,
}

/// One need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SystemNeed {
    /// What needs it.
    pub kind: SystemKind,
    /// The object that says so, where one does.
    pub object: Option<ObjectRef>,
    /// What it takes.
    pub takes: Takes,
}

/// What the system does with a project's pods.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SystemKind {
    /// The kubelet's probes.
    Probes,
    /// The API server calls a webhook or an aggregated API.
    ApiServer,
    /// The project's pods ask DNS.
    Dns,
    /// Everybody asks the project's pods, which are the cluster's DNS.
    DnsServer,
    /// Prometheus scrapes.
    Metrics,
    /// Somebody is routed to the pods' own addresses: a VPN, another cluster.
    Routed,
}

/// What a need takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Takes {
    /// Nothing, and why.
    Nothing(Issue),
    /// These entries; none where the policies let it through already.
    Entries(Box<Minimal>),
    /// A policy that holds just what no Service stands behind, and why.
    Policy(Box<PolicyManifest>, Issue),
    /// Nobody can say; what is missing.
    Unknown(Issue),
}

impl SystemKind {
    /// The stable word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Probes => "probes",
            Self::ApiServer => "apiServer",
            Self::Dns => "dns",
            Self::DnsServer => "dnsServer",
            Self::Metrics => "metrics",
            Self::Routed => "routed",
        }
    }
}

/// What a project needs. `routed` are the blocks of clients that are routed to pods' own addresses, as far as the user knows.
pub fn system_needs(network: &Network<'_>, namespace: &Name, routed: &[Client]) -> SystemNeeds {
    let snapshot = network.snapshot();
    let mut answer = SystemNeeds { namespace: namespace.clone(), needs: Vec::new(), issues: Vec::new() };
    if snapshot.namespace(namespace).is_none() {
        let object = ObjectRef::cluster("Namespace", namespace.clone());
        answer.issues.push(Issue::error("targetMissing").about(object));
        return answer;
    }
    let asking = Asking { network, namespace };
    answer.needs.push(asking.probes());
    answer.needs.extend(asking.api_server());
    answer.needs.extend(asking.dns());
    answer.needs.extend(asking.dns_server());
    answer.needs.extend(asking.metrics());
    answer.needs.push(asking.routed(routed));
    for need in &answer.needs {
        let Takes::Entries(minimal) = &need.takes else { continue };
        for issue in &minimal.issues {
            let issue = match (&issue.object, &need.object) {
                (None, Some(object)) => issue.clone().about(object.clone()),
                _ => issue.clone(),
            };
            if !answer.issues.contains(&issue) {
                answer.issues.push(issue);
            }
        }
    }
    answer
}

/// One project that is asked about.
struct Asking<'a> {
    network: &'a Network<'a>,
    namespace: &'a Name,
}

impl Asking<'_> {
    fn snapshot(&self) -> &Snapshot {
        self.network.snapshot()
    }

    /// The kubelet is a process of the pod's own node, which engines let through (facts about each stand in its profile).
    fn probes(&self) -> SystemNeed {
        let engine = self.network.policies().engine();
        let takes = match engine.exempts_own_node() {
            OwnNodeExemption::Processes
            | OwnNodeExemption::RootProcesses
            | OwnNodeExemption::NodeAddress
            | OwnNodeExemption::DeviceAddress => {
                Takes::Nothing(Issue::note("systemProbesExempt").with("engine", engine.profile().name))
            }
            OwnNodeExemption::Unknown => Takes::Unknown(Issue::note("systemProbesUnknown")),
        };
        SystemNeed { kind: SystemKind::Probes, object: None, takes }
    }

    fn routed(&self, clients: &[Client]) -> SystemNeed {
        let takes = if clients.is_empty() {
            Takes::Unknown(Issue::note("systemRoutedUnknown"))
        } else {
            let target = ExposureTarget::Namespace(self.namespace.clone());
            // Who names them says that they are routed there.
            let network = self.network.with_pods_routed();
            let routed = Asking { network: &network, namespace: self.namespace };
            routed.entries(target, Vec::new(), DoorKind::PodIp, clients.to_vec(), Sides::Ingress)
        };
        SystemNeed { kind: SystemKind::Routed, object: None, takes }
    }

    fn entries(
        &self,
        target: ExposureTarget,
        ports: Vec<bulkhead_model::PortRef>,
        door: DoorKind,
        clients: Vec<Client>,
        sides: Sides,
    ) -> Takes {
        let exposure = Exposure { target, ports, doors: vec![door], clients };
        let settings = Settings { sides, ..Settings::default() };
        let minimal = minimal(self.network, &exposure, &settings);
        match minimal.in_the_way() {
            Some(issue) if minimal.entries.is_empty() && minimal.egress.is_empty() => Takes::Unknown(issue.clone()),
            _ => Takes::Entries(Box::new(minimal)),
        }
    }

    /// The policies of the project that restrict what goes out.
    fn egress_policies(&self) -> impl Iterator<Item = &Arc<NetworkPolicy>> {
        let own = self.snapshot().network_policies.iter();
        own.filter(|policy| policy.name.namespace == *self.namespace && policy.isolates_egress != Some(false))
    }
}

impl SystemNeeds {
    /// The policies that hold just what is needed, each under a name of its own.
    pub fn policies(&self) -> Vec<PolicyManifest> {
        let mut policies: Vec<PolicyManifest> = Vec::new();
        for need in &self.needs {
            let of_need: Vec<PolicyManifest> = match &need.takes {
                Takes::Entries(minimal) => minimal.policies().into_iter().filter(holds_anything).collect(),
                Takes::Policy(policy, _) => vec![policy.as_ref().clone()],
                Takes::Nothing(_) | Takes::Unknown(_) => Vec::new(),
            };
            for mut policy in of_need {
                let own = policy.name.name.strip_prefix("bulkhead-").unwrap_or(&policy.name.name).to_owned();
                let base = format!("bulkhead-system-{}-{own}", need.kind.name().to_ascii_lowercase());
                let taken = |name: &str| {
                    policies.iter().any(|have| have.name.namespace == policy.name.namespace && have.name.name == name)
                };
                let name = (1..).map(|number| if number == 1 { base.clone() } else { format!("{base}-{number}") });
                let name = name.take(policies.len() + 1).find(|name| !taken(name)).unwrap_or(base);
                policy.name.name = name.into();
                policies.push(policy);
            }
        }
        policies
    }
}

fn holds_anything(policy: &PolicyManifest) -> bool {
    let rules = |direction: Direction| match direction {
        Direction::Ingress => policy.ingress.as_ref(),
        Direction::Egress => policy.egress.as_ref(),
    };
    [Direction::Ingress, Direction::Egress]
        .into_iter()
        .any(|direction| rules(direction).is_some_and(|rules| !rules.is_empty()))
}
