//! Blocks for addresses: as few as say the same.

use std::collections::{BTreeMap, BTreeSet};

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

/// Addresses, and the ports that are let in from all of them.
type Region<P> = (AddressSet, BTreeSet<P>);
/// The same of one block.
pub(crate) type Block<P> = (IpNet, BTreeSet<P>);

/// Blocks without what others hold at the same ports: a block that was joined over what is let in already may hold another one. And
/// what they hold, port by port.
pub(crate) fn without_covered<P: Ord + Clone>(mut blocks: Vec<Block<P>>) -> (Vec<Block<P>>, Vec<Region<P>>) {
    let mut nets: BTreeMap<&BTreeSet<P>, Vec<IpNet>> = BTreeMap::new();
    for (net, ports) in &blocks {
        nets.entry(ports).or_default().push(*net);
    }
    let mut regions: Vec<Region<P>> =
        nets.into_iter().map(|(ports, nets)| (nets.into_iter().collect(), ports.clone())).collect();
    if regions.len() < 2 {
        return (blocks, regions);
    }
    // The smallest first: they lie in others.
    let mut order: Vec<usize> = (0..blocks.len()).collect();
    order.sort_by_key(|place| blocks.get(*place).map(|(net, _)| std::cmp::Reverse(net.prefix_len())));
    for place in order {
        let Some((net, ports)) = blocks.get_mut(place) else { continue };
        let own = AddressSet::from_net(*net);
        let is_needed = |port: &P| {
            let others = regions.iter().filter(|(_, of)| of != ports && of.contains(port));
            let rest = others.fold(own.clone(), |rest, (held, _)| rest.difference(held));
            !rest.is_empty()
        };
        let needed: BTreeSet<P> = ports.iter().filter(|port| is_needed(port)).cloned().collect();
        if needed == *ports {
            continue;
        }
        if let Some((held, _)) = regions.iter_mut().find(|(_, of)| of == ports) {
            *held = held.difference(&own);
        }
        match regions.iter_mut().find(|(_, of)| *of == needed) {
            Some((held, _)) => *held = held.union(&own),
            None => regions.push((own, needed.clone())),
        }
        *ports = needed;
    }
    blocks.retain(|(_, ports)| !ports.is_empty());
    regions.retain(|(held, ports)| !held.is_empty() && !ports.is_empty());
    (blocks, regions)
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

    #[test]
    fn a_block_that_lies_in_another_of_its_ports_is_left_out() {
        let block = |net: &str, ports: &[u16]| (net.parse::<IpNet>().unwrap(), ports.iter().copied().collect());
        let (blocks, held) =
            without_covered(vec![block("0.0.0.0/0", &[80, 90]), block("198.51.100.0/24", &[90]), block("::/0", &[90])]);
        assert_eq!(blocks, [block("0.0.0.0/0", &[80, 90]), block("::/0", &[90])]);
        assert_eq!(held.len(), 2);
        let (blocks, _) = without_covered(vec![block("10.0.0.0/8", &[80]), block("10.1.0.0/16", &[80, 90])]);
        assert_eq!(blocks, [block("10.0.0.0/8", &[80]), block("10.1.0.0/16", &[90])]);
        let halves = vec![block("10.0.0.0/9", &[80]), block("10.128.0.0/9", &[80, 70]), block("10.0.0.0/8", &[80, 90])];
        let (blocks, _) = without_covered(halves);
        assert_eq!(blocks, [block("10.128.0.0/9", &[70]), block("10.0.0.0/8", &[80, 90])]);
    }

    proptest! {
        #[test]
        fn what_is_left_out_changes_nothing_and_all_that_is_left_is_needed(
            wanted in prop::collection::vec((0_u8..16, 28_u8..33, prop::collection::btree_set(0_u16..3, 1..3)), 0..8),
        ) {
            let net = |host: &u8, length: &u8| {
                format!("10.0.0.{host}/{length}").parse::<IpNet>().map(|net| net.network()).unwrap()
            };
            let blocks: Vec<(IpNet, BTreeSet<u16>)> = wanted
                .iter()
                .map(|(host, length, ports)| (IpNet::new(net(host, length), *length).unwrap(), ports.clone()))
                .collect();
            // As regions give them: blocks of the same ports are apart.
            let mut apart: Vec<(IpNet, BTreeSet<u16>)> = Vec::new();
            for (net, ports) in blocks {
                let overlaps = |(have, of): &(IpNet, BTreeSet<u16>)| {
                    *of == ports && (have.contains(&net) || net.contains(have))
                };
                if !apart.iter().any(overlaps) {
                    apart.push((net, ports));
                }
            }
            let at = |blocks: &[(IpNet, BTreeSet<u16>)], port: u16| -> AddressSet {
                blocks.iter().filter(|(_, ports)| ports.contains(&port)).map(|(net, _)| *net).collect()
            };
            let (left, held) = without_covered(apart.clone());
            for port in 0..3 {
                prop_assert_eq!(at(&apart, port), at(&left, port));
                let regions = held.iter().filter(|(_, ports)| ports.contains(&port));
                let regions = regions.fold(AddressSet::empty(), |all, (set, _)| all.union(set));
                prop_assert_eq!(at(&left, port), regions);
            }
            for place in 0..left.len() {
                let mut less = left.clone();
                less.remove(place);
                prop_assert!((0..3).any(|port| at(&less, port) != at(&left, port)));
            }
        }

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
