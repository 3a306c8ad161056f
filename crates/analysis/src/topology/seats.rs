//! Who belongs together at a level: everybody in the cluster in one seat or another.

use std::collections::BTreeMap;

use bulkhead_model::{AddressSet, Name, NamespacedName};

use super::{Level, Sees};
use crate::reachability::{End, PeerName, Reachability, workspace_of};

/// With more nodes than this, all of them are one party.
const MOST_NODES: usize = 200;

/// One of a party.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Member {
    /// Everybody in namespaces that may not be seen.
    Foreign,
    /// Everybody in a workspace.
    Workspace(Name),
    /// Everybody in projects that have no workspace.
    NoWorkspace,
    /// Everybody in a project.
    Project(Name),
    /// A workload or a pod.
    Peer(PeerName),
    /// A node.
    Node(Name),
    /// All nodes.
    Nodes,
    /// Addresses outside the cluster.
    Outside(AddressSet),
    /// So many further ranges of addresses outside.
    OtherRanges(usize),
}

/// Who sits together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seat {
    /// Who they are.
    pub member: Member,
    /// Their workspace, where they have one.
    pub workspace: Option<Name>,
    /// Their namespace, where all of them are in one.
    pub namespace: Option<Name>,
    /// How many workloads, pods or nodes they are.
    pub size: usize,
    /// One of their pods, where they have any and may be seen.
    pub pod: Option<NamespacedName>,
    /// Whether any of them is asked about for its own sake.
    pub is_in_focus: bool,
}

/// Everybody in the cluster by where they sit: by workspace, then by namespace; then who has no workspace, then nodes, then those who
/// may not be seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seats {
    /// The seats, sorted.
    pub seats: Vec<Seat>,
    /// The seat of each peer, in the order of peers.
    pub of_peer: Vec<usize>,
    /// The level that was asked for.
    pub asked: Level,
    /// The level of who is asked about: a larger one where there would be too many seats.
    pub level: Level,
    /// How many seats there would be at the level that was asked for, where that is too many.
    pub folded: usize,
}

/// A seat's name with where it is, in the order of seats.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    /// Workspaces by name; then what has none; then nodes; then those who may not be seen.
    tier: u8,
    workspace: Option<Name>,
    namespace: Option<Name>,
    member: Member,
}

impl Seats {
    /// Everybody at a level; where that takes more than so many seats, those who are only on the other side of somebody in their
    /// workspace sit by workspace, and where that does not help, everybody at a larger level.
    pub fn new(reachability: &Reachability<'_>, asked: Level, most: usize, sees: Sees<'_>) -> Self {
        let levels = std::iter::successors(Some(asked), |level| level.above());
        let mut ladder = levels.flat_map(|level| [[level, Level::Project], [level, Level::Workspace]]);
        let mut whole = Self::at(reachability, [asked, Level::Project], sees);
        let wanted = whole.seats.len();
        ladder.next();
        while whole.seats.len() > most
            && let Some(levels) = ladder.next()
        {
            whole = Self::at(reachability, levels, sees);
        }
        let folded = if whole.level == asked { 0 } else { wanted };
        Self { asked, folded, ..whole }
    }

    fn at(reachability: &Reachability<'_>, levels: [Level; 2], sees: Sees<'_>) -> Self {
        let keys = keys(reachability, levels, sees);
        let [level, _] = levels;
        let mut places: BTreeMap<&Key, usize> = keys.iter().map(|key| (key, 0)).collect();
        places.values_mut().zip(0..).for_each(|(place, at)| *place = at);
        let of_peer: Vec<usize> = keys.iter().filter_map(|key| places.get(key).copied()).collect();
        let mut seats: Vec<Seat> = places.into_keys().map(Seat::empty).collect();
        for (at, (place, peer)) in of_peer.iter().zip(reachability.peers()).enumerate() {
            let Some(seat) = seats.get_mut(*place) else { continue };
            seat.size += 1;
            seat.is_in_focus |= reachability.is_in_focus(at);
            if seat.pod.is_none() && seat.member != Member::Foreign {
                seat.pod = peer.pods.first().map(|pod| reachability.snapshot().pods[*pod].name.clone());
            }
        }
        Self { seats, of_peer, asked: level, level, folded: 0 }
    }

    /// Whether a sum is about those who may not be seen, and about nobody who may: what they have among themselves, with nodes and
    /// with the world.
    pub fn is_foreign_affair(&self, from: End<'_>, to: End<'_>) -> bool {
        let member = |end: End<'_>| match end {
            End::Group(seat) => self.seats.get(seat).map(|seat| &seat.member),
            End::Outside(_) => None,
        };
        let ends = [member(from), member(to)];
        let is_shared =
            |end: Option<&Member>| matches!(end, None | Some(Member::Foreign | Member::Node(_) | Member::Nodes));
        ends.contains(&Some(&Member::Foreign)) && ends.into_iter().all(is_shared)
    }
}

impl Seat {
    fn empty(key: &Key) -> Self {
        let Key { workspace, namespace, member, .. } = key.clone();
        Self { member, workspace, namespace, size: 0, pod: None, is_in_focus: false }
    }
}

/// The seat of each peer, by the level of those who are asked about, and of others in their workspaces.
fn keys(reachability: &Reachability<'_>, [level, others]: [Level; 2], sees: Sees<'_>) -> Vec<Key> {
    let nodes = reachability.peers().iter().filter(|peer| peer.node.is_some()).count();
    let nodes = if level == Level::Workload && nodes <= MOST_NODES { Level::Workload } else { Level::Workspace };
    let focused: Vec<Option<&Name>> = focused_workspaces(reachability);
    let key = |(at, peer): (usize, &crate::reachability::Peer)| {
        let Some(namespace) = peer.name.namespace() else { return node_key(&peer.name, nodes) };
        if !sees(namespace) {
            return Key { tier: 3, workspace: None, namespace: None, member: Member::Foreign };
        }
        let workspace = workspace_of(reachability.snapshot(), namespace);
        let level = if reachability.is_in_focus(at) {
            level
        } else if focused.contains(&workspace) {
            level.min(others)
        } else {
            Level::Workspace
        };
        pod_key(&peer.name, namespace, workspace, level)
    };
    reachability.peers().iter().enumerate().map(key).collect()
}

/// The workspaces of those who are asked about: who else is in them is told apart by project.
fn focused_workspaces<'a>(reachability: &'a Reachability<'_>) -> Vec<Option<&'a Name>> {
    let focused = reachability.peers().iter().enumerate().filter(|(at, _)| reachability.is_in_focus(*at));
    let workspaces = focused.filter_map(|(_, peer)| peer.name.namespace());
    let mut workspaces: Vec<Option<&Name>> =
        workspaces.map(|namespace| workspace_of(reachability.snapshot(), namespace)).collect();
    workspaces.sort_unstable();
    workspaces.dedup();
    workspaces
}

fn pod_key(name: &PeerName, namespace: &Name, workspace: Option<&Name>, level: Level) -> Key {
    let (tier, workspace) = (u8::from(workspace.is_none()), workspace.cloned());
    let (namespace, member) = match (level, &workspace) {
        (Level::Workload, _) => (Some(namespace.clone()), Member::Peer(name.clone())),
        (Level::Project, _) => (Some(namespace.clone()), Member::Project(namespace.clone())),
        (Level::Workspace, Some(workspace)) => (None, Member::Workspace(workspace.clone())),
        (Level::Workspace, None) => (None, Member::NoWorkspace),
    };
    Key { tier, workspace, namespace, member }
}

fn node_key(name: &PeerName, level: Level) -> Key {
    let member = match (level, name) {
        (Level::Workload, PeerName::Node(name)) => Member::Node(name.clone()),
        _ => Member::Nodes,
    };
    Key { tier: 2, workspace: None, namespace: None, member }
}
