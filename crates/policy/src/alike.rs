//! Addresses that no policy tells apart: five thousand nodes fall into a few kinds, and one verdict serves each.

use std::net::IpAddr;

use bulkhead_model::AddressSet;
use bulkhead_model::object::Direction;
use bulkhead_snapshot::{NodeId, PodId, Snapshot};

use crate::policies::Policies;
use crate::rule::{LoweredRule, Peers, Who};

/// What the policies that may be about a pod look at in the address of the other side.
#[derive(Clone, Debug)]
pub struct Alike {
    /// For every rule with blocks: what they hold together.
    blocks: Vec<AddressSet>,
    /// Whether a rule selects nodes by their labels.
    selects_nodes: bool,
}

/// Two sides of the same key get the same verdict: both are nodes or neither is, none is a pod, and the same rules match.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct AlikeKey {
    inside: Vec<bool>,
    node: Option<NodeId>,
}

impl Policies {
    /// What the policies that may be about a pod, in a direction, look at in an address. It hangs on the pod's namespace only.
    pub fn alike(&self, snapshot: &Snapshot, subject: PodId, direction: Direction) -> Alike {
        let concerning = self.concerning_pod(snapshot, subject, direction);
        let rules: Vec<&LoweredRule> = concerning.iter().flat_map(|policy| &policy.rules).collect();
        let selects_nodes = |rule: &&LoweredRule| peers(rule).any(|who| matches!(who, Who::Nodes(_)));
        Alike {
            blocks: rules.iter().map(|rule| blocks(rule)).filter(|blocks| !blocks.is_empty()).collect(),
            selects_nodes: rules.iter().any(selects_nodes),
        }
    }
}

impl Alike {
    /// The key of an address that is no pod's.
    pub fn key(&self, address: IpAddr, node: Option<NodeId>) -> AlikeKey {
        let inside = self.blocks.iter().map(|blocks| blocks.contains(address)).collect();
        AlikeKey { inside, node: node.filter(|_| self.selects_nodes) }
    }
}

fn peers(rule: &LoweredRule) -> impl Iterator<Item = &Who> {
    let peers = match &rule.peers {
        Peers::Any => &[][..],
        Peers::OneOf(peers) => peers.as_slice(),
    };
    peers.iter().map(|peer| &peer.who)
}

/// What the blocks of a rule hold together.
fn blocks(rule: &LoweredRule) -> AddressSet {
    let blocks = peers(rule).filter_map(|who| match who {
        Who::Block { block, .. } => Some(block),
        _ => None,
    });
    let (whole, cut): (Vec<_>, Vec<_>) = blocks.partition(|block| block.except.is_empty());
    let whole: AddressSet = whole.into_iter().map(|block| block.cidr).collect();
    cut.into_iter().fold(whole, |all, block| all.union(&AddressSet::from_block(block)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Party, Question, decide};
    use bulkhead_model::Protocol;
    use bulkhead_snapshot::{Input, read};

    #[test]
    fn equal_keys_mean_equal_verdicts() {
        let text = "kind: Pod\napiVersion: v1\nmetadata: {name: a, namespace: shop}\nspec: {containers: [{name: a, image: a}]}\n---\n\
                    kind: NetworkPolicy\napiVersion: networking.k8s.io/v1\nmetadata: {name: p, namespace: shop}\nspec: {podSelector: {}, \
                    ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/29, except: [10.0.0.3/32]}}, {ipBlock: {cidr: 10.0.0.9/32}}]}, \
                    {from: [{ipBlock: {cidr: 10.0.0.4/31}}], ports: [{port: 1}]}]}\n";
        let snapshot = Snapshot::new(read(&[Input { name: "a", text: text.as_bytes() }]));
        let policies = Policies::new(&snapshot);
        let subject = snapshot.pods.ids().next().unwrap();
        let alike = policies.alike(&snapshot, subject, Direction::Ingress);
        let verdict = |last: u8| {
            let address = IpAddr::from([10, 0, 0, last]);
            let peer = Party { address: Some(address), pod: None, node: None, identity: None };
            let question = Question { direction: Direction::Ingress, subject, peer, protocol: Protocol::Tcp, port: 80 };
            (alike.key(address, None), decide(&snapshot, &policies, &question).allows())
        };
        let verdicts: std::collections::BTreeMap<_, std::collections::BTreeSet<_>> =
            (0..16).map(verdict).fold(std::collections::BTreeMap::new(), |mut all, (key, allows)| {
                let of_key: &mut std::collections::BTreeSet<_> = all.entry(key).or_default();
                of_key.insert(allows);
                all
            });
        assert_eq!(verdicts.len(), 3, "{verdicts:?}");
        assert!(verdicts.values().all(|of_key| of_key.len() == 1), "{verdicts:?}");
    }
}
