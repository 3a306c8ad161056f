//! What policies ask for: the label keys and the blocks that tell pods and nodes apart.

use std::collections::BTreeSet;

use bulkhead_model::{AddressSet, IpBlock, Name, Readable};

use crate::rule::{LoweredPolicy, Peers, Who};
use crate::selector::{SelectorId, SelectorTable};

/// What policies ask for.
#[derive(Clone, Debug, Default)]
pub(crate) struct InPlay {
    pub(crate) pod_keys: BTreeSet<Name>,
    pub(crate) node_keys: BTreeSet<Name>,
    pub(crate) blocks: BTreeSet<IpBlock>,
}

impl InPlay {
    pub(crate) fn of(policies: &[LoweredPolicy], selectors: &SelectorTable) -> Self {
        let mut in_play = Self::default();
        for policy in policies {
            in_play.add(policy, selectors);
        }
        in_play
    }

    /// Adds what a policy asks for.
    pub(crate) fn add(&mut self, policy: &LoweredPolicy, selectors: &SelectorTable) {
        add_keys(policy.subject.pods, selectors, &mut self.pod_keys);
        for rule in &policy.rules {
            let Peers::OneOf(peers) = &rule.peers else { continue };
            for peer in peers {
                match &peer.who {
                    Who::Pods(set) => add_keys(set.pods, selectors, &mut self.pod_keys),
                    Who::Nodes(selector) => add_keys(*selector, selectors, &mut self.node_keys),
                    Who::Block { block, .. } if !self.blocks.contains(block) => {
                        self.blocks.insert(block.clone());
                    }
                    Who::Block { .. } | Who::DomainNames | Who::Unreadable => {}
                }
            }
        }
    }

    /// The addresses of the blocks.
    pub(crate) fn addresses(&self) -> Vec<AddressSet> {
        self.blocks.iter().map(AddressSet::from_block).collect()
    }
}

fn add_keys(selector: SelectorId, selectors: &SelectorTable, keys: &mut BTreeSet<Name>) {
    let requirements = selectors.get(selector).into_iter().flat_map(|selector| &selector.requirements);
    for requirement in requirements.filter_map(Readable::known) {
        if !keys.contains(&requirement.key) {
            keys.insert(requirement.key.clone());
        }
    }
}
