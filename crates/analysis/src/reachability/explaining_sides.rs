//! Why, for everybody at once: what the policies of each pod say, and to whom they say it. Pods that the same policies are about
//! stand together, and so do those to whom the same is said: as long as a cluster has kinds of pods, and not as it has pairs.

use std::collections::BTreeMap;

use bulkhead_model::AddressSet;
use bulkhead_model::object::Direction;
use bulkhead_model::watch::Phase;
use bulkhead_policy::explain::{Explainer, SubjectNumber};
use bulkhead_policy::reach::Family;

use super::explaining::side;
use super::{Reachability, Side, SideAccount};

/// What the policies of some peers say in one direction.
#[derive(Clone, Debug)]
pub struct SubjectAccount {
    /// The peers that say it, by their places in [`Reachability::peers`].
    pub subjects: Vec<usize>,
    /// The direction, as they see it.
    pub direction: Direction,
    /// To whom they say what.
    pub audiences: Vec<Audience>,
}

/// Those to whom the same is said.
#[derive(Clone, Debug)]
pub struct Audience {
    /// Peers, by their places; a subject may be among them as another replica.
    pub peers: Vec<usize>,
    /// Addresses outside.
    pub outside: AddressSet,
    /// The address family that it is about, where the answer is not the same for both.
    pub family: Option<Family>,
    /// What is said; the nearest misses are those of the first.
    pub account: SideAccount,
}

/// What makes subjects one: the policies, the families of their addresses, and who is asked about.
type Key = (SubjectNumber, Option<[bool; 2]>, bool);

impl Reachability<'_> {
    /// How many pairs inside the cluster are asked about, open or closed.
    pub fn asked_pairs(&self) -> usize {
        let receivers = |focused: bool| self.chosen.iter().filter(|to| to.to && (focused || to.focus)).count();
        let (all, focused) = (receivers(true), receivers(false));
        self.chosen.iter().filter(|from| from.from).map(|from| if from.focus { all } else { focused }).sum()
    }

    /// Visits what the policies of all peers that are asked about say: into them first, then out of them.
    ///
    /// # Errors
    /// The first that `visit` gives.
    pub fn explain_sides<E>(&self, mut visit: impl FnMut(&SubjectAccount) -> Result<(), E>) -> Result<(), E> {
        let asked = self.narrowing.ports.clone();
        let mut explainer = Explainer::new(self.snapshot(), self.network.policies(), asked);
        for direction in [Direction::Ingress, Direction::Egress] {
            for subjects in self.subjects(&mut explainer, direction) {
                self.watch.begins(Phase::Pairs);
                let audiences = self.audiences(&mut explainer, direction, &subjects);
                self.watch.begins(Phase::Output);
                visit(&SubjectAccount { subjects, direction, audiences })?;
            }
        }
        Ok(())
    }

    /// Peers that have policies of their own, those together that say the same.
    fn subjects(&self, explainer: &mut Explainer<'_>, direction: Direction) -> Vec<Vec<usize>> {
        let mut places: BTreeMap<Key, usize> = BTreeMap::new();
        let mut groups: Vec<Vec<usize>> = Vec::new();
        for (at, chosen) in self.chosen.iter().enumerate() {
            let is_asked = match direction {
                Direction::Ingress => chosen.to,
                Direction::Egress => chosen.from,
            };
            let Some(pod) = self.subject(Side::Peer(at), 0).filter(|_| is_asked) else { continue };
            let families = self.base.peers.get(at).and_then(|peer| self.base.reach.families(peer.class));
            let key = (explainer.subject(direction, pod), families, chosen.focus);
            let next = groups.len();
            let place = *places.entry(key).or_insert(next);
            match groups.get_mut(place) {
                Some(group) => group.push(at),
                None => groups.push(vec![at]),
            }
        }
        groups
    }

    /// Everybody who is asked about on the other side, by what is said to them.
    fn audiences(&self, explainer: &mut Explainer<'_>, direction: Direction, subjects: &[usize]) -> Vec<Audience> {
        let Some(first) = subjects.first().copied() else { return Vec::new() };
        let focus = self.chosen.get(first).is_some_and(|chosen| chosen.focus);
        let mut audiences = Audiences::default();
        for (other, chosen) in self.chosen.iter().enumerate() {
            let is_asked = match direction {
                Direction::Ingress => chosen.from,
                Direction::Egress => chosen.to,
            };
            let is_alone =
                subjects == [other] && !self.base.peers.get(other).is_some_and(|it| it.has_replicas(self.snapshot()));
            if is_asked && (focus || chosen.focus) && !is_alone {
                self.hear(explainer, direction, (first, Side::Peer(other)), &mut audiences);
            }
        }
        let outside = match direction {
            Direction::Ingress => &self.from_outside,
            Direction::Egress => &self.to_outside,
        };
        let cells = if focus { self.cells(first, direction, outside) } else { Vec::new() };
        for cell in &cells {
            self.hear(explainer, direction, (first, Side::Outside(cell)), &mut audiences);
        }
        audiences.groups
    }

    /// Adds somebody to those to whom the same is said; once for each family where that is not the same.
    fn hear(
        &self,
        explainer: &mut Explainer<'_>,
        direction: Direction,
        (subject, other): (usize, Side<'_>),
        audiences: &mut Audiences,
    ) {
        let subject = Side::Peer(subject);
        let Some(pod) = self.subject(subject, 0).filter(|_| !self.is_apart(subject, other)) else { return };
        let replica = usize::from(subject == other);
        let mut over = |family| {
            let peer = self.party(other, replica, family);
            let number = explainer.parts(direction, pod, peer).number;
            (number, peer)
        };
        if !(self.has_both_families(subject) && self.has_both_families(other)) {
            let (number, peer) = over(self.common_family(subject, other));
            return audiences.add((number, None), other, || side(explainer, direction, pod, peer));
        }
        let [(v4, peer), (v6, peer_v6)] = Family::ALL.map(|family| over(Some(family)));
        if v4 == v6 {
            return audiences.add((v4, None), other, || side(explainer, direction, pod, peer));
        }
        audiences.add((v4, Some(Family::V4)), other, || side(explainer, direction, pod, peer));
        audiences.add((v6, Some(Family::V6)), other, || side(explainer, direction, pod, peer_v6));
    }
}

/// Those to whom the same is said, in the order of the first of each.
#[derive(Default)]
struct Audiences {
    places: BTreeMap<(usize, Option<Family>), usize>,
    groups: Vec<Audience>,
}

impl Audiences {
    fn add(&mut self, key: (usize, Option<Family>), other: Side<'_>, account: impl FnOnce() -> SideAccount) {
        let next = self.groups.len();
        let place = *self.places.entry(key).or_insert(next);
        if place == next {
            let (peers, outside) = (Vec::new(), AddressSet::default());
            self.groups.push(Audience { peers, outside, family: key.1, account: account() });
        }
        let Some(group) = self.groups.get_mut(place) else { return };
        match other {
            Side::Peer(at) => group.peers.push(at),
            Side::Outside(addresses) => group.outside = group.outside.union(addresses),
        }
    }
}
