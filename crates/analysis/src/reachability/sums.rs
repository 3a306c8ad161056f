//! Pairs, summed up by groups of peers: by kinds of classes, so that it takes as long as a cluster has kinds of pods, and not as it has
//! pairs of them.

use std::collections::BTreeMap;

use bulkhead_model::AddressSet;
use bulkhead_model::object::Direction;
use bulkhead_model::watch::Phase;
use bulkhead_policy::reach::{Kinds, PairConnections};

use super::table::Table;
use super::{By, Peer, Reachability};

/// One side of a sum.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum End<'a> {
    /// A group.
    Group(usize),
    /// Addresses that are no pod's and no node's.
    Outside(&'a AddressSet),
}

/// Pairs of two groups between which the same is open, or may be.
#[derive(Clone, Copy, Debug)]
pub struct Sum<'a> {
    /// Those who open the connections.
    pub from: End<'a>,
    /// To whom.
    pub to: End<'a>,
    /// The ports.
    pub connections: &'a PairConnections,
    /// Of equal ports the same number, from 0.
    pub number: usize,
    /// How many pairs they are.
    pub pairs: usize,
}

/// Peers of one kind in one group, of which all or none are asked about for their own sake.
#[derive(Clone, Copy, Debug)]
struct Cell {
    group: usize,
    in_focus: bool,
    size: i64,
}

/// The cells of a kind: those that are asked about as senders, and those that are as receivers.
#[derive(Clone, Debug, Default)]
struct Cells {
    from: Vec<Cell>,
    to: Vec<Cell>,
}

impl Reachability<'_> {
    /// Visits all that [`Self::for_each`] visits, summed up: `group_of` has the group of each peer, in the order of peers. The pairs of
    /// two groups come once for each kind of ports, by sender, then by receiver, addresses outside last on either side.
    pub fn for_each_sum(&self, group_of: &[usize], mut visit: impl FnMut(Sum<'_>)) {
        let groups = group_of.iter().max().map_or(0, |last| last + 1);
        let kinds = self.base.kinds();
        let cells = self.cells_of_kinds(kinds, group_of);
        let mut table = Table::new(self.narrowing.ports.as_ref());
        let mut tally = Tally::default();
        let mut outside = Ranges { first: groups, places: BTreeMap::new() };
        self.inside(kinds, group_of, groups, &cells, &mut table, &mut tally);
        self.across(kinds, &cells, &mut outside, &mut table, &mut tally);
        self.watch.begins(Phase::Output);
        let ranges = outside.sorted();
        let end = |place: usize| match place.checked_sub(groups) {
            None => Some(End::Group(place)),
            Some(range) => ranges.get(range).map(End::Outside),
        };
        for ((from, to, number), pairs) in tally.summed() {
            let (Some(from), Some(to), Ok(pairs)) = (end(from), end(to), usize::try_from(pairs)) else { continue };
            visit(Sum { from, to, connections: table.get(number), number, pairs });
        }
    }

    /// Who of each kind is in which group.
    fn cells_of_kinds(&self, kinds: &Kinds, group_of: &[usize]) -> Vec<Cells> {
        let mut sizes: Vec<[BTreeMap<(usize, bool), i64>; 2]> = vec![Default::default(); kinds.firsts().len()];
        for ((peer, chosen), group) in self.base.peers.iter().zip(&self.chosen).zip(group_of) {
            let Some(sizes) = kinds.of(peer.class).and_then(|kind| sizes.get_mut(kind)) else { continue };
            for (is_asked, sizes) in [chosen.from, chosen.to].into_iter().zip(sizes) {
                if is_asked {
                    *sizes.entry((*group, chosen.focus)).or_default() += 1;
                }
            }
        }
        let cells = |sizes: BTreeMap<(usize, bool), i64>| -> Vec<Cell> {
            sizes.into_iter().map(|((group, in_focus), size)| Cell { group, in_focus, size }).collect()
        };
        let of_kind = |sizes: [BTreeMap<(usize, bool), i64>; 2]| {
            let [from, to] = sizes.map(cells);
            Cells { from, to }
        };
        sizes.into_iter().map(of_kind).collect()
    }

    /// The pairs inside the cluster.
    fn inside(
        &self,
        kinds: &Kinds,
        group_of: &[usize],
        groups: usize,
        cells: &[Cells],
        table: &mut Table,
        tally: &mut Tally,
    ) {
        let mut pairs = self.base.reach.pairs();
        let mut row = Row::new(groups);
        let mut reached_by: Vec<Vec<(usize, usize)>> = Vec::with_capacity(cells.len());
        for (first, senders) in kinds.firsts().iter().zip(cells.iter().map(|cells| &cells.from)) {
            reached_by.push(Vec::new());
            if senders.is_empty() {
                continue;
            }
            self.watch.begins(Phase::Pairs);
            self.watch.did(reached_by.len(), cells.len());
            let mut reached = Vec::new();
            let is_first = |class| kinds.is_first(class);
            pairs.numbered_among(is_first, *first, |to, connections| reached.push((to, connections)));
            let numbered = |(to, of)| kinds.of(to).zip(table.narrowed(of, &pairs));
            let reached: Vec<(usize, usize)> = reached.into_iter().filter_map(numbered).collect();
            for (to, number) in &reached {
                let receivers = cells.get(*to).map(|cells| cells.to.as_slice());
                receivers.unwrap_or_default().iter().for_each(|cell| row.add(cell, *number));
            }
            row.take(|to, in_focus, number, size| {
                for from in senders.iter().filter(|from| from.in_focus || in_focus) {
                    tally.add((from.group, to, number), from.size * size);
                }
            });
            if let Some(of_kind) = reached_by.last_mut() {
                *of_kind = reached;
            }
        }
        self.correct(kinds, &reached_by, group_of, table, tally);
    }

    /// What is not the same for all of a kind: nobody's own single pod is its receiver, and an own node may be exempt.
    fn correct(
        &self,
        kinds: &Kinds,
        reached_by: &[Vec<(usize, usize)>],
        group_of: &[usize],
        table: &mut Table,
        tally: &mut Tally,
    ) {
        let number_to = |from: &Peer, to: &Peer| {
            let reached = reached_by.get(kinds.of(from.class)?)?;
            let place = reached.binary_search_by_key(&kinds.of(to.class)?, |(to, _)| *to).ok()?;
            reached.get(place).map(|(_, number)| *number)
        };
        let group = |peer: usize| group_of.get(peer).copied().unwrap_or_default();
        for (from, (peer, chosen)) in self.base.peers.iter().zip(&self.chosen).enumerate() {
            if !chosen.from {
                continue;
            }
            if chosen.to
                && chosen.focus
                && !peer.has_replicas(self.snapshot())
                && let Some(number) = number_to(peer, peer)
            {
                tally.add((group(from), group(from), number), -1);
            }
            if self.base.by != By::Pod {
                continue;
            }
            self.for_each_exempt(peer, *chosen, |to, answer| {
                let by_policy = self.base.peers.get(to).and_then(|to| number_to(peer, to));
                let exempt = table.exempted(answer, by_policy);
                let corrections = [(by_policy, -1), (exempt, 1)];
                for (number, count) in corrections.into_iter().filter_map(|(number, count)| Some((number?, count))) {
                    tally.add((group(from), group(to), number), count);
                }
            });
        }
    }

    /// The pairs with addresses outside.
    fn across(&self, kinds: &Kinds, cells: &[Cells], outside: &mut Ranges, table: &mut Table, tally: &mut Tally) {
        for (number, (first, of_kind)) in kinds.firsts().iter().zip(cells).enumerate() {
            self.watch.begins(Phase::Pairs);
            self.watch.did(number, cells.len());
            for (direction, cells) in [(Direction::Egress, &of_kind.from), (Direction::Ingress, &of_kind.to)] {
                if !cells.iter().any(|cell| cell.in_focus) {
                    continue;
                }
                for (addresses, number) in self.open_outside(*first, direction, table) {
                    let place = outside.place(addresses);
                    for Cell { group, size, .. } in cells.iter().filter(|cell| cell.in_focus) {
                        let (from, to) = if direction == Direction::Egress { (*group, place) } else { (place, *group) };
                        tally.add((from, to, number), *size);
                    }
                }
            }
        }
    }
}

/// Ranges of addresses outside, by the places that stand for them.
struct Ranges {
    first: usize,
    places: BTreeMap<AddressSet, usize>,
}

impl Ranges {
    fn place(&mut self, addresses: AddressSet) -> usize {
        let next = self.first + self.places.len();
        *self.places.entry(addresses).or_insert(next)
    }

    /// By place.
    fn sorted(self) -> Vec<AddressSet> {
        let mut ranges: Vec<(AddressSet, usize)> = self.places.into_iter().collect();
        ranges.sort_unstable_by_key(|(_, place)| *place);
        ranges.into_iter().map(|(addresses, _)| addresses).collect()
    }
}

/// What one kind reaches, by group, and by whether they are asked about for their own sake.
struct Row {
    sizes: Vec<Vec<(usize, i64)>>,
    used: Vec<usize>,
}

impl Row {
    fn new(groups: usize) -> Self {
        Self { sizes: vec![Vec::new(); 2 * groups], used: Vec::new() }
    }

    fn add(&mut self, cell: &Cell, number: usize) {
        let place = 2 * cell.group + usize::from(cell.in_focus);
        let Some(sizes) = self.sizes.get_mut(place) else { return };
        if sizes.is_empty() {
            self.used.push(place);
        }
        match sizes.iter_mut().find(|(known, _)| *known == number) {
            Some((_, size)) => *size += cell.size,
            None => sizes.push((number, cell.size)),
        }
    }

    /// Takes everything out.
    fn take(&mut self, mut visit: impl FnMut(usize, bool, usize, i64)) {
        for place in self.used.drain(..) {
            for (number, size) in self.sizes.get_mut(place).into_iter().flat_map(|sizes| sizes.drain(..)) {
                visit(place / 2, place % 2 == 1, number, size);
            }
        }
    }
}

/// Sender, receiver and the number of their ports.
type Place = (usize, usize, usize);

/// How many pairs there are of which kind. What is of one kind is joined from time to time, so that it does not grow with classes.
#[derive(Default)]
struct Tally {
    counts: Vec<(Place, i64)>,
    joined: usize,
}

impl Tally {
    /// So many are never too many.
    const FEW: usize = 1 << 16;

    fn add(&mut self, place: Place, count: i64) {
        if let Some((last, known)) = self.counts.last_mut()
            && *last == place
        {
            *known += count;
            return;
        }
        self.counts.push((place, count));
        if self.counts.len() >= 2 * self.joined + Self::FEW {
            self.join();
        }
    }

    fn join(&mut self) {
        self.counts.sort_unstable_by_key(|(place, _)| *place);
        self.counts.dedup_by(|next, kept| {
            let is_same = next.0 == kept.0;
            if is_same {
                kept.1 += next.1;
            }
            is_same
        });
        self.joined = self.counts.len();
    }

    /// In order, those that there are.
    fn summed(mut self) -> impl Iterator<Item = (Place, i64)> {
        self.join();
        self.counts.into_iter().filter(|(_, count)| *count > 0)
    }
}
