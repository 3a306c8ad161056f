//! Sides that no policy tells apart: five thousand nodes, or a hundred thousand pods, fall into a few kinds, and one verdict serves each.

use std::net::IpAddr;

use bulkhead_model::Protocol;
use bulkhead_model::object::Direction;
use bulkhead_model::{AddressSet, IpBlock, IpNet};
use bulkhead_snapshot::{NodeId, PodId, Snapshot};

use crate::decide::{Party, Question};
use crate::matching::{BlockHabits, Packet};
use crate::policies::Policies;
use crate::reach::AddressCells;
use crate::rule::{LoweredRule, Peers, PortSet, Ports, Who};

/// What the policies that may be about a pod look at in the address of the other side.
#[derive(Clone, Debug)]
pub struct Alike {
    /// For every policy and all its rules with the same ports and outcome: what their blocks hold together.
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

/// Two senders of the same kind get the same verdict at every port of every pod of the namespace that it is of.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SenderKind(Vec<Option<bool>>);

impl Policies {
    /// What the policies that may be about pods of a namespace, of which `subject` is one, see in whoever sends to them.
    pub fn sender_kind(&self, snapshot: &Snapshot, subject: PodId, sender: Party) -> SenderKind {
        let profile = self.engine().profile();
        // A rule looks at ports and at senders apart from each other: any port will do.
        let question =
            Question { direction: Direction::Ingress, subject, peer: sender, protocol: Protocol::Tcp, port: 0 };
        let habits = BlockHabits::of(profile);
        let packet = Packet { snapshot, selectors: self.selectors(), question: &question, habits };
        let concerning = self.concerning(snapshot, &question);
        let rules = concerning.iter().flat_map(|policy| &policy.rules);
        SenderKind(rules.map(|rule| packet.matches_peers(&rule.peers).known()).collect())
    }

    /// What the policies that may be about a pod, in a direction, look at in an address. It hangs on the pod's namespace only.
    pub fn alike(&self, snapshot: &Snapshot, subject: PodId, direction: Direction) -> Alike {
        let concerning = self.concerning_pod(snapshot, subject, direction);
        let selects_nodes = |rule: &LoweredRule| peers(rule).any(|who| matches!(who, Who::Nodes(_)));
        Alike {
            blocks: concerning.iter().flat_map(|policy| blocks_of(&policy.rules)).collect(),
            selects_nodes: concerning.iter().flat_map(|policy| &policy.rules).any(selects_nodes),
        }
    }
}

impl Alike {
    /// Whether the policies look at an address at all: where not, every address that is no pod's has the same key.
    pub fn tells_apart(&self) -> bool {
        self.selects_nodes || !self.blocks.is_empty()
    }

    /// All addresses, cut so that each piece has one key.
    pub fn address_cells(&self) -> Vec<AddressSet> {
        AddressCells::new(&self.blocks).sets()
    }

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

/// What the blocks of a policy's rules hold together, for neighbours that differ in nothing but their peers: which of them
/// matches is no part of the verdict.
fn blocks_of(rules: &[LoweredRule]) -> Vec<AddressSet> {
    let has_blocks = |rule: &LoweredRule| blocks(rule).next().is_some();
    let same = |one: &LoweredRule, other: &LoweredRule| {
        has_blocks(one)
            && has_blocks(other)
            && one.action == other.action
            && one.doubt == other.doubt
            && same_ports(&one.ports, &other.ports)
    };
    let runs = rules.chunk_by(same).filter(|run| run.iter().any(has_blocks));
    runs.map(|run| run.iter().flat_map(blocks).flat_map(nets).collect()).collect()
}

fn same_ports(one: &Ports, other: &Ports) -> bool {
    let of = |ports: &Ports| match ports {
        Ports::Any => Some(Vec::new()),
        Ports::OneOf(ports) => ports
            .iter()
            .map(|port| match port {
                PortSet::Ports { protocol, port, .. } => Some((*protocol, port.clone())),
                PortSet::Unreadable { .. } => None,
            })
            .collect(),
    };
    of(one).is_some_and(|ports| Some(ports) == of(other) && matches!(one, Ports::Any) == matches!(other, Ports::Any))
}

fn blocks(rule: &LoweredRule) -> impl Iterator<Item = &IpBlock> {
    peers(rule).filter_map(|who| match who {
        Who::Block { block, .. } => Some(block),
        _ => None,
    })
}

/// The nets that a block comes to.
fn nets(block: &IpBlock) -> Vec<IpNet> {
    if block.except.is_empty() { vec![block.cidr] } else { AddressSet::from_block(block).to_nets() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide;
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

    #[test]
    fn senders_of_one_kind_get_the_same_verdict_at_every_port() {
        use std::collections::{BTreeMap, BTreeSet};
        use std::fmt::Write as _;

        let mut text = String::from(
            "kind: Namespace\napiVersion: v1\nmetadata: {name: shop}\n---\n\
             kind: Namespace\napiVersion: v1\nmetadata: {name: ops, labels: {team: x}}\n---\n\
             kind: NetworkPolicy\napiVersion: networking.k8s.io/v1\nmetadata: {name: p, namespace: shop}\nspec: {podSelector: {matchLabels: \
             {app: a}}, ingress: [{from: [{podSelector: {matchLabels: {app: a}}}], ports: [{port: 80}]}, \
             {from: [{namespaceSelector: {matchLabels: {team: x}}}], ports: [{port: 81}]}, \
             {from: [{ipBlock: {cidr: 10.0.0.0/30}}]}]}\n---\n\
             kind: NetworkPolicy\napiVersion: networking.k8s.io/v1\nmetadata: {name: q, namespace: shop}\nspec: {podSelector: {matchLabels: \
             {app: b}}, ingress: [{from: [{podSelector: {matchLabels: {app: b}}}]}]}\n",
        );
        for (number, (namespace, app)) in [("shop", "a"), ("shop", "b"), ("shop", "c"), ("ops", "a"), ("ops", "b")]
            .into_iter()
            .cycle()
            .take(15)
            .enumerate()
        {
            let _ = write!(
                text,
                "---\nkind: Pod\napiVersion: v1\nmetadata: {{name: p{number}, namespace: {namespace}, labels: {{app: {app}}}}}\n\
                 spec: {{containers: [{{name: a, image: a}}]}}\nstatus: {{podIP: 10.0.0.{number}, phase: Running}}\n"
            );
        }
        let snapshot = Snapshot::new(read(&[Input { name: "a", text: text.as_bytes() }]));
        let policies = Policies::new(&snapshot);
        let subjects = || snapshot.pods.iter().filter(|(_, pod)| pod.name.namespace == "shop").map(|(id, _)| id);
        let first = subjects().next().unwrap();
        let mut verdicts: BTreeMap<SenderKind, BTreeSet<Vec<Option<bool>>>> = BTreeMap::new();
        for (id, pod) in snapshot.pods.iter() {
            let peer = Party { address: pod.addresses.first().copied(), pod: Some(id), node: None, identity: None };
            let kind = policies.sender_kind(&snapshot, first, peer);
            let asked = subjects().flat_map(|subject| [79, 80, 81].map(|port| (subject, port)));
            let verdict = |(subject, port)| {
                let question = Question { direction: Direction::Ingress, subject, peer, protocol: Protocol::Tcp, port };
                decide(&snapshot, &policies, &question).allows()
            };
            verdicts.entry(kind).or_default().insert(asked.map(verdict).collect());
        }
        assert!(verdicts.values().all(|of_kind| of_kind.len() == 1), "{verdicts:?}");
        assert!((4..15).contains(&verdicts.len()), "{}", verdicts.len());
        let different: BTreeSet<_> = verdicts.values().flatten().collect();
        assert!(different.len() > 3, "{different:?}");
    }
}
