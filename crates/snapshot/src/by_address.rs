//! Who has which address.

use std::net::IpAddr;

/// Who has which address: sorted, and in one piece each, as there are many.
#[derive(Clone, Debug)]
pub(crate) struct ByAddress<I> {
    addresses: Vec<IpAddr>,
    /// Whose the address at the same place is.
    owners: Vec<I>,
}

impl<I> Default for ByAddress<I> {
    fn default() -> Self {
        Self { addresses: Vec::new(), owners: Vec::new() }
    }
}

impl<I: Copy + Ord> FromIterator<(IpAddr, I)> for ByAddress<I> {
    fn from_iter<P: IntoIterator<Item = (IpAddr, I)>>(pairs: P) -> Self {
        let mut pairs: Vec<(IpAddr, I)> = pairs.into_iter().collect();
        pairs.sort_unstable();
        pairs.dedup();
        let (addresses, owners) = pairs.into_iter().unzip();
        Self { addresses, owners }
    }
}

impl<I> ByAddress<I> {
    /// Whose an address is, in order.
    pub(crate) fn get(&self, address: IpAddr) -> &[I] {
        let from = self.addresses.partition_point(|have| *have < address);
        let rest = self.addresses.get(from..).unwrap_or_default();
        let count = rest.partition_point(|have| *have == address);
        self.owners.get(from..from + count).unwrap_or_default()
    }

    /// Every address with whose it is.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (IpAddr, &[I])> {
        let runs = self.addresses.chunk_by(|one, other| one == other);
        runs.scan(0, |from, run| {
            let owners = self.owners.get(*from..*from + run.len()).unwrap_or_default();
            *from += run.len();
            Some((*run.first()?, owners))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whose_an_address_is_is_found_and_told_once() {
        let [a, b, c] = [1, 2, 3].map(|last| IpAddr::from([10, 0, 0, last]));
        let by: ByAddress<u32> = [(b, 2), (a, 7), (b, 1), (b, 2)].into_iter().collect();
        assert_eq!((by.get(a), by.get(b), by.get(c)), (&[7][..], &[1, 2][..], &[][..]));
        assert_eq!(by.iter().collect::<Vec<_>>(), [(a, &[7][..]), (b, &[1, 2][..])]);
        assert!(ByAddress::<u32>::default().get(a).is_empty());
    }
}
