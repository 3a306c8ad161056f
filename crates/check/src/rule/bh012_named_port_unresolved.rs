//! A named port that no destination pod declares: the rule matches nothing by it. The name is looked up in the containers of the
//! destination: the policy's own pods for ingress, the peer for egress, where an ipBlock has none.

use bulkhead_model::object::{Direction, Pod, PortMatch};
use bulkhead_model::{Name, Protocol, Severity};
use bulkhead_policy::rule::{PortSet, Who};

use super::Rule;
use super::bh011_service_port::destinations;
use crate::cluster::Cluster;
use crate::finding::Finding;
use crate::notation;
use crate::site::{PortSite, RuleSite};

pub(super) static RULE: Rule = Rule {
    id: "BH012",
    name: "named-port-unresolved",
    severity: Severity::Warning,
    messages: &["BH012", "BH012.protocol", "BH012.addresses"],
    find,
};

fn find(cluster: &Cluster<'_>) -> Vec<Finding> {
    cluster.rules().flat_map(|site| of_rule(cluster, site)).collect()
}

fn of_rule(cluster: &Cluster<'_>, site: RuleSite<'_>) -> Vec<Finding> {
    let named: Vec<(PortSite<'_>, Option<Protocol>, &Name)> = site.ports().filter_map(name_of).collect();
    if named.is_empty() {
        return Vec::new();
    }
    if site.policy.direction == Direction::Egress && only_addresses(site) {
        let finding = |(port, ..): (PortSite<'_>, _, &Name)| {
            port.place(RULE.finding_of("BH012.addresses")).with("port", notation::port(port.port))
        };
        return named.into_iter().map(finding).collect();
    }
    let pods = destinations(cluster, site);
    if pods.is_empty() {
        return Vec::new();
    }
    named.into_iter().filter_map(|(port, protocol, name)| of_name(port, protocol, name, &pods)).collect()
}

fn name_of(site: PortSite<'_>) -> Option<(PortSite<'_>, Option<Protocol>, &Name)> {
    match site.port {
        PortSet::Ports { protocol, port: PortMatch::Named(name), .. } => Some((site, *protocol, name)),
        _ => None,
    }
}

fn only_addresses(site: RuleSite<'_>) -> bool {
    let mut peers = site.peers().peekable();
    peers.peek().is_some() && peers.all(|peer| matches!(peer.peer.who, Who::Block { .. }))
}

fn of_name(site: PortSite<'_>, protocol: Option<Protocol>, name: &Name, pods: &[&Pod]) -> Option<Finding> {
    let mut of_name =
        pods.iter().flat_map(|pod| pod.ports()).filter(|port| port.name.as_ref() == Some(name)).peekable();
    let finding = match (of_name.peek().map(|port| port.protocol), protocol) {
        (None, _) => RULE.finding(),
        (Some(_), None) => return None,
        (Some(declared), Some(protocol)) => {
            if of_name.any(|port| port.protocol == protocol) {
                return None;
            }
            RULE.finding_of("BH012.protocol").with("declared", declared)
        }
    };
    let finding = site.place(finding).with("port", notation::port(site.port)).with("count", pods.len());
    Some(finding.with("pods", notation::pods(pods.iter().copied())))
}
