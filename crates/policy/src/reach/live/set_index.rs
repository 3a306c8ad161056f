//! Which sets a class may be in, and which policies use a set, without looking at all of them.

use std::collections::{BTreeMap, BTreeSet};

use bulkhead_model::{Labels, Name, Operator, Readable};

use crate::reach::class_set::ClassId;
use crate::reach::compiled::CompiledPolicy;
use crate::reach::peers::{PeerId, PeerKey, PeerTable};
use crate::reach::universe::{ClassKind, Universe};
use crate::rule::NamespaceSet;
use crate::selector::{SelectorId, SelectorTable};

/// All sets, by where their members may be. Sets that no policy uses any more stay, and are kept right.
#[derive(Clone, Debug, Default)]
pub(crate) struct SetIndex {
    /// For each set, the policies that have it as an other side, and those that have it as their subject.
    users: Vec<Users>,
    of_namespace: BTreeMap<Name, Vec<PeerId>>,
    of_selector: BTreeMap<SelectorId, Vec<PeerId>>,
    selectors: NamespaceSelectors,
    /// Those whose namespaces are relative to the subject's.
    relative: Vec<PeerId>,
    blocks: Vec<PeerId>,
    nodes: Vec<PeerId>,
}

/// The policies that use a set.
#[derive(Clone, Debug, Default)]
struct Users {
    as_peer: Vec<u32>,
    as_subject: Vec<u32>,
}

impl SetIndex {
    /// Takes in the sets that it does not know.
    pub(crate) fn grow(&mut self, peers: &PeerTable, selectors: &SelectorTable) {
        for id in peers.ids().skip(self.users.len()) {
            self.users.push(Users::default());
            match &peers.get(id).key {
                PeerKey::Pods(_, Some(_)) => self.relative.push(id),
                PeerKey::Pods(set, None) => match &set.namespaces {
                    NamespaceSet::Named(name) => self.of_namespace.entry(name.clone()).or_default().push(id),
                    NamespaceSet::Selected(selector) => {
                        self.of_selector.entry(*selector).or_default().push(id);
                        self.selectors.add(*selector, selectors);
                    }
                    NamespaceSet::SameLabels(_) | NamespaceSet::NotSameLabels(_) => self.relative.push(id),
                },
                PeerKey::Block(..) => self.blocks.push(id),
                PeerKey::Nodes(_) => self.nodes.push(id),
            }
        }
    }

    /// A policy uses its sets now.
    pub(crate) fn used_by(&mut self, policy: &CompiledPolicy, place: u32) {
        if let Some(users) = self.users.get_mut(policy.subject.index()) {
            users.as_subject.push(place);
        }
        for peer in peers_of(policy) {
            if let Some(users) = self.users.get_mut(peer.index()) {
                users.as_peer.push(place);
            }
        }
    }

    /// A policy uses its sets no more.
    pub(crate) fn unused_by(&mut self, policy: &CompiledPolicy, place: u32) {
        if let Some(users) = self.users.get_mut(policy.subject.index()) {
            users.as_subject.retain(|user| *user != place);
        }
        for peer in peers_of(policy) {
            if let Some(users) = self.users.get_mut(peer.index()) {
                users.as_peer.retain(|user| *user != place);
            }
        }
    }

    /// The policies that have a set as an other side.
    pub(crate) fn naming(&self, peer: PeerId) -> &[u32] {
        self.users.get(peer.index()).map_or(&[], |users| users.as_peer.as_slice())
    }

    /// The policies that have a set as their subject.
    pub(crate) fn about(&self, peer: PeerId) -> &[u32] {
        self.users.get(peer.index()).map_or(&[], |users| users.as_subject.as_slice())
    }

    /// The sets that are blocks.
    pub(crate) fn blocks(&self) -> &[PeerId] {
        &self.blocks
    }

    /// The sets that a class may be in, each once.
    pub(crate) fn may_hold(&self, class: ClassId, name: Option<&Name>, universe: &Universe) -> Vec<PeerId> {
        let mut sets = match universe.class(class).kind {
            ClassKind::Pods { .. } => {
                let own = name.and_then(|name| self.of_namespace.get(name)).into_iter().flatten().copied();
                let labels = universe.namespace_labels_of(class);
                own.chain(labels.map_or_else(Vec::new, |labels| self.of_labels(labels))).collect()
            }
            ClassKind::Nodes => self.nodes.clone(),
            ClassKind::HostPods => Vec::new(),
        };
        if !universe.class(class).is_unaddressed() {
            sets.extend(&self.blocks);
        }
        sets
    }

    /// The sets of pods whose namespaces may be those with such labels.
    pub(crate) fn of_labels(&self, labels: &Labels) -> Vec<PeerId> {
        let selected = self.selectors.may_select(labels);
        let mut sets: Vec<PeerId> =
            selected.iter().filter_map(|selector| self.of_selector.get(selector)).flatten().copied().collect();
        sets.extend(&self.relative);
        sets
    }
}

/// The sets of other sides of a policy, each once.
fn peers_of(policy: &CompiledPolicy) -> BTreeSet<PeerId> {
    policy.peers().collect()
}

/// Selectors of namespaces, by a label that a namespace must have.
#[derive(Clone, Debug, Default)]
struct NamespaceSelectors {
    by_label: BTreeMap<(Name, Name), BTreeSet<SelectorId>>,
    /// Those that ask for no label of one of a few values.
    others: BTreeSet<SelectorId>,
}

impl NamespaceSelectors {
    fn add(&mut self, id: SelectorId, selectors: &SelectorTable) {
        let Some(selector) = selectors.get(id) else { return };
        let known = selector.requirements.iter().filter_map(Readable::known);
        let mut lists = known.filter_map(|requirement| match &requirement.operator {
            Operator::In(values) => Some((&requirement.key, values)),
            Operator::NotIn(_) | Operator::Exists | Operator::DoesNotExist => None,
        });
        match lists.next() {
            Some((key, values)) => {
                for value in values {
                    self.by_label.entry((key.clone(), value.clone())).or_default().insert(id);
                }
            }
            None => {
                self.others.insert(id);
            }
        }
    }

    fn may_select(&self, labels: &Labels) -> BTreeSet<SelectorId> {
        let by_label = labels.iter().filter_map(|(key, value)| self.by_label.get(&(key.clone(), value.clone())));
        by_label.flatten().chain(&self.others).copied().collect()
    }
}
