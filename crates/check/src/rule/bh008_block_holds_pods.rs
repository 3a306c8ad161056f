//! An ipBlock that holds addresses of pods. Blocks are meant for the world outside: whether they match pods is the engine's
//! affair, and a pod's address is another pod's tomorrow.
//!
//! Single addresses that no pod has are left out: those of tunnels lie in the pods' ranges, and belong on an allowlist.

use bulkhead_model::{AddressSet, Severity};
use bulkhead_policy::Answer;
use bulkhead_policy::rule::{BlockMeaning, Who};

use super::Rule;
use crate::cluster::Cluster;
use crate::finding::Finding;
use crate::notation;
use crate::site::PeerSite;

pub(super) static RULE: Rule = Rule {
    id: "BH008",
    name: "block-holds-pods",
    severity: Severity::Warning,
    messages: &["BH008", "BH008.unknown"],
    find,
};

fn find(cluster: &Cluster<'_>) -> Vec<Finding> {
    if cluster.policies.engine().profile().ip_block_of_pods.value == Answer::No {
        return Vec::new();
    }
    cluster.allowed_peers().filter_map(|peer| of_peer(cluster, peer)).collect()
}

fn of_peer(cluster: &Cluster<'_>, peer: PeerSite<'_>) -> Option<Finding> {
    let Who::Block { block, meaning: BlockMeaning::EngineDecides } = &peer.peer.who else { return None };
    let in_ranges = AddressSet::from_block(block).intersection(&cluster.addresses.pods);
    let of_pods = in_ranges.difference(&cluster.addresses.nodes);
    if of_pods.is_empty() {
        return None;
    }
    let pods = cluster.addresses.pods_in(&of_pods);
    if of_pods.len() == 1 && pods.is_empty() {
        return None;
    }
    let engine = cluster.policies.engine();
    let finding = match engine.profile().ip_block_of_pods.value {
        Answer::Yes => RULE.finding().with("engine", engine.profile().name),
        Answer::No | Answer::Unknown => RULE.finding_of("BH008.unknown"),
    };
    let home = peer.at.policy.origin.namespace.as_ref();
    let pods = pods.iter().map(|id| &*cluster.snapshot.pods[*id]);
    let others = pods.filter(|pod| Some(&pod.name.namespace) != home).collect::<Vec<_>>();
    let now = match others.len() {
        0 => "0".to_owned(),
        count => format!("{count} ({})", notation::pods(others)),
    };
    let nets = notation::listed(in_ranges.to_nets());
    Some(peer.place(finding).with("cidr", block.cidr).with("nets", nets).with("now", now))
}
