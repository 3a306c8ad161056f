//! Who takes part: the seats that anything is open for, and ranges of addresses outside.

use std::collections::BTreeMap;

use bulkhead_model::{AddressSet, Name, NamespacedName};

use super::seats::{Member, Seat, Seats};
use crate::reachability::End;

/// More ranges of addresses than this are one party, but for those that most pairs have.
const MOST_RANGES: usize = 12;

/// Some who reach the same and are reached by the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Party {
    /// Their workspace, where they have one.
    pub workspace: Option<Name>,
    /// Their namespace, where all of them are in one.
    pub namespace: Option<Name>,
    /// Who they are: at least one, all of one sort, sorted.
    pub members: Vec<Member>,
    /// How many workloads, pods or nodes they stand for.
    pub size: usize,
    /// One of their pods, where they have any: what is asked about it is asked about one of them.
    pub pod: Option<NamespacedName>,
}

impl Party {
    /// Whether it is everybody who may not be seen.
    pub fn is_foreign(&self) -> bool {
        self.members.first() == Some(&Member::Foreign)
    }
}

/// The parties while sums are visited: a seat is one of [`Seats`], or, behind those, a range of addresses.
pub(super) struct Cast<'a> {
    seats: &'a Seats,
    ranges: BTreeMap<AddressSet, usize>,
}

/// How many pairs there are from one seat to another of ports with a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Count {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) number: usize,
    pub(super) pairs: usize,
}

impl<'a> Cast<'a> {
    pub(super) fn new(seats: &'a Seats) -> Self {
        Self { seats, ranges: BTreeMap::new() }
    }

    /// Where an end of a sum sits.
    pub(super) fn seat(&mut self, end: End<'_>) -> usize {
        match end {
            End::Group(seat) => seat,
            End::Outside(addresses) => {
                if let Some(seat) = self.ranges.get(addresses) {
                    return *seat;
                }
                let seat = self.seats.seats.len() + self.ranges.len();
                self.ranges.insert(addresses.clone(), seat);
                seat
            }
        }
    }

    /// The parties that were asked about or are in a pair, and the place among them of each seat.
    pub(super) fn seated(self, counts: &[Count]) -> (Vec<Party>, Vec<usize>) {
        let mut used = vec![0_usize; self.seats.seats.len() + self.ranges.len()];
        for count in counts {
            for seat in [count.from, count.to] {
                used.get_mut(seat).into_iter().for_each(|used| *used += count.pairs);
            }
        }
        let mut places = vec![0; used.len()];
        let mut parties = Vec::new();
        for (at, seat) in self.seats.seats.iter().enumerate() {
            let is_used = used.get(at).is_some_and(|used| *used > 0);
            if !is_used && (seat.member == Member::Foreign || !seat.is_in_focus) {
                continue;
            }
            set(&mut places, at, parties.len());
            let Seat { member, workspace, namespace, size, pod, .. } = seat.clone();
            parties.push(Party { workspace, namespace, members: vec![member], size, pod });
        }
        seat_ranges(self.ranges, &used, &mut places, &mut parties);
        (parties, places)
    }
}

/// Ranges with most pairs are parties of their own; the others are one.
fn seat_ranges(ranges: BTreeMap<AddressSet, usize>, used: &[usize], places: &mut [usize], parties: &mut Vec<Party>) {
    let mut by_use: Vec<usize> = ranges.values().copied().collect();
    by_use.sort_by_key(|seat| (std::cmp::Reverse(used.get(*seat).copied()), *seat));
    let own = if by_use.len() > MOST_RANGES { MOST_RANGES - 1 } else { by_use.len() };
    let (own, others) = by_use.split_at(own);
    let outside =
        |member: Member| Party { workspace: None, namespace: None, members: vec![member], size: 1, pod: None };
    for (addresses, seat) in ranges.into_iter().filter(|(_, seat)| own.contains(seat)) {
        set(places, seat, parties.len());
        parties.push(outside(Member::Outside(addresses)));
    }
    if !others.is_empty() {
        for seat in others {
            set(places, *seat, parties.len());
        }
        parties.push(Party { size: others.len(), ..outside(Member::OtherRanges(others.len())) });
    }
}

fn set(places: &mut [usize], seat: usize, place: usize) {
    if let Some(slot) = places.get_mut(seat) {
        *slot = place;
    }
}
