//! One subject in one direction: its policies, and what they say to one cell of other sides at a time.

use bulkhead_model::object::Direction;
use bulkhead_model::{AddressSet, PortRange};

use super::compiled::{CompiledPolicy, CompiledRule};
use super::evaluate::{Applied, Membership, Ruling, Scene, evaluate};
use super::named_ports::{HolderId, numbers_in};
use super::peers::{PeerId, PeerKey};
use super::port_ranges::{PortRanges, PortTable, PortsId};
use super::row::Rulings;
use super::row_builder::{Materials, RowRequest, unless_nobody_enforces};
use super::shared_cuts::Cut;
use super::universe::Family;
use crate::rule::BlockMeaning;

/// A policy's place, and whether it surely selects the subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Use(u32);

impl Use {
    pub(crate) fn surely(policy: u32) -> Self {
        Self(policy << 1)
    }

    pub(crate) fn perhaps(policy: u32) -> Self {
        Self(policy << 1 | 1)
    }

    pub(crate) fn policy(self) -> u32 {
        self.0 >> 1
    }

    fn selects_surely(self) -> bool {
        self.0 & 1 == 0
    }
}

/// One subject in one direction.
pub(crate) struct Subject<'a> {
    request: RowRequest<'a>,
    materials: Materials<'a>,
    ports: &'a mut PortTable,
    applied: Vec<Applied<'a>>,
    /// The sets of peers that its rules name, sorted.
    peers: Vec<PeerId>,
}

impl<'a> Subject<'a> {
    pub(crate) fn new(request: RowRequest<'a>, materials: Materials<'a>, ports: &'a mut PortTable) -> Self {
        let applied = |used: &Use| {
            let policy = materials.policies.get(used.policy() as usize)?;
            Some(Applied { policy, selects_surely: used.selects_surely() })
        };
        let applied: Vec<Applied<'_>> = request.uses.iter().filter_map(applied).collect();
        let mut peers: Vec<PeerId> = applied.iter().flat_map(|applied| applied.policy.peers()).collect();
        peers.sort_unstable();
        peers.dedup();
        Self { request, materials, ports, applied, peers }
    }

    /// The blocks that its rules name.
    pub(crate) fn blocks(&self) -> Vec<(PeerId, Family, &'a AddressSet)> {
        let block = |id: &PeerId| {
            let (family, addresses) = self.materials.peers.get(*id).outside.as_ref()?;
            Some((*id, *family, addresses))
        };
        self.peers.iter().filter_map(block).collect()
    }

    /// The sets that tell other sides apart, sorted; none is empty.
    pub(crate) fn cuts(&self) -> Vec<Cut> {
        let mut cuts: Vec<Cut> = self.peers.iter().flat_map(|peer| [Cut::Surely(*peer), Cut::Perhaps(*peer)]).collect();
        if self.request.direction == Direction::Egress {
            let rules = self.applied.iter().flat_map(|applied| &applied.policy.rules);
            let named = rules.flat_map(|rule| &rule.named);
            let holders = named.flat_map(|(protocol, name)| self.materials.holders.of(*protocol, name));
            cuts.extend(holders.map(|holder| Cut::Holder(*holder)));
        }
        cuts.extend(self.peers.iter().filter_map(|peer| self.block_meaning(*peer)).map(Cut::Unaddressed));
        cuts.sort_unstable();
        cuts.dedup();
        cuts.retain(|cut| !self.materials.classes(*cut).is_empty());
        cuts
    }

    /// What its addresses mean, where a peer is a block.
    fn block_meaning(&self, peer: PeerId) -> Option<BlockMeaning> {
        match self.materials.peers.get(peer).key {
            PeerKey::Block(_, meaning) => Some(meaning),
            PeerKey::Pods(..) | PeerKey::Nodes(_) => None,
        }
    }

    /// What its policies say to those that just these sets hold, by each family's address.
    pub(crate) fn rulings(&mut self, held_by: &[Cut]) -> Rulings {
        let [v4, v6] = Family::ALL;
        let first = self.ruling(held_by, v4);
        let depends_on_family = held_by.iter().any(|cut| match cut {
            Cut::Surely(peer) | Cut::Perhaps(peer) => self.block_meaning(*peer).is_some(),
            Cut::Holder(_) | Cut::Unaddressed(_) => false,
        });
        [first, if depends_on_family { self.ruling(held_by, v6) } else { first }]
    }

    /// What its policies say to those that just these sets hold, by an address of a family.
    pub(crate) fn ruling(&mut self, held_by: &[Cut], family: Family) -> Ruling {
        let mut memberships: Vec<(PeerId, Membership)> = Vec::with_capacity(held_by.len());
        let mut holders = Vec::new();
        let counts = |peer: PeerId| {
            let outside = self.materials.peers.get(peer).outside.as_ref();
            outside.is_none_or(|(of, _)| *of == family)
        };
        for cut in held_by {
            match *cut {
                Cut::Surely(peer) if counts(peer) => memberships.push((peer, Membership::Surely)),
                Cut::Perhaps(peer) if counts(peer) => memberships.push((peer, Membership::Perhaps)),
                Cut::Surely(_) | Cut::Perhaps(_) => {}
                Cut::Holder(holder) => holders.push(holder),
                Cut::Unaddressed(meaning) => {
                    let blocks = self.peers.iter().filter(|peer| self.block_meaning(**peer) == Some(meaning));
                    memberships.extend(blocks.map(|peer| (*peer, Membership::Perhaps)));
                }
            }
        }
        memberships.sort_unstable();
        let scene = View { request: self.request, materials: self.materials, memberships, holders };
        let ruling = evaluate(&self.applied, &scene, self.ports);
        unless_nobody_enforces(ruling, self.materials.enforces, self.ports)
    }
}

/// One cell of other sides.
struct View<'a> {
    request: RowRequest<'a>,
    materials: Materials<'a>,
    /// Sorted by peer.
    memberships: Vec<(PeerId, Membership)>,
    holders: Vec<HolderId>,
}

impl Scene for View<'_> {
    fn membership(&self, peer: PeerId) -> Membership {
        let at = self.memberships.binary_search_by_key(&peer, |entry| entry.0).ok();
        at.and_then(|at| self.memberships.get(at)).map_or(Membership::No, |entry| entry.1)
    }

    fn named(&self, rule: &CompiledRule, ports: &mut PortTable) -> (PortsId, PortsId) {
        let (mut surely, mut perhaps) = (Vec::new(), Vec::new());
        for (protocol, name) in &rule.named {
            let numbers = match self.request.direction {
                Direction::Ingress => numbers_in(self.request.named_ports, *protocol, name),
                Direction::Egress => {
                    let known = self.materials.holders.of(*protocol, name);
                    let here = known.iter().find(|holder| self.holders.contains(holder));
                    here.map_or_else(Vec::new, |holder| self.materials.holders.get(*holder).numbers.to_vec())
                }
            };
            let which = if numbers.len() == 1 { &mut surely } else { &mut perhaps };
            which.extend(numbers.iter().map(|number| (*protocol, PortRange { first: *number, last: *number })));
        }
        let set = |ranges: Vec<_>| ranges.into_iter().collect::<PortRanges>();
        (ports.intern(set(surely)), ports.intern(set(perhaps)))
    }
}

/// Whether a policy's rules depend on the subject's own named ports.
pub(crate) fn depends_on_named_ports(policy: &CompiledPolicy) -> bool {
    policy.direction == Direction::Ingress && policy.names_ports()
}
