//! Why, for all pairs that are asked about: what the policies of both sides say, and which of their rules.

use bulkhead_model::AddressSet;
use bulkhead_model::object::Direction;
use bulkhead_model::watch::Phase;
use bulkhead_policy::Party;
use bulkhead_policy::explain::{Explainer, NearMiss, Parts};
use bulkhead_policy::reach::{Connections, Family};
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
                let has_replicas = self.peers.get(from).is_some_and(|peer| peer.has_replicas(self.snapshot()));
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
    fn cells(&self, peer: usize, direction: Direction, asked: &AddressSet) -> Vec<AddressSet> {
        if asked.is_empty() {
            return Vec::new();
        }
        let families = self.peers.get(peer).and_then(|peer| self.reach.families(peer.class)).unwrap_or([true; 2]);
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
        let both = self.has_both_families(from) && self.has_both_families(to);
        let mut accounts = if both {
            Family::ALL.map(|family| self.account_over(explainer, from, to, Some(family))).into()
        } else {
            vec![self.account_over(explainer, from, to, self.common_family(from, to))]
        };
        if let [v4, v6] = accounts.as_slice()
            && same_parts(v4, v6)
        {
            accounts.truncate(1);
        }
        if let [only] = accounts.as_mut_slice() {
            only.family = None;
        }
        self.watch.begins(Phase::Output);
        accounts.iter().try_for_each(visit)
    }

    fn account_over<'s>(
        &self,
        explainer: &mut Explainer<'_>,
        from: Side<'s>,
        to: Side<'s>,
        family: Option<Family>,
    ) -> PairAccount<'s> {
        let receiver = usize::from(from == to);
        let side = |explainer: &mut Explainer<'_>, direction, subject: Option<PodId>, peer: Party| {
            let subject = subject?;
            let parts = explainer.parts(direction, subject, peer);
            let is_closed = parts.connections().is_none();
            let nearest = if is_closed { explainer.nearest(direction, subject, peer) } else { Vec::new() };
            Some(SideAccount { subject, direction, parts, nearest })
        };
        let egress = side(explainer, Direction::Egress, self.subject(from, 0), self.party(to, receiver, family));
        let exempt = self.by == By::Pod && self.is_from_own_node(from, to);
        let into = self.subject(to, receiver).filter(|_| !exempt);
        let ingress = side(explainer, Direction::Ingress, into, self.party(from, 0, family));
        let said = |side: &Option<SideAccount>| {
            let all = || Connections {
                open: self.narrowing.ports.clone().unwrap_or_else(|| Connections::all().open),
                ..Connections::none()
            };
            side.as_ref().map_or_else(all, |side| side.parts.connections())
        };
        let is_apart = self.is_apart(from, to);
        let connections = if is_apart { Connections::none() } else { said(&egress).and(&said(&ingress)) };
        PairAccount { from, to, family, is_apart, connections, egress, ingress }
    }

    fn has_both_families(&self, side: Side<'_>) -> bool {
        self.families(side) == Some([true; 2])
    }

    fn families(&self, side: Side<'_>) -> Option<[bool; 2]> {
        match side {
            Side::Peer(place) => self.peers.get(place).and_then(|peer| self.reach.families(peer.class)),
            Side::Outside(addresses) => {
                let of = |families| !addresses.clone().of_families(families).is_empty();
                Some([of([true, false]), of([false, true])])
            }
        }
    }

    fn is_apart(&self, from: Side<'_>, to: Side<'_>) -> bool {
        let families = self.families(from).zip(self.families(to));
        families.is_some_and(|(from, to)| from.iter().zip(to).all(|(from, to)| !(*from && to)))
    }

    /// The one family that both have; `None` where it does not matter.
    fn common_family(&self, from: Side<'_>, to: Side<'_>) -> Option<Family> {
        let (from, to) = (self.families(from)?, self.families(to)?);
        let has = |family: usize| from.get(family) == Some(&true) && to.get(family) == Some(&true);
        match (has(0), has(1)) {
            (true, false) => Some(Family::V4),
            (false, true) => Some(Family::V6),
            _ => None,
        }
    }
}

fn same_parts(one: &PairAccount<'_>, other: &PairAccount<'_>) -> bool {
    let same = |one: &Option<SideAccount>, other: &Option<SideAccount>| match (one, other) {
        (None, None) => true,
        (Some(one), Some(other)) => one.parts.parts == other.parts.parts && one.nearest == other.nearest,
        _ => false,
    };
    same(&one.egress, &other.egress) && same(&one.ingress, &other.ingress)
}
