//! The cluster as netpol-analyzer sees it: one pod for each owner, and nobody has an address.

use std::collections::BTreeMap;
use std::sync::Arc;

use bulkhead_model::object::{Container, ContainerPort, Owner, Pod, PodOrigin, PodPhase, Workload};
use bulkhead_model::{Name, NamespacedName};
use bulkhead_policy::profile::{Answer, EgressView, OwnNodeExemption, PolicyHook, Profile, Stated};
use bulkhead_policy::reach::{ClassId, Reach};
use bulkhead_policy::rule::{BlockMeaning, LoweredPolicy, Peers, Who};
use bulkhead_policy::{Overrides, Policies};
use bulkhead_snapshot::Snapshot;

use crate::peer::Peer;

/// The namespace of the pod that serves Ingresses and Routes; no manifest declares it.
const INGRESS_NAMESPACE: &str = "ingress-controller-ns";
const INGRESS_NAME: &str = "ingress-controller";

/// Pods whose names begin so run a virtual machine, which is a workload itself.
const VIRTUAL_MACHINE_RUNNER: &str = "virt-launcher-";

/// What the tool takes for granted about the engine.
static PROFILE: Profile = {
    const SOURCE: &str = "np-guard/netpol-analyzer: one of its own choices";
    Profile {
        name: "netpol-analyzer",
        enforces: Stated { value: Answer::Yes, source: SOURCE },
        hook: Stated { value: PolicyHook::Unknown, source: SOURCE },
        own_node: Stated { value: OwnNodeExemption::Unknown, source: SOURCE },
        egress_to_own_node: Stated { value: Answer::Unknown, source: SOURCE },
        hairpin: Stated { value: Answer::Unknown, source: SOURCE },
        ip_block_of_pods: Stated { value: Answer::No, source: SOURCE },
        ip_block_of_nodes: Stated { value: Answer::No, source: SOURCE },
        egress_view: Stated { value: EgressView::Endpoint, source: SOURCE },
        sctp: Stated { value: Answer::Yes, source: SOURCE },
        open_connections: Stated { value: Answer::Unknown, source: SOURCE },
    }
};

/// The cluster as netpol-analyzer sees it.
pub(crate) struct World {
    pub(crate) snapshot: Snapshot,
    pub(crate) policies: Policies,
    pub(crate) reach: Reach,
    /// Everybody but addresses, with the pod that stands for them.
    pub(crate) members: Vec<Member>,
}

/// Somebody in the cluster.
pub(crate) struct Member {
    pub(crate) peer: Peer,
    pub(crate) pod: Arc<Pod>,
    pub(crate) class: ClassId,
}

impl World {
    pub(crate) fn new(snapshot: &Snapshot) -> Self {
        let mut pods = representatives(snapshot);
        pods.push((Peer::IngressController, Arc::new(ingress_controller())));
        pods.sort_by(|a, b| a.1.name.cmp(&b.1.name));
        let mut world = snapshot.clone();
        world.pods = pods.iter().map(|(_, pod)| pod.clone()).collect::<Vec<Arc<Pod>>>().into();
        world.nodes = Vec::new().into();
        // Policies of engines' own kinds that tool does not look at.
        world.unread_policies.retain(|policy| policy.group.is_empty() || policy.group.ends_with("networking.k8s.io"));
        let policies = Policies::with_overrides(&world, &Overrides { engine: Some(&PROFILE) }).rewritten(without_nodes);
        let reach = Reach::new(&world, &policies);
        let classes = world.pods.ids().map(|pod| reach.class_of_pod(pod));
        let members = pods.into_iter().zip(classes);
        let members = members.filter_map(|((peer, pod), class)| Some(Member { peer, pod, class: class? })).collect();
        Self { snapshot: world, policies, reach, members }
    }

    /// Everybody that a manifest names.
    pub(crate) fn workloads(&self) -> impl Iterator<Item = &Member> {
        self.members.iter().filter(|member| member.peer != Peer::IngressController)
    }
}

/// Peers that the tool knows nothing of match nobody, and blocks match nobody inside.
fn without_nodes(policy: &mut LoweredPolicy) {
    for rule in &mut policy.rules {
        let Peers::OneOf(peers) = &mut rule.peers else { continue };
        peers.retain(|peer| !matches!(peer.who, Who::Nodes(_) | Who::DomainNames));
        for peer in peers {
            if let Who::Block { meaning, .. } = &mut peer.who {
                *meaning = BlockMeaning::EngineDecides;
            }
        }
    }
}

/// One pod for each owner: of its pods in the input the first, else one of its template.
fn representatives(snapshot: &Snapshot) -> Vec<(Peer, Arc<Pod>)> {
    let mut known: BTreeMap<Peer, Arc<Pod>> = BTreeMap::new();
    let pods = snapshot.pods.rows().iter().filter(|pod| pod.origin == PodOrigin::Object);
    for pod in pods.filter(|pod| !pod.name.name.starts_with(VIRTUAL_MACHINE_RUNNER)) {
        // The kubelet's own pods name their node as their owner.
        let owner = pod.owner.as_ref().filter(|owner| owner.kind != "Node");
        let (name, kind) = match owner {
            Some(owner) if owner.kind.is_empty() => (&owner.name, Name::new_static("Pod")),
            Some(owner) => (&owner.name, owner.kind.clone()),
            None => (&pod.name.name, Name::new_static("Pod")),
        };
        let peer = Peer::Workload { namespace: pod.name.namespace.clone(), name: name.clone(), kind };
        known.entry(peer).or_insert_with(|| pod.clone());
    }
    for workload in snapshot.workloads.iter() {
        let NamespacedName { namespace, name } = workload.name.clone();
        let peer = Peer::Workload { namespace, name, kind: Name::new_static(workload.kind.name()) };
        known.entry(peer).or_insert_with(|| Arc::new(pod_of(workload)));
    }
    known
        .into_iter()
        .map(|(peer, pod)| (peer.clone(), Arc::new(standing_for(&peer, Arc::unwrap_or_clone(pod)))))
        .collect()
}

fn pod_of(workload: &Workload) -> Pod {
    Pod {
        labels: workload.template.labels.clone(),
        containers: workload.template.containers.clone(),
        position: workload.position,
        owner: Some(Owner { kind: Name::new_static(workload.kind.name()), name: workload.name.name.clone() }),
        ..bare(workload.name.clone())
    }
}

fn ingress_controller() -> Pod {
    bare(NamespacedName::new(INGRESS_NAMESPACE, INGRESS_NAME))
}

fn bare(name: NamespacedName) -> Pod {
    Pod {
        name,
        labels: bulkhead_model::Labels::default(),
        node: None,
        host_network: false,
        addresses: Vec::new(),
        phase: PodPhase::Running,
        ready: None,
        terminating: false,
        containers: Arc::from([]),
        scheduling: None,
        owner: None,
        origin: PodOrigin::Template,
        position: bulkhead_model::Position::NOWHERE,
    }
}

/// A pod as the tool sees it, under a name that nobody else has.
fn standing_for(peer: &Peer, pod: Pod) -> Pod {
    let Peer::Workload { namespace, name, kind } = peer else { return pod };
    let name = NamespacedName::new(namespace.clone(), format!("{name}[{kind}]"));
    Pod { labels: pod.labels, containers: first_of_each_name(&pod.containers), position: pod.position, ..bare(name) }
}

/// Of ports that share a name, whatever their protocol, the first is the one.
fn first_of_each_name(containers: &[Container]) -> Arc<[Container]> {
    let mut seen: Vec<Name> = Vec::new();
    let mut is_first = |port: &ContainerPort| match &port.name {
        Some(name) if seen.contains(name) => false,
        Some(name) => {
            seen.push(name.clone());
            true
        }
        None => true,
    };
    let mut kept = Vec::with_capacity(containers.len());
    for container in containers {
        let ports = container.ports.iter().filter(|port| is_first(port)).cloned().collect();
        kept.push(Container { ports, ..container.clone() });
    }
    kept.into()
}
