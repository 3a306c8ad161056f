//! Which questions are asked in a world: who knocks at which door, and how often.

use std::net::{IpAddr, SocketAddr};

use bulkhead_analysis::model::{Name, NamespacedName, PortRef, Protocol as ModelProtocol};
use bulkhead_analysis::path::{DoorKind, Family, Origin, Request, Target};
use fastrand::Rng;

use crate::cluster::{ANNOUNCER, Client, Cluster, Cni, Overlay, Protocol};
use crate::probe::{Behind, Case, Door};
use crate::world::{ExternalIps, Service, World};

/// Every door of a world that a packet could come to.
pub(crate) fn doors(cluster: &Cluster, world: &World) -> Vec<Door> {
    let mut doors = Vec::new();
    for service in &world.services {
        doors.extend(all_doors_of(cluster, service));
    }
    for &family in &cluster.families {
        for pod in &cluster.pods {
            let address = cluster.pod_address(pod, family);
            for port in &pod.ports {
                doors.push(door(DoorKind::PodIp, address, port.number, port.protocol));
                let Some((node, host_port)) = cluster.nodes.get(pod.node).zip(port.host_port) else { continue };
                doors.push(door(DoorKind::HostPort, node.address(family), host_port, port.protocol));
            }
        }
    }
    doors
}

/// Everywhere packets for a Service can come to.
pub(crate) fn all_doors_of(cluster: &Cluster, service: &Service) -> Vec<Door> {
    [doors_of(cluster, service), other_doors_of(cluster, service)].concat()
}

/// Every door of a Service.
pub(crate) fn doors_of(cluster: &Cluster, service: &Service) -> Vec<Door> {
    let mut doors = Vec::new();
    for &family in &service.families {
        for port in &service.ports {
            doors.push(door(DoorKind::ClusterIp, service.cluster_ip(family), port.port, port.protocol));
            if service.load_balancer.is_some() {
                doors.push(door(DoorKind::LoadBalancer, service.balanced(family), port.port, port.protocol));
            }
            if service.external_ips == ExternalIps::One {
                doors.push(door(DoorKind::ExternalIp, service.external(family), port.port, port.protocol));
            }
            for node in cluster.nodes.iter().filter(|_| port.node_port.is_some()) {
                let number = port.node_port.unwrap_or_default();
                doors.push(door(DoorKind::NodePort, node.address(family), number, port.protocol));
            }
        }
    }
    doors
}

/// Where packets for a Service can come to beside its doors: its nodePorts at the nodes' other addresses, and its health checks.
fn other_doors_of(cluster: &Cluster, service: &Service) -> Vec<Door> {
    let mut doors = Vec::new();
    // The IPv6 address of flannel's tunnel is also the anycast address of its bridge's subnet, at which the kernel refuses nobody.
    let has_tunnel = |family| cluster.overlay != Overlay::None && (cluster.cni, family) != (Cni::Flannel, Family::V6);
    for node in &cluster.nodes {
        for &family in &service.families {
            for port in service.ports.iter().filter(|_| has_tunnel(family)) {
                let at_tunnel = port.node_port.map(|number| (node.tunnel(family), number));
                doors.extend(
                    at_tunnel.map(|(address, number)| door(DoorKind::NodePort, address, number, port.protocol)),
                );
            }
        }
        // kube-proxy's server listens in every family, whatever the Service has.
        let check = service.load_balancer.as_ref().and_then(|balancer| balancer.health_check_node_port);
        doors.extend(check.into_iter().flat_map(|port| {
            let at = move |&family: &Family| door(DoorKind::NodePort, node.address(family), port, Protocol::Tcp);
            cluster.families.iter().map(at).map(|door| Door { behind: Behind::HealthCheck, ..door })
        }));
    }
    doors
}

fn door(kind: DoorKind, address: IpAddr, port: u16, protocol: Protocol) -> Door {
    Door { kind, address: SocketAddr::new(address, port), protocol, behind: Behind::Pods }
}

/// A choice of all cases of a world, the Services' doors before the pods'.
pub(crate) fn choose(rng: &mut Rng, cluster: &Cluster, world: &World) -> Vec<Case> {
    let (of_pods, of_services): (Vec<Door>, Vec<Door>) =
        doors(cluster, world).into_iter().partition(|door| matches!(door.kind, DoorKind::PodIp | DoorKind::HostPort));
    let mut cases = pairs(cluster, &of_services);
    rng.shuffle(&mut cases);
    cases.truncate(cluster.pace().cases);
    let mut others = pairs(cluster, &of_pods);
    rng.shuffle(&mut others);
    others.truncate(cluster.pace().cases / 5);
    cases.extend(others);
    cases
}

/// The same client through all doors of one kind that it can reach.
pub(crate) fn pairs(cluster: &Cluster, doors: &[Door]) -> Vec<Case> {
    let clients = cluster.clients();
    let of_door = |door: &Door| {
        let can = |client: &Client| can_reach(cluster, *client, door);
        let case = |client: Client| Case { client, door: door.clone() };
        clients.iter().copied().filter(can).map(case).collect::<Vec<_>>()
    };
    doors.iter().flat_map(of_door).collect()
}

/// Whether packets of a client are routed to such a door at all. Nobody outside is routed to a clusterIP or to the tunnels; the
/// router knows the pods where they are not behind tunnels.
fn can_reach(cluster: &Cluster, client: Client, door: &Door) -> bool {
    let outside = matches!(client, Client::OffLan(_) | Client::OnLan(_));
    let at_tunnel = || cluster.nodes.iter().any(|node| node.tunnel(door.family()) == door.address.ip());
    match door.kind {
        DoorKind::ClusterIp => !outside,
        DoorKind::PodIp => !outside || cluster.overlay == Overlay::None,
        DoorKind::NodePort => !outside || !at_tunnel(),
        _ => true,
    }
}

/// The same question for the model.
pub(crate) fn request(cluster: &Cluster, case: &Case) -> Request {
    let entry = match case.client {
        Client::OffLan(node) | Client::OnLan(node) => Some(node),
        // What its own node does not translate goes to the router.
        Client::Node(_) | Client::Pod(_) => Some(ANNOUNCER),
    };
    let decides = matches!(case.door.kind, DoorKind::LoadBalancer | DoorKind::ExternalIp);
    let node_name = |node: usize| cluster.nodes.get(node).map(|node| Name::from(node.name()));
    Request {
        from: match case.client {
            Client::OffLan(_) | Client::OnLan(_) => Origin::Address(cluster.address(case.client, case.door.family())),
            Client::Node(node) => Origin::Node(node_name(node).unwrap_or_else(|| Name::new_static(""))),
            Client::Pod(pod) => Origin::Pod(cluster.pods.get(pod).map_or_else(
                || NamespacedName::new("", ""),
                |pod| NamespacedName::new(pod.namespace, pod.name.clone()),
            )),
        },
        to: Target::Address(case.door.address.ip()),
        port: Some(PortRef::Number(case.door.address.port())),
        protocol: match case.door.protocol {
            Protocol::Tcp => ModelProtocol::Tcp,
            Protocol::Udp => ModelProtocol::Udp,
        },
        entry_node: entry.filter(|_| decides).and_then(node_name),
    }
}

/// For people: who, where.
pub(crate) fn describe(cluster: &Cluster, case: &Case) -> String {
    let node = |node: usize| cluster.nodes.get(node).map_or_else(String::new, crate::cluster::Node::name);
    let address = cluster.address(case.client, case.door.family());
    let who = match case.client {
        Client::OffLan(by) => format!("{address} (behind the router, by {})", node(by)),
        Client::OnLan(by) => format!("{address} (in the LAN, by {})", node(by)),
        Client::Node(of) => format!("node/{}", node(of)),
        Client::Pod(pod) => cluster.pods.get(pod).map_or_else(String::new, |pod| format!("pod/{}", pod.full_name())),
    };
    let what = match case.door.behind {
        Behind::Pods => case.door.kind.name(),
        Behind::HealthCheck => "healthCheckNodePort",
    };
    format!("{who} to {what} {}/{}", case.door.address, case.door.protocol.name())
}
