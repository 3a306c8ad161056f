//! What a row says to addresses outside the cluster: only its own blocks cut them.

use std::collections::BTreeMap;
use std::net::IpAddr;

use bulkhead_model::AddressSet;

use super::address_cells::axis;
use super::evaluate::Ruling;
use super::peers::PeerId;
use super::universe::Family;

/// Cuts the address space by blocks and asks for the ruling on each piece; pieces without one are left out. Pieces of one
/// ruling are joined.
pub(crate) fn rulings(
    blocks: &[(PeerId, Family, &AddressSet)],
    mut ruling: impl FnMut(&[PeerId], Family) -> Option<Ruling>,
) -> Box<[(AddressSet, Ruling)]> {
    let mut by_ruling: BTreeMap<Ruling, Vec<(IpAddr, IpAddr)>> = BTreeMap::new();
    for family in Family::ALL {
        for (held_by, pieces) in cut(blocks.iter().filter(|block| block.1 == family)) {
            if let Some(ruling) = ruling(&held_by, family) {
                by_ruling.entry(ruling).or_default().extend(pieces);
            }
        }
    }
    by_ruling.into_iter().map(|(ruling, pieces)| (AddressSet::from_ranges(pieces), ruling)).collect()
}

/// Ranges of addresses, by the blocks that hold them.
type Pieces = BTreeMap<Vec<PeerId>, Vec<(IpAddr, IpAddr)>>;

fn cut<'a>(blocks: impl Iterator<Item = &'a (PeerId, Family, &'a AddressSet)> + Clone) -> Pieces {
    let ranges = blocks.clone().flat_map(|(_, _, addresses)| addresses.ranges());
    let mut starts: Vec<IpAddr> = ranges.flat_map(|(first, last)| [Some(first), after(last)]).flatten().collect();
    starts.sort_unstable();
    starts.dedup();
    let mut held_by: Vec<Vec<PeerId>> = vec![Vec::new(); starts.len()];
    for (peer, _, addresses) in blocks {
        for (first, last) in addresses.ranges() {
            let from = starts.partition_point(|start| axis(*start) < axis(first));
            let to = starts.partition_point(|start| axis(*start) <= axis(last));
            held_by.get_mut(from..to).unwrap_or_default().iter_mut().for_each(|held_by| held_by.push(*peer));
        }
    }
    let mut pieces = Pieces::new();
    for (at, (start, held_by)) in starts.iter().zip(held_by).enumerate().filter(|(_, (_, held_by))| !held_by.is_empty())
    {
        let last = starts.get(at + 1).and_then(|next| before(*next)).unwrap_or_else(|| last_of_family(*start));
        pieces.entry(held_by).or_default().push((*start, last));
    }
    pieces
}

fn after(address: IpAddr) -> Option<IpAddr> {
    match address {
        IpAddr::V4(v4) => u32::from(v4).checked_add(1).map(|next| IpAddr::V4(next.into())),
        IpAddr::V6(v6) => u128::from(v6).checked_add(1).map(|next| IpAddr::V6(next.into())),
    }
}

fn before(address: IpAddr) -> Option<IpAddr> {
    match address {
        IpAddr::V4(v4) => u32::from(v4).checked_sub(1).map(|last| IpAddr::V4(last.into())),
        IpAddr::V6(v6) => u128::from(v6).checked_sub(1).map(|last| IpAddr::V6(last.into())),
    }
}

fn last_of_family(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => IpAddr::V4(u32::MAX.into()),
        IpAddr::V6(_) => IpAddr::V6(u128::MAX.into()),
    }
}
