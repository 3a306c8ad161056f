//! An ipBlock that holds nothing but addresses that the engine never compares with blocks: those of pods or of nodes, where the
//! engine knows them by identity (Cilium).

use bulkhead_model::{AddressSet, Severity};
use bulkhead_policy::rule::{BlockMeaning, Who};
use bulkhead_policy::{Answer, Habit};

use super::Rule;
use crate::cluster::Cluster;
use crate::finding::Finding;
use crate::site::PeerSite;

pub(super) static RULE: Rule =
    Rule { id: "BH010", name: "block-ignored", severity: Severity::Warning, messages: &["BH010", "BH010.nodes"], find };

fn find(cluster: &Cluster<'_>) -> Vec<Finding> {
    cluster.allowed_peers().filter_map(|peer| of_peer(cluster, peer)).collect()
}

fn of_peer(cluster: &Cluster<'_>, peer: PeerSite<'_>) -> Option<Finding> {
    let Who::Block { block, meaning: BlockMeaning::EngineDecides } = &peer.peer.who else { return None };
    let (engine, addresses) = (cluster.policies.engine(), AddressSet::from_block(block));
    let ignores_pods = engine.profile().ip_block_of_pods.value == Answer::No;
    let ignores_nodes = engine.profile().ip_block_of_nodes.value == Answer::No;
    let pods = if ignores_pods { cluster.addresses.pods.clone() } else { AddressSet::empty() };
    let nodes = if ignores_nodes { cluster.addresses.nodes.clone() } else { AddressSet::empty() };
    if addresses.is_empty() || !addresses.is_subset(&pods.union(&nodes)) {
        return None;
    }
    let of_nodes = !addresses.intersection(&nodes).is_empty();
    let (message, habit) =
        if of_nodes { ("BH010.nodes", Habit::IpBlockOfNodes) } else { ("BH010", Habit::IpBlockOfPods) };
    let stated = engine.profile().habit(habit);
    let finding = RULE.finding_of(message).with("cidr", block.cidr).with("engine", engine.profile().name);
    Some(peer.place(finding).with("source", stated.source))
}
