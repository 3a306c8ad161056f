//! Addresses that each of many nodes puts in: nodes that nothing tells apart are followed as one, and told one by one only where
//! somebody reads them.
//!
//! What tells nodes apart, for one exposure: the ways that lead by one and not by the other, what policies look at in their
//! addresses, and addresses that are wanted for another reason, too. Those nodes stay single; the others are *fellows*.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::sync::Arc;

use bulkhead_model::AddressSet;
use bulkhead_path::{Network, NodeClass};
use bulkhead_snapshot::{NodeId, Snapshot};

use crate::allowed::Allowed;
use crate::entry::WITNESSES;
use crate::requirement::{About, Requirement, Source};
use crate::shared::Shared;

/// How many nodes that a way does not lead by stay single; where there are more, they are fellows of their own.
const MOST_APART: usize = 16;

/// The addresses that nodes have for one role: their own, a tunnel's.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct OwnAddresses {
    /// The nodes, in order.
    pub(crate) nodes: Vec<NodeId>,
    /// The place of the address among a node's.
    pub(crate) role: usize,
    /// Those whose address is theirs alone, by address.
    pub(crate) members: Vec<(IpAddr, NodeId)>,
    /// For each of the nodes, its place among the members.
    places: Vec<Option<u32>>,
    /// For each member, its place among the nodes.
    rows: Vec<u32>,
    /// The nodes that are no members.
    odd: Vec<NodeId>,
}

/// Nodes that nothing tells apart for an exposure.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Fellows {
    pub(crate) own: Arc<OwnAddresses>,
    /// Where they are among the members, in order.
    places: Vec<u32>,
    /// The nodes, in order.
    pub(crate) nodes: Vec<NodeId>,
}

impl OwnAddresses {
    pub(crate) fn new(open: &Network<'_>, nodes: Vec<NodeId>, role: usize) -> Self {
        let (mut members, mut odd) = (Vec::new(), Vec::new());
        let mut in_status = None;
        for node in nodes.iter().copied() {
            let address = open.address_in_role(node, role).filter(|address| is_plain(open, node, *address));
            // Policies ask whether an address is one of a node's status.
            let stated = address.map(|address| !open.snapshot().nodes_with_address(address).is_empty());
            match address.filter(|_| *in_status.get_or_insert(stated) == stated) {
                Some(address) => members.push((address, node)),
                None => odd.push(node),
            }
        }
        members.sort_unstable();
        let mut places = vec![None; nodes.len()];
        let mut rows = Vec::with_capacity(members.len());
        for (place, (_, node)) in (0..).zip(&members) {
            let row = nodes.binary_search(node).unwrap_or_else(|row| row);
            if let Some(own) = places.get_mut(row) {
                *own = Some(place);
            }
            rows.push(u32::try_from(row).unwrap_or(u32::MAX));
        }
        Self { nodes, role, members, places, rows, odd }
    }

    /// Where an address is among the members.
    fn place(&self, address: IpAddr) -> Option<usize> {
        self.members.binary_search_by_key(&address, |(own, _)| *own).ok()
    }

    /// The nodes whose address is in a set, and those of which it takes more to know.
    pub(crate) fn in_question<'a>(&'a self, set: &'a AddressSet) -> impl Iterator<Item = NodeId> + 'a {
        self.nodes_in(set).chain(self.odd.iter().copied())
    }

    /// The members in a set.
    fn nodes_in<'a>(&'a self, set: &'a AddressSet) -> impl Iterator<Item = NodeId> + 'a {
        set.ranges().flat_map(move |(first, last)| {
            let from = self.members.partition_point(|(address, _)| *address < first);
            let within = self.members.get(from..).unwrap_or_default().iter();
            within.take_while(move |(address, _)| *address <= last).map(|(_, node)| *node)
        })
    }
}

/// Whether an address is one node's alone, and stands for nothing else.
fn is_plain(open: &Network<'_>, node: NodeId, address: IpAddr) -> bool {
    open.nodes_with(address) == [node]
        && open.snapshot().pods_with_address(address).is_empty()
        && open.balancer_block_of(address).is_none()
}

impl Fellows {
    pub(crate) fn len(&self) -> usize {
        self.places.len()
    }

    /// The fellow of a number, by address.
    pub(crate) fn get(&self, number: usize) -> Option<(IpAddr, NodeId)> {
        self.own.members.get(row(*self.places.get(number)?)).copied()
    }

    /// The number of the fellow with an address.
    pub(crate) fn number(&self, address: IpAddr) -> Option<usize> {
        self.places.binary_search(&u32::try_from(self.own.place(address)?).ok()?).ok()
    }

    /// The number of the fellow that a node is.
    pub(crate) fn number_of(&self, node: NodeId) -> Option<usize> {
        let at = self.own.nodes.binary_search(&node).ok()?;
        self.places.binary_search(self.own.places.get(at)?.as_ref()?).ok()
    }

    /// How many of them have an address in a set.
    pub(crate) fn count_in(&self, set: &AddressSet) -> usize {
        let within = |(first, last): (IpAddr, IpAddr)| self.before(|own| own <= last) - self.before(|own| own < first);
        set.ranges().map(within).sum()
    }

    /// Those from the first that has an address not before this one.
    pub(crate) fn from(&self, address: IpAddr) -> impl Iterator<Item = (IpAddr, NodeId)> + '_ {
        (self.before(|own| own < address)..self.len()).map_while(|number| self.get(number))
    }

    /// How many of them come before something, by address.
    pub(crate) fn before(&self, earlier: impl Fn(IpAddr) -> bool) -> usize {
        let address = |place: &u32| self.own.members.get(row(*place)).map(|(address, _)| *address);
        self.places.partition_point(|place| address(place).is_some_and(&earlier))
    }
}

/// A number as an index.
fn row(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

impl Requirement {
    /// The requirement by one of the nodes that it is for.
    pub(crate) fn by_node(&self, open: &Network<'_>, node: NodeId) -> Option<Self> {
        let Some(role) = self.each else { return Some(self.clone()) };
        let address = open.address_in_role(node, role);
        let seen = || open.seen_by_policy_by(self.way.route(), node).filter(|_| self.senders.is_none())?.known();
        let address = address.or_else(seen)?;
        let peer = match open.balancer_block_of(address) {
            Some(block) => Source::Addresses(AddressSet::from_net(block)),
            None => plain(open.snapshot(), address),
        };
        let single = crate::requirement::is_rewritten(self.way.from(), &peer);
        Some(Self { peer, single, node: Some(node), each: None, ..self.clone() })
    }

    /// The same by each of the nodes for which it stands.
    pub(crate) fn by_fellows(&self, open: &Network<'_>) -> Vec<Self> {
        let Some(fellows) = &self.stands_for else { return vec![self.clone()] };
        let of_each = Self { each: Some(fellows.own.role), stands_for: None, ..self.clone() };
        fellows.nodes.iter().filter_map(|node| of_each.by_node(open, *node)).collect()
    }
}

/// The pods that have an address, or just the address.
pub(crate) fn plain(snapshot: &Snapshot, address: IpAddr) -> Source {
    match snapshot.pods_with_address(address) {
        [] => Source::Addresses(AddressSet::from(address)),
        pods => Source::Pods(pods.to_vec()),
    }
}

/// Every requirement by every node that it is for.
pub(crate) fn one_by_one(open: &Network<'_>, required: &[Requirement]) -> Vec<Requirement> {
    let by = |requirement: &Requirement| -> Vec<Requirement> {
        match requirement.each {
            None => vec![requirement.clone()],
            Some(_) => requirement.nodes().iter().filter_map(|node| requirement.by_node(open, *node)).collect(),
        }
    };
    required.iter().flat_map(by).collect()
}

/// Every requirement once for all fellows, and by each other node. Of those that say the same, as many as an entry shows ways.
/// Where blocks tell nodes apart, `inside` are the addresses that blocks may hold besides what is required.
pub(crate) fn together(
    shared: &Shared<'_>,
    required: &[Requirement],
    allowed: &Allowed<'_>,
    inside: Option<&AddressSet>,
) -> Vec<Requirement> {
    let Some(cells) = Cells::new(shared, required, allowed, inside) else { return required.to_vec() };
    let mut often = Often::default();
    let mut out = Vec::new();
    for requirement in required {
        let Some(role) = requirement.each else {
            out.push(requirement.clone());
            continue;
        };
        let nodes = requirement.nodes();
        let of_kind = often.of(requirement, role);
        for fellows in cells.fellows.get(&role).into_iter().flatten() {
            let Some((address, first)) = fellows.get(0) else { continue };
            if nodes.contains(first) && of_kind.once_more(first) {
                out.push(Requirement {
                    peer: Source::Addresses(AddressSet::from(address)),
                    node: Some(first),
                    each: None,
                    stands_for: Some(Arc::clone(fellows)),
                    ..requirement.clone()
                });
            }
        }
        let alone = cells.alone.iter().filter(|node| nodes.contains(**node) && of_kind.once_more(**node));
        out.extend(alone.filter_map(|node| requirement.by_node(&shared.open, *node)));
    }
    out
}

/// How often the same was said.
#[derive(Default)]
struct Often<'r> {
    kinds: BTreeMap<(About<'r>, usize), Times>,
}

/// How often one kind of requirement was said of each node.
#[derive(Default)]
struct Times {
    of_node: BTreeMap<NodeId, usize>,
}

impl<'r> Often<'r> {
    fn of(&mut self, requirement: &'r Requirement, role: usize) -> &mut Times {
        self.kinds.entry((requirement.about(), role)).or_default()
    }
}

impl Times {
    /// Whether an entry could still show it.
    fn once_more(&mut self, node: NodeId) -> bool {
        let times = self.of_node.entry(node).or_default();
        *times += 1;
        *times <= WITNESSES
    }
}

/// The nodes of an exposure, by what tells them apart.
struct Cells {
    /// For each role.
    fellows: BTreeMap<usize, Vec<Arc<Fellows>>>,
    /// Nodes that have no fellows, in order.
    alone: Vec<NodeId>,
}

impl Cells {
    /// `None` where nothing is required by each node.
    fn new(
        shared: &Shared<'_>,
        required: &[Requirement],
        allowed: &Allowed<'_>,
        inside: Option<&AddressSet>,
    ) -> Option<Self> {
        let each: Vec<(&Requirement, usize)> =
            required.iter().filter_map(|requirement| Some((requirement, requirement.each?))).collect();
        let mut lists: Vec<&[NodeId]> = Vec::new();
        for list in each.iter().map(|(requirement, _)| requirement.nodes().list) {
            if !list.is_empty() && !lists.iter().any(|known| are_same(known, list)) {
                lists.push(list);
            }
        }
        let all = all_nodes(&lists)?;
        let roles: BTreeSet<usize> = each.iter().map(|(_, role)| *role).collect();
        let own: Vec<Arc<OwnAddresses>> = roles.iter().map(|role| shared.own_addresses(&all, *role)).collect();
        let mut alone: BTreeSet<NodeId> = own.iter().flat_map(|own| own.odd.iter().copied()).collect();
        for nodes in each.iter().map(|(requirement, _)| requirement.nodes()) {
            alone.extend(nodes.without.iter().copied().chain(nodes.except));
        }
        let taken = taken(required, inside);
        alone.extend(own.iter().flat_map(|own| own.nodes_in(&taken)));
        let mut cells: Option<Vec<usize>> = None;
        for list in lists {
            let missing = missing_from(&all, list, None);
            if missing.len() <= MOST_APART {
                alone.extend(missing);
            } else {
                let cells = cells.get_or_insert_with(|| vec![0; all.len()]);
                part_by_list(cells, &all, list);
            }
        }
        for alike in allowed.telling_apart() {
            let cells = cells.get_or_insert_with(|| vec![0; all.len()]);
            for own in &own {
                let address: BTreeMap<NodeId, IpAddr> = own.members.iter().map(|(own, node)| (*node, *own)).collect();
                part(cells, &all, |node| address.get(&node).map(|address| allowed.key(alike, *address)));
            }
        }
        Some(match cells {
            None => Self::of_one(&own, alone),
            Some(cells) => Self::of(&all, &cells, &own, alone),
        })
    }

    /// Nodes that nothing tells apart but what sets single ones apart.
    fn of_one(own: &[Arc<OwnAddresses>], alone: BTreeSet<NodeId>) -> Self {
        let fellows = own.iter().map(|own| {
            let rows: Vec<usize> = alone.iter().filter_map(|node| own.nodes.binary_search(node).ok()).collect();
            let mut places: Vec<usize> = rows.iter().filter_map(|at| own.places.get(*at)?.map(row)).collect();
            places.sort_unstable();
            let count = u32::try_from(own.members.len()).unwrap_or(u32::MAX);
            let places = without(&(0..count).collect::<Vec<u32>>(), &places);
            let nodes = without(&own.nodes, &rows);
            let fellows = (!places.is_empty()).then(|| Arc::new(Fellows { own: Arc::clone(own), places, nodes }));
            (own.role, fellows.into_iter().collect())
        });
        Self { fellows: fellows.collect(), alone: alone.into_iter().collect() }
    }

    fn of(all: &[NodeId], cells: &[usize], own: &[Arc<OwnAddresses>], mut alone: BTreeSet<NodeId>) -> Self {
        let count = cells.iter().max().map_or(0, |last| last + 1);
        let mut sizes = vec![0_usize; count];
        let mut cell_of: Vec<Option<usize>> = cells.iter().copied().map(Some).collect();
        for node in &alone {
            if let Some(cell) = all.binary_search(node).ok().and_then(|at| cell_of.get_mut(at)) {
                *cell = None;
            }
        }
        for cell in cell_of.iter().flatten() {
            if let Some(size) = sizes.get_mut(*cell) {
                *size += 1;
            }
        }
        for (node, cell) in all.iter().zip(&mut cell_of) {
            if cell.is_some_and(|cell| sizes.get(cell) == Some(&1)) {
                alone.insert(*node);
                *cell = None;
            }
        }
        let fellows = own.iter().map(|own| {
            let mut members: Vec<(Vec<u32>, Vec<NodeId>)> = vec![Default::default(); count];
            for (place, (_, node)) in (0..).zip(&own.members) {
                let at = own.rows.get(row(place)).map(|at| row(*at));
                let cell = at.and_then(|at| cell_of.get(at).copied().flatten());
                if let Some(of_cell) = cell.and_then(|cell| members.get_mut(cell)) {
                    of_cell.0.push(place);
                    of_cell.1.push(*node);
                }
            }
            members.retain(|(places, _)| !places.is_empty());
            let of_role = members.into_iter().map(|(places, mut nodes)| {
                nodes.sort_unstable();
                Arc::new(Fellows { own: Arc::clone(own), places, nodes })
            });
            (own.role, of_role.collect())
        });
        Self { fellows: fellows.collect(), alone: alone.into_iter().collect() }
    }
}

/// A list without what is at some places, which are in order.
fn without<T: Copy>(list: &[T], places: &[usize]) -> Vec<T> {
    let mut rest = Vec::with_capacity(list.len());
    let mut from = 0;
    for place in places {
        rest.extend_from_slice(list.get(from..*place).unwrap_or_default());
        from = place + 1;
    }
    rest.extend_from_slice(list.get(from..).unwrap_or_default());
    rest
}

/// All nodes of some lists, in order.
fn all_nodes(lists: &[&[NodeId]]) -> Option<Vec<NodeId>> {
    let (first, rest) = lists.split_first()?;
    let mut all = first.to_vec();
    for list in rest {
        let more = missing_from(list, &all, None);
        if !more.is_empty() {
            all.extend(more);
            all.sort();
        }
    }
    Some(all)
}

/// Parts cells further, by whatever is asked of the nodes.
fn part<K: Ord>(cells: &mut [usize], nodes: &[NodeId], asked: impl Fn(NodeId) -> K) {
    let mut known: BTreeMap<(usize, K), usize> = BTreeMap::new();
    for (cell, node) in cells.iter_mut().zip(nodes) {
        let next = known.len();
        *cell = *known.entry((*cell, asked(*node))).or_insert(next);
    }
}

/// Parts cells further, by whether nodes are in a list; nodes and list are in order.
fn part_by_list(cells: &mut [usize], nodes: &[NodeId], list: &[NodeId]) {
    let mut rest = list;
    // For each cell so far, what becomes of those outside of the list and of those in it.
    let mut parts: Vec<[Option<usize>; 2]> = vec![[None; 2]; cells.iter().max().map_or(0, |last| last + 1)];
    let mut next = 0;
    for (cell, node) in cells.iter_mut().zip(nodes) {
        while let Some((_, others)) = rest.split_first().filter(|(first, _)| *first < node) {
            rest = others;
        }
        let is_in = usize::from(rest.first() == Some(node));
        let Some(part) = parts.get_mut(*cell).and_then(|parts| parts.get_mut(is_in)) else { continue };
        *cell = *part.get_or_insert_with(|| {
            next += 1;
            next - 1
        });
    }
}

/// Addresses that something else than a class of nodes is about; those of blocks only where blocks tell nodes apart.
fn taken(required: &[Requirement], inside: Option<&AddressSet>) -> AddressSet {
    let mut taken = AddressSet::empty();
    let mut blocks = false;
    for requirement in required.iter().filter(|requirement| requirement.each.is_none()) {
        let Source::Addresses(set) = &requirement.peer else { continue };
        let is_block = !requirement.single && set.len() > 1;
        blocks |= !requirement.single || set.len() > 1;
        if (!is_block || inside.is_some()) && !set.is_subset(&taken) {
            taken = taken.union(set);
        }
    }
    match inside.filter(|_| blocks) {
        Some(inside) => taken.union(inside),
        None => taken,
    }
}

/// What of a sorted list of nodes, less one of them, another sorted list has not: in order.
pub(crate) fn missing_from(wanted: &[NodeId], nodes: &[NodeId], except: Option<NodeId>) -> Vec<NodeId> {
    if are_same(wanted, nodes) {
        return except.into_iter().filter(|node| wanted.binary_search(node).is_ok()).collect();
    }
    let (mut wanted, mut nodes) = (wanted, nodes);
    let mut missing: Vec<NodeId> = Vec::new();
    loop {
        let same = shared_length(wanted, nodes);
        wanted = wanted.get(same..).unwrap_or_default();
        nodes = nodes.get(same..).unwrap_or_default();
        match (wanted.split_first(), nodes.split_first()) {
            (None, _) => break,
            (Some(_), None) => {
                missing.extend(wanted);
                break;
            }
            (Some((first, rest)), Some((other, _))) if first < other => {
                missing.push(*first);
                wanted = rest;
            }
            (Some(_), Some((_, rest))) => nodes = rest,
        }
    }
    if let Some(except) = except.filter(|node| !missing.contains(node)) {
        missing.push(except);
        missing.sort_unstable();
    }
    missing
}

/// Whether two lists are the same. Ways of one client share theirs.
fn are_same(one: &[NodeId], other: &[NodeId]) -> bool {
    std::ptr::eq(one, other) || one.len() == other.len() && shared_length(one, other) == one.len()
}

/// How many nodes two lists begin alike with: compared many at once, as lists of thousands differ in a few.
fn shared_length(one: &[NodeId], other: &[NodeId]) -> usize {
    const AT_ONCE: usize = 32;
    let is_equal = |(one, other): &(&[NodeId], &[NodeId])| {
        // Counted to the end, where a search would look at one after the other.
        one.len() == other.len() && one.iter().zip(*other).filter(|(one, other)| one != other).count() == 0
    };
    let whole = one.chunks(AT_ONCE).zip(other.chunks(AT_ONCE)).take_while(is_equal).count() * AT_ONCE;
    let whole = whole.min(one.len());
    let rest = one.iter().zip(other).skip(whole).take_while(|(one, other)| one == other);
    whole + rest.count()
}

/// The members of a class, as a list that lacks one.
pub(crate) fn listed(class: &NodeClass) -> (&[NodeId], Option<NodeId>) {
    (class.list().map_or(&[][..], |list| &list[..]), class.except())
}

/// Keeps what was worked out about lists of nodes.
pub(crate) type Known = Vec<Arc<OwnAddresses>>;

/// The addresses of a list, worked out once.
pub(crate) fn known(known: &mut Known, open: &Network<'_>, nodes: &[NodeId], role: usize) -> Arc<OwnAddresses> {
    if let Some(same) = known.iter().find(|own| own.role == role && are_same(&own.nodes, nodes)) {
        return Arc::clone(same);
    }
    let own = Arc::new(OwnAddresses::new(open, nodes.to_vec(), role));
    known.push(Arc::clone(&own));
    own
}
