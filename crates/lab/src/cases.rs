//! Which questions are asked in a world: who knocks at which door, and how often.

use std::net::SocketAddrV4;

use bulkhead_analysis::model::{Name, NamespacedName, PortRef, Protocol as ModelProtocol};
use bulkhead_analysis::path::{DoorKind, Origin, Request, Target};
use fastrand::Rng;

use crate::cluster::{ANNOUNCER, Client, Cluster, Overlay, Protocol};
use crate::probe::{Case, Door};
use crate::world::{Service, ServiceKind, World};

/// How many cases a world has.
const CASES: usize = 70;

/// Every door of a world that a packet could come to.
pub(crate) fn doors(cluster: &Cluster, world: &World) -> Vec<Door> {
    let mut doors = Vec::new();
    for service in &world.services {
        doors.extend(doors_of(cluster, service));
    }
    for pod in &cluster.pods {
        for port in &pod.ports {
            doors.push(door(DoorKind::PodIp, pod.address, port.number, port.protocol));
            let Some((node, host_port)) = cluster.nodes.get(pod.node).zip(port.host_port) else { continue };
            doors.push(door(DoorKind::HostPort, node.address(), host_port, port.protocol));
        }
    }
    doors
}

/// Every door of a Service.
pub(crate) fn doors_of(cluster: &Cluster, service: &Service) -> Vec<Door> {
    let mut doors = Vec::new();
    for port in &service.ports {
        doors.push(door(DoorKind::ClusterIp, service.cluster_ip, port.port, port.protocol));
        if let Some(balancer) = &service.load_balancer {
            doors.push(door(DoorKind::LoadBalancer, balancer.address, port.port, port.protocol));
        }
        if let Some(address) = service.external_ip {
            doors.push(door(DoorKind::ExternalIp, address, port.port, port.protocol));
        }
        if let Some(number) = port.node_port.filter(|_| service.kind != ServiceKind::ClusterIp) {
            doors.extend(
                cluster.nodes.iter().map(|node| door(DoorKind::NodePort, node.address(), number, port.protocol)),
            );
        }
    }
    doors
}

fn door(kind: DoorKind, address: std::net::Ipv4Addr, port: u16, protocol: Protocol) -> Door {
    Door { kind, address: SocketAddrV4::new(address, port), protocol }
}

/// A choice of all cases of a world, the Services' doors before the pods'.
pub(crate) fn choose(rng: &mut Rng, cluster: &Cluster, world: &World) -> Vec<Case> {
    let (of_pods, of_services): (Vec<Door>, Vec<Door>) =
        doors(cluster, world).into_iter().partition(|door| matches!(door.kind, DoorKind::PodIp | DoorKind::HostPort));
    let mut cases = pairs(cluster, &of_services);
    rng.shuffle(&mut cases);
    cases.truncate(CASES);
    let mut others = pairs(cluster, &of_pods);
    rng.shuffle(&mut others);
    others.truncate(CASES / 5);
    cases.extend(others);
    cases
}

/// The same client through all doors of one kind that it can reach.
pub(crate) fn pairs(cluster: &Cluster, doors: &[Door]) -> Vec<Case> {
    let clients = cluster.clients();
    let of_door = |door: &Door| {
        let can = |client: &Client| can_reach(cluster, *client, door.kind);
        let case = |client: Client| Case { client, door: door.clone() };
        clients.iter().copied().filter(can).map(case).collect::<Vec<_>>()
    };
    doors.iter().flat_map(of_door).collect()
}

/// Whether packets of a client are routed to such a door at all. Nobody outside is routed to a clusterIP; the router knows the
/// pods where they are not behind tunnels.
fn can_reach(cluster: &Cluster, client: Client, door: DoorKind) -> bool {
    let outside = matches!(client, Client::OffLan(_) | Client::OnLan(_));
    match door {
        DoorKind::ClusterIp => !outside,
        DoorKind::PodIp => !outside || cluster.overlay == Overlay::None,
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
            Client::OffLan(_) | Client::OnLan(_) => Origin::Address(cluster.address(case.client)),
            Client::Node(node) => Origin::Node(node_name(node).unwrap_or_else(|| Name::new_static(""))),
            Client::Pod(pod) => Origin::Pod(cluster.pods.get(pod).map_or_else(
                || NamespacedName::new("", ""),
                |pod| NamespacedName::new(pod.namespace, pod.name.clone()),
            )),
        },
        to: Target::Address((*case.door.address.ip()).into()),
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
    let who = match case.client {
        Client::OffLan(node) => format!("{} (behind the router, by node{})", cluster.address(case.client), node + 1),
        Client::OnLan(node) => format!("{} (in the LAN, by node{})", cluster.address(case.client), node + 1),
        Client::Node(node) => format!("node/node{}", node + 1),
        Client::Pod(pod) => cluster.pods.get(pod).map_or_else(String::new, |pod| format!("pod/{}", pod.full_name())),
    };
    format!("{who} to {} {}/{}", case.door.kind.name(), case.door.address, case.door.protocol.name())
}
