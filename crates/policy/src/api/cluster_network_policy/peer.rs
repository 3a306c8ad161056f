//! Peers of the policies of the whole cluster.

use bulkhead_model::object::{ClusterPeer, PeerNamespaces};
use bulkhead_model::{IpBlock, IpNet, LabelSelector, Position, Readable};

use crate::rule::{BlockMeaning, NamespaceSet, PeerSet, Peers, PodSet, Who};
use crate::selector::SelectorTable;

/// The peers of a rule; `None` where one is of an unknown kind, and the rule fails closed.
pub(super) fn lower_peers(peers: &[Readable<ClusterPeer>], selectors: &mut SelectorTable) -> Option<Peers> {
    let mut lowered = Vec::with_capacity(peers.len());
    for peer in peers {
        match peer {
            Readable::Known(ClusterPeer::Unknown { .. }) => return None,
            Readable::Known(peer) => lowered.extend(lower_peer(peer, selectors)),
            Readable::Unreadable { position } => lowered.push(PeerSet { who: Who::Unreadable, position: *position }),
        }
    }
    Some(Peers::OneOf(lowered))
}

fn lower_peer(peer: &ClusterPeer, selectors: &mut SelectorTable) -> Vec<PeerSet> {
    match peer {
        ClusterPeer::Pods { namespaces, pods, position } => {
            let namespaces = match namespaces {
                PeerNamespaces::Selected(selector) => NamespaceSet::Selected(selectors.intern(selector)),
                PeerNamespaces::SameLabels(keys) => NamespaceSet::SameLabels(keys.clone()),
                PeerNamespaces::NotSameLabels(keys) => NamespaceSet::NotSameLabels(keys.clone()),
            };
            let who = Who::Pods(PodSet { namespaces, pods: selectors.intern(pods) });
            vec![PeerSet { who, position: *position }]
        }
        ClusterPeer::Nodes { nodes, position } => {
            vec![PeerSet { who: Who::Nodes(selectors.intern(nodes)), position: *position }]
        }
        ClusterPeer::Networks { networks, position } => {
            networks.iter().map(|network| PeerSet { who: block_of(network), position: *position }).collect()
        }
        ClusterPeer::DomainNames { position, .. } => vec![PeerSet { who: Who::DomainNames, position: *position }],
        ClusterPeer::Unknown { position } => vec![PeerSet { who: Who::Unreadable, position: *position }],
    }
}

fn block_of(network: &Readable<IpNet>) -> Who {
    match network {
        Readable::Known(cidr) => {
            let block = IpBlock { cidr: *cidr, except: Vec::new() };
            Who::Block { block, meaning: BlockMeaning::Everybody }
        }
        Readable::Unreadable { .. } => Who::Unreadable,
    }
}

/// A selector of which nobody knows what it selects.
pub(super) fn nobody_knows(position: Position) -> LabelSelector {
    LabelSelector { requirements: vec![Readable::Unreadable { position }] }
}
