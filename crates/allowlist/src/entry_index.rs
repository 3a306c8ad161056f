//! Which entries could let a source in, without asking all of them: a list for thousands of nodes has thousands of entries.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use bulkhead_model::{AddressSet, IpNet};
use bulkhead_snapshot::{NodeId, PodId};

use crate::each_node::{Fellows, OwnAddresses, missing_from};
use crate::entries::{Entries, OfEach, Part};
use crate::entry::{Entry, EntryPeer, SourceOf};

/// Entries by their blocks and by the pods that they select.
pub(crate) struct EntryIndex<'e> {
    entries: BTreeMap<usize, &'e Entry>,
    blocks: BTreeMap<IpNet, Vec<usize>>,
    lengths: BTreeSet<u8>,
    pods: BTreeMap<PodId, Vec<usize>>,
    of_each: Vec<(usize, &'e OfEach)>,
    /// What the blocks hold together.
    held: OnceCell<AddressSet>,
}

/// What lets somebody in: entries by their indices, and whole stretches of the list.
#[derive(Clone, Debug, Default)]
pub(crate) struct Admitting {
    one: BTreeSet<usize>,
    stretches: BTreeSet<(usize, usize)>,
}

/// What entries for each of some nodes let in.
pub(crate) struct ByNodes {
    /// The nodes that get in by them, list after list, each in order.
    pub(crate) nodes: Vec<NodeId>,
    /// The entries.
    pub(crate) admitting: Admitting,
    /// The nodes that other entries may let in.
    pub(crate) rest: Vec<NodeId>,
}

impl Admitting {
    pub(crate) fn is_empty(&self) -> bool {
        self.one.is_empty() && self.stretches.is_empty()
    }

    pub(crate) fn add(&mut self, index: usize) {
        self.one.insert(index);
    }

    pub(crate) fn extend(&mut self, more: &Self) {
        self.one.extend(&more.one);
        self.stretches.extend(&more.stretches);
    }

    /// Indices from one to before another, but for some, which are in order.
    fn add_stretch(&mut self, range: Range<usize>, without: &BTreeSet<usize>) {
        let mut from = range.start;
        for index in without.range(range.clone()) {
            if from < *index {
                self.stretches.insert((from, *index));
            }
            from = index + 1;
        }
        if from < range.end {
            self.stretches.insert((from, range.end));
        }
    }

    /// The indices, each once and in order.
    pub(crate) fn indices(&self) -> Vec<usize> {
        let mut one = self.one.iter().copied().filter(|index| !self.is_in_stretch(*index)).peekable();
        let mut indices: Vec<usize> = Vec::new();
        for (from, to) in &self.stretches {
            let from = indices.last().map_or(*from, |last| (last + 1).max(*from));
            while let Some(index) = one.next_if(|index| *index < from) {
                indices.push(index);
            }
            indices.extend(from..*to);
        }
        indices.extend(one);
        indices
    }

    fn is_in_stretch(&self, index: usize) -> bool {
        self.stretches.iter().any(|(from, to)| (*from..*to).contains(&index))
    }
}

impl<'e> EntryIndex<'e> {
    /// The index of a list of entries.
    pub(crate) fn new(entries: &'e Entries) -> Self {
        let mut index = Self {
            entries: BTreeMap::new(),
            blocks: BTreeMap::new(),
            lengths: BTreeSet::new(),
            pods: BTreeMap::new(),
            of_each: Vec::new(),
            held: OnceCell::new(),
        };
        for (at, part) in entries.parts() {
            match part {
                Part::One(entry) => index.add(at, entry),
                Part::Each(of_each) => index.of_each.push((at, of_each)),
            }
        }
        index
    }

    fn add(&mut self, at: usize, entry: &'e Entry) {
        self.entries.insert(at, entry);
        match &entry.peer {
            EntryPeer::Block(net) => {
                self.lengths.insert(net.prefix_len());
                self.blocks.entry(*net).or_default().push(at);
            }
            EntryPeer::Pods { pods, .. } => {
                for pod in pods {
                    self.pods.entry(*pod).or_default().push(at);
                }
            }
        }
    }

    /// The entries whose peer holds a source, with their indices. Of those for each of some nodes the first stands for all: what
    /// they say besides their peer is the same.
    pub(crate) fn candidates(&self, source: &SourceOf) -> Vec<(usize, &'e Entry)> {
        let (address, pod) = match source {
            SourceOf::Address(address) => (Some(*address), None),
            SourceOf::Pod(pod) => (None, self.pods.get(pod)),
        };
        let block = move |length: &u8| IpNet::new(address?, *length).ok().and_then(|net| self.blocks.get(&net.trunc()));
        let held = self.lengths.iter().filter_map(block).chain(pod).flatten();
        let one = held.filter_map(|index| Some((*index, *self.entries.get(index)?)));
        let mut known: Option<(&Arc<Fellows>, Option<usize>)> = None;
        let each = self.of_each.iter().filter_map(|(at, each)| {
            let same = known.filter(|(fellows, _)| Arc::ptr_eq(fellows, &each.fellows));
            let (_, number) = same.unwrap_or((&each.fellows, address.and_then(|own| each.fellows.number(own))));
            known = Some((&each.fellows, number));
            let number = number.filter(|number| each.numbers.contains(number))?;
            Some((at + number - each.numbers.start, &*each.first))
        });
        let each: Vec<(usize, &'e Entry)> = each.collect();
        one.chain(each).collect()
    }

    /// Which of some nodes, in order and less one, the entries for each node let in by the address of a role. `own` are the addresses
    /// of these nodes, and maybe of more.
    pub(crate) fn by_nodes(
        &self,
        own: &OwnAddresses,
        (nodes, except): (&[NodeId], Option<NodeId>),
        has_port: impl Fn(&Entry) -> bool,
    ) -> ByNodes {
        let mut found = ByNodes { nodes: Vec::new(), admitting: Admitting::default(), rest: Vec::new() };
        let mut known: Vec<(&Arc<Fellows>, &Arc<Entry>, Vec<usize>)> = Vec::new();
        for (at, each) in self.of_each.iter().filter(|(_, each)| each.fellows.own.role == own.role) {
            if !has_port(&each.first) {
                continue;
            }
            let same = known
                .iter()
                .position(|(fellows, first, _)| Arc::ptr_eq(fellows, &each.fellows) && Arc::ptr_eq(first, &each.first));
            let same = same.unwrap_or_else(|| {
                let missing = missing_from(&each.fellows.nodes, nodes, except);
                found.add_nodes(&each.fellows.nodes, &missing);
                let mut numbers: Vec<usize> = missing.iter().filter_map(|node| each.fellows.number_of(*node)).collect();
                numbers.sort_unstable();
                known.push((&each.fellows, &each.first, numbers));
                known.len() - 1
            });
            let (from, numbers) = (each.numbers.start, known.get(same).map_or(&[][..], |(_, _, numbers)| numbers));
            let within = numbers.iter().filter(|number| each.numbers.contains(number));
            let without: BTreeSet<usize> = within.map(|number| at + number - from).collect();
            found.admitting.add_stretch(*at..*at + each.numbers.len(), &without);
        }
        let blocks = self.held.get_or_init(|| self.blocks.keys().copied().collect());
        let among = |node: &NodeId| Some(*node) != except && nodes.binary_search(node).is_ok();
        found.rest = own.in_question(blocks).filter(among).collect();
        found
    }
}

impl ByNodes {
    /// Adds nodes, but for some, both in order.
    fn add_nodes(&mut self, nodes: &[NodeId], missing: &[NodeId]) {
        if missing.is_empty() {
            self.nodes.extend_from_slice(nodes);
        } else {
            self.nodes.extend(nodes.iter().filter(|node| missing.binary_search(node).is_err()));
        }
    }
}
