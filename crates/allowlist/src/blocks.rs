//! Blocks for addresses: as few as say the same.

use bulkhead_model::{AddressSet, IpNet};

/// The fewest blocks that hold all of a set and, besides it, only addresses of `filler`: those that may be let in as well
/// because whoever has them is wanted. Of what a block could hold it holds the least.
pub(crate) fn joined(set: &AddressSet, filler: &AddressSet) -> Vec<IpNet> {
    if filler.is_empty() {
        return set.to_nets();
    }
    // every block that is allowed lies in one of these, and none of these can do another's work
    let most = set.union(filler).to_nets();
    most.into_iter().filter_map(|net| hull(&set.intersection(&AddressSet::from_net(net)))).collect()
}

/// The smallest block that holds a set of addresses of one family; `None` for none.
fn hull(set: &AddressSet) -> Option<IpNet> {
    let (first, last) = (set.ranges().next()?.0, set.ranges().last()?.1);
    let mut net = IpNet::from(first);
    while !net.contains(&last) {
        net = net.supernet()?;
    }
    Some(net)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn set(texts: &[&str]) -> AddressSet {
        texts.iter().map(|text| text.parse::<IpNet>().unwrap()).collect()
    }

    #[test]
    fn holes_that_wanted_clients_have_are_filled() {
        let nodes = set(&["10.0.0.5/32", "10.0.0.200/32"]);
        let others = set(&["10.0.0.0/24"]).difference(&nodes);
        assert_eq!(joined(&others, &nodes), ["10.0.0.0/24".parse::<IpNet>().unwrap()]);
        assert!(joined(&others, &AddressSet::empty()).len() > 10);
        assert_eq!(joined(&set(&["10.0.0.4/32"]), &nodes), ["10.0.0.4/32".parse::<IpNet>().unwrap()]);
    }

    #[test]
    fn everyone_is_one_block_for_each_family() {
        let inside = set(&["10.244.0.0/16", "192.168.0.7/32", "fd00::7/128"]);
        let outside = AddressSet::all().difference(&inside);
        let all: Vec<IpNet> = vec!["0.0.0.0/0".parse().unwrap(), "::/0".parse().unwrap()];
        assert_eq!(joined(&outside, &inside), all);
    }

    proptest! {
        #[test]
        fn joined_blocks_hold_the_set_and_nothing_unwanted(
            wanted in prop::collection::btree_set(0_u8..32, 0..12),
            filler in prop::collection::btree_set(0_u8..32, 0..12),
        ) {
            let net = |host: &u8| format!("10.0.0.{host}/32").parse::<IpNet>().unwrap();
            let set: AddressSet = wanted.iter().map(net).collect();
            let filler: AddressSet = filler.iter().map(net).collect();
            let blocks = joined(&set, &filler);
            let held: AddressSet = blocks.iter().copied().collect();
            prop_assert!(set.is_subset(&held));
            prop_assert!(held.is_subset(&set.union(&filler)));
            prop_assert!(blocks.len() <= set.to_nets().len());
        }
    }
}
