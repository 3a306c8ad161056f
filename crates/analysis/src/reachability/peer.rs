//! Who reaches and is reached: workloads whose pods are all treated alike, else pods; and nodes.

use std::collections::{BTreeMap, BTreeSet};

use bulkhead_model::object::PodOrigin;
use bulkhead_model::{AddressSet, Name, NamespacedName};
use bulkhead_policy::reach::{ClassId, Connections, ConnectionsId, Reach};
use bulkhead_snapshot::{NodeId, PodId, Snapshot};

/// What peers are made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum By {
    /// Workloads, wherever all their pods are treated alike.
    #[default]
    Workload,
    /// Pods.
    Pod,
}

impl By {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Workload, Self::Pod];

    /// The name on the command line and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Workload => "workload",
            Self::Pod => "pod",
        }
    }
}

/// The name of a peer.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PeerName {
    /// All pods of a workload.
    Workload {
        /// The namespace.
        namespace: Name,
        /// The topmost owner's kind.
        kind: Name,
        /// Its name.
        name: Name,
    },
    /// One pod.
    Pod(NamespacedName),
    /// A node, with everything on it that has no network of its own.
    Node(Name),
}

impl PeerName {
    /// The namespace; nodes have none.
    pub fn namespace(&self) -> Option<&Name> {
        match self {
            Self::Workload { namespace, .. } | Self::Pod(NamespacedName { namespace, .. }) => Some(namespace),
            Self::Node(_) => None,
        }
    }

    /// By namespace, kind and name; nodes last.
    fn sort_key(&self) -> (bool, &str, &str, &str) {
        match self {
            Self::Workload { namespace, kind, name } => (false, namespace, kind, name),
            Self::Pod(name) => (false, &name.namespace, "Pod", &name.name),
            Self::Node(name) => (true, "", "", name),
        }
    }
}

/// Somebody in the cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Peer {
    /// Its name.
    pub name: PeerName,
    /// Its pods that have not ended, in order; a node has none here.
    pub pods: Vec<PodId>,
    /// The node that it is.
    pub node: Option<NodeId>,
    /// A class that stands for all its pods.
    pub(super) class: ClassId,
}

impl Peer {
    /// Whether two of its pods, or pods that are yet to be made, can talk to each other.
    pub(super) fn has_replicas(&self, snapshot: &Snapshot) -> bool {
        let is_template = |pod: &PodId| snapshot.pods[*pod].origin == PodOrigin::Template;
        self.pods.len() > 1 || (self.pods.iter().any(is_template) && matches!(self.name, PeerName::Workload { .. }))
    }
}

/// Everybody in the cluster, sorted.
pub(super) fn peers(snapshot: &Snapshot, reach: &Reach, by: By) -> Vec<Peer> {
    let mut groups: BTreeMap<PeerName, Vec<PodId>> = BTreeMap::new();
    for (id, _) in snapshot.pods.iter().filter(|(_, pod)| pod.is_active()) {
        groups.entry(name_of(snapshot, id, by)).or_default().push(id);
    }
    let mixed: BTreeSet<ClassId> = groups.values().filter_map(|pods| mixed_classes(reach, pods)).flatten().collect();
    let views = Views::new(reach, &mixed);
    let mut peers = Vec::with_capacity(groups.len() + snapshot.nodes.len());
    for (name, pods) in groups {
        let whole = mixed_classes(reach, &pods).is_none_or(|classes| views.are_one(&classes));
        let class_of = |pod: &PodId| reach.class_of_pod(*pod);
        if let Some(class) = pods.first().and_then(class_of).filter(|_| whole) {
            peers.push(Peer { name, pods, node: None, class });
            continue;
        }
        peers.extend(pods.iter().filter_map(|pod| {
            let name = PeerName::Pod(snapshot.pods[*pod].name.clone());
            Some(Peer { name, pods: vec![*pod], node: None, class: class_of(pod)? })
        }));
    }
    peers.extend(snapshot.nodes.iter().filter_map(|(id, node)| {
        let class = reach.class_of_node(id)?;
        Some(Peer { name: PeerName::Node(node.name.clone()), pods: Vec::new(), node: Some(id), class })
    }));
    peers.sort_by(|one, other| one.name.sort_key().cmp(&other.name.sort_key()));
    peers
}

fn name_of(snapshot: &Snapshot, id: PodId, by: By) -> PeerName {
    let pod = &snapshot.pods[id];
    if by == By::Workload || pod.origin == PodOrigin::Template {
        workload_name(snapshot, id)
    } else {
        PeerName::Pod(pod.name.clone())
    }
}

/// The workload that a pod belongs to. The kubelet's own pods name their node as their owner, and an owner without a kind is
/// nobody: those stand for themselves.
pub(crate) fn workload_name(snapshot: &Snapshot, id: PodId) -> PeerName {
    let pod = &snapshot.pods[id];
    match snapshot.workload_of(id).filter(|(kind, _)| !kind.is_empty() && kind != "Node") {
        Some((kind, name)) => PeerName::Workload { namespace: pod.name.namespace.clone(), kind, name },
        None => PeerName::Pod(pod.name.clone()),
    }
}

/// The classes of some pods, where it cannot be seen at once that they are all treated alike.
fn mixed_classes(reach: &Reach, pods: &[PodId]) -> Option<BTreeSet<ClassId>> {
    let classes: BTreeSet<ClassId> = pods.iter().filter_map(|pod| reach.class_of_pod(*pod)).collect();
    let first = *classes.first()?;
    let alike = classes.iter().all(|class| reach.are_alike(first, *class));
    (!alike).then_some(classes)
}

/// What a few classes reach and are reached by, in full.
#[derive(Default)]
struct Views {
    views: BTreeMap<ClassId, View>,
}

#[derive(Default, PartialEq, Eq)]
struct View {
    out: Vec<(ClassId, ConnectionsId)>,
    into: Vec<(ClassId, ConnectionsId)>,
    outside: [BTreeMap<Connections, AddressSet>; 2],
}

impl Views {
    fn new(reach: &Reach, wanted: &BTreeSet<ClassId>) -> Self {
        let mut views = Self::default();
        if wanted.is_empty() {
            return views;
        }
        for class in wanted {
            let outside = [reach.from_outside(*class), reach.to_outside(*class)].map(by_connections);
            views.views.insert(*class, View { outside, ..View::default() });
        }
        let mut pairs = reach.pairs();
        for from in reach.classes() {
            let is_wanted = wanted.contains(&from);
            let mut out = Vec::new();
            pairs.numbered(from, |to, connections| {
                if is_wanted {
                    out.push((to, connections));
                }
                if let Some(view) = views.views.get_mut(&to) {
                    view.into.push((from, connections));
                }
            });
            if let Some(view) = views.views.get_mut(&from) {
                view.out = out;
            }
        }
        views
    }

    /// Whether some classes have the same view, from their families on.
    fn are_one(&self, classes: &BTreeSet<ClassId>) -> bool {
        let mut views = classes.iter().map(|class| self.views.get(class));
        let Some(first) = views.next() else { return true };
        views.all(|view| view == first)
    }
}

fn by_connections(outside: Vec<(AddressSet, Connections)>) -> BTreeMap<Connections, AddressSet> {
    let mut by_connections: BTreeMap<Connections, AddressSet> = BTreeMap::new();
    for (addresses, connections) in outside {
        let known = by_connections.entry(connections).or_default();
        *known = known.union(&addresses);
    }
    by_connections
}
