//! Which entries could let a source in, without asking all of them: a list for thousands of nodes has thousands of entries.

use std::collections::{BTreeMap, BTreeSet};

use bulkhead_model::IpNet;
use bulkhead_snapshot::PodId;

use crate::entry::{Entry, EntryPeer, SourceOf};

/// Entries by their blocks and by the pods that they select.
pub(crate) struct EntryIndex {
    blocks: BTreeMap<IpNet, Vec<usize>>,
    lengths: BTreeSet<u8>,
    pods: BTreeMap<PodId, Vec<usize>>,
}

impl EntryIndex {
    /// The index of a list of entries.
    pub(crate) fn new(entries: &[Entry]) -> Self {
        let mut index = Self { blocks: BTreeMap::new(), lengths: BTreeSet::new(), pods: BTreeMap::new() };
        for (at, entry) in entries.iter().enumerate() {
            match &entry.peer {
                EntryPeer::Block(net) => {
                    index.lengths.insert(net.prefix_len());
                    index.blocks.entry(*net).or_default().push(at);
                }
                EntryPeer::Pods { pods, .. } => {
                    for pod in pods {
                        index.pods.entry(*pod).or_default().push(at);
                    }
                }
            }
        }
        index
    }

    /// The indices of the entries whose peer holds a source.
    pub(crate) fn candidates(&self, source: &SourceOf) -> impl Iterator<Item = usize> + '_ {
        let (address, pod) = match source {
            SourceOf::Address(address) => (Some(*address), None),
            SourceOf::Pod(pod) => (None, self.pods.get(pod)),
        };
        let block = move |length: &u8| IpNet::new(address?, *length).ok().and_then(|net| self.blocks.get(&net.trunc()));
        self.lengths.iter().filter_map(block).chain(pod).flatten().copied()
    }
}
