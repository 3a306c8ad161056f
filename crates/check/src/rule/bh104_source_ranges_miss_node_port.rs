//! A load balancer that only some may use, over node ports that everybody may: kube-proxy holds `loadBalancerSourceRanges` against
//! packets to the load balancer's address only (chain `KUBE-FW-…`; measured).

use bulkhead_model::object::{Service, ServiceType};
use bulkhead_model::{ObjectRef, Readable, Severity};

use super::Rule;
use crate::cluster::Cluster;
use crate::finding::Finding;
use crate::notation;

pub(super) static RULE: Rule =
    Rule { id: "BH104", name: "source-ranges-miss-node-port", severity: Severity::Note, messages: &["BH104"], find };

fn find(cluster: &Cluster<'_>) -> Vec<Finding> {
    let services = cluster.snapshot.services.rows().iter();
    let balanced = services
        .filter(|service| service.kind == ServiceType::LoadBalancer && !service.load_balancer_source_ranges.is_empty());
    balanced.filter_map(of_service).collect()
}

fn of_service(service: &Service) -> Option<Finding> {
    let open: Vec<String> =
        service.ports.iter().filter_map(|port| Some(format!("{}/{}", port.node_port?, port.protocol))).collect();
    let ranges = service.load_balancer_source_ranges.iter().filter_map(Readable::known);
    let object = ObjectRef::namespaced("Service", &service.name);
    let finding = RULE.finding().at(service.position).about(&object).in_field("spec.loadBalancerSourceRanges");
    let finding = finding.with("ranges", notation::listed(ranges)).with("ports", notation::listed(&open));
    (!open.is_empty()).then_some(finding)
}
