//! Which pairs are asked about.

use std::net::IpAddr;

use bulkhead_isolation::names::WORKSPACE_LABEL;
use bulkhead_model::{AddressSet, IpNet, Name, NamespacedName, Requirement};
use bulkhead_policy::reach::PortRanges;
use bulkhead_snapshot::{PodId, Snapshot};

use super::peer::{Peer, PeerName};

/// Which pairs are asked about; the default is all.
#[derive(Clone, Debug, Default)]
pub struct Narrowing {
    /// Senders: any of these. Empty: everybody.
    pub from: Vec<Selects>,
    /// Receivers: any of these. Empty: everybody.
    pub to: Vec<Selects>,
    /// One of the two must be among these.
    pub focus: Focus,
    /// Only these ports.
    pub ports: Option<PortRanges>,
}

/// Pods by where they are and how they are labelled: all that is said must hold.
#[derive(Clone, Debug, Default)]
pub struct Focus {
    /// In any of these namespaces. Empty: anywhere.
    pub namespaces: Vec<Name>,
    /// In namespaces of any of these workspaces. Empty: anywhere.
    pub workspaces: Vec<Name>,
    /// With labels that meet all of these.
    pub labels: Vec<Requirement>,
}

/// Somebody by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selects {
    /// A pod, or the workload that it is one of.
    Pod(NamespacedName),
    /// A workload; `kind` is `None` for one of any kind.
    Workload {
        /// Its kind.
        kind: Option<Name>,
        /// Its name.
        name: NamespacedName,
    },
    /// Everybody in a namespace.
    Namespace(Name),
    /// Everybody in a workspace.
    Workspace(Name),
    /// A node.
    Node(Name),
    /// Whoever has an address: a pod, else a node, else nobody inside.
    Address(IpAddr),
    /// Addresses outside the cluster.
    Block(IpNet),
    /// Every address outside the cluster.
    Outside,
}

/// Whether a peer is among those that are asked about.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Chosen {
    pub(super) from: bool,
    pub(super) to: bool,
    pub(super) focus: bool,
}

impl Focus {
    fn is_everybody(&self) -> bool {
        self.namespaces.is_empty() && self.workspaces.is_empty() && self.labels.is_empty()
    }

    fn holds(&self, peer: &Peer, snapshot: &Snapshot) -> bool {
        let namespace = peer.name.namespace();
        let listed =
            |names: &[Name], name: Option<&Name>| names.is_empty() || name.is_some_and(|it| names.contains(it));
        let workspace = namespace.and_then(|name| workspace_of(snapshot, name));
        let labelled = |pod: &PodId| self.labels.iter().all(|wanted| wanted.matches(&snapshot.pods[*pod].labels));
        self.is_everybody()
            || (listed(&self.namespaces, namespace)
                && listed(&self.workspaces, workspace)
                && (self.labels.is_empty() || peer.pods.iter().any(labelled)))
    }
}

impl Selects {
    /// The pods that it means, by name and not by address.
    pub fn pods(&self, snapshot: &Snapshot) -> Vec<PodId> {
        let is_meant = |id: &PodId| {
            let namespace = &snapshot.pods[*id].name.namespace;
            match self {
                Self::Pod(name) => snapshot.pods[*id].name == *name,
                Self::Workload { kind, name } => {
                    *namespace == name.namespace && is_replica(*id, kind.as_ref(), &name.name, snapshot)
                }
                Self::Namespace(name) => namespace == name,
                Self::Workspace(name) => workspace_of(snapshot, namespace) == Some(name),
                Self::Node(_) | Self::Address(_) | Self::Block(_) | Self::Outside => false,
            }
        };
        snapshot.pods.iter().filter(|(_, pod)| pod.is_active()).map(|(id, _)| id).filter(is_meant).collect()
    }

    pub(super) fn holds(&self, peer: &Peer, snapshot: &Snapshot) -> bool {
        let is_of = |pods: &[PodId]| peer.pods.iter().any(|pod| pods.contains(pod));
        match self {
            Self::Pod(name) => snapshot.pod(name).is_some_and(|pod| peer.pods.contains(&pod)),
            Self::Workload { kind, name } => match &peer.name {
                PeerName::Pod(own) => {
                    let in_namespace = own.namespace == name.namespace;
                    in_namespace && peer.pods.iter().any(|pod| is_replica(*pod, kind.as_ref(), &name.name, snapshot))
                }
                PeerName::Workload { namespace, kind: of, name: own } => {
                    *namespace == name.namespace && *own == name.name && kind.as_ref().is_none_or(|kind| kind == of)
                }
                PeerName::Node(_) => false,
            },
            Self::Namespace(name) => peer.name.namespace() == Some(name),
            Self::Workspace(name) => {
                peer.name.namespace().and_then(|namespace| workspace_of(snapshot, namespace)) == Some(name)
            }
            Self::Node(name) => matches!(&peer.name, PeerName::Node(own) if own == name),
            Self::Address(address) => match snapshot.pods_with_address(*address) {
                [] => peer.node.is_some_and(|node| snapshot.nodes_with_address(*address).contains(&node)),
                pods => is_of(pods),
            },
            Self::Block(_) | Self::Outside => false,
        }
    }

    /// The addresses outside that it means.
    fn outside(&self, snapshot: &Snapshot) -> AddressSet {
        match self {
            Self::Address(address) => {
                let inside = !snapshot.pods_with_address(*address).is_empty()
                    || !snapshot.nodes_with_address(*address).is_empty();
                if inside { AddressSet::empty() } else { AddressSet::from(*address) }
            }
            Self::Block(net) => AddressSet::from_net(*net),
            Self::Outside => AddressSet::all(),
            _ => AddressSet::empty(),
        }
    }
}

/// Whether a pod is one of a workload.
fn is_replica(pod: PodId, kind: Option<&Name>, name: &Name, snapshot: &Snapshot) -> bool {
    let owner = snapshot.workload_of(pod);
    owner.is_some_and(|(of, own)| own == *name && kind.is_none_or(|kind| *kind == of))
}

/// The workspace that a namespace's label names.
pub fn workspace_of<'a>(snapshot: &'a Snapshot, namespace: &str) -> Option<&'a Name> {
    let id = snapshot.namespace(namespace)?;
    snapshot.namespaces[id].labels.get(WORKSPACE_LABEL).filter(|workspace| !workspace.is_empty())
}

/// Whether a peer is among those that are asked about.
pub(super) fn choose(narrowing: &Narrowing, peer: &Peer, snapshot: &Snapshot) -> Chosen {
    let any = |listed: &[Selects]| listed.is_empty() || listed.iter().any(|it| it.holds(peer, snapshot));
    Chosen { from: any(&narrowing.from), to: any(&narrowing.to), focus: narrowing.focus.holds(peer, snapshot) }
}

/// The addresses outside that are asked about.
pub(super) fn outside(listed: &[Selects], snapshot: &Snapshot) -> AddressSet {
    if listed.is_empty() {
        return AddressSet::all();
    }
    listed.iter().fold(AddressSet::empty(), |all, it| all.union(&it.outside(snapshot)))
}

/// Whether something in a list selects nobody at all: its place.
pub(super) fn selects_nobody(listed: &[Selects], peers: &[Peer], snapshot: &Snapshot) -> Option<usize> {
    let is_nobody =
        |it: &Selects| it.outside(snapshot).is_empty() && !peers.iter().any(|peer| it.holds(peer, snapshot));
    listed.iter().position(is_nobody)
}
