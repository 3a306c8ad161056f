//! The address space, cut by every block in play: two addresses are in one cell if the same blocks hold them.
//!
//! A sweep over the edges of the blocks keeps the set of blocks that are open. Sets of numbers are interned tries, so equal
//! sets have one number however they came about, and an edge costs the logarithm of the number of blocks.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use bulkhead_model::AddressSet;
use rustc_hash::FxHashMap;

use super::universe::Family;

/// The number of the set of blocks that hold an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct CellId(u32);

/// The address space, cut by blocks.
#[derive(Clone, Debug, Default)]
pub(crate) struct AddressCells {
    /// Where each cell begins, in ascending order; before the first one no block holds anything.
    v4: Vec<(u128, CellId)>,
    v6: Vec<(u128, CellId)>,
    sets: NumberSets,
    blocks: u32,
    /// How many cells came from [`refine`](Self::refine). They are numbered from the other end.
    refined: u32,
}

impl AddressCells {
    pub(crate) fn new(blocks: &[AddressSet]) -> Self {
        let mut cells = Self::default();
        let (mut v4, mut v6) = (Vec::new(), Vec::new());
        for block in blocks {
            let number = cells.blocks;
            cells.blocks += 1;
            for (first, last) in block.ranges() {
                let edges = if first.is_ipv4() { &mut v4 } else { &mut v6 };
                edges.push((axis(first), number));
                edges.extend(axis(last).checked_add(1).map(|after| (after, number)));
            }
        }
        cells.v4 = cells.sets.sweep(v4);
        cells.v6 = cells.sets.sweep(v6);
        cells
    }

    /// The cell of an address.
    pub(crate) fn cell(&self, address: IpAddr) -> CellId {
        let cells = if address.is_ipv4() { &self.v4 } else { &self.v6 };
        let after = cells.partition_point(|(start, _)| *start <= axis(address));
        after.checked_sub(1).and_then(|at| cells.get(at)).map_or(CellId(NumberSets::EMPTY), |(_, cell)| *cell)
    }

    /// The addresses of each cell, sorted; together they are all addresses.
    pub(crate) fn sets(&self) -> Vec<AddressSet> {
        let mut ranges: BTreeMap<CellId, Vec<(IpAddr, IpAddr)>> = BTreeMap::new();
        for (family, cells) in [(Family::V4, &self.v4), (Family::V6, &self.v6)] {
            let last = if family == Family::V4 { u128::from(u32::MAX) } else { u128::MAX };
            let before = (0, CellId(NumberSets::EMPTY));
            let starts = std::iter::once(&before).chain(cells).filter(|(start, _)| *start <= last);
            let ends = cells.iter().map(|(start, _)| start.checked_sub(1)).chain([Some(last)]);
            for ((start, cell), end) in starts.zip(ends) {
                if let Some(end) = end.filter(|end| start <= end) {
                    let range = (family.address(*start), family.address(end.min(last)));
                    ranges.entry(*cell).or_default().push(range);
                }
            }
        }
        let mut sets: Vec<AddressSet> = ranges.into_values().map(AddressSet::from_ranges).collect();
        sets.sort_unstable();
        sets
    }

    /// Cuts cells that lie partly in one more block, and only those; gives the ranges whose cell is another one now.
    pub(crate) fn refine(&mut self, block: &AddressSet) -> Vec<(u128, u128, Family)> {
        let mut changed = Vec::new();
        for family in Family::ALL {
            let ranges = block.ranges().filter(|(first, _)| Family::of(*first) == family);
            let ranges: Vec<(u128, u128)> = ranges.map(|(first, last)| (axis(first), axis(last))).collect();
            if ranges.is_empty() {
                continue;
            }
            let next = &mut self.refined;
            let cells = if family == Family::V4 { &mut self.v4 } else { &mut self.v6 };
            let last = if family == Family::V4 { u128::from(u32::MAX) } else { u128::MAX };
            changed.extend(split(cells, &ranges, last, next).into_iter().map(|(from, to)| (from, to, family)));
        }
        changed
    }

    /// Cuts with one more block: the obvious way, which the sweep is held against.
    #[cfg(test)]
    pub(crate) fn add(&mut self, block: &AddressSet) {
        let number = self.blocks;
        self.blocks += 1;
        for (first, last) in block.ranges() {
            let cells = if first.is_ipv4() { &mut self.v4 } else { &mut self.v6 };
            let from = cut(cells, axis(first));
            let to = axis(last).checked_add(1).map_or(cells.len(), |after| cut(cells, after));
            for (_, cell) in cells.get_mut(from..to).unwrap_or_default() {
                *cell = CellId(self.sets.toggle(cell.0, number));
            }
        }
    }
}

/// The place of an address on its family's axis.
pub(crate) fn axis(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(v4) => u128::from(u32::from(v4)),
        IpAddr::V6(v6) => u128::from(v6),
    }
}

/// Gives those pieces of cells that ranges hold a number of their own, unless all pieces of the cell are in the ranges. Gives the
/// pieces that got one.
fn split(cells: &mut Vec<(u128, CellId)>, ranges: &[(u128, u128)], last: u128, refined: &mut u32) -> Vec<(u128, u128)> {
    cut(cells, 0);
    for (first, last) in ranges {
        cut(cells, *first);
        last.checked_add(1).map(|after| cut(cells, after));
    }
    let inside = |place: u128| {
        let after = ranges.partition_point(|(first, _)| *first <= place);
        after.checked_sub(1).and_then(|at| ranges.get(at)).is_some_and(|(_, last)| place <= *last)
    };
    // A range up to the end of the axis is cut off behind it, where no address is.
    let is_outside = |start: u128| start <= last && !inside(start);
    let outside: BTreeSet<CellId> =
        cells.iter().filter(|(start, _)| is_outside(*start)).map(|(_, cell)| *cell).collect();
    let mut renamed: BTreeMap<CellId, CellId> = BTreeMap::new();
    let mut changed = Vec::new();
    for at in 0..cells.len() {
        let end = cells.get(at + 1).map_or(last, |(next, _)| next - 1);
        let Some((start, cell)) = cells.get_mut(at) else { break };
        if outside.contains(cell) && inside(*start) {
            *cell = *renamed.entry(*cell).or_insert_with(|| {
                *refined += 1;
                CellId(u32::MAX - *refined)
            });
            changed.push((*start, end));
        }
    }
    changed
}

/// Makes a cell begin at a place; gives its index.
fn cut(cells: &mut Vec<(u128, CellId)>, start: u128) -> usize {
    let at = cells.partition_point(|(have, _)| *have < start);
    if cells.get(at).is_none_or(|(have, _)| *have != start) {
        let before = at.checked_sub(1).and_then(|before| cells.get(before));
        let cell = before.map_or(CellId(NumberSets::EMPTY), |(_, cell)| *cell);
        cells.insert(at, (start, cell));
    }
    at
}

/// Sets of numbers as binary tries over their bits, every node kept once: equal sets are equal numbers. A node whose upper
/// half is empty is its lower half, so small numbers cost little however large others are. The map of nodes is only ever
/// asked, never walked.
#[derive(Clone, Debug, Default)]
struct NumberSets {
    nodes: Vec<TrieNode>,
    by_node: FxHashMap<TrieNode, u32>,
}

/// A set of numbers below `2^bits`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct TrieNode {
    bits: u32,
    lower: u32,
    upper: u32,
}

impl NumberSets {
    const EMPTY: u32 = 0;
    /// The set of the number 0.
    const ZERO: u32 = 1;
    /// Nodes are numbered from here on.
    const FIRST: u32 = 2;

    /// Turns edges into cells.
    fn sweep(&mut self, mut edges: Vec<(u128, u32)>) -> Vec<(u128, CellId)> {
        edges.sort_unstable();
        let (mut cells, mut open): (Vec<(u128, CellId)>, u32) = (Vec::new(), Self::EMPTY);
        for (place, number) in edges {
            open = self.toggle(open, number);
            match cells.last_mut() {
                Some((start, cell)) if *start == place => *cell = CellId(open),
                _ => cells.push((place, CellId(open))),
            }
        }
        cells
    }

    /// The set with a number put in, or taken out where it was in.
    fn toggle(&mut self, set: u32, number: u32) -> u32 {
        self.toggle_below(set, number, u32::BITS)
    }

    fn toggle_below(&mut self, set: u32, number: u32, bits: u32) -> u32 {
        let Some(bit) = bits.checked_sub(1) else { return Self::ZERO - set };
        let node = set.checked_sub(Self::FIRST).and_then(|at| self.nodes.get(at as usize));
        let halves = node.filter(|node| node.bits == bits).map(|node| (node.lower, node.upper));
        let (lower, upper) = halves.unwrap_or((set, Self::EMPTY));
        if number >> bit & 1 == 0 {
            let lower = self.toggle_below(lower, number, bit);
            self.node(TrieNode { bits, lower, upper })
        } else {
            let upper = self.toggle_below(upper, number, bit);
            self.node(TrieNode { bits, lower, upper })
        }
    }

    fn node(&mut self, node: TrieNode) -> u32 {
        if node.upper == Self::EMPTY {
            return node.lower;
        }
        if let Some(known) = self.by_node.get(&node) {
            return *known;
        }
        let id = u32::try_from(self.nodes.len()).unwrap_or(u32::MAX - Self::FIRST) + Self::FIRST;
        self.nodes.push(node);
        self.by_node.insert(node, id);
        id
    }
}

#[cfg(test)]
mod tests {
    use bulkhead_model::{IpBlock, IpNet};

    use super::*;

    fn block(cidr: &str, except: &[&str]) -> AddressSet {
        let net = |text: &str| text.parse::<IpNet>().unwrap();
        AddressSet::from_block(&IpBlock { cidr: net(cidr), except: except.iter().map(|text| net(text)).collect() })
    }

    /// Letters for the cells of some addresses, in the order in which they come.
    fn cells(blocks: &[AddressSet], addresses: &[&str]) -> String {
        let mut grown = AddressCells::default();
        for block in blocks {
            grown.add(block);
        }
        let swept = AddressCells::new(blocks);
        let [grown, swept] = [grown, swept].map(|cells| {
            let (mut seen, mut letters) = (Vec::new(), String::new());
            for address in addresses {
                let cell = cells.cell(address.parse().unwrap());
                let at = seen.iter().position(|known| *known == cell).unwrap_or_else(|| {
                    seen.push(cell);
                    seen.len() - 1
                });
                letters.push(char::from(b'a' + u8::try_from(at).unwrap()));
            }
            letters
        });
        assert_eq!(grown, swept);
        swept
    }

    #[test]
    fn both_sides_of_a_hole_are_one_cell() {
        let blocks = [block("10.0.0.0/8", &["10.1.0.0/16"])];
        assert_eq!(cells(&blocks, &["9.255.255.255", "10.0.0.0", "10.1.0.0", "10.2.0.0", "11.0.0.0"]), "ababa");
    }

    #[test]
    fn refining_renames_only_what_is_cut() {
        let mut cells = AddressCells::new(&[block("10.0.0.0/8", &[])]);
        assert_eq!(cells.refine(&block("0.0.0.0/0", &[])), [], "every cell is inside");
        assert_eq!(cells.refine(&block("10.0.0.0/8", &[])), [], "the same block again");
        let before = cells.cell("10.1.0.0".parse().unwrap());
        let changed = cells.refine(&block("10.0.0.0/9", &["10.1.0.0/16"]));
        assert_eq!(changed.len(), 2);
        assert_eq!(cells.cell("10.1.0.0".parse().unwrap()), before);
        assert_eq!(cells.cell("10.200.0.0".parse().unwrap()), before);
        assert_ne!(cells.cell("10.2.0.0".parse().unwrap()), before);
        assert_eq!(cells.cell("10.0.0.0".parse().unwrap()), cells.cell("10.2.0.0".parse().unwrap()));
    }

    #[test]
    fn overlapping_blocks_and_both_ends_of_the_axis() {
        let blocks = [block("0.0.0.0/0", &[]), block("10.0.0.0/8", &[]), block("10.1.0.0/16", &[]), block("::/0", &[])];
        let addresses = ["0.0.0.0", "10.0.0.1", "10.1.255.255", "10.2.0.0", "255.255.255.255", "::", "ffff::"];
        assert_eq!(cells(&blocks, &addresses), "abcbadd");
    }
}
