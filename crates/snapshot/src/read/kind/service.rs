//! `v1 Service`

use std::net::IpAddr;

use bulkhead_model::object::{IpMode, LoadBalancerIngress, Service, ServicePort, ServiceType, TrafficPolicy};
use bulkhead_model::{IpNet, PortRef, Readable};

use super::{KindReader, Scope};
use crate::code;
use crate::read::decode::{Cursor, Fields, Object, Read, Reading, value};

pub(super) const KINDS: &[KindReader] =
    &[KindReader { group: "", versions: &["v1"], kind: "Service", scope: Scope::Namespaced, read }];

const POLICIES: [(&str, TrafficPolicy); 2] = [("Cluster", TrafficPolicy::Cluster), ("Local", TrafficPolicy::Local)];
const AFFINITIES: [(&str, bool); 2] = [("None", false), ("ClientIP", true)];
const IP_MODES: [(&str, IpMode); 2] = [("VIP", IpMode::Vip), ("Proxy", IpMode::Proxy)];

/// Where type or traffic policies cannot be read, nobody knows where the Service's traffic goes: it is left out.
fn read(object: &Object<'_>, reading: &mut Reading<'_>) -> Read<()> {
    let spec = object.fields.get("spec");
    let Some(spec) = spec.as_ref() else {
        return Err(object.fields.at().error(code::MISSING_FIELD, &[("name", "spec")]));
    };
    let spec = spec.fields()?;
    let status = object.fields.get("status");
    let status = status.as_ref().and_then(|status| status.fields().ok());
    let cluster_ips = cluster_ips(&spec);
    let policy = |name: &str| {
        let policy =
            spec.strict(name, |value| if value.is_empty_text() { Ok(None) } else { value.one_of(&POLICIES).map(Some) });
        policy.map(|policy| policy.flatten().unwrap_or(TrafficPolicy::Cluster))
    };
    let service = Service {
        name: object.name.clone(),
        labels: object.labels.clone(),
        annotations: object.annotations(),
        kind: service_type(&spec)?,
        headless: spec.optional("clusterIP", value::text).as_deref() == Some("None"),
        cluster_ips,
        ports: spec.list("ports", port),
        selector: spec.strict("selector", value::labels)?.filter(|selector| !selector.is_empty()),
        external_ips: spec.list("externalIPs", value::address),
        load_balancer_source_ranges: source_ranges(&spec),
        external_traffic_policy: policy("externalTrafficPolicy")?,
        internal_traffic_policy: policy("internalTrafficPolicy")?,
        session_affinity: spec.optional("sessionAffinity", |value| value.one_of(&AFFINITIES)).unwrap_or(false),
        publish_not_ready_addresses: spec.optional("publishNotReadyAddresses", value::boolean).unwrap_or(false),
        traffic_distribution: spec.optional("trafficDistribution", value::text),
        load_balancer_class: spec.optional("loadBalancerClass", value::text),
        health_check_node_port: spec.optional("healthCheckNodePort", value::port_or_zero).flatten(),
        load_balancer_ingress: load_balancer_ingress(status.as_ref()),
        position: object.position,
    };
    reading.objects.services.push(service);
    Ok(())
}

fn service_type(spec: &Fields<'_>) -> Read<ServiceType> {
    let Some(kind) = spec.get("type") else { return Ok(ServiceType::ClusterIp) };
    match kind.string()? {
        "" | "ClusterIP" => Ok(ServiceType::ClusterIp),
        "NodePort" => Ok(ServiceType::NodePort),
        "LoadBalancer" => Ok(ServiceType::LoadBalancer),
        "ExternalName" => spec.required("externalName", value::text).map(ServiceType::ExternalName),
        other => {
            let allowed = "ClusterIP, NodePort, LoadBalancer, ExternalName";
            Err(kind.error(code::UNKNOWN_VALUE, &[("value", other), ("allowed", allowed)]))
        }
    }
}

/// `spec.clusterIPs`, else `spec.clusterIP`, those that are addresses and not `None`.
fn cluster_ips(spec: &Fields<'_>) -> Vec<IpAddr> {
    let address = |cursor: &Cursor<'_>| match cursor.string()? {
        "" | "None" => Ok(None),
        _ => cursor.address().map(Some),
    };
    let all = spec.list("clusterIPs", address);
    let single = spec.optional("clusterIP", address);
    if all.is_empty() { single.into_iter().flatten().collect() } else { all.into_iter().flatten().collect() }
}

fn port(entry: &Cursor<'_>) -> Read<ServicePort> {
    let fields = entry.fields()?;
    let port = fields.required("port", value::port)?;
    // The API server fills in `port` for a missing target, for 0 and for the empty string (SetDefaults_Service).
    let target_port = fields.strict("targetPort", |target| match target.shown() {
        "" | "0" => Ok(None),
        _ => target.port_ref().map(Some),
    })?;
    Ok(ServicePort {
        name: fields.optional("name", value::loose_text).filter(|name| !name.is_empty()),
        protocol: fields.strict("protocol", value::protocol)?.unwrap_or_default(),
        port,
        target_port: target_port.flatten().unwrap_or(PortRef::Number(port)),
        node_port: fields.optional("nodePort", value::port_or_zero).flatten(),
    })
}

/// `spec.loadBalancerSourceRanges`. One that cannot be read still closes the load balancer's address to everybody else.
fn source_ranges(spec: &Fields<'_>) -> Vec<Readable<IpNet>> {
    let Some(ranges) = spec.get("loadBalancerSourceRanges") else { return Vec::new() };
    let read = ranges.each(|range| range.readable(range.cidr()));
    read.unwrap_or_else(|reported| vec![ranges.readable(Err(reported))])
}

fn load_balancer_ingress(status: Option<&Fields<'_>>) -> Vec<LoadBalancerIngress> {
    let Some(status) = status else { return Vec::new() };
    let entries = status.optional("loadBalancer", |balancer| {
        balancer.fields().map(|balancer| balancer.list("ingress", load_balancer_entry))
    });
    entries.unwrap_or_default()
}

fn load_balancer_entry(entry: &Cursor<'_>) -> Read<LoadBalancerIngress> {
    let fields = entry.fields()?;
    let ip_mode = fields.strict("ipMode", |mode| mode.one_of(&IP_MODES))?;
    Ok(LoadBalancerIngress {
        address: fields
            .strict("ip", |address| if address.is_empty_text() { Ok(None) } else { address.address().map(Some) })?
            .flatten(),
        hostname: fields.optional("hostname", value::text).filter(|name| !name.is_empty()),
        ip_mode: ip_mode.unwrap_or(IpMode::Vip),
    })
}
