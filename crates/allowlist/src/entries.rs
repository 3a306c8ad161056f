//! A list of entries. Those of thousands of nodes that nothing tells apart are kept as one, and made where somebody reads them.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use bulkhead_model::IpNet;
use bulkhead_path::NodeAddresses;

use crate::each_node::Fellows;
use crate::entry::{Entry, EntryPeer, EntryPort};

/// Entries in a fixed order.
#[derive(Clone, Debug, Default)]
pub struct Entries {
    parts: Vec<Part>,
}

/// Neighbours in a list.
#[derive(Clone, Debug)]
pub(crate) enum Part {
    /// One entry.
    One(Box<Entry>),
    /// An entry for each of some nodes.
    Each(OfEach),
}

/// An entry for each of some nodes, with that node's address.
#[derive(Clone, Debug)]
pub(crate) struct OfEach {
    pub(crate) fellows: Arc<Fellows>,
    /// Which of them.
    pub(crate) numbers: Range<usize>,
    /// The entry of the first of all fellows.
    pub(crate) first: Arc<Entry>,
    pub(crate) addresses: NodeAddresses,
}

impl OfEach {
    fn get(&self, number: usize) -> Option<Entry> {
        let (address, node) = self.fellows.get(self.numbers.start + number).filter(|_| number < self.numbers.len())?;
        let witnesses = self.first.witnesses.iter().map(|witness| witness.by_node(&self.addresses, node));
        Some(Entry {
            peer: EntryPeer::Block(IpNet::from(address)),
            ports: self.first.ports.clone(),
            witnesses: witnesses.collect(),
            extra: self.first.extra.clone(),
        })
    }
}

impl Part {
    fn len(&self) -> usize {
        match self {
            Self::One(_) => 1,
            Self::Each(each) => each.numbers.len(),
        }
    }

    /// What all its entries have in common with this one, but for the peer.
    pub(crate) fn first(&self) -> &Entry {
        match self {
            Self::One(entry) => entry,
            Self::Each(each) => &each.first,
        }
    }

    fn get(&self, number: usize) -> Option<Cow<'_, Entry>> {
        match self {
            Self::One(entry) => (number == 0).then_some(Cow::Borrowed(&**entry)),
            Self::Each(each) => each.get(number).map(Cow::Owned),
        }
    }

    /// Its entries from one number to another.
    fn cut(&self, from: usize, to: usize) -> Option<Self> {
        let to = to.min(self.len());
        match self {
            _ if from >= to => None,
            Self::One(_) => Some(self.clone()),
            Self::Each(each) => {
                let numbers = each.numbers.start + from..each.numbers.start + to;
                Some(Self::Each(OfEach { numbers, ..each.clone() }))
            }
        }
    }
}

impl Entries {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.parts.iter().map(Part::len).sum()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// All of them, in order.
    pub fn iter(&self) -> impl Iterator<Item = Cow<'_, Entry>> {
        self.parts.iter().flat_map(|part| (0..part.len()).filter_map(move |number| part.get(number)))
    }

    /// The entry of an index.
    pub fn get(&self, index: usize) -> Option<Cow<'_, Entry>> {
        let mut left = index;
        for part in &self.parts {
            if left < part.len() {
                return part.get(left);
            }
            left -= part.len();
        }
        None
    }

    /// Neighbours that are all blocks for the same ports, by their indices; whatever is no block stands alone.
    pub fn runs(&self) -> Vec<Range<usize>> {
        let mut runs: Vec<(Range<usize>, Option<&[EntryPort]>)> = Vec::new();
        let mut at = 0;
        for part in &self.parts {
            let first = part.first();
            let ports = matches!(first.peer, EntryPeer::Block(_)).then_some(&first.ports[..]);
            match runs.last_mut() {
                Some((run, of_run)) if ports.is_some() && *of_run == ports => run.end = at + part.len(),
                _ => runs.push((at..at + part.len(), ports)),
            }
            at += part.len();
        }
        runs.into_iter().map(|(run, _)| run).collect()
    }

    /// All of them, one by one.
    pub fn to_vec(&self) -> Vec<Entry> {
        self.iter().map(Cow::into_owned).collect()
    }

    /// The parts, each with the index of its first entry.
    pub(crate) fn parts(&self) -> impl Iterator<Item = (usize, &Part)> {
        self.parts.iter().scan(0, |at, part| {
            let from = *at;
            *at += part.len();
            Some((from, part))
        })
    }

    pub(crate) fn append(&mut self, other: Self) {
        self.parts.extend(other.parts);
    }

    /// Those of some indices.
    pub(crate) fn slice(&self, range: &Range<usize>) -> Self {
        let within =
            |(at, part): (usize, &Part)| part.cut(range.start.saturating_sub(at), range.end.saturating_sub(at));
        Self { parts: self.parts().filter_map(within).collect() }
    }
}

impl FromIterator<Part> for Entries {
    fn from_iter<I: IntoIterator<Item = Part>>(parts: I) -> Self {
        Self { parts: parts.into_iter().collect() }
    }
}

impl From<Vec<Entry>> for Entries {
    fn from(entries: Vec<Entry>) -> Self {
        Self { parts: entries.into_iter().map(|entry| Part::One(Box::new(entry))).collect() }
    }
}

impl PartialEq for Entries {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.iter().eq(other.iter())
    }
}

impl Eq for Entries {}
