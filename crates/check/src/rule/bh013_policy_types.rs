//! Rules for a direction that `policyTypes` leaves out: the API takes them and nobody looks at them.

use bulkhead_model::Severity;
use bulkhead_model::object::{Direction, NetworkPolicy};

use super::Rule;
use crate::cluster::{Cluster, policy_ref};
use crate::finding::Finding;
use crate::site::rules_field;

pub(super) static RULE: Rule =
    Rule { id: "BH013", name: "policy-types", severity: Severity::Error, messages: &["BH013"], find };

fn find(cluster: &Cluster<'_>) -> Vec<Finding> {
    cluster.snapshot.network_policies.iter().flat_map(|policy| of_policy(policy)).collect()
}

fn of_policy(policy: &NetworkPolicy) -> Vec<Finding> {
    let directions = [
        (Direction::Ingress, policy.isolates_ingress, &policy.ingress),
        (Direction::Egress, policy.isolates_egress, &policy.egress),
    ];
    let ignored = directions.into_iter().filter(|(_, isolates, rules)| *isolates == Some(false) && !rules.is_empty());
    let finding = ignored.map(|(direction, _, rules)| {
        let finding = RULE.finding().at(policy.position).about(&policy_ref(policy)).in_field(rules_field(direction));
        finding.with("direction", direction.name()).with("count", rules.len())
    });
    finding.collect()
}
