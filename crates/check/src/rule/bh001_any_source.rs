//! An ingress rule whose `from` is missing or empty, which means everybody, inside and outside the cluster
//! (networking.k8s.io/v1 `NetworkPolicyIngressRule.from`).

use bulkhead_model::Severity;
use bulkhead_model::object::Direction;
use bulkhead_policy::Action;
use bulkhead_policy::rule::Peers;

use super::Rule;
use crate::cluster::Cluster;
use crate::finding::Finding;
use crate::notation;

pub(super) static RULE: Rule =
    Rule { id: "BH001", name: "any-source", severity: Severity::Warning, messages: &["BH001", "BH001.ports"], find };

fn find(cluster: &Cluster<'_>) -> Vec<Finding> {
    let open = cluster.rules().filter(|site| {
        site.policy.direction == Direction::Ingress
            && site.rule.action == Action::Allow
            && site.rule.peers == Peers::Any
    });
    let finding = open.map(|site| {
        site.place(match notation::ports(&site.rule.ports) {
            None => RULE.finding(),
            Some(ports) => RULE.finding_of("BH001.ports").with("ports", ports),
        })
    });
    finding.collect()
}
