//! A list that may only be so long: which blocks hold the fewest addresses besides.

use std::collections::BTreeMap;

use bulkhead_model::{AddressSet, IpNet, Issue};

use crate::entry::{Entry, EntryPeer, EntryPort};
use crate::widen::widen_groups;

/// Makes a list of at most `limit` entries out of a longer one. Selectors stay as they are; blocks for the same ports are joined
/// where that lets in the fewest addresses besides. Where even that is too long, the shortest list is made, and an issue says so.
pub(crate) fn shorten(entries: Vec<Entry>, limit: usize) -> (Vec<Entry>, Vec<Issue>) {
    if entries.len() <= limit {
        return (entries, Vec::new());
    }
    let before = entries.len();
    let mut groups: BTreeMap<Vec<EntryPort>, Vec<Entry>> = BTreeMap::new();
    let mut kept = Vec::new();
    for entry in entries {
        match entry.peer {
            EntryPeer::Block(_) => groups.entry(entry.ports.clone()).or_default().push(entry),
            EntryPeer::Pods { .. } => kept.push(entry),
        }
    }
    let blocks: Vec<Vec<IpNet>> = groups.values().map(|entries| entries.iter().filter_map(block).collect()).collect();
    let families = |nets: &Vec<IpNet>| {
        usize::from(nets.iter().any(|net| net.addr().is_ipv4()))
            + usize::from(nets.iter().any(|net| net.addr().is_ipv6()))
    };
    let least = kept.len() + blocks.iter().map(families).sum::<usize>();
    let mut issues = Vec::new();
    if least > limit {
        issues.push(Issue::warning("maxEntriesTooFew").with("limit", limit).with("least", least));
    }
    let widened = widen_groups(&blocks, limit.max(least) - kept.len()).unwrap_or_default();
    let mut shorter = Vec::new();
    for (entries, widened) in groups.into_values().zip(&widened) {
        let asked: AddressSet = entries.iter().filter_map(block).collect();
        shorter.extend(widened.blocks.iter().map(|net| joined(*net, &asked, &entries)));
    }
    let extra: u128 = shorter.iter().map(|entry| entry.extra.len()).sum();
    shorter.sort_by_key(|entry| block(entry).map(|net| (net.addr().is_ipv6(), net)));
    shorter.extend(kept);
    let list = without_covered(shorter);
    let issue = Issue::note("listShortened").with("before", before).with("after", list.len()).with("extra", extra);
    issues.push(issue);
    (list, issues)
}

fn block(entry: &Entry) -> Option<IpNet> {
    match entry.peer {
        EntryPeer::Block(net) => Some(net),
        EntryPeer::Pods { .. } => None,
    }
}

/// The entry of a wider block, with what needs it.
fn joined(net: IpNet, asked: &AddressSet, entries: &[Entry]) -> Entry {
    let inside = entries.iter().filter(|entry| block(entry).is_some_and(|own| net.contains(&own)));
    let most = crate::entry::WITNESSES;
    let witnesses = inside.clone().flat_map(|entry| entry.witnesses.iter().cloned()).take(most).collect();
    Entry {
        peer: EntryPeer::Block(net),
        ports: inside.map(|entry| entry.ports.clone()).next().unwrap_or_default(),
        witnesses,
        extra: AddressSet::from_net(net).difference(asked),
    }
}

/// A wider block may hold what another one holds for fewer ports.
fn without_covered(entries: Vec<Entry>) -> Vec<Entry> {
    let wide: Vec<(IpNet, Vec<EntryPort>)> = entries
        .iter()
        .filter(|entry| !entry.extra.is_empty())
        .filter_map(|entry| Some((block(entry)?, entry.ports.clone())))
        .collect();
    let is_covered = |entry: &Entry| {
        block(entry).is_some_and(|own| {
            wide.iter().any(|(net, ports)| {
                *net != own && net.contains(&own) && entry.ports.iter().all(|port| ports.contains(port))
            })
        })
    };
    entries.into_iter().filter(|entry| !is_covered(entry)).collect()
}
