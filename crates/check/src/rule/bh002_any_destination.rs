//! An egress rule whose `to` is missing or empty, which means everywhere, inside and outside the cluster
//! (networking.k8s.io/v1 `NetworkPolicyEgressRule.to`). Rules about port 53 alone are left out: opening DNS towards everybody is
//! a common and short way to open it.

use bulkhead_model::object::{Direction, PortMatch};
use bulkhead_model::{PortRange, Severity};
use bulkhead_policy::Action;
use bulkhead_policy::rule::{Peers, PortSet, Ports};

use super::Rule;
use crate::cluster::Cluster;
use crate::finding::Finding;
use crate::notation;

pub(super) static RULE: Rule =
    Rule { id: "BH002", name: "any-destination", severity: Severity::Note, messages: &["BH002", "BH002.ports"], find };

fn find(cluster: &Cluster<'_>) -> Vec<Finding> {
    let open = cluster.rules().filter(|site| {
        site.policy.direction == Direction::Egress
            && site.rule.action == Action::Allow
            && site.rule.peers == Peers::Any
            && !is_dns(&site.rule.ports)
    });
    let finding = open.map(|site| {
        site.place(match notation::ports(&site.rule.ports) {
            None => RULE.finding(),
            Some(ports) => RULE.finding_of("BH002.ports").with("ports", ports),
        })
    });
    finding.collect()
}

fn is_dns(ports: &Ports) -> bool {
    const DNS: PortMatch = PortMatch::Range(PortRange { first: 53, last: 53 });
    let Ports::OneOf(ports) = ports else { return false };
    ports.iter().all(|port| matches!(port, PortSet::Ports { port, .. } if *port == DNS))
}
