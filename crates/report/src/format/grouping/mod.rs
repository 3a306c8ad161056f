//! Pairs in groups that a person can read: by namespace pair, and in each those who reach the same together.
//!
//! A pod always reaches itself, so that "a, b → a, b, c" is true although no pair of a with itself was found: whoever
//! reaches all others of a group is grouped with them.

mod blocks;
pub(super) mod names;
mod rows;

use std::collections::BTreeMap;

use bulkhead_analysis::Reachability;
use bulkhead_analysis::model::{AddressSet, Name};
use bulkhead_analysis::policy::Doubt;
use bulkhead_analysis::policy::reach::PairConnections;
use bulkhead_analysis::reachability::{PeerName, Side, workspace_of};

pub(super) use self::blocks::{Block, BlockRow, Members};

/// Of how many pairs the reasons are asked why nobody can tell.
const ASKED_WHY: usize = 5_000;

/// Where somebody is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    /// In a namespace; with its workspace, which comes first in the order.
    Namespace {
        /// The workspace that the namespace's label names.
        workspace: Option<Name>,
        /// The namespace.
        name: Name,
    },
    /// Among the nodes.
    Nodes,
    /// Outside the cluster.
    Outside,
}

/// Somebody in a group: a peer by its number, or a set of addresses by its number behind those of peers.
pub(super) type Member = u32;

/// All pairs of an answer.
pub(super) struct Grouping {
    /// The place of each member.
    places: Vec<Place>,
    peers: usize,
    addresses: Vec<AddressSet>,
    /// How many of each place there are, asked about or not.
    everybody: BTreeMap<Place, Vec<Member>>,
    edges: BTreeMap<(Place, Place), Vec<rows::Edge>>,
    /// The ports by their numbers.
    pub(super) connections: Vec<PairConnections>,
    /// How many pairs are open at all.
    pub(super) open: usize,
    /// How many pairs have ports of which nobody can tell.
    pub(super) undetermined: usize,
    /// Why, with how many pairs; of the first [`ASKED_WHY`] pairs.
    pub(super) doubts: BTreeMap<Doubt, usize>,
    /// Whether the reasons of more pairs than that were not asked.
    pub(super) is_cut: bool,
}

impl Grouping {
    /// Goes through all pairs.
    pub(super) fn new(reachability: &Reachability<'_>) -> Self {
        let places: Vec<Place> = reachability.peers().iter().map(|peer| place_of(&peer.name, reachability)).collect();
        let mut everybody: BTreeMap<Place, Vec<Member>> = BTreeMap::new();
        for (place, member) in places.iter().zip(0..) {
            everybody.entry(place.clone()).or_default().push(member);
        }
        let peers = places.len();
        let mut grouping = Self {
            places,
            peers,
            addresses: Vec::new(),
            everybody,
            edges: BTreeMap::new(),
            connections: Vec::new(),
            open: 0,
            undetermined: 0,
            doubts: BTreeMap::new(),
            is_cut: false,
        };
        grouping.collect(reachability);
        grouping
    }

    fn collect(&mut self, reachability: &Reachability<'_>) {
        let mut known: BTreeMap<AddressSet, Member> = BTreeMap::new();
        // Edges are sorted into blocks by numbers first: places are compared only once for each block.
        let numbers: BTreeMap<&Place, usize> = self.everybody.keys().zip(0..).collect();
        let number_of: Vec<usize> = self.places.iter().filter_map(|place| numbers.get(place).copied()).collect();
        let outside = numbers.len();
        let mut by_number: BTreeMap<(usize, usize), Vec<rows::Edge>> = BTreeMap::new();
        let mut names: Vec<Place> = numbers.keys().map(|place| (*place).clone()).collect();
        names.push(Place::Outside);
        let result: Result<(), std::convert::Infallible> = reachability.for_each(|pair| {
            let mut member = |side: Side<'_>| match side {
                Side::Peer(place) => (u32::try_from(place).unwrap_or(u32::MAX), number_of.get(place).copied()),
                Side::Outside(addresses) => {
                    let next = self.peers + self.addresses.len();
                    let member = known.get(addresses).copied().unwrap_or_else(|| {
                        let member = u32::try_from(next).unwrap_or(u32::MAX);
                        known.insert(addresses.clone(), member);
                        self.addresses.push(addresses.clone());
                        member
                    });
                    (member, Some(outside))
                }
            };
            let ((from, from_place), (to, to_place)) = (member(pair.from), member(pair.to));
            if self.connections.len() <= pair.number {
                self.connections.resize(pair.number + 1, pair.connections.clone());
            }
            if let Some(place) = self.connections.get_mut(pair.number) {
                place.clone_from(pair.connections);
            }
            self.open += usize::from(!pair.connections.any.open.is_empty());
            if !pair.connections.any.undetermined.is_empty() {
                self.undetermined += 1;
                self.is_cut |= self.undetermined > ASKED_WHY;
                if self.undetermined <= ASKED_WHY {
                    for doubt in reachability.doubts(&pair) {
                        *self.doubts.entry(doubt).or_default() += 1;
                    }
                }
            }
            if let (Some(from_place), Some(to_place)) = (from_place, to_place) {
                let edge = rows::Edge { from, to, number: u32::try_from(pair.number).unwrap_or(u32::MAX) };
                by_number.entry((from_place, to_place)).or_default().push(edge);
            }
            Ok(())
        });
        let Ok(()) = result;
        for ((from, to), edges) in by_number {
            if let (Some(from), Some(to)) = (names.get(from), names.get(to)) {
                self.edges.insert((from.clone(), to.clone()), edges);
            }
        }
    }

    /// The addresses that a member is.
    pub(super) fn addresses(&self, member: Member) -> Option<&AddressSet> {
        (member as usize).checked_sub(self.peers).and_then(|at| self.addresses.get(at))
    }

    /// Everybody who is at a place.
    pub(super) fn everybody(&self, place: &Place) -> &[Member] {
        self.everybody.get(place).map_or(&[], Vec::as_slice)
    }

    /// Pairs of places with their rows, those that say the same together.
    pub(super) fn blocks(&self) -> Vec<Block> {
        let block = |((from, to), edges): (&(Place, Place), &Vec<rows::Edge>)| {
            let rows = rows::collapse(edges, from == to);
            Block::new(from, to, rows, |place| self.everybody(place))
        };
        blocks::merged(self.edges.iter().map(block).collect())
    }

    /// Everybody, by place.
    pub(super) fn places(&self) -> impl Iterator<Item = (&Place, &[Member])> {
        self.everybody.iter().map(|(place, members)| (place, members.as_slice()))
    }
}

fn place_of(name: &PeerName, reachability: &Reachability<'_>) -> Place {
    match name.namespace() {
        None => Place::Nodes,
        Some(namespace) => Place::Namespace {
            workspace: workspace_of(reachability.snapshot(), namespace).cloned(),
            name: namespace.clone(),
        },
    }
}
