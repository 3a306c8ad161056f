//! The administrator's policies, which are asked before any NetworkPolicy: what they deny no entry lets in.

use std::collections::BTreeSet;

use bulkhead_model::object::Direction;
use bulkhead_model::{IpNet, ObjectRef};
use bulkhead_policy::rule::{Peers, Tier, Who};
use bulkhead_policy::{Action, Policies, RuleRef};

/// Those of one direction.
#[derive(Debug, Default)]
pub(crate) struct Admin {
    denying: BTreeSet<ObjectRef>,
    blocks: BTreeSet<IpNet>,
}

impl Admin {
    /// Looks for them.
    pub(crate) fn new(policies: &Policies, direction: Direction) -> Self {
        let mut admin = Self::default();
        let of_it = |tier, of| tier == Tier::Admin && of == direction;
        for policy in policies.lowered().iter().filter(|policy| of_it(policy.tier, policy.direction)) {
            if policy.rules.iter().any(|rule| rule.action == Action::Deny) {
                admin.denying.insert(policy.origin.clone());
            }
            for rule in &policy.rules {
                let Peers::OneOf(peers) = &rule.peers else { continue };
                admin.blocks.extend(peers.iter().filter_map(|peer| match &peer.who {
                    Who::Block { block, .. } => Some(block.cidr),
                    _ => None,
                }));
            }
        }
        admin
    }

    /// Whether any of them denies anything.
    pub(crate) fn denies(&self) -> bool {
        !self.denying.is_empty()
    }

    /// Whether a rule is one of theirs.
    pub(crate) fn is_of(&self, rule: &RuleRef) -> bool {
        self.denying.contains(&rule.policy)
    }

    /// The blocks that they name.
    pub(crate) fn blocks(&self) -> impl Iterator<Item = IpNet> + '_ {
        self.blocks.iter().copied()
    }
}
