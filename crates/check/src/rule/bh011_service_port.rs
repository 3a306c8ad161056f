//! A rule with the number of a Service's port, or of its node port, where the pods behind it listen on another. kube-proxy has
//! replaced the number by the target port before a policy looks (traffic between pods and Services, every proxy mode).

use std::collections::BTreeSet;

use bulkhead_model::object::{Direction, Pod, PortMatch};
use bulkhead_model::{ObjectRef, PortNumber, Protocol, Severity};
use bulkhead_policy::rule::{NamespaceSet, PortSet, Who};
use bulkhead_policy::{Action, EgressView};

use super::Rule;
use crate::cluster::Cluster;
use crate::finding::Finding;
use crate::notation;
use crate::service_ports::{Front, FrontPort, selects, services_of, target};
use crate::site::{PortSite, RuleSite};

pub(super) static RULE: Rule = Rule {
    id: "BH011",
    name: "service-port",
    severity: Severity::Warning,
    messages: &["BH011", "BH011.nodePort"],
    find,
};

fn find(cluster: &Cluster<'_>) -> Vec<Finding> {
    let allowing = cluster.rules().filter(|site| site.rule.action == Action::Allow);
    allowing.flat_map(|site| of_rule(cluster, site)).collect()
}

fn of_rule(cluster: &Cluster<'_>, site: RuleSite<'_>) -> Vec<Finding> {
    let sees_services = cluster.policies.engine().profile().egress_view.value == EgressView::Service;
    if site.policy.direction == Direction::Egress && sees_services {
        return Vec::new();
    }
    let numbers = site.ports().filter_map(|port| Some((port, single_number(port.port)?)));
    let suspicious: Vec<(PortSite<'_>, (Protocol, PortNumber))> =
        numbers.filter(|(_, number)| cluster.front_ports.contains_key(number)).collect();
    if suspicious.is_empty() {
        return Vec::new();
    }
    let pods = destinations(cluster, site);
    suspicious.into_iter().filter_map(|(port, number)| of_port(cluster, port, number, &pods)).collect()
}

fn single_number(port: &PortSet) -> Option<(Protocol, PortNumber)> {
    match port {
        PortSet::Ports { protocol: Some(protocol), port: PortMatch::Range(range), .. } if range.first == range.last => {
            Some((*protocol, range.first))
        }
        _ => None,
    }
}

/// The pods whose ports a rule is about: the policy's own for ingress, its peers for egress.
pub(super) fn destinations<'a>(cluster: &Cluster<'a>, site: RuleSite<'_>) -> Vec<&'a Pod> {
    let home = match &site.policy.subject.namespaces {
        NamespaceSet::Named(name) => Some(name),
        _ => None,
    };
    let mut ids = BTreeSet::new();
    match site.policy.direction {
        Direction::Ingress => ids.extend(&cluster.population.pods(&site.policy.subject, home).pods),
        Direction::Egress => {
            for peer in site.peers() {
                if let Who::Pods(set) = &peer.peer.who {
                    ids.extend(&cluster.population.pods(set, home).pods);
                }
            }
        }
    }
    ids.into_iter().map(|id| &*cluster.snapshot.pods[id]).collect()
}

fn of_port(
    cluster: &Cluster<'_>,
    site: PortSite<'_>,
    (protocol, number): (Protocol, PortNumber),
    pods: &[&Pod],
) -> Option<Finding> {
    let declares = |pod: &&Pod| pod.ports().any(|port| port.protocol == protocol && port.number == number);
    if pods.iter().any(declares) || leads_here(cluster, (protocol, number), pods) {
        return None;
    }
    let fronts = cluster.front_ports.get(&(protocol, number))?;
    let (front, pod) = fronts.iter().find_map(|front| Some((front, behind(cluster, front, pods)?)))?;
    let service = &cluster.snapshot.services[front.service];
    let port = service.ports.get(front.index)?;
    let finding = match front.front {
        Front::Port => RULE.finding(),
        Front::NodePort => RULE.finding_of("BH011.nodePort"),
    };
    let target = target(port, pod).map_or_else(|| port.target_port.to_string(), |number| number.to_string());
    let finding = site.place(finding).with("port", notation::port(site.port)).with("service", &service.name);
    let finding = finding.with("target", format!("{target}/{protocol}")).with("pod", &pod.name);
    Some(finding.related(&ObjectRef::namespaced("Service", &service.name), "spec.ports", service.position))
}

/// A pod of the list that a Service leads to.
fn behind<'a>(cluster: &Cluster<'_>, front: &FrontPort, pods: &[&'a Pod]) -> Option<&'a Pod> {
    let service = &cluster.snapshot.services[front.service];
    pods.iter().copied().find(|pod| selects(service, pod))
}

/// Whether some Service leads to a pod of the list on just this number.
fn leads_here(cluster: &Cluster<'_>, (protocol, number): (Protocol, PortNumber), pods: &[&Pod]) -> bool {
    let namespaces: BTreeSet<&str> = pods.iter().map(|pod| pod.name.namespace.as_str()).collect();
    namespaces.into_iter().any(|namespace| {
        let services = services_of(cluster.snapshot, namespace);
        let mut ports = services.flat_map(|service| service.ports.iter().map(move |port| (service, port)));
        ports.any(|(service, port)| {
            let leads = |pod: &&Pod| selects(service, pod) && target(port, pod) == Some(number);
            port.protocol == protocol && pods.iter().any(leads)
        })
    })
}
