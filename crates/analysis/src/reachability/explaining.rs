//! Why, for all pairs that are asked about: what the policies of both sides say, and which of their rules.

use bulkhead_model::AddressSet;
use bulkhead_model::object::Direction;
use bulkhead_model::watch::Phase;
use bulkhead_policy::Party;
use bulkhead_policy::explain::{Explainer, NearMiss, Parts};
use bulkhead_policy::profile::Answer;
use bulkhead_policy::reach::{Connections, Family, PortRanges};
use bulkhead_snapshot::PodId;

use super::{By, Reachability, Side};

/// Why a pair is as it is.
#[derive(Clone, Debug)]
pub struct PairAccount<'a> {
    /// Who opens the connection.
    pub from: Side<'a>,
    /// To whom.
    pub to: Side<'a>,
    /// The address family that it is about, where the answer is not the same for both.
    pub family: Option<Family>,
    /// Whether they have addresses, but none of a family that both have: nothing can pass then.
    pub is_apart: bool,
    /// What both sides let pass.
    pub connections: Connections,
    /// What the sender's policies say; `None` where it has none, being outside or on its node's network.
    pub egress: Option<SideAccount>,
    /// What the receiver's policies say; the same.
    pub ingress: Option<SideAccount>,
}

/// What the policies of one side say to the other.
#[derive(Clone, Debug)]
pub struct SideAccount {
    /// The pod whose policies were asked.
    pub subject: PodId,
    /// The direction, as that pod sees it.
    pub direction: Direction,
    /// What they say, port by port.
    pub parts: Parts,
    /// Where they let nothing through: the rules that come nearest to allowing it.
    pub nearest: Vec<NearMiss>,
}

impl Reachability<'_> {
    /// Visits every pair that is asked about, open or closed: by sender, then by receiver; addresses outside come last.
    ///
    /// # Errors
    /// The first that `visit` gives.
    pub fn explain_each<E>(&self, mut visit: impl FnMut(&PairAccount<'_>) -> Result<(), E>) -> Result<(), E> {
        let asked = self.narrowing.ports.clone();
        let mut explainer = Explainer::new(self.snapshot(), self.network.policies(), asked);
        for (from, chosen) in self.chosen.iter().enumerate().filter(|(_, chosen)| chosen.from) {
            for (to, other) in self.chosen.iter().enumerate() {
                let is_asked = other.to && (chosen.focus || other.focus);
                let has_replicas = self.base.peers.get(from).is_some_and(|peer| peer.has_replicas(self.snapshot()));
                if is_asked && (from != to || has_replicas) {
                    self.account(&mut explainer, Side::Peer(from), Side::Peer(to), &mut visit)?;
                }
            }
            let cells = if chosen.focus { self.cells(from, Direction::Egress, &self.to_outside) } else { Vec::new() };
            for cell in &cells {
                self.account(&mut explainer, Side::Peer(from), Side::Outside(cell), &mut visit)?;
            }
        }
        for (to, _) in self.chosen.iter().enumerate().filter(|(_, chosen)| chosen.to && chosen.focus) {
            for cell in &self.cells(to, Direction::Ingress, &self.from_outside) {
                self.account(&mut explainer, Side::Outside(cell), Side::Peer(to), &mut visit)?;
            }
        }
        Ok(())
    }

    /// Addresses outside, cut where the policies of a peer cut them.
    pub(super) fn cells(&self, peer: usize, direction: Direction, asked: &AddressSet) -> Vec<AddressSet> {
        if asked.is_empty() {
            return Vec::new();
        }
        let families =
            self.base.peers.get(peer).and_then(|peer| self.base.reach.families(peer.class)).unwrap_or([true; 2]);
        let cells = match self.subject(Side::Peer(peer), 0) {
            Some(subject) => self.network.policies().alike(self.snapshot(), subject, direction).address_cells(),
            None => vec![AddressSet::all()],
        };
        let asked = |cell: AddressSet| cell.of_families(families).intersection(asked);
        cells.into_iter().map(asked).filter(|cell| !cell.is_empty()).collect()
    }

    /// One account, or one for each family where they differ.
    fn account<E>(
        &self,
        explainer: &mut Explainer<'_>,
        from: Side<'_>,
        to: Side<'_>,
        visit: &mut impl FnMut(&PairAccount<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        self.watch.begins(Phase::Pairs);
        if !(self.has_both_families(from) && self.has_both_families(to)) {
            let common = self.common_family(from, to);
            let account = PairAccount { family: None, ..self.account_over(explainer, from, to, common) };
            self.watch.begins(Phase::Output);
            return visit(&account);
        }
        let [mut v4, v6] = Family::ALL.map(|family| self.account_over(explainer, from, to, Some(family)));
        self.watch.begins(Phase::Output);
        if same_parts(&v4, &v6) {
            v4.family = None;
            return visit(&v4);
        }
        visit(&v4)?;
        visit(&v6)
    }

    fn account_over<'s>(
        &self,
        explainer: &mut Explainer<'_>,
        from: Side<'s>,
        to: Side<'s>,
        family: Option<Family>,
    ) -> PairAccount<'s> {
        let receiver = usize::from(from == to);
        let out = self.subject(from, 0);
        let egress = out.map(|it| side(explainer, Direction::Egress, it, self.party(to, receiver, family)));
        let exemption = if self.base.by == By::Pod { self.exemption(from, to) } else { None };
        let is_sure = exemption.is_some_and(|it| it.is_from_node && it.answer == Answer::Yes);
        let into = self.subject(to, receiver).filter(|_| !is_sure);
        let ingress = into.map(|it| side(explainer, Direction::Ingress, it, self.party(from, 0, family)));
        let is_apart = self.is_apart(from, to);
        let by_policies = if is_apart { Connections::none() } else { self.both([&egress, &ingress]) };
        let connections = match exemption.map(|it| it.answer).filter(|_| !is_apart) {
            None | Some(Answer::No) => by_policies,
            Some(Answer::Yes) => Connections { open: self.asked_ports(), ..Connections::none() },
            Some(Answer::Unknown) => {
                let undetermined = self.asked_ports().difference(&by_policies.open);
                Connections { undetermined, ..by_policies }
            }
        };
        PairAccount { from, to, family, is_apart, connections, egress, ingress }
    }

    /// What both sides let pass; who has no policies lets everything pass.
    fn both(&self, sides: [&Option<SideAccount>; 2]) -> Connections {
        let said = sides.map(|side| side.as_ref().map(|side| side.parts.connections.as_ref()));
        if said.iter().flatten().any(|connections| connections.is_none()) {
            return Connections::none();
        }
        match said {
            [Some(out), Some(into)] => out.and(into),
            [Some(only), None] | [None, Some(only)] => only.clone(),
            [None, None] => Connections { open: self.asked_ports(), ..Connections::none() },
        }
    }

    fn asked_ports(&self) -> PortRanges {
        self.narrowing.ports.clone().unwrap_or_else(|| Connections::all().open)
    }

    pub(super) fn has_both_families(&self, side: Side<'_>) -> bool {
        self.families(side) == Some([true; 2])
    }

    fn families(&self, side: Side<'_>) -> Option<[bool; 2]> {
        match side {
            Side::Peer(place) => self.base.peers.get(place).and_then(|peer| self.base.reach.families(peer.class)),
            Side::Outside(addresses) => {
                let of = |families| !addresses.clone().of_families(families).is_empty();
                Some([of([true, false]), of([false, true])])
            }
        }
    }

    pub(super) fn is_apart(&self, from: Side<'_>, to: Side<'_>) -> bool {
        let families = self.families(from).zip(self.families(to));
        families.is_some_and(|(from, to)| from.iter().zip(to).all(|(from, to)| !(*from && to)))
    }

    /// The one family that both have; `None` where it does not matter.
    pub(super) fn common_family(&self, from: Side<'_>, to: Side<'_>) -> Option<Family> {
        let (from, to) = (self.families(from)?, self.families(to)?);
        let has = |family: usize| from.get(family) == Some(&true) && to.get(family) == Some(&true);
        match (has(0), has(1)) {
            (true, false) => Some(Family::V4),
            (false, true) => Some(Family::V6),
            _ => None,
        }
    }
}

/// What the policies of a pod say to somebody, with the nearest miss where that is no.
pub(super) fn side(explainer: &mut Explainer<'_>, direction: Direction, subject: PodId, peer: Party) -> SideAccount {
    let parts = explainer.parts(direction, subject, peer);
    let is_closed = parts.connections.is_none();
    let nearest = if is_closed { explainer.nearest(direction, subject, peer) } else { Vec::new() };
    SideAccount { subject, direction, parts, nearest }
}

fn same_parts(one: &PairAccount<'_>, other: &PairAccount<'_>) -> bool {
    let same = |one: &Option<SideAccount>, other: &Option<SideAccount>| match (one, other) {
        (None, None) => true,
        (Some(one), Some(other)) => one.parts.parts == other.parts.parts && one.nearest == other.nearest,
        _ => false,
    };
    same(&one.egress, &other.egress) && same(&one.ingress, &other.ingress)
}
