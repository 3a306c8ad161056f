//! A world as the API has it.

use std::collections::BTreeMap;

use bulkhead_analysis::model::object::PolicyManifest;
use bulkhead_wire::ManifestForm;
use serde_json::{Map, Value, json};

use super::{Affinity, Service, ServiceKind, State, TrafficPolicy, World};
use crate::cluster::{self, Cluster};

/// The whole cluster in this world, with these policies, as YAML documents.
pub(crate) fn yaml(cluster: &Cluster, world: &World, policies: &[PolicyManifest]) -> String {
    let mut objects = cluster::objects(cluster);
    for service in &world.services {
        objects.push(service_object(service));
        objects.extend(endpoint_slices(cluster, service));
    }
    objects.extend(policies.iter().map(|policy| ManifestForm::new(policy).0));
    objects.iter().map(bulkhead_report::yaml_document).collect::<Vec<_>>().join("---\n")
}

pub(crate) fn service_object(service: &Service) -> Value {
    let mut spec = Map::new();
    let kind = match service.kind {
        ServiceKind::ClusterIp => "ClusterIP",
        ServiceKind::NodePort => "NodePort",
        ServiceKind::LoadBalancer => "LoadBalancer",
    };
    let affinity = match service.affinity {
        Affinity::None => "None",
        Affinity::ClientIp => "ClientIP",
    };
    spec.insert("type".into(), json!(kind));
    spec.insert("clusterIP".into(), json!(service.cluster_ip));
    spec.insert("clusterIPs".into(), json!([service.cluster_ip]));
    spec.insert("selector".into(), json!({"app": service.app}));
    spec.insert("internalTrafficPolicy".into(), json!(service.internal_policy.name()));
    spec.insert("sessionAffinity".into(), json!(affinity));
    if service.kind != ServiceKind::ClusterIp || service.external_ip.is_some() {
        spec.insert("externalTrafficPolicy".into(), json!(service.external_policy.name()));
    }
    if let Some(address) = service.external_ip {
        spec.insert("externalIPs".into(), json!([address]));
    }
    let mut status = json!({});
    if let Some(balancer) = &service.load_balancer {
        status = json!({"loadBalancer": {"ingress": [{"ip": balancer.address, "ipMode": "VIP"}]}});
        if !balancer.source_ranges.is_empty() {
            spec.insert("loadBalancerSourceRanges".into(), json!(balancer.source_ranges));
        }
        if let Some(port) = balancer.health_check_node_port {
            spec.insert("healthCheckNodePort".into(), json!(port));
        }
    }
    spec.insert("ports".into(), service.ports.iter().map(port_object).collect());
    json!({
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"namespace": Service::NAMESPACE, "name": service.name},
        "spec": spec,
        "status": status,
    })
}

fn port_object(port: &super::ServicePort) -> Value {
    let mut object = json!({
        "name": port.name, "protocol": port.protocol.name(), "port": port.port, "targetPort": port.name,
    });
    if let (Some(node_port), Some(fields)) = (port.node_port, object.as_object_mut()) {
        fields.insert("nodePort".into(), json!(node_port));
    }
    object
}

/// One slice for all endpoints whose ports have the same numbers, as the controller cuts them; an empty one where there are none.
pub(crate) fn endpoint_slices(cluster: &Cluster, service: &Service) -> Vec<Value> {
    let mut by_ports: BTreeMap<Vec<u16>, Vec<Value>> = BTreeMap::new();
    for endpoint in &service.endpoints {
        let Some(pod) = cluster.pods.get(endpoint.pod) else { continue };
        let number = |name: &str| pod.ports.iter().find(|port| port.name == name).map_or(0, |port| port.number);
        let numbers = service.ports.iter().map(|port| number(port.name)).collect();
        let (ready, serving, terminating) = match endpoint.state {
            State::Ready => (true, true, false),
            State::NotReady => (false, false, false),
            State::Terminating => (false, true, true),
        };
        by_ports.entry(numbers).or_default().push(json!({
            "addresses": [pod.address],
            "conditions": {"ready": ready, "serving": serving, "terminating": terminating},
            "nodeName": cluster.nodes.get(pod.node).map(cluster::Node::name),
            "targetRef": {"kind": "Pod", "namespace": pod.namespace, "name": pod.name},
        }));
    }
    if by_ports.is_empty() {
        by_ports.insert(Vec::new(), Vec::new());
    }
    let slice = |(index, (numbers, endpoints)): (usize, (Vec<u16>, Vec<Value>))| {
        let port = |(port, number): (&super::ServicePort, u16)| json!({"name": port.name, "protocol": port.protocol.name(), "port": number});
        json!({
            "apiVersion": "discovery.k8s.io/v1",
            "kind": "EndpointSlice",
            "metadata": {
                "namespace": Service::NAMESPACE,
                "name": format!("{}-{index}", service.name),
                "labels": {"kubernetes.io/service-name": service.name},
            },
            "addressType": "IPv4",
            "ports": service.ports.iter().zip(numbers).map(port).collect::<Vec<_>>(),
            "endpoints": endpoints,
        })
    };
    by_ports.into_iter().enumerate().map(slice).collect()
}

impl TrafficPolicy {
    fn name(self) -> &'static str {
        match self {
            Self::Cluster => "Cluster",
            Self::Local => "Local",
        }
    }
}
