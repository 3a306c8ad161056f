//! Fewer blocks at the least price: when a list may only be so long, which addresses does one let in besides?
//!
//! Exact: a dynamic programme over the binary tree of the blocks' prefixes. For every subtree and every number of blocks up to the
//! limit it knows the least number of extra addresses; two subtrees combine by trying every way to share the number.

use bulkhead_model::{AddressSet, IpNet};

/// Blocks that hold everything that was given, and what they hold besides.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Widened {
    /// The blocks, in ascending order.
    pub blocks: Vec<IpNet>,
    /// The addresses that nobody asked for.
    pub extra: AddressSet,
}

/// Covers disjoint blocks by at most `limit` blocks that hold the fewest extra addresses; where several do, the one that keeps
/// the longest prefixes first. `None` where the limit is too small: one block for each family is the least.
pub fn widen(blocks: &[IpNet], limit: usize) -> Option<Widened> {
    widen_groups(&[blocks.to_vec()], limit)?.pop()
}

/// The same for several lists of blocks that share the limit and are never joined with each other.
pub(crate) fn widen_groups(groups: &[Vec<IpNet>], limit: usize) -> Option<Vec<Widened>> {
    let mut trees: Vec<(usize, Tree)> = Vec::new();
    for (group, blocks) in groups.iter().enumerate() {
        let (v4, v6): (Vec<IpNet>, Vec<IpNet>) = blocks.iter().partition(|net| net.addr().is_ipv4());
        let of_family = [v4, v6].into_iter().filter_map(|mut nets| tree(&mut nets, limit));
        trees.extend(of_family.map(|tree| (group, tree)));
    }
    let costs: Vec<&[u128]> = trees.iter().map(|(_, tree)| tree.costs.as_slice()).collect();
    let shares = share(&costs, limit)?;
    let mut widened: Vec<Widened> = groups.iter().map(|_| Widened::default()).collect();
    for ((group, tree), count) in trees.iter().zip(shares) {
        if let Some(of_group) = widened.get_mut(*group) {
            tree.choose(count, &mut of_group.blocks);
        }
    }
    for (of_group, blocks) in widened.iter_mut().zip(groups) {
        let asked: AddressSet = blocks.iter().copied().collect();
        of_group.extra = of_group.blocks.iter().copied().collect::<AddressSet>().difference(&asked);
    }
    Some(widened)
}

/// How many blocks each tree gets of at most `limit`, so that all together cost least, and then are fewest. `costs` has for each
/// tree the cost of one block, of two, …. `None` where there are more trees than blocks.
fn share(costs: &[&[u128]], limit: usize) -> Option<Vec<usize>> {
    // for each number of blocks the least cost of the trees so far, and what the last of them gets
    let mut best: Vec<Option<u128>> = vec![Some(0)];
    let mut choices: Vec<Vec<usize>> = Vec::new();
    for tree in costs {
        let most = (best.len() + tree.len()).min(limit + 1);
        let mut next: Vec<Option<u128>> = vec![None; most];
        let mut chosen = vec![0; most];
        for (used, so_far) in best.iter().enumerate() {
            let Some(so_far) = so_far else { continue };
            for (at, cost) in tree.iter().enumerate() {
                let total = so_far.saturating_add(*cost);
                let (Some(slot), Some(choice)) = (next.get_mut(used + at + 1), chosen.get_mut(used + at + 1)) else {
                    break;
                };
                if slot.is_none_or(|have| total < have) {
                    (*slot, *choice) = (Some(total), at + 1);
                }
            }
        }
        best = next;
        choices.push(chosen);
    }
    let total = best.iter().enumerate().filter_map(|(used, cost)| cost.map(|cost| (cost, used)));
    let (_, mut left) = total.min()?;
    let mut shares = Vec::new();
    for chosen in choices.iter().rev() {
        let count = chosen.get(left).copied()?;
        shares.push(count);
        left = left.checked_sub(count)?;
    }
    shares.reverse();
    Some(shares)
}

/// A subtree of prefixes.
struct Tree {
    /// The smallest block that holds all of the subtree.
    net: IpNet,
    /// How many of its addresses were asked for.
    asked: u128,
    /// How many blocks are in it.
    leaves: usize,
    /// The least number of extra addresses with one block, two blocks, … up to the limit or one for each leaf.
    costs: Vec<u128>,
    children: Option<Box<(Tree, Tree)>>,
}

fn tree(nets: &mut [IpNet], limit: usize) -> Option<Tree> {
    nets.sort();
    build(nets, limit)
}

/// The tree of sorted, disjoint blocks.
fn build(nets: &[IpNet], limit: usize) -> Option<Tree> {
    let (first, last) = (nets.first()?, nets.last()?);
    if nets.len() == 1 {
        return Some(Tree { net: *first, asked: size(*first), leaves: 1, costs: vec![0], children: None });
    }
    let net = common(*first, *last)?;
    let half = AddressSet::from_net(lower_half(net)?);
    let at = nets.partition_point(|net| half.contains(net.network()));
    let (lower, upper) = nets.split_at(at);
    let (lower, upper) = (build(lower, limit)?, build(upper, limit)?);
    let (asked, leaves) = (lower.asked.saturating_add(upper.asked), lower.leaves + upper.leaves);
    let mut costs = vec![u128::MAX; leaves.min(limit.max(1))];
    for (i, left) in lower.costs.iter().enumerate() {
        for (j, right) in upper.costs.iter().enumerate() {
            let Some(cost) = costs.get_mut(i + j + 1) else { break };
            *cost = (*cost).min(left.saturating_add(*right));
        }
    }
    if let Some(one) = costs.first_mut() {
        *one = size(net).saturating_sub(asked);
    }
    Some(Tree { net, asked, leaves, costs, children: Some(Box::new((lower, upper))) })
}

impl Tree {
    /// Takes the cheapest `count` blocks.
    fn choose(&self, count: usize, blocks: &mut Vec<IpNet>) {
        let Some(children) = self.children.as_deref().filter(|_| count > 1) else {
            blocks.push(self.net);
            return;
        };
        match exact_split(&children.0.costs, &children.1.costs, count) {
            Some((at_lower, at_upper)) => {
                children.0.choose(at_lower, blocks);
                children.1.choose(at_upper, blocks);
            }
            None => blocks.push(self.net),
        }
    }
}

/// How two subtrees share exactly `count` blocks at the least cost.
fn exact_split(lower: &[u128], upper: &[u128], count: usize) -> Option<(usize, usize)> {
    let shares = (1..count).filter_map(|at| {
        let (left, right) = (lower.get(at - 1)?, upper.get(count - at - 1)?);
        Some((left.saturating_add(*right), at))
    });
    shares.min().map(|(_, at)| (at, count - at))
}

fn size(net: IpNet) -> u128 {
    AddressSet::from_net(net).len()
}

/// The smallest block that holds two blocks of one family.
fn common(first: IpNet, last: IpNet) -> Option<IpNet> {
    let mut net = first;
    while !net.contains(&last) {
        net = net.supernet()?;
    }
    Some(net)
}

fn lower_half(net: IpNet) -> Option<IpNet> {
    net.subnets(net.prefix_len() + 1).ok()?.next()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn nets(texts: &[&str]) -> Vec<IpNet> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    fn check(blocks: &[&str], limit: usize, expect: &[&str], extra: u128) {
        let widened = widen(&nets(blocks), limit).unwrap();
        assert_eq!(widened.blocks, nets(expect));
        assert_eq!(widened.extra.len(), extra);
    }

    #[test]
    fn the_nearest_are_joined_first() {
        let nodes = ["10.0.0.1/32", "10.0.0.2/32", "10.0.0.9/32", "10.0.4.1/32"];
        check(&nodes, 4, &nodes, 0);
        check(&nodes, 3, &["10.0.0.0/30", "10.0.0.9/32", "10.0.4.1/32"], 2);
        check(&nodes, 2, &["10.0.0.0/28", "10.0.4.1/32"], 13);
        check(&nodes, 1, &["10.0.0.0/21"], 2044);
    }

    #[test]
    fn families_share_the_limit_and_are_never_joined() {
        check(&["10.0.0.1/32", "10.0.0.2/32", "fd00::1/128"], 2, &["10.0.0.0/30", "fd00::1/128"], 2);
        assert_eq!(widen(&nets(&["10.0.0.1/32", "fd00::1/128"]), 1), None);
        assert_eq!(widen(&nets(&["10.0.0.1/32"]), 0), None);
    }

    #[test]
    fn nothing_needs_nothing() {
        assert_eq!(widen(&[], 0), Some(Widened::default()));
    }

    /// The least number of extra addresses among all ways to cover what is asked, tried one by one.
    fn by_trying(asked: &AddressSet, covered: &AddressSet, blocks: &[IpNet], limit: usize) -> Option<u128> {
        let missing = asked.difference(covered);
        let Some((first, _)) = missing.ranges().next() else { return Some(covered.difference(asked).len()) };
        let more = limit.checked_sub(1)?;
        let holding = blocks.iter().filter(|net| net.contains(&first));
        holding.filter_map(|net| by_trying(asked, &covered.union(&AddressSet::from_net(*net)), blocks, more)).min()
    }

    proptest! {
        #[test]
        fn no_way_is_cheaper(hosts in prop::collection::btree_set(0_u8..16, 1..8), limit in 1_usize..5) {
            let asked: AddressSet = hosts.iter().map(|host| format!("10.0.0.{host}/32").parse::<IpNet>().unwrap()).collect();
            let widened = widen(&asked.to_nets(), limit).unwrap();
            prop_assert!(widened.blocks.len() <= limit);
            prop_assert!(asked.is_subset(&widened.blocks.iter().copied().collect()));
            let all: IpNet = "10.0.0.0/28".parse().unwrap();
            let blocks: Vec<IpNet> = (28..=32).flat_map(|length| all.subnets(length).unwrap()).collect();
            prop_assert_eq!(Some(widened.extra.len()), by_trying(&asked, &AddressSet::empty(), &blocks, limit));
        }
    }
}
