//! Which addresses are told apart: those that some block of any policy cuts, and every piece by itself.

use std::net::{IpAddr, Ipv4Addr};

use bulkhead_model::AddressSet;
use bulkhead_model::object::Direction;
use bulkhead_policy::Policies;
use bulkhead_policy::rule::{Peers, Who};
use bulkhead_snapshot::Snapshot;

use crate::peer::AddressRange;

/// All of IPv4, cut at every edge of a block in a rule of one direction. That a policy does not isolate in a direction does
/// not keep its blocks from cutting.
pub(crate) fn pieces(snapshot: &Snapshot, policies: &Policies, direction: Direction) -> Vec<AddressRange> {
    let mut starts: Vec<u32> = vec![0];
    for (first, last) in blocks(snapshot, policies, direction).iter().flat_map(AddressSet::ranges) {
        if let (IpAddr::V4(first), IpAddr::V4(last)) = (first, last) {
            starts.push(first.into());
            starts.extend(u32::from(last).checked_add(1));
        }
    }
    starts.sort_unstable();
    starts.dedup();
    let ends = starts.iter().skip(1).map(|next| next - 1).chain([u32::MAX]);
    let piece = |(first, last): (&u32, u32)| AddressRange { first: Ipv4Addr::from(*first), last: Ipv4Addr::from(last) };
    starts.iter().zip(ends).map(piece).collect()
}

fn blocks(snapshot: &Snapshot, policies: &Policies, direction: Direction) -> Vec<AddressSet> {
    let of_namespaces = snapshot.network_policies.iter().flat_map(|policy| policy.blocks(direction));
    let lowered = policies.lowered().iter().filter(|policy| policy.direction == direction);
    let of_cluster = lowered.flat_map(|policy| &policy.rules).flat_map(|rule| match &rule.peers {
        Peers::OneOf(peers) => peers.as_slice(),
        Peers::Any => &[],
    });
    let of_cluster = of_cluster.filter_map(|peer| match &peer.who {
        Who::Block { block, .. } => Some(block),
        Who::Pods(_) | Who::Nodes(_) | Who::DomainNames | Who::Unreadable => None,
    });
    of_namespaces.chain(of_cluster).map(AddressSet::from_block).collect()
}
