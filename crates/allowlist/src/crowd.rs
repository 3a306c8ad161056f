//! Clients inside that nothing tells apart but their addresses: of each such group a few are followed for all.
//!
//! Where a group's packets are seen by an address of their own node, or of their own, the others need the same with theirs. Where
//! they are seen by anybody else's, the followed ones need it already, as often as an entry shows ways.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use bulkhead_path::{Origin, Route, Sender, SenderKey, Senders, SetApart};
use bulkhead_snapshot::{NodeId, PodId};

use crate::client::{self, ClientClass, InOrder, Members, Wanted};
use crate::entry::WITNESSES;
use crate::shared::Shared;
use crate::target::Target;

/// How many of a group are followed. Each leads by every node's door but its own; so by any node at least [`WITNESSES`] do.
pub(crate) const FOLLOWED: usize = WITNESSES + 1;

/// Everyone inside who is wanted, by what tells them apart wherever they send to.
#[derive(Debug, Default)]
pub(crate) struct Crowd {
    /// In order, none of them split by a target.
    classes: Vec<Classed>,
    groups: Vec<Group>,
    by_home: BTreeMap<NodeId, Vec<usize>>,
    /// Those that are of no group.
    loners: Vec<usize>,
}

/// A class of clients, and the one of them that is followed.
#[derive(Debug)]
struct Classed {
    place: InOrder,
    class: ClientClass,
    sender: Option<Sender>,
}

/// Clients with the same key, by their nodes, which are in order: no two are on the same one.
#[derive(Clone, Debug)]
struct Group {
    homes: Arc<[NodeId]>,
    members: Arc<[usize]>,
}

/// The others of a group, for which one was followed.
#[derive(Debug)]
pub(crate) struct Others {
    crowd: Arc<Crowd>,
    group: Group,
    /// Nodes whose members are followed for themselves, in order.
    without: Vec<NodeId>,
    /// The members that are followed, in order: the last of them for the others.
    followed: Vec<usize>,
    pods: OnceLock<Vec<PodId>>,
}

/// What is to be done, in the order of classes.
pub(crate) enum Next {
    /// Follow a class; where it is of a group, for that.
    Follow(ClientClass, Option<usize>),
    /// Give the others of a group what the last of it that was followed needs.
    Others(usize, Arc<Others>),
}

impl Crowd {
    /// Everyone inside who is wanted.
    pub(crate) fn of(shared: &Shared<'_>, wanted: &Wanted) -> Self {
        let senders = Senders::of(&shared.open);
        let mut crowd = Self::default();
        let mut groups: BTreeMap<(u8, SenderKey), (Vec<NodeId>, Vec<usize>)> = BTreeMap::new();
        for (place, class) in client::inside_classes(shared, shared.snapshot(), wanted, &BTreeSet::new()) {
            let index = crowd.classes.len();
            let kind = match place {
                InOrder::Pods(..) => 0,
                InOrder::OnHost(_) => 1,
                InOrder::Node(_) => 2,
            };
            let is_pods =
                |index: &usize| matches!(crowd.classes.get(*index), Some(Classed { place: InOrder::Pods(..), .. }));
            // Of the pods of a node only one class is of a group.
            let is_first = |sender: &Sender| {
                kind > 0 || !crowd.by_home.get(&sender.home()).is_some_and(|others| others.iter().any(is_pods))
            };
            let known = senders.key(&class.origin).filter(|(_, sender)| is_first(sender));
            let sender = if let Some((key, sender)) = known {
                let (homes, members) = groups.entry((kind, key)).or_default();
                homes.push(sender.home());
                members.push(index);
                crowd.by_home.entry(sender.home()).or_default().push(index);
                Some(sender)
            } else {
                crowd.loners.push(index);
                None
            };
            crowd.classes.push(Classed { place, class, sender });
        }
        for (homes, members) in groups.into_values() {
            // Whoever stands first among nodes is the first of its group, too.
            if homes.is_sorted_by(|one, next| one < next) {
                crowd.groups.push(Group { homes: homes.into(), members: members.into() });
            } else {
                crowd.by_home.values_mut().for_each(|others| others.retain(|index| !members.contains(index)));
                crowd.loners.extend(members);
            }
        }
        crowd
    }

    /// Whether nobody inside is wanted.
    pub(crate) fn is_empty(&self) -> bool {
        self.classes.is_empty()
    }

    /// What is to be done for a target, in order. Of `one_by_one` groups everyone is followed.
    pub(crate) fn plan(
        self: &Arc<Self>,
        shared: &Shared<'_>,
        target: &Target,
        apart: &SetApart,
        one_by_one: &BTreeSet<usize>,
    ) -> Vec<(InOrder, Next)> {
        let snapshot = shared.snapshot();
        let homes = target.pods.iter().filter_map(|pod| snapshot.node(snapshot.pods[*pod].node.as_ref()?));
        let alone: BTreeSet<NodeId> = homes.chain(apart.nodes.iter().copied()).collect();
        let mut plan: Vec<(InOrder, Next)> = Vec::new();
        let on_alone = alone.iter().filter_map(|node| self.by_home.get(node)).flatten();
        for index in self.loners.iter().chain(on_alone) {
            plan.extend(
                self.split(shared, *index, &target.pods).map(|(place, class)| (place, Next::Follow(class, None))),
            );
        }
        for (number, group) in self.parted(apart).into_iter().enumerate() {
            let of_group = group.homes.iter().zip(group.members.iter());
            let mut rest = of_group.filter(|(home, _)| !alone.contains(home)).peekable();
            let many = if one_by_one.contains(&number) { usize::MAX } else { FOLLOWED };
            let few: Vec<(&NodeId, &usize)> = rest.by_ref().take(many).collect();
            let of_group = rest.peek().map(|_| number);
            let follow = |index: &usize| {
                let one = self.classes.get(*index)?;
                Some((one.place.clone(), Next::Follow(one.class.clone(), of_group)))
            };
            plan.extend(few.iter().filter_map(|(_, index)| follow(index)));
            let followed: Vec<usize> = few.iter().map(|(_, index)| **index).collect();
            let mut without: Vec<NodeId> = alone.iter().chain(few.into_iter().map(|(home, _)| home)).copied().collect();
            without.sort_unstable();
            let Some((_, first)) = rest.peek() else { continue };
            let Some(place) = self.classes.get(**first).map(|class| class.place.clone()) else { continue };
            let others = Others { crowd: Arc::clone(self), group, without, followed, pods: OnceLock::new() };
            plan.push((place, Next::Others(number, Arc::new(others))));
        }
        plan.sort_by(|(one, _), (other, _)| one.cmp(other));
        plan
    }

    /// A class without the target's own pods, and each of these.
    fn split(
        &self,
        shared: &Shared<'_>,
        index: usize,
        target: &BTreeSet<PodId>,
    ) -> impl Iterator<Item = (InOrder, ClientClass)> + use<> {
        let classed = self.classes.get(index);
        let whole = classed.filter(|classed| classed.class.pods().all(|pod| !target.contains(pod)));
        let parts = match (whole, classed) {
            (Some(whole), _) => vec![(whole.place.clone(), whole.class.clone())],
            (None, Some(split)) => client::pod_classes(shared, shared.snapshot(), split.class.pods().copied(), target),
            (None, None) => Vec::new(),
        };
        parts.into_iter()
    }

    /// The groups, parted by the lists and blocks of a target.
    fn parted(&self, apart: &SetApart) -> Vec<Group> {
        if apart.lists.is_empty() && apart.blocks.is_empty() {
            return self.groups.clone();
        }
        let mut groups = Vec::new();
        for group in &self.groups {
            let mut parts: BTreeMap<Vec<bool>, (Vec<NodeId>, Vec<usize>)> = BTreeMap::new();
            for (home, index) in group.homes.iter().zip(group.members.iter()) {
                let sender = self.classes.get(*index).and_then(|class| class.sender.as_ref());
                let listed = apart.lists.iter().map(|list| list.binary_search(home).is_ok());
                let sources = sender.into_iter().flat_map(Sender::sources);
                let held = sources.flat_map(|source| apart.blocks.iter().map(move |block| block.contains(&source)));
                let (homes, members) = parts.entry(listed.chain(held).collect()).or_default();
                homes.push(*home);
                members.push(*index);
            }
            let parts = parts.into_values();
            groups.extend(parts.map(|(homes, members)| Group { homes: homes.into(), members: members.into() }));
        }
        groups
    }
}

impl ClientClass {
    /// The pods that it is for.
    pub(crate) fn pods(&self) -> impl Iterator<Item = &PodId> {
        let pods = match &self.members {
            Members::Pods(pods) => pods.as_slice(),
            Members::Addresses(_) | Members::Origin => &[],
        };
        pods.iter()
    }
}

impl Others {
    /// The nodes that they are on, in order, with more in between.
    pub(crate) fn homes(&self) -> &[NodeId] {
        &self.group.homes
    }

    /// Which of those nodes they are not on, in order.
    pub(crate) fn without(&self) -> &[NodeId] {
        &self.without
    }

    /// Whether one of them is on a node.
    pub(crate) fn are_on(&self, node: NodeId) -> bool {
        self.group.homes.binary_search(&node).is_ok() && self.without.binary_search(&node).is_err()
    }

    /// Their first and their last node.
    pub(crate) fn ends(&self) -> [Option<NodeId>; 2] {
        let are_on = |node: &&NodeId| self.without.binary_search(node).is_err();
        [self.group.homes.iter().find(are_on).copied(), self.group.homes.iter().rfind(are_on).copied()]
    }

    /// The pods among them, in order.
    pub(crate) fn pods(&self) -> &[PodId] {
        self.pods.get_or_init(|| {
            let of_group = self.group.homes.iter().zip(self.group.members.iter());
            let others = of_group.filter(|(home, _)| self.without.binary_search(home).is_err());
            let pods = others.filter_map(|(_, index)| self.crowd.classes.get(*index)).flat_map(|one| one.class.pods());
            let mut pods: Vec<PodId> = pods.copied().collect();
            pods.sort_unstable();
            pods
        })
    }

    /// The places of the first and the last of them among all classes.
    pub(crate) fn places(&self) -> Option<(&InOrder, &InOrder)> {
        let [first, last] = self.ends().map(|node| self.on(node?).map(|classed| &classed.place));
        first.zip(last)
    }

    fn on(&self, node: NodeId) -> Option<&Classed> {
        let at = self.group.homes.binary_search(&node).ok()?;
        self.crowd.classes.get(*self.group.members.get(at)?)
    }

    /// Those that are followed: the first of the pods that each is, if it is one, and who it is.
    pub(crate) fn followed(&self) -> impl DoubleEndedIterator<Item = (Option<PodId>, &Sender)> {
        let classes = self.followed.iter().filter_map(|index| self.crowd.classes.get(*index));
        classes.filter_map(|one| Some((one.class.pods().next().copied(), one.sender.as_ref()?)))
    }

    /// The one on a node, as whoever sends.
    pub(crate) fn client(&self, node: NodeId) -> Option<&Origin> {
        self.on(node).map(|classed| &classed.class.origin)
    }

    /// The followed one's route, as the one on a node has it.
    pub(crate) fn route(&self, node: NodeId, route: &Route) -> Option<Route> {
        let (_, followed) = self.followed().next_back()?;
        Some(followed.route_of(self.on(node)?.sender.as_ref()?, route))
    }
}
