//! The tiers, over sets of ports: what the policies of a subject say to one cell of other sides.
//!
//! This is [`walk`](crate::walk) with a set of ports in the place of a packet. A rule matches some ports surely and some
//! perhaps; a policy splits the ports that reach it by what it may say; a level of policies of one priority adds them up.

use super::compiled::{CompiledPeers, CompiledPolicy, CompiledRule};
use super::port_ranges::{PortTable, PortsId};
use crate::rule::{Conflict, PolicyDoubt, Tier};
use crate::verdict::Action;

/// What policies say to all ports: open, unknown, and the others are closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Ruling {
    pub(crate) open: PortsId,
    pub(crate) unknown: PortsId,
}

impl Ruling {
    pub(crate) const OPEN: Self = Self { open: PortsId::ALL, unknown: PortsId::EMPTY };
    pub(crate) const CLOSED: Self = Self { open: PortsId::EMPTY, unknown: PortsId::EMPTY };
}

/// Whether an other side is in a set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) enum Membership {
    #[default]
    No,
    Perhaps,
    Surely,
}

/// One cell of other sides, as rules see it.
pub(crate) trait Scene {
    /// Whether the cell is in a set of peers.
    fn membership(&self, peer: super::peers::PeerId) -> Membership;
    /// The ports that a rule's port names mean here: surely, and perhaps.
    fn named(&self, rule: &CompiledRule, ports: &mut PortTable) -> (PortsId, PortsId);
}

/// A policy of a subject, and whether it surely selects it.
#[derive(Clone, Copy)]
pub(crate) struct Applied<'a> {
    pub(crate) policy: &'a CompiledPolicy,
    pub(crate) selects_surely: bool,
}

/// What policies, sorted by tier and priority, say to a cell.
pub(crate) fn evaluate(policies: &[Applied<'_>], scene: &impl Scene, ports: &mut PortTable) -> Ruling {
    let (mut allow, mut deny, mut alive) = (PortsId::EMPTY, PortsId::EMPTY, PortsId::ALL);
    for tier in policies.chunk_by(|a, b| a.policy.tier == b.policy.tier) {
        let (mut passed, mut here) = (PortsId::EMPTY, alive);
        for level in tier.chunk_by(|a, b| a.policy.priority == b.policy.priority) {
            let says = level_says(level, scene, ports);
            allow = add(ports, allow, here, says.allow);
            deny = add(ports, deny, here, says.deny);
            passed = add(ports, passed, here, says.pass);
            here = ports.intersection(here, says.silent);
            if here == PortsId::EMPTY {
                break;
            }
        }
        alive = ports.union(passed, here);
    }
    allow = ports.union(allow, alive);
    Ruling { open: ports.difference(allow, deny), unknown: ports.intersection(allow, deny) }
}

/// `sum` and what is in both of the others.
fn add(ports: &mut PortTable, sum: PortsId, here: PortsId, says: PortsId) -> PortsId {
    let both = ports.intersection(here, says);
    ports.union(sum, both)
}

/// The ports to which something may come of it.
#[derive(Clone, Copy, Debug)]
struct Says {
    allow: PortsId,
    deny: PortsId,
    pass: PortsId,
    /// Nothing may come of it.
    silent: PortsId,
}

const NOTHING: Says = Says { allow: PortsId::EMPTY, deny: PortsId::EMPTY, pass: PortsId::EMPTY, silent: PortsId::ALL };

impl Says {
    fn add(&mut self, action: Action, says: PortsId, ports: &mut PortTable) {
        let sum = match action {
            Action::Allow => &mut self.allow,
            Action::Deny => &mut self.deny,
            Action::Pass => &mut self.pass,
        };
        *sum = ports.union(*sum, says);
    }
}

/// What the policies of one tier and one priority may say together.
fn level_says(level: &[Applied<'_>], scene: &impl Scene, ports: &mut PortTable) -> Says {
    let (mut sum, mut surely_allowed) = (NOTHING, PortsId::EMPTY);
    for applied in level {
        let says = policy_says(applied, scene, ports);
        sum.add(Action::Allow, says.allow, ports);
        sum.add(Action::Deny, says.deny, ports);
        sum.add(Action::Pass, says.pass, ports);
        sum.silent = ports.intersection(sum.silent, says.silent);
        let otherwise = [says.deny, says.pass, says.silent]
            .into_iter()
            .fold(says.allow, |left, other| ports.difference(left, other));
        surely_allowed = ports.union(surely_allowed, otherwise);
    }
    let conflict = level.first().map(|first| first.policy.tier.on_conflict());
    if conflict == Some(Conflict::AllowWins) {
        sum.deny = ports.difference(sum.deny, surely_allowed);
        sum.pass = ports.difference(sum.pass, surely_allowed);
    }
    sum
}

/// What one policy may say: its first rule that surely matches, or one before it that perhaps does.
fn policy_says(applied: &Applied<'_>, scene: &impl Scene, ports: &mut PortTable) -> Says {
    let Applied { policy, selects_surely } = *applied;
    if matches!(policy.doubt, Some(PolicyDoubt::MaySayAnything(_))) {
        return anything(policy.tier, ports);
    }
    let (mut says, mut left) = (NOTHING, PortsId::ALL);
    for rule in &policy.rules {
        let (surely, perhaps) = rule_matches(rule, scene, ports);
        let reached = ports.intersection(left, perhaps);
        says.add(rule.action, reached, ports);
        left = ports.difference(left, surely);
        if left == PortsId::EMPTY {
            break;
        }
    }
    let may_not_apply = matches!(policy.doubt, Some(PolicyDoubt::MayNotApply(_))) || !selects_surely;
    says.silent = if may_not_apply { PortsId::ALL } else { left };
    says
}

fn anything(tier: Tier, ports: &mut PortTable) -> Says {
    let mut says = NOTHING;
    for action in tier.actions() {
        says.add(*action, PortsId::ALL, ports);
    }
    says
}

/// The ports that a rule matches: surely, and perhaps (those that surely match are in both).
fn rule_matches(rule: &CompiledRule, scene: &impl Scene, ports: &mut PortTable) -> (PortsId, PortsId) {
    let membership = match &rule.peers {
        CompiledPeers::Any => Membership::Surely,
        CompiledPeers::OneOf { peers, has_unknown } => {
            let known = peers.iter().map(|peer| scene.membership(*peer)).max().unwrap_or_default();
            known.max(if *has_unknown { Membership::Perhaps } else { Membership::No })
        }
    };
    if membership == Membership::No {
        return (PortsId::EMPTY, PortsId::EMPTY);
    }
    let (mut surely, mut perhaps) = (rule.ports, rule.ports);
    if !rule.named.is_empty() {
        let (named, perhaps_named) = scene.named(rule, ports);
        surely = ports.union(surely, named);
        perhaps = ports.union(perhaps, perhaps_named);
    }
    if rule.has_unreadable_port {
        perhaps = PortsId::ALL;
    }
    perhaps = ports.union(perhaps, surely);
    let is_sure = membership == Membership::Surely && !rule.is_doubtful;
    (if is_sure { surely } else { PortsId::EMPTY }, perhaps)
}
