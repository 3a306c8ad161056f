//! A random world on a cluster.

use std::net::IpAddr;

use bulkhead_analysis::allowlist::{Client as Wanted, Exposure, ExposureTarget};
use bulkhead_analysis::model::object::{
    Direction, PeerManifest, PolicyManifest, PortManifest, RuleManifest, SelectorManifest,
};
use bulkhead_analysis::model::{IpNet, Name, NamespacedName, PortRef, Protocol as ModelProtocol};
use bulkhead_analysis::path::{DoorKind, Family};
use fastrand::Rng;

use super::{
    Affinity, Endpoint, ExternalIps, Hint, LoadBalancer, Near, Service, ServiceKind, ServicePort, State, TrafficPolicy,
    Unready, World,
};
use crate::cluster::{Client, Cluster, Cni, Pod, Protocol, lan_cidr, off_lan_cidr, pod_cidr, whole_length};

impl World {
    /// The world of a seed.
    pub(crate) fn random(rng: &mut Rng, cluster: &Cluster) -> Self {
        let services: Vec<Service> = (0..rng.u8(1..=4)).map(|index| service(rng, cluster, index)).collect();
        let policies = (0..rng.u8(..=3)).map(|index| policy(rng, cluster, index)).collect();
        let exposure = exposure(rng, cluster, &services);
        Self { services, policies, exposure }
    }
}

fn one_in(rng: &mut Rng, of: u8) -> bool {
    rng.u8(..of) == 0
}

fn traffic_policy(rng: &mut Rng, local_one_in: u8) -> TrafficPolicy {
    if one_in(rng, local_one_in) { TrafficPolicy::Local } else { TrafficPolicy::Cluster }
}

fn service(rng: &mut Rng, cluster: &Cluster, index: u8) -> Service {
    let app = *rng.choice(&["web", "db"]).unwrap_or(&"web");
    let kind = match rng.u8(..6) {
        0 => ServiceKind::ClusterIp,
        1 | 2 => ServiceKind::NodePort,
        _ => ServiceKind::LoadBalancer,
    };
    let external_policy = traffic_policy(rng, 2);
    let node_port = |offset: u16| 30000 + 10 * u16::from(index) + offset;
    let load_balancer = (kind == ServiceKind::LoadBalancer).then(|| LoadBalancer {
        source_ranges: if one_in(rng, 4) { source_ranges(rng, cluster) } else { Vec::new() },
        health_check_node_port: (external_policy == TrafficPolicy::Local).then(|| node_port(9)),
    });
    let has_node_ports = kind != ServiceKind::ClusterIp;
    let offered = [("http", Protocol::Tcp, 80, 0), ("admin", Protocol::Tcp, 90, 1), ("dns", Protocol::Udp, 53, 2)];
    let mut ports: Vec<ServicePort> = Vec::new();
    for (name, protocol, port, offset) in offered {
        if rng.bool() || (offset == 2 && ports.is_empty()) {
            ports.push(ServicePort { name, protocol, port, node_port: has_node_ports.then(|| node_port(offset)) });
        }
    }
    Service {
        number: index,
        name: format!("service-{index}"),
        families: families(rng, cluster),
        app,
        kind,
        load_balancer,
        external_ips: if one_in(rng, 4) { ExternalIps::One } else { ExternalIps::None },
        external_policy,
        internal_policy: traffic_policy(rng, 5),
        affinity: if one_in(rng, 8) { Affinity::ClientIp } else { Affinity::None },
        near: match rng.u8(..8) {
            0 => Near::Zone,
            1 => Near::Spread,
            2 => Near::Node,
            _ => Near::Nobody,
        },
        unready: if one_in(rng, 8) { Unready::Published } else { Unready::Hidden },
        ports,
        endpoints: endpoints(rng, cluster, app),
    }
}

/// One of the cluster's families, or both of them, in one order or the other.
fn families(rng: &mut Rng, cluster: &Cluster) -> Vec<Family> {
    let mut families = cluster.families.clone();
    rng.shuffle(&mut families);
    families.truncate(rng.usize(1..=families.len()));
    families
}

/// Most pods of the application, most of them ready; now and then none at all.
fn endpoints(rng: &mut Rng, cluster: &Cluster, app: &str) -> Vec<Endpoint> {
    if one_in(rng, 12) {
        return Vec::new();
    }
    let all_end = one_in(rng, 12);
    let mut endpoints = Vec::new();
    for (pod, _) in cluster.pods.iter().enumerate().filter(|(_, pod)| pod.app == app) {
        if one_in(rng, 5) {
            continue;
        }
        let state = match rng.u8(..12) {
            0 => State::NotReady,
            1 => State::Gone,
            _ if all_end => State::Terminating,
            2 => State::Terminating,
            3 => State::Unstated,
            _ => State::Ready,
        };
        endpoints.push(Endpoint { pod, state, hint: if one_in(rng, 8) { Hint::Missing } else { Hint::There } });
    }
    endpoints
}

fn source_ranges(rng: &mut Rng, cluster: &Cluster) -> Vec<String> {
    let of_family = |&family: &Family| {
        let client = block_of(cluster, Client::OffLan(0), family);
        [off_lan_cidr(family).to_owned(), lan_cidr(family).to_owned(), pod_cidr(family).to_owned(), client]
    };
    let mut ranges: Vec<String> = cluster.families.iter().flat_map(of_family).collect();
    rng.shuffle(&mut ranges);
    ranges.truncate(rng.usize(1..=3));
    ranges
}

/// The block of a client's address alone.
fn block_of(cluster: &Cluster, client: Client, family: Family) -> String {
    format!("{}/{}", cluster.address(client, family), whole_length(family))
}

fn selector(key: &'static str, value: &str) -> SelectorManifest {
    SelectorManifest::label(Name::new_static(key), Name::from(value))
}

fn policy(rng: &mut Rng, cluster: &Cluster, index: u8) -> PolicyManifest {
    let pod_selector = match rng.u8(..4) {
        0 => SelectorManifest::default(),
        1 => selector("app", "db"),
        _ => selector("app", "web"),
    };
    let ingress: Vec<RuleManifest> = (0..rng.u8(..=2)).map(|_| rule(rng, cluster)).collect();
    let egress = one_in(rng, 4).then(|| (0..rng.u8(..=2)).map(|_| rule(rng, cluster)).collect());
    let mut policy_types = vec![Direction::Ingress];
    if egress.is_some() {
        policy_types.push(Direction::Egress);
    }
    PolicyManifest {
        name: NamespacedName::new(Service::NAMESPACE, format!("policy-{index}")),
        labels: bulkhead_analysis::model::Labels::default(),
        annotations: std::collections::BTreeMap::new(),
        pod_selector,
        policy_types,
        ingress: Some(ingress),
        egress,
    }
}

fn rule(rng: &mut Rng, cluster: &Cluster) -> RuleManifest {
    let ports = match rng.u8(..5) {
        0 => vec![PortManifest::new(ModelProtocol::Tcp, PortRef::Name(Name::new_static("http")))],
        1 => vec![PortManifest::new(ModelProtocol::Tcp, PortRef::Number(8080))],
        2 => {
            vec![PortManifest::every(ModelProtocol::Udp), PortManifest::new(ModelProtocol::Tcp, PortRef::Number(9090))]
        }
        _ => Vec::new(),
    };
    RuleManifest { peers: (0..rng.u8(1..=3)).map(|_| peer(rng, cluster)).collect(), ports }
}

/// Addresses that packets of the lab really have, so that rules decide something.
fn peer(rng: &mut Rng, cluster: &Cluster) -> PeerManifest {
    let family = *rng.choice(&cluster.families).unwrap_or(&Family::V4);
    let node = rng.usize(..cluster.nodes.len());
    let tunnel = cluster.nodes.get(node).map(|node| node.tunnel(family));
    let single = |address: IpAddr| PeerManifest::cidr(format!("{address}/{}", whole_length(family)));
    match rng.u8(..8) {
        0 => single(cluster.address(Client::OffLan(node), family)),
        1 => single(cluster.address(Client::Node(node), family)),
        2 => single(tunnel.unwrap_or_else(|| cluster.address(Client::Node(node), family))),
        3 => PeerManifest::cidr(
            *rng.choice(&[lan_cidr(family), off_lan_cidr(family), pod_cidr(family)]).unwrap_or(&"::/0"),
        ),
        4 => PeerManifest::Pods { pods: Some(selector("app", "web")), namespaces: None },
        5 => PeerManifest::Pods { pods: None, namespaces: Some(selector("kubernetes.io/metadata.name", "billing")) },
        6 => PeerManifest::Pods {
            pods: Some(selector("app", "probe")),
            namespaces: Some(selector("kubernetes.io/metadata.name", "ops")),
        },
        _ => single(cluster.address(Client::Pod(0), family)),
    }
}

/// An exposure of one of the Services, where an engine enforces anything.
fn exposure(rng: &mut Rng, cluster: &Cluster, services: &[Service]) -> Option<Exposure> {
    if cluster.cni == Cni::Flannel {
        return None;
    }
    let service = rng.choice(services)?;
    let clients: Vec<Wanted> = (0..rng.u8(1..=3)).filter_map(|_| wanted(rng, cluster)).collect();
    // Nobody outside is routed to a clusterIP.
    let from_outside = clients.iter().any(|client| matches!(client, Wanted::Block(_) | Wanted::Any));
    let doors: Vec<DoorKind> = doors(service)
        .into_iter()
        .filter(|door| !(from_outside && *door == DoorKind::ClusterIp) && rng.u8(..3) > 0)
        .collect();
    (!doors.is_empty() && !clients.is_empty()).then(|| Exposure {
        target: ExposureTarget::Service(NamespacedName::new(Service::NAMESPACE, service.name.clone())),
        ports: Vec::new(),
        doors,
        clients,
    })
}

fn doors(service: &Service) -> Vec<DoorKind> {
    let mut doors = vec![DoorKind::ClusterIp];
    if service.kind != ServiceKind::ClusterIp {
        doors.push(DoorKind::NodePort);
    }
    if service.load_balancer.is_some() {
        doors.push(DoorKind::LoadBalancer);
    }
    if service.external_ips == ExternalIps::One {
        doors.push(DoorKind::ExternalIp);
    }
    doors
}

fn wanted(rng: &mut Rng, cluster: &Cluster) -> Option<Wanted> {
    let pod = |pod: &Pod| Wanted::Pod(NamespacedName::new(pod.namespace, pod.name.clone()));
    Some(match rng.u8(..16) {
        0..=2 => pod(rng.choice(&cluster.pods)?),
        3 | 4 => Wanted::Node(Name::from(rng.choice(&cluster.nodes)?.name())),
        5 => Wanted::Namespace(Name::new_static("billing")),
        6 => Wanted::Any,
        _ => {
            let family = *rng.choice(&cluster.families)?;
            let client = if rng.bool() { Client::OffLan(0) } else { Client::OnLan(0) };
            Wanted::Block(IpNet::from(cluster.address(client, family)))
        }
    })
}
