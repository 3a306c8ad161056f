//! Sets of subjects and of other sides, each kept once, and the classes that are in them.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use bulkhead_model::{AddressSet, IpBlock, Labels, Name};

use super::class_set::{ClassId, ClassSet};
use super::label_index::{LabelIndex, Selected};
use super::universe::{ClassKind, Family, Habits, Universe};
use crate::matching::shared;
use crate::profile::Answer;
use crate::rule::{BlockMeaning, NamespaceSet, PodSet};
use crate::selector::{SelectorId, SelectorTable};

/// The number of a set of a [`PeerTable`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct PeerId(u32);

impl PeerId {
    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}

/// What a set is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum PeerKey {
    /// Pods; of a subject, or where namespaces are relative to the subject's, for one kind of tenant.
    Pods(PodSet, Option<Tenant>),
    Block(IpBlock, BlockMeaning),
    Nodes(SelectorId),
}

/// What a subject's namespace has for the label keys by which peers are relative to it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Tenant {
    labels: Vec<(Name, Option<Name>)>,
}

impl Tenant {
    pub(crate) fn of(keys: &BTreeSet<Name>, labels: &Labels) -> Self {
        Self { labels: keys.iter().map(|key| (key.clone(), labels.get(key).cloned())).collect() }
    }

    /// Whether a namespace is of this kind.
    fn is(&self, labels: &Labels) -> bool {
        self.labels.iter().all(|(key, value)| labels.get(key) == value.as_ref())
    }

    fn labels(&self) -> Labels {
        self.labels.iter().filter_map(|(key, value)| Some((key.clone(), value.clone()?))).collect()
    }

    /// Whether a namespace is in a set that is relative to this one; as the subject's own, where the set is not.
    fn relates(&self, set: &NamespaceSet, labels: &Labels) -> bool {
        match set {
            NamespaceSet::SameLabels(keys) => shared(keys, labels, &self.labels()) == Some(true),
            NamespaceSet::NotSameLabels(keys) => shared(keys, labels, &self.labels()) == Some(false),
            NamespaceSet::Named(_) | NamespaceSet::Selected(_) => self.is(labels),
        }
    }
}

/// A set, and who is in it.
#[derive(Clone, Debug)]
pub(crate) struct Peer {
    pub(crate) key: PeerKey,
    /// The classes that are surely in it.
    pub(crate) surely: ClassSet,
    /// The classes of which nobody knows, apart from those without an address.
    pub(crate) perhaps: ClassSet,
    /// The addresses outside the cluster that are in it, for a block.
    pub(crate) outside: Option<(Family, AddressSet)>,
}

/// All sets in play.
#[derive(Clone, Debug, Default)]
pub(crate) struct PeerTable {
    peers: Vec<Peer>,
    by_key: BTreeMap<PeerKey, PeerId>,
    /// The classes in the namespaces that a selector selects.
    in_namespaces: BTreeMap<SelectorId, Selected>,
}

impl PeerTable {
    /// The number of a set; nobody is in a new one until it is [resolved](Self::resolve).
    pub(crate) fn intern(&mut self, key: PeerKey) -> PeerId {
        if let Some(known) = self.by_key.get(&key) {
            return *known;
        }
        let outside = match &key {
            PeerKey::Block(block, _) => {
                let family = if block.cidr.addr().is_ipv4() { Family::V4 } else { Family::V6 };
                Some((family, AddressSet::from_block(block)))
            }
            PeerKey::Pods(..) | PeerKey::Nodes(_) => None,
        };
        let id = PeerId(u32::try_from(self.peers.len()).unwrap_or(u32::MAX));
        self.by_key.insert(key.clone(), id);
        self.peers.push(Peer { key, surely: ClassSet::default(), perhaps: ClassSet::default(), outside });
        id
    }

    // Numbers come from this table only, so this index is always in bounds.
    #[allow(clippy::indexing_slicing)]
    pub(crate) fn get(&self, id: PeerId) -> &Peer {
        &self.peers[id.index()]
    }

    /// Finds out who is in every set.
    pub(crate) fn resolve_all(&mut self, universe: &Universe, selectors: &SelectorTable, habits: Habits) {
        for at in 0..self.peers.len() {
            self.resolve(PeerId(u32::try_from(at).unwrap_or(u32::MAX)), universe, selectors, habits);
        }
    }

    /// Finds out who is in a set.
    pub(crate) fn resolve(&mut self, id: PeerId, universe: &Universe, selectors: &SelectorTable, habits: Habits) {
        let peer = self.get(id);
        let (surely, perhaps) = match &peer.key {
            PeerKey::Pods(set, tenant) => {
                let (set, tenant) = (set.clone(), tenant.clone());
                let related = |class: &u32| match &tenant {
                    Some(tenant) => {
                        let labels = universe.namespace_labels_of(ClassId(*class));
                        labels.is_some_and(|labels| tenant.relates(&set.namespaces, labels))
                    }
                    None => true,
                };
                sets(self.select(&set, universe, selectors), related)
            }
            PeerKey::Block(_, meaning) => with_address(peer, *meaning, universe, habits),
            PeerKey::Nodes(selector) => {
                let select = |selector| universe.node_labels.select(selector, &universe.nodes);
                let selected = selectors.get(*selector).map_or(Selected::Surely(Vec::new()), select);
                // A node's address must be known for it to be a peer.
                sets(selected, |class| !universe.class(ClassId(*class)).is_unaddressed())
            }
        };
        if let Some(peer) = self.peers.get_mut(id.index()) {
            (peer.surely, peer.perhaps) = (surely, perhaps);
        }
    }

    /// Whether a class is in a set: surely, perhaps.
    pub(crate) fn holds(
        &self,
        id: PeerId,
        class: ClassId,
        universe: &Universe,
        selectors: &SelectorTable,
        habits: Habits,
    ) -> (bool, bool) {
        let peer = self.get(id);
        let kind = universe.class(class).kind;
        match (&peer.key, kind) {
            (PeerKey::Pods(set, tenant), ClassKind::Pods { namespace }) => {
                let Some(entry) = universe.namespace_entry(namespace) else { return (false, false) };
                let in_namespace = match &set.namespaces {
                    NamespaceSet::Named(name) => Some(universe.namespace(name) == Some(namespace)),
                    NamespaceSet::Selected(id) => selected(&universe.namespace_labels, *id, namespace, selectors),
                    NamespaceSet::SameLabels(_) | NamespaceSet::NotSameLabels(_) => Some(true),
                };
                let related = tenant.as_ref().is_none_or(|it| it.relates(&set.namespaces, &entry.labels));
                let by_labels = || selected(&universe.pod_labels, set.pods, class.0, selectors);
                match in_namespace.filter(|_| related) {
                    _ if !related => (false, false),
                    Some(false) => (false, false),
                    Some(true) => by_labels().map_or((false, true), |it| (it, false)),
                    None => (false, by_labels() != Some(false)),
                }
            }
            (PeerKey::Nodes(selector), ClassKind::Nodes) => {
                let by_labels = selected(&universe.node_labels, *selector, class.0, selectors);
                let is_addressed = !universe.class(class).is_unaddressed();
                (by_labels == Some(true) && is_addressed, by_labels.is_none() && is_addressed)
            }
            (PeerKey::Block(_, meaning), kind) => {
                let addresses = universe.class(class).addresses;
                let holds = |address: IpAddr| peer.outside.as_ref().is_some_and(|(_, set)| set.contains(address));
                if !addresses.into_iter().flatten().any(holds) {
                    return (false, false);
                }
                let counts = if *meaning == BlockMeaning::Everybody { Answer::Yes } else { habits.of(kind) };
                (counts == Answer::Yes, counts == Answer::Unknown)
            }
            (PeerKey::Pods(..) | PeerKey::Nodes(_), _) => (false, false),
        }
    }

    /// Finds out anew whether a class is in a set; gives whether that has changed for those surely and perhaps in it.
    pub(crate) fn settle(&mut self, id: PeerId, class: ClassId, holds: (bool, bool)) -> (bool, bool) {
        let Some(peer) = self.peers.get_mut(id.index()) else { return (false, false) };
        (peer.surely.set(class, holds.0), peer.perhaps.set(class, holds.1))
    }

    /// Whoever is in the namespaces that a selector selects is to be found out anew.
    pub(crate) fn forget_namespaces(&mut self) {
        self.in_namespaces.clear();
    }

    /// The number of every set.
    pub(crate) fn ids(&self) -> impl ExactSizeIterator<Item = PeerId> + use<> {
        (0..u32::try_from(self.peers.len()).unwrap_or(u32::MAX)).map(PeerId)
    }

    fn select(&mut self, set: &PodSet, universe: &Universe, selectors: &SelectorTable) -> Selected {
        let Some(selector) = selectors.get(set.pods) else { return Selected::Surely(Vec::new()) };
        match &set.namespaces {
            NamespaceSet::Named(name) => {
                let entry = universe.namespace(name).and_then(|number| universe.namespace_entry(number));
                let within = entry.map_or(&[][..], |entry| entry.classes.as_slice());
                universe.pod_labels.select(selector, within)
            }
            NamespaceSet::SameLabels(_) | NamespaceSet::NotSameLabels(_) => {
                universe.pod_labels.select(selector, &universe.pods)
            }
            NamespaceSet::Selected(namespaces) => {
                let within = self.in_namespaces.entry(*namespaces);
                let within = within.or_insert_with(|| classes_in(*namespaces, universe, selectors));
                match within {
                    Selected::Surely(within) => universe.pod_labels.select(selector, within),
                    Selected::Perhaps(within) => match universe.pod_labels.select(selector, within) {
                        Selected::Surely(classes) | Selected::Perhaps(classes) => Selected::Perhaps(classes),
                    },
                }
            }
        }
    }
}

/// Whether a selector selects one item; `None` where nobody knows.
fn selected(index: &LabelIndex, selector: SelectorId, item: u32, selectors: &SelectorTable) -> Option<bool> {
    let Some(selector) = selectors.get(selector) else { return Some(false) };
    match index.select(selector, &[item]) {
        Selected::Surely(found) => Some(!found.is_empty()),
        Selected::Perhaps(found) => (found.is_empty()).then_some(false),
    }
}

/// The classes of pods in the namespaces that a selector selects, sorted.
fn classes_in(namespaces: SelectorId, universe: &Universe, selectors: &SelectorTable) -> Selected {
    let Some(selector) = selectors.get(namespaces) else { return Selected::Surely(Vec::new()) };
    if selector.is_everything() {
        return Selected::Surely(universe.pods.clone());
    }
    let all: Vec<u32> = (0..u32::try_from(universe.namespaces.len()).unwrap_or(u32::MAX)).collect();
    let classes = |numbers: &[u32]| {
        let entries = numbers.iter().filter_map(|number| universe.namespace_entry(*number));
        let mut classes: Vec<u32> = entries.flat_map(|entry| entry.classes.iter().copied()).collect();
        classes.sort_unstable();
        classes
    };
    match universe.namespace_labels.select(selector, &all) {
        Selected::Surely(numbers) => Selected::Surely(classes(&numbers)),
        Selected::Perhaps(numbers) => Selected::Perhaps(classes(&numbers)),
    }
}

/// The classes with an address in a block: surely in it, or perhaps, where nobody knows the engine's habit.
fn with_address(peer: &Peer, meaning: BlockMeaning, universe: &Universe, habits: Habits) -> (ClassSet, ClassSet) {
    let (mut surely, mut perhaps) = (Vec::new(), Vec::new());
    let ranges = peer.outside.iter().flat_map(|(_, addresses)| addresses.ranges());
    for class in ranges.flat_map(|(first, last)| universe.with_address(first, last)) {
        let counts = match meaning {
            BlockMeaning::EngineDecides => habits.of(universe.class(class).kind),
            BlockMeaning::Everybody => Answer::Yes,
        };
        match counts {
            Answer::Yes => surely.push(class),
            Answer::Unknown => perhaps.push(class),
            Answer::No => {}
        }
    }
    let set = |mut classes: Vec<ClassId>| {
        classes.sort_unstable();
        classes.into_iter().collect()
    };
    (set(surely), set(perhaps))
}

/// Those of a selection that pass, as the sets of those that surely are in it and of those that perhaps are.
fn sets(selected: Selected, passes: impl Fn(&u32) -> bool) -> (ClassSet, ClassSet) {
    let set = |classes: Vec<u32>| classes.into_iter().filter(&passes).map(ClassId).collect();
    match selected {
        Selected::Surely(classes) => (set(classes), ClassSet::default()),
        Selected::Perhaps(classes) => (ClassSet::default(), set(classes)),
    }
}
