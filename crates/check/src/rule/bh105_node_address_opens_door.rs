//! A node's address on the allowlist of pods that have a door to the outside with `externalTrafficPolicy: Cluster`. It is needed
//! there, and it lets in whoever comes by way of that node: every client, every pod.

use bulkhead_model::object::TrafficPolicy;
use bulkhead_model::{AddressSet, Severity};
use bulkhead_policy::Action;

use super::Rule;
use crate::cluster::Cluster;
use crate::exposed::{block_of, exposed};
use crate::finding::Finding;
use crate::notation;
use crate::site::{PeerSite, RuleSite};

pub(super) static RULE: Rule = Rule {
    id: "BH105",
    name: "node-address-opens-door",
    severity: Severity::Note,
    messages: &["BH105", "BH105.many"],
    find,
};

fn find(cluster: &Cluster<'_>) -> Vec<Finding> {
    let rules = cluster.rules().filter(|rule| rule.rule.action == Action::Allow);
    rules.filter_map(|rule| of_rule(cluster, rule)).collect()
}

/// One finding for all addresses of nodes in a rule: a minimal allowlist has as many as the cluster has nodes.
fn of_rule(cluster: &Cluster<'_>, rule: RuleSite<'_>) -> Option<Finding> {
    let found: Vec<(PeerSite<'_>, AddressSet)> = rule
        .peers()
        .filter_map(|peer| Some((peer, block_of(peer)?)))
        .filter(|(_, block)| !block.is_empty() && block.is_subset(&cluster.addresses.nodes))
        .collect();
    let (place, _) = found.first()?;
    let doors = exposed(cluster, rule, TrafficPolicy::Cluster);
    let first = doors.first()?;
    let message = if found.len() == 1 { RULE.finding() } else { RULE.finding_of("BH105.many") };
    let nets = notation::listed(found.iter().flat_map(|(_, block)| block.to_nets()));
    let finding = place.place(message).with("cidr", nets).with("service", &first.service.name);
    let finding = finding.with("door", first.door.name()).with("count", found.len());
    Some(finding.related(&first.object(), "spec.externalTrafficPolicy", first.service.position))
}
