//! Who takes part: every peer's party, and ranges of addresses outside.

use std::collections::BTreeMap;

use bulkhead_model::{AddressSet, Name, NamespacedName};

use super::{Level, Sees};
use crate::reachability::{PeerName, Reachability, Side, workspace_of};

/// More ranges of addresses than this are one party, but for those that most pairs have.
const MOST_RANGES: usize = 12;
/// With more nodes than this, all of them are one party.
const MOST_NODES: usize = 200;

/// Some who reach the same and are reached by the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Party {
    /// Their workspace, where they have one.
    pub workspace: Option<Name>,
    /// Their namespace, where all of them are in one.
    pub namespace: Option<Name>,
    /// Who they are: at least one, all of one sort, sorted.
    pub members: Vec<Member>,
    /// How many workloads, pods or nodes they stand for.
    pub size: usize,
    /// One of their pods, where they have any: what is asked about it is asked about one of them.
    pub pod: Option<NamespacedName>,
}

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

impl Party {
    /// Whether it is everybody who may not be seen.
    pub fn is_foreign(&self) -> bool {
        self.members.first() == Some(&Member::Foreign)
    }
}

/// A party's name with where it is, in the order of parties.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    /// Workspaces by name; then what has none; then nodes; then those who may not be seen.
    tier: u8,
    workspace: Option<Name>,
    namespace: Option<Name>,
    member: Member,
}

/// Who is in a seat: how many, and one of their pods.
#[derive(Clone, Debug, Default)]
struct Seated {
    size: usize,
    pod: Option<NamespacedName>,
}

/// The parties while pairs are visited: a seat is a peer's party, or, behind those, a range of addresses.
pub(super) struct Cast {
    keys: Vec<(Key, Seated)>,
    of_peer: Vec<usize>,
    in_focus: Vec<bool>,
    ranges: BTreeMap<AddressSet, usize>,
}

impl Cast {
    /// The parties of all peers.
    pub(super) fn new(reachability: &Reachability<'_>, level: Level, sees: Sees<'_>) -> Self {
        let keys = keys(reachability, level, sees);
        let mut seated: BTreeMap<&Key, Seated> = BTreeMap::new();
        for (key, peer) in keys.iter().zip(reachability.peers()) {
            let seat = seated.entry(key).or_default();
            seat.size += 1;
            if seat.pod.is_none() && key.member != Member::Foreign {
                seat.pod = peer.pods.first().map(|pod| reachability.snapshot().pods[*pod].name.clone());
            }
        }
        let seats: BTreeMap<&Key, usize> = seated.keys().copied().zip(0..).collect();
        let of_peer: Vec<usize> = keys.iter().filter_map(|key| seats.get(key).copied()).collect();
        let mut in_focus = vec![false; seated.len()];
        for (_, seat) in of_peer.iter().enumerate().filter(|(peer, _)| reachability.is_in_focus(*peer)) {
            if let Some(in_focus) = in_focus.get_mut(*seat) {
                *in_focus = true;
            }
        }
        let keys = seated.into_iter().map(|(key, seated)| (key.clone(), seated)).collect();
        Self { keys, of_peer, in_focus, ranges: BTreeMap::new() }
    }

    /// How many parties a level has inside the cluster.
    pub(super) fn count(reachability: &Reachability<'_>, level: Level, sees: Sees<'_>) -> usize {
        let mut keys = keys(reachability, level, sees);
        keys.sort_unstable();
        keys.dedup();
        keys.len()
    }

    /// Whether a pair is about those who may not be seen, and about nobody who may: what they have among themselves, with nodes and
    /// with the world.
    pub(super) fn is_foreign_affair(&self, from: Side<'_>, to: Side<'_>) -> bool {
        let member = |side: Side<'_>| match side {
            Side::Peer(peer) => {
                self.of_peer.get(peer).and_then(|seat| self.keys.get(*seat)).map(|(key, _)| &key.member)
            }
            Side::Outside(_) => None,
        };
        let ends = [member(from), member(to)];
        let is_shared =
            |end: Option<&Member>| matches!(end, None | Some(Member::Foreign | Member::Node(_) | Member::Nodes));
        ends.contains(&Some(&Member::Foreign)) && ends.into_iter().all(is_shared)
    }

    /// Where a side of a pair sits.
    pub(super) fn seat(&mut self, side: Side<'_>) -> usize {
        match side {
            Side::Peer(peer) => self.of_peer.get(peer).copied().unwrap_or_default(),
            Side::Outside(addresses) => {
                if let Some(seat) = self.ranges.get(addresses) {
                    return *seat;
                }
                let seat = self.keys.len() + self.ranges.len();
                self.ranges.insert(addresses.clone(), seat);
                seat
            }
        }
    }

    /// The parties that were asked about or are in a pair, and the place among them of each seat.
    pub(super) fn seated(self, pairs: &[(usize, usize, usize)]) -> (Vec<Party>, Vec<usize>) {
        let mut used = vec![0_usize; self.keys.len() + self.ranges.len()];
        for seat in pairs.iter().flat_map(|(from, to, _)| [*from, *to]) {
            if let Some(used) = used.get_mut(seat) {
                *used += 1;
            }
        }
        let mut places = vec![0; used.len()];
        let mut parties = Vec::new();
        for (seat, (key, seated)) in self.keys.into_iter().enumerate() {
            let is_used = used.get(seat).is_some_and(|used| *used > 0);
            let is_asked = key.member != Member::Foreign && self.in_focus.get(seat).is_some_and(|in_focus| *in_focus);
            if !is_used && !is_asked {
                continue;
            }
            set(&mut places, seat, parties.len());
            let Key { workspace, namespace, member, .. } = key;
            let Seated { size, pod } = seated;
            parties.push(Party { workspace, namespace, members: vec![member], size, pod });
        }
        seat_ranges(self.ranges, &used, &mut places, &mut parties);
        (parties, places)
    }
}

/// Ranges with most pairs are parties of their own; the others are one.
fn seat_ranges(ranges: BTreeMap<AddressSet, usize>, used: &[usize], places: &mut [usize], parties: &mut Vec<Party>) {
    let mut by_use: Vec<usize> = ranges.values().copied().collect();
    by_use.sort_by_key(|seat| (std::cmp::Reverse(used.get(*seat).copied()), *seat));
    let own = if by_use.len() > MOST_RANGES { MOST_RANGES - 1 } else { by_use.len() };
    let (own, others) = by_use.split_at(own);
    let outside =
        |member: Member| Party { workspace: None, namespace: None, members: vec![member], size: 1, pod: None };
    for (addresses, seat) in ranges.into_iter().filter(|(_, seat)| own.contains(seat)) {
        set(places, seat, parties.len());
        parties.push(outside(Member::Outside(addresses)));
    }
    if !others.is_empty() {
        for seat in others {
            set(places, *seat, parties.len());
        }
        parties.push(Party { size: others.len(), ..outside(Member::OtherRanges(others.len())) });
    }
}

fn set(places: &mut [usize], seat: usize, place: usize) {
    if let Some(slot) = places.get_mut(seat) {
        *slot = place;
    }
}

/// The party of each peer.
fn keys(reachability: &Reachability<'_>, level: Level, sees: Sees<'_>) -> Vec<Key> {
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
            level.min(Level::Project)
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
