//! A world as the API has it.

use std::collections::BTreeMap;

use bulkhead_analysis::model::object::PolicyManifest;
use bulkhead_analysis::path::Family;
use bulkhead_wire::ManifestForm;
use serde_json::{Map, Value, json};

use super::{Affinity, Endpoint, ExternalIps, Hint, Near, Service, ServiceKind, State, TrafficPolicy, Unready, World};
use crate::cluster::{self, Cluster, Node};

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
    let cluster_ips = service.each(|family| service.cluster_ip(family));
    let families: Vec<&str> = service.families.iter().map(|family| family.name()).collect();
    let policy = if families.len() > 1 { "RequireDualStack" } else { "SingleStack" };
    spec.insert("clusterIP".into(), json!(cluster_ips.first()));
    spec.insert("clusterIPs".into(), json!(cluster_ips));
    spec.insert("ipFamilies".into(), json!(families));
    spec.insert("ipFamilyPolicy".into(), json!(policy));
    spec.insert("selector".into(), json!({"app": service.app}));
    spec.insert("internalTrafficPolicy".into(), json!(service.internal_policy.name()));
    spec.insert("sessionAffinity".into(), json!(affinity));
    if service.kind != ServiceKind::ClusterIp || service.external_ips == ExternalIps::One {
        spec.insert("externalTrafficPolicy".into(), json!(service.external_policy.name()));
    }
    if service.external_ips == ExternalIps::One {
        spec.insert("externalIPs".into(), json!(service.each(|family| service.external(family))));
    }
    if service.unready == Unready::Published {
        spec.insert("publishNotReadyAddresses".into(), json!(true));
    }
    let mut annotations = json!({});
    match service.near {
        Near::Nobody => {}
        Near::Zone => drop(spec.insert("trafficDistribution".into(), json!("PreferSameZone"))),
        Near::Node => drop(spec.insert("trafficDistribution".into(), json!("PreferSameNode"))),
        Near::Spread => annotations = json!({"service.kubernetes.io/topology-mode": "Auto"}),
    }
    let mut status = json!({});
    if let Some(balancer) = &service.load_balancer {
        status = json!({"loadBalancer": {"ingress": ingress(service)}});
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
        "metadata": {"namespace": Service::NAMESPACE, "name": service.name, "annotations": annotations},
        "spec": spec,
        "status": status,
    })
}

fn ingress(service: &Service) -> Vec<Value> {
    let addresses = service.each(|family| service.balanced(family));
    addresses.iter().map(|address| json!({"ip": address, "ipMode": "VIP"})).collect()
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

/// The slices of every family.
pub(crate) fn endpoint_slices(cluster: &Cluster, service: &Service) -> Vec<Value> {
    service.families.iter().flat_map(|&family| slices_of(cluster, service, family)).collect()
}

/// One slice for all endpoints whose ports have the same numbers, as the controller cuts them; an empty one where there are none.
fn slices_of(cluster: &Cluster, service: &Service, family: Family) -> Vec<Value> {
    let mut by_ports: BTreeMap<Vec<u16>, Vec<Value>> = BTreeMap::new();
    for (index, endpoint) in service.endpoints.iter().enumerate() {
        let Some(pod) = cluster.pods.get(endpoint.pod) else { continue };
        let number = |name: &str| pod.ports.iter().find(|port| port.name == name).map_or(0, |port| port.number);
        let numbers = service.ports.iter().map(|port| number(port.name)).collect();
        let node = cluster.nodes.get(pod.node);
        by_ports.entry(numbers).or_default().push(json!({
            "addresses": [cluster.pod_address(pod, family)],
            "conditions": conditions(service, endpoint),
            "hints": hints(cluster, service, endpoint, node, index),
            "nodeName": node.map(Node::name),
            "zone": node.and_then(|node| node.zone),
            "targetRef": {"kind": "Pod", "namespace": pod.namespace, "name": pod.name},
        }));
    }
    if by_ports.is_empty() {
        by_ports.insert(Vec::new(), Vec::new());
    }
    let slice = |(index, (numbers, mut endpoints)): (usize, (Vec<u16>, Vec<Value>))| {
        let port = |(port, number): (&super::ServicePort, u16)| json!({"name": port.name, "protocol": port.protocol.name(), "port": number});
        endpoints.iter_mut().for_each(without_nulls);
        json!({
            "apiVersion": "discovery.k8s.io/v1",
            "kind": "EndpointSlice",
            "metadata": {
                "namespace": Service::NAMESPACE,
                "name": format!("{}-{}-{index}", service.name, family.name().to_ascii_lowercase()),
                "labels": {"kubernetes.io/service-name": service.name},
            },
            "addressType": family.name(),
            "ports": service.ports.iter().zip(numbers).map(port).collect::<Vec<_>>(),
            "endpoints": endpoints,
        })
    };
    by_ports.into_iter().enumerate().map(slice).collect()
}

fn without_nulls(object: &mut Value) {
    if let Some(fields) = object.as_object_mut() {
        fields.retain(|_, value| !value.is_null());
    }
}

/// What the controller makes of the pod's state (`pkg/controller/util/endpointslice`, `podToEndpoint`).
fn conditions(service: &Service, endpoint: &Endpoint) -> Value {
    let published = service.unready == Unready::Published;
    let (ready, serving, terminating) = match endpoint.state {
        State::Unstated => return json!({}),
        State::Ready => (true, true, false),
        State::NotReady => (published, false, false),
        State::Terminating => (published, true, true),
        State::Gone => (published, false, true),
    };
    json!({"ready": ready, "serving": serving, "terminating": terminating})
}

fn hints(cluster: &Cluster, service: &Service, endpoint: &Endpoint, node: Option<&Node>, index: usize) -> Value {
    let (Some(node), Hint::There) = (node, endpoint.hint) else { return Value::Null };
    let for_zone = |zone: Option<&str>| zone.map(|zone| json!([{"name": zone}]));
    match service.near {
        Near::Nobody => Value::Null,
        Near::Zone => for_zone(node.zone).map_or(Value::Null, |zones| json!({"forZones": zones})),
        Near::Spread => {
            let other = cluster.nodes.get(index % cluster.nodes.len().max(1)).and_then(|node| node.zone);
            for_zone(other).map_or(Value::Null, |zones| json!({"forZones": zones}))
        }
        Near::Node => {
            let mut hints = json!({"forNodes": [{"name": node.name()}]});
            if let (Some(zones), Some(fields)) = (for_zone(node.zone), hints.as_object_mut()) {
                fields.insert("forZones".into(), zones);
            }
            hints
        }
    }
}

impl TrafficPolicy {
    fn name(self) -> &'static str {
        match self {
            Self::Cluster => "Cluster",
            Self::Local => "Local",
        }
    }
}
