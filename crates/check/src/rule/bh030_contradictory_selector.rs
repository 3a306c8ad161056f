//! A selector that nothing can ever satisfy: a label that must have two values, or be there and not be there; or an ipBlock
//! whose excepts leave no address.

use std::collections::BTreeSet;

use bulkhead_model::{AddressSet, LabelSelector, Severity};
use bulkhead_policy::rule::{LoweredPolicy, NamespaceSet, PodSet, Who};
use bulkhead_policy::selector::SelectorId;

use super::Rule;
use super::bh004_selects_no_pod::subject_field;
use crate::cluster::Cluster;
use crate::finding::Finding;
use crate::meaning::selector_area;
use crate::notation;
use crate::site::PeerSite;

pub(super) static RULE: Rule = Rule {
    id: "BH030",
    name: "contradictory-selector",
    severity: Severity::Error,
    messages: &["BH030", "BH030.block"],
    find,
};

fn find(cluster: &Cluster<'_>) -> Vec<Finding> {
    let mut seen = BTreeSet::new();
    let policies = cluster.policies.lowered().iter().filter(|policy| policy.doubt.is_none());
    let subjects = policies.filter(|policy| seen.insert(&policy.origin));
    let subjects = subjects.filter_map(|policy| of_subject(cluster, policy));
    let peers = cluster.peers().filter_map(|peer| of_peer(cluster, peer));
    subjects.chain(peers).collect()
}

fn of_subject(cluster: &Cluster<'_>, policy: &LoweredPolicy) -> Option<Finding> {
    let selector = contradiction(cluster, &policy.subject)?;
    let finding = RULE.finding().at(policy.position).about(&policy.origin).in_field(subject_field(policy));
    Some(finding.with("selector", notation::selector(selector)))
}

fn of_peer(cluster: &Cluster<'_>, peer: PeerSite<'_>) -> Option<Finding> {
    match &peer.peer.who {
        Who::Pods(set) => {
            let selector = contradiction(cluster, set)?;
            Some(peer.place(RULE.finding()).with("selector", notation::selector(selector)))
        }
        Who::Block { block, .. } if AddressSet::from_block(block).is_empty() => {
            Some(peer.place(RULE.finding_of("BH030.block")).with("cidr", block.cidr))
        }
        _ => None,
    }
}

/// Whether a peer is one that this rule reports.
pub(super) fn contradicts_itself(cluster: &Cluster<'_>, peer: PeerSite<'_>) -> bool {
    matches!(&peer.peer.who, Who::Pods(set) if contradiction(cluster, set).is_some())
}

/// The selector of a set that nothing can satisfy.
fn contradiction<'a>(cluster: &Cluster<'a>, set: &PodSet) -> Option<&'a LabelSelector> {
    let selectors = cluster.policies.selectors();
    let namespaces: Option<SelectorId> = match &set.namespaces {
        NamespaceSet::Selected(id) => Some(*id),
        _ => None,
    };
    let both = [namespaces, Some(set.pods)].into_iter().flatten().filter_map(|id| selectors.get(id));
    both.into_iter().find(|selector| selector_area(selector).is_some_and(|area| area.is_empty()))
}
