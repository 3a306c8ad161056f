//! Blocks of addresses as a NetworkPolicy names them, and exact sets of addresses.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

use ipnet::IpNet;

/// A NetworkPolicy's `ipBlock`: a cidr without the blocks in `except`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IpBlock {
    /// The block, its host bits cleared.
    pub cidr: IpNet,
    /// Blocks inside `cidr` that do not belong to it, host bits cleared.
    pub except: Vec<IpNet>,
}

impl IpBlock {
    /// The block that holds just one address.
    pub fn single(address: IpAddr) -> Self {
        Self { cidr: IpNet::from(address), except: Vec::new() }
    }

    /// Whether the block holds an address. An address of the other family is in no block.
    pub fn contains(&self, address: IpAddr) -> bool {
        self.cidr.contains(&address) && !self.except.iter().any(|except| except.contains(&address))
    }
}

/// An exact set of addresses of both families, as sorted, disjoint, non-adjacent ranges. IPv4 and IPv6 never meet. A copy costs nothing,
/// however many ranges there are.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct AddressSet {
    v4: Ranges,
    v6: Ranges,
}

/// The ranges of a family, as numbers: the first and the last of each.
type Ranges = Arc<[Range]>;
type Range = (u128, u128);

impl AddressSet {
    /// The set that holds nothing.
    pub fn empty() -> Self {
        Self::default()
    }

    /// Every address of both families.
    pub fn all() -> Self {
        Self { v4: Arc::new([(0, u128::from(u32::MAX))]), v6: Arc::new([(0, u128::MAX)]) }
    }

    /// The addresses of one cidr.
    pub fn from_net(net: IpNet) -> Self {
        let range = (number(net.network()), number(net.broadcast()));
        match net {
            IpNet::V4(_) => Self { v4: Arc::new([range]), v6: Ranges::default() },
            IpNet::V6(_) => Self { v4: Ranges::default(), v6: Arc::new([range]) },
        }
    }

    /// The addresses of an ipBlock: the cidr without its excepts.
    pub fn from_block(block: &IpBlock) -> Self {
        Self::from_net(block.cidr).difference(&block.except.iter().copied().collect())
    }

    /// The addresses of some ranges, each from its first to its last address, both of one family.
    pub fn from_ranges(ranges: impl IntoIterator<Item = (IpAddr, IpAddr)>) -> Self {
        let (mut v4, mut v6) = (Vec::new(), Vec::new());
        for (first, last) in ranges {
            let family = if first.is_ipv4() { &mut v4 } else { &mut v6 };
            family.push((number(first), number(last)));
        }
        Self { v4: merged(v4), v6: merged(v6) }
    }

    /// Whether the set holds nothing.
    pub fn is_empty(&self) -> bool {
        self.v4.is_empty() && self.v6.is_empty()
    }

    /// Whether the set holds an address.
    pub fn contains(&self, address: IpAddr) -> bool {
        let value = number(address);
        let ranges = if address.is_ipv4() { &self.v4 } else { &self.v6 };
        let after = ranges.partition_point(|range| range.0 <= value);
        after.checked_sub(1).and_then(|at| ranges.get(at)).is_some_and(|range| value <= range.1)
    }

    /// Addresses in either set.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        Self { v4: union(&self.v4, &other.v4), v6: union(&self.v6, &other.v6) }
    }

    /// Addresses in any of some sets.
    pub fn union_of<'a>(sets: impl IntoIterator<Item = &'a Self>) -> Self {
        let mut sets: Vec<&Self> = sets.into_iter().collect();
        sets.dedup();
        match sets.as_slice() {
            [] => Self::empty(),
            [only] => (*only).clone(),
            [one, other] => one.union(other),
            many => Self::from_ranges(many.iter().flat_map(|set| set.ranges())),
        }
    }

    /// Addresses in both sets.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        Self { v4: intersection(&self.v4, &other.v4), v6: intersection(&self.v6, &other.v6) }
    }

    /// Addresses in this set and not in the other.
    #[must_use]
    pub fn difference(&self, other: &Self) -> Self {
        Self { v4: difference(&self.v4, &other.v4), v6: difference(&self.v6, &other.v6) }
    }

    /// The addresses of some families only: IPv4, IPv6.
    #[must_use]
    pub fn of_families(mut self, [v4, v6]: [bool; 2]) -> Self {
        if !v4 {
            self.v4 = Ranges::default();
        }
        if !v6 {
            self.v6 = Ranges::default();
        }
        self
    }

    /// Whether every address of this set is in the other.
    pub fn is_subset(&self, other: &Self) -> bool {
        within(&self.v4, &other.v4) && within(&self.v6, &other.v6)
    }

    /// The fewest cidrs that hold exactly this set, in ascending order, IPv4 first.
    pub fn to_nets(&self) -> Vec<IpNet> {
        let v4 = self.v4.iter().flat_map(|range| cidrs(*range, 32)).filter_map(|(base, length)| {
            let base = u32::try_from(base).ok()?;
            ipnet::Ipv4Net::new(Ipv4Addr::from(base), length).ok().map(IpNet::V4)
        });
        let v6 = self.v6.iter().flat_map(|range| cidrs(*range, 128));
        let v6 = v6.filter_map(|(base, length)| ipnet::Ipv6Net::new(Ipv6Addr::from(base), length).ok().map(IpNet::V6));
        v4.chain(v6).collect()
    }

    /// The ranges of the set as first and last address, in ascending order, IPv4 first.
    pub fn ranges(&self) -> impl Iterator<Item = (IpAddr, IpAddr)> + '_ {
        let v4 = self.v4.iter().map(|(first, last)| (v4(*first), v4(*last)));
        let v6 = self
            .v6
            .iter()
            .map(|(first, last)| (IpAddr::from(Ipv6Addr::from(*first)), IpAddr::from(Ipv6Addr::from(*last))));
        v4.chain(v6)
    }

    /// How many addresses the set holds; saturates at `u128::MAX`.
    pub fn len(&self) -> u128 {
        let sizes = self.v4.iter().chain(self.v6.iter()).map(|(first, last)| (last - first).saturating_add(1));
        sizes.fold(0, u128::saturating_add)
    }
}

impl From<IpAddr> for AddressSet {
    fn from(address: IpAddr) -> Self {
        Self::from_net(IpNet::from(address))
    }
}

impl FromIterator<IpNet> for AddressSet {
    fn from_iter<I: IntoIterator<Item = IpNet>>(nets: I) -> Self {
        Self::from_ranges(nets.into_iter().map(|net| (net.network(), net.broadcast())))
    }
}

fn number(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(v4) => u128::from(u32::from(v4)),
        IpAddr::V6(v6) => u128::from(v6),
    }
}

/// The IPv4 address of a number that came from one.
fn v4(value: u128) -> IpAddr {
    IpAddr::from(Ipv4Addr::from(u32::try_from(value).unwrap_or(u32::MAX)))
}

/// Sorts ranges and joins those that touch.
fn merged(mut ranges: Vec<Range>) -> Ranges {
    ranges.sort_unstable();
    joined(ranges.into_iter())
}

/// Joins those that touch, of ranges that are in order.
fn joined(ranges: impl Iterator<Item = Range>) -> Ranges {
    let mut out: Vec<Range> = Vec::with_capacity(ranges.size_hint().0);
    for (first, last) in ranges {
        match out.last_mut() {
            Some(open) if first <= open.1.saturating_add(1) => open.1 = open.1.max(last),
            _ => out.push((first, last)),
        }
    }
    out.into()
}

/// Whether one of `others` holds all of the ranges.
fn is_within_one(ranges: &[Range], others: &[Range]) -> bool {
    let ends = ranges.first().zip(ranges.last());
    ends.is_some_and(|((first, _), (_, last))| within(&[(*first, *last)], others))
}

/// Whether some ranges begin after others end, or the other way round.
fn are_apart(a: &[Range], b: &[Range]) -> bool {
    let ends_before = |one: &[Range], other: &[Range]| match (one.last(), other.first()) {
        (Some((_, last)), Some((first, _))) => last < first,
        _ => true,
    };
    ends_before(a, b) || ends_before(b, a)
}

fn union(a: &Ranges, b: &Ranges) -> Ranges {
    if a.is_empty() || is_within_one(a, b) {
        return Arc::clone(b);
    }
    if b.is_empty() || is_within_one(b, a) {
        return Arc::clone(a);
    }
    let (mut left, mut right) = (a.iter().copied().peekable(), b.iter().copied().peekable());
    joined(std::iter::from_fn(|| match (left.peek(), right.peek()) {
        (Some(own), Some(other)) if own <= other => left.next(),
        (_, Some(_)) => right.next(),
        (_, None) => left.next(),
    }))
}

/// What of some ranges does not end before others begin.
fn from_start_of<'r>(ranges: &'r [Range], others: &[Range]) -> &'r [Range] {
    let Some((start, _)) = others.first() else { return &[] };
    let from = ranges.partition_point(|range| range.1 < *start);
    ranges.get(from..).unwrap_or_default()
}

/// Whether every range is inside one of the others, which are neither adjacent nor overlapping.
fn within(ranges: &[Range], others: &[Range]) -> bool {
    ranges.iter().all(|(first, last)| {
        let after = others.partition_point(|other| other.0 <= *first);
        after.checked_sub(1).and_then(|at| others.get(at)).is_some_and(|other| *last <= other.1)
    })
}

fn intersection(a: &Ranges, b: &Ranges) -> Ranges {
    if is_within_one(a, b) {
        return Arc::clone(a);
    }
    if is_within_one(b, a) {
        return Arc::clone(b);
    }
    let (mut left, mut right) = (from_start_of(a, b).iter().peekable(), from_start_of(b, a).iter().peekable());
    let mut out = Vec::new();
    while let (Some(&&(first_a, last_a)), Some(&&(first_b, last_b))) = (left.peek(), right.peek()) {
        let (first, last) = (first_a.max(first_b), last_a.min(last_b));
        if first <= last {
            out.push((first, last));
        }
        if last_a <= last_b {
            left.next()
        } else {
            right.next()
        };
    }
    out.into()
}

fn difference(a: &Ranges, b: &Ranges) -> Ranges {
    if are_apart(a, b) {
        return Arc::clone(a);
    }
    let (mut out, mut holes) = (Vec::new(), from_start_of(b, a).iter().copied().peekable());
    for &(first, last) in a.iter() {
        let mut from = Some(first);
        while let (Some(start), Some(&(hole_first, hole_last))) = (from, holes.peek()) {
            if hole_last < start {
                holes.next();
                continue;
            }
            if hole_first > last {
                break;
            }
            if hole_first > start {
                out.push((start, hole_first - 1));
            }
            from = hole_last.checked_add(1).filter(|next| *next <= last);
            if hole_last >= last {
                break;
            }
            holes.next();
        }
        if let Some(start) = from {
            out.push((start, last));
        }
    }
    out.into()
}

/// The fewest blocks `(base, prefix length)` that cover a range exactly, in a family of `bits` bits.
fn cidrs((first, last): Range, bits: u8) -> Vec<(u128, u8)> {
    let (mut out, mut next) = (Vec::new(), Some(first));
    while let Some(base) = next.filter(|base| *base <= last) {
        let mut free = u8::try_from(base.trailing_zeros()).unwrap_or(128).min(bits);
        while free > 0 && block_end(base, free).is_none_or(|end| end > last) {
            free -= 1;
        }
        out.push((base, bits - free));
        next = block_end(base, free).and_then(|end| end.checked_add(1));
    }
    out
}

/// The last address of the block of `2^free` addresses at `base`.
fn block_end(base: u128, free: u8) -> Option<u128> {
    let size_less_one = if free >= 128 { u128::MAX } else { (1_u128 << free) - 1 };
    base.checked_add(size_less_one)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(nets: &[&str]) -> AddressSet {
        nets.iter().map(|net| net.parse::<IpNet>().unwrap()).collect()
    }

    fn show(set: &AddressSet) -> Vec<String> {
        set.to_nets().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn neighbouring_blocks_become_one() {
        assert_eq!(
            show(&set(&["10.0.1.0/24", "10.0.0.0/24", "fd00::/65", "fd00:0:0:0:8000::/65"])),
            ["10.0.0.0/23", "fd00::/64"]
        );
    }

    #[test]
    fn a_hole_is_cut_by_the_fewest_blocks() {
        let block = IpBlock { cidr: "10.0.0.0/29".parse().unwrap(), except: vec!["10.0.0.3/32".parse().unwrap()] };
        assert_eq!(show(&AddressSet::from_block(&block)), ["10.0.0.0/31", "10.0.0.2/32", "10.0.0.4/30"]);
    }

    #[test]
    fn everything_less_everything_is_nothing() {
        assert!(AddressSet::all().difference(&set(&["0.0.0.0/0", "::/0"])).is_empty());
        assert_eq!(show(&AddressSet::all()), ["0.0.0.0/0", "::/0"]);
    }

    #[test]
    fn several_holes_in_one_block_and_one_hole_over_several() {
        let holes = set(&["10.0.0.1/32", "10.0.0.4/32", "10.0.0.7/32"]);
        assert_eq!(
            show(&set(&["10.0.0.0/29"]).difference(&holes)),
            ["10.0.0.0/32", "10.0.0.2/31", "10.0.0.5/32", "10.0.0.6/32"]
        );
        assert_eq!(show(&holes.difference(&set(&["10.0.0.2/31", "10.0.0.4/30"]))), ["10.0.0.1/32"]);
    }

    #[test]
    fn sets_are_what_their_addresses_say() {
        /// Sixteen addresses, of which a set has some: a bit for each.
        const ADDRESSES: u8 = 16;
        let of_bits = |bits: u16| -> AddressSet {
            let there = (0..ADDRESSES).filter(|at| bits >> at & 1 == 1);
            AddressSet::from_ranges(there.map(|at| (IpAddr::from([10, 0, 0, at]), IpAddr::from([10, 0, 0, at]))))
        };
        let mut random = 0x2545_f491_4f6c_dd1d_u64;
        let mut next = || {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            // Sparse and dense sets, and those with one range.
            let [one, other, _, kind] = random.to_le_bytes()[..4] else { unreachable!() };
            let bits = u16::from_le_bytes([one, other]);
            match kind % 3 {
                0 => bits,
                1 => bits & bits.rotate_left(3),
                _ => (u16::MAX >> (one % 16)) & (u16::MAX << (other % 16)),
            }
        };
        for _ in 0..20_000 {
            let (a, b) = (next(), next());
            let (one, other) = (of_bits(a), of_bits(b));
            assert_eq!(one.intersection(&other), of_bits(a & b), "{a:b} {b:b}");
            assert_eq!(one.difference(&other), of_bits(a & !b), "{a:b} {b:b}");
            assert_eq!(one.union(&other), of_bits(a | b), "{a:b} {b:b}");
            assert_eq!(one.is_subset(&other), a & !b == 0, "{a:b} {b:b}");
        }
    }

    #[test]
    fn families_never_mix() {
        let v4 = set(&["0.0.0.0/0"]);
        assert!(!v4.contains("::1".parse().unwrap()));
        assert!(v4.intersection(&set(&["::/0"])).is_empty());
    }
}
