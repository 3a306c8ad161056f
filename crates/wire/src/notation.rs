//! How people name what they ask about: `pod/shop/web-0`, `service/shop/web:http`, `10.10.0.2:30080/TCP`.

use std::net::IpAddr;

use bulkhead_analysis::allowlist::{Client, ExposureTarget};
use bulkhead_analysis::model::object::{RouteKind, WorkloadKind};
use bulkhead_analysis::model::{IpNet, Issue, Name, NamespacedName, PortRef, Protocol};
use bulkhead_analysis::path::{DoorKind, Origin, Request, Served, ServedKind, Target};

use crate::request::{read_namespaced, read_port};

/// What a connection is opened to, with what stands behind it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Destination {
    /// The target; a Service, an Ingress or a Gateway's object without a kind of door.
    pub target: Target,
    /// Behind the colon.
    pub port: Option<PortRef>,
    /// Behind the last slash.
    pub protocol: Option<Protocol>,
}

/// Reads FROM.
pub fn read_origin(text: &str) -> Result<Origin, Box<Issue>> {
    let wrong = || misuse("originNotation", text);
    match split_kind(text) {
        Some((Kind::Pod, name)) => read_namespaced(name).map(Origin::Pod).ok_or_else(wrong),
        Some((Kind::Node, name)) if is_name(name) => Ok(Origin::Node(name.into())),
        Some(_) => Err(wrong()),
        None => text.parse().map(Origin::Address).map_err(|_| wrong()),
    }
}

/// Reads TO.
pub fn read_destination(text: &str) -> Result<Destination, Box<Issue>> {
    let wrong = || misuse("destinationNotation", text);
    let Some((kind, rest)) = split_kind(text) else {
        let (target, port, protocol) = split_address(text).ok_or_else(wrong)?;
        return finish(Target::Address(target), port, protocol);
    };
    // A name has no colon, so that the first one begins the port.
    let (name, port, protocol) = match rest.split_once(':') {
        None => (rest, None, None),
        Some((name, port)) => match port.split_once('/') {
            None => (name, Some(port), None),
            Some((port, protocol)) => (name, Some(port), Some(protocol)),
        },
    };
    let target = read_target(kind, name).ok_or_else(wrong)?;
    finish(target, port, protocol)
}

/// Reads FROM and TO with what narrows them: one question.
pub fn read_request(from: &str, to: &str, door: Option<&str>, entry_node: Option<&str>) -> Result<Request, Box<Issue>> {
    let to = read_destination(to)?;
    let door = door.map(read_door).transpose()?;
    let target = match to.target {
        Target::Service { name, .. } => Target::Service { name, door },
        Target::Ingress { name, .. } => Target::Ingress { name, door },
        Target::Gateway { object, .. } => Target::Gateway { object, door },
        _ if door.is_some() => return Err(Box::new(Issue::error("requestDoorWithoutService").in_field("--door"))),
        target => target,
    };
    Ok(Request {
        from: read_origin(from)?,
        to: target,
        port: to.port,
        protocol: to.protocol.unwrap_or_default(),
        entry_node: entry_node.map(Name::from),
    })
}

/// Reads the name of a kind of door.
pub fn read_door(text: &str) -> Result<DoorKind, Box<Issue>> {
    let known = || DoorKind::ALL.map(DoorKind::name).join(", ");
    let door = DoorKind::ALL.into_iter().find(|door| door.name().eq_ignore_ascii_case(text));
    door.ok_or_else(|| Box::new(Issue::error("requestDoor").with("value", text).with("known", known())))
}

/// Reads what shall be reachable, with a port where it has one: `service/…`, `ingress/…`, `gateway/…`, `httproute/…` and its like,
/// `pod/…`, `deployment/…` and the other workloads, `namespace/…`, `workspace/…`.
pub fn read_exposure_target(text: &str) -> Result<(ExposureTarget, Option<PortRef>), Box<Issue>> {
    let wrong = || misuse("targetNotation", text);
    if let Some((group, name)) = split_group(text) {
        let name = Some(name).filter(|name| is_name(name)).ok_or_else(wrong)?;
        return Ok(match group {
            Group::Namespace => (ExposureTarget::Namespace(name.into()), None),
            Group::Workspace => (ExposureTarget::Workspace(name.into()), None),
        });
    }
    let (bare, port) = text.split_once(':').map_or((text, None), |(bare, port)| (bare, Some(port)));
    let port = port.map(|port| read_port(port).ok_or_else(wrong)).transpose()?;
    if let Some((kind, name)) = split_workload(bare) {
        return Ok((ExposureTarget::Workload(kind, read_namespaced(name).ok_or_else(wrong)?), port));
    }
    let (kind, name) = split_kind(bare).ok_or_else(wrong)?;
    let name = read_namespaced(name).ok_or_else(wrong)?;
    match kind {
        Kind::Service => Ok((ExposureTarget::Service(name), port)),
        Kind::Pod => Ok((ExposureTarget::Pod(name), port)),
        Kind::Served(ServedKind::Ingress) if port.is_none() => Ok((ExposureTarget::Ingress(name), None)),
        Kind::Served(kind) if port.is_none() => Ok((ExposureTarget::Gateway(Served { kind, name }), None)),
        Kind::Served(_) | Kind::Node => Err(wrong()),
    }
}

/// Namespaces, one or more.
#[derive(Clone, Copy)]
enum Group {
    Namespace,
    Workspace,
}

/// `namespace/…` or `workspace/…`, and the name.
fn split_group(text: &str) -> Option<(Group, &str)> {
    let (word, name) = text.split_once('/')?;
    match word {
        "namespace" | "namespaces" | "ns" => Some((Group::Namespace, name)),
        "workspace" | "workspaces" => Some((Group::Workspace, name)),
        _ => None,
    }
}

/// Kinds of workloads by the names that kubectl takes.
const WORKLOADS: [(&str, WorkloadKind); 14] = [
    ("deployment", WorkloadKind::Deployment),
    ("deploy", WorkloadKind::Deployment),
    ("statefulset", WorkloadKind::StatefulSet),
    ("sts", WorkloadKind::StatefulSet),
    ("daemonset", WorkloadKind::DaemonSet),
    ("ds", WorkloadKind::DaemonSet),
    ("replicaset", WorkloadKind::ReplicaSet),
    ("rs", WorkloadKind::ReplicaSet),
    ("replicationcontroller", WorkloadKind::ReplicationController),
    ("rc", WorkloadKind::ReplicationController),
    ("job", WorkloadKind::Job),
    ("jobs", WorkloadKind::Job),
    ("cronjob", WorkloadKind::CronJob),
    ("cj", WorkloadKind::CronJob),
];

/// `deployment/…` and the like, and the name.
fn split_workload(text: &str) -> Option<(WorkloadKind, &str)> {
    let (word, name) = text.split_once('/')?;
    let word = word.to_ascii_lowercase();
    let (_, kind) = WORKLOADS.into_iter().find(|(name, _)| *name == word || format!("{name}s") == word)?;
    Some((kind, name))
}

/// Reads a wanted client: an address, a cidr, `pod/…`, a workload, `namespace/…`, `workspace/…`, `node/…` or `any`.
pub fn read_client(text: &str) -> Result<Client, Box<Issue>> {
    let wrong = || misuse("clientNotation", text);
    if text == "any" {
        return Ok(Client::Any);
    }
    if let Some((group, name)) = split_group(text) {
        let name = Some(name).filter(|name| is_name(name)).ok_or_else(wrong)?;
        return Ok(match group {
            Group::Namespace => Client::Namespace(name.into()),
            Group::Workspace => Client::Workspace(name.into()),
        });
    }
    if let Some((kind, name)) = split_workload(text) {
        return read_namespaced(name).map(|name| Client::Workload(kind, name)).ok_or_else(wrong);
    }
    match split_kind(text) {
        Some((Kind::Pod, name)) => read_namespaced(name).map(Client::Pod).ok_or_else(wrong),
        Some((Kind::Node, name)) if is_name(name) => Ok(Client::Node(name.into())),
        Some(_) => Err(wrong()),
        None => read_block(text),
    }
}

/// Reads an address, or a cidr without host bits.
fn read_block(text: &str) -> Result<Client, Box<Issue>> {
    if let Ok(address) = text.parse::<IpAddr>() {
        return Ok(Client::Block(IpNet::from(address)));
    }
    let net = text.parse::<IpNet>().map_err(|_| misuse("clientNotation", text))?;
    if net.addr() == net.network() {
        return Ok(Client::Block(net));
    }
    Err(Box::new(Issue::error("cidrHostBits").with("value", text).with("meant", net.trunc())))
}

/// A kind of object that has an address.
#[derive(Clone, Copy)]
enum Kind {
    Pod,
    Node,
    Service,
    Served(ServedKind),
}

/// Kinds by the names that kubectl takes.
const KINDS: [(&str, Kind); 25] = [
    ("pod", Kind::Pod),
    ("pods", Kind::Pod),
    ("po", Kind::Pod),
    ("node", Kind::Node),
    ("nodes", Kind::Node),
    ("no", Kind::Node),
    ("service", Kind::Service),
    ("services", Kind::Service),
    ("svc", Kind::Service),
    ("ingress", Kind::Served(ServedKind::Ingress)),
    ("ingresses", Kind::Served(ServedKind::Ingress)),
    ("ing", Kind::Served(ServedKind::Ingress)),
    ("gateway", Kind::Served(ServedKind::Gateway)),
    ("gateways", Kind::Served(ServedKind::Gateway)),
    ("gtw", Kind::Served(ServedKind::Gateway)),
    ("httproute", Kind::Served(ServedKind::Route(RouteKind::Http))),
    ("httproutes", Kind::Served(ServedKind::Route(RouteKind::Http))),
    ("grpcroute", Kind::Served(ServedKind::Route(RouteKind::Grpc))),
    ("grpcroutes", Kind::Served(ServedKind::Route(RouteKind::Grpc))),
    ("tlsroute", Kind::Served(ServedKind::Route(RouteKind::Tls))),
    ("tlsroutes", Kind::Served(ServedKind::Route(RouteKind::Tls))),
    ("tcproute", Kind::Served(ServedKind::Route(RouteKind::Tcp))),
    ("tcproutes", Kind::Served(ServedKind::Route(RouteKind::Tcp))),
    ("udproute", Kind::Served(ServedKind::Route(RouteKind::Udp))),
    ("udproutes", Kind::Served(ServedKind::Route(RouteKind::Udp))),
];

/// The kind before the first slash, and the rest.
fn split_kind(text: &str) -> Option<(Kind, &str)> {
    let (word, rest) = text.split_once('/')?;
    let (_, kind) = KINDS.into_iter().find(|(name, _)| *name == word)?;
    Some((kind, rest))
}

fn read_target(kind: Kind, name: &str) -> Option<Target> {
    let namespaced = |make: fn(NamespacedName) -> Target| read_namespaced(name).map(make);
    match kind {
        Kind::Pod => namespaced(Target::Pod),
        Kind::Node => is_name(name).then(|| Target::Node(name.into())),
        Kind::Service => namespaced(|name| Target::Service { name, door: None }),
        Kind::Served(ServedKind::Ingress) => namespaced(|name| Target::Ingress { name, door: None }),
        Kind::Served(kind) => {
            let name = read_namespaced(name)?;
            Some(Target::Gateway { object: Served { kind, name }, door: None })
        }
    }
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && !name.contains('/')
}

/// `ADDRESS`, `ADDRESS:PORT`, `ADDRESS:PORT/PROTOCOL`, and `[…]` around an IPv6 address that has a port.
fn split_address(text: &str) -> Option<(IpAddr, Option<&str>, Option<&str>)> {
    if let Ok(address) = text.parse() {
        return Some((address, None, None));
    }
    let (rest, protocol) = match text.rsplit_once('/') {
        Some((rest, protocol)) => (rest, Some(protocol)),
        None => (text, None),
    };
    let (address, port) = match rest.strip_prefix('[') {
        Some(bracketed) => bracketed.split_once("]:")?,
        None => rest.split_once(':')?,
    };
    Some((address.parse().ok()?, Some(port), protocol))
}

fn finish(target: Target, port: Option<&str>, protocol: Option<&str>) -> Result<Destination, Box<Issue>> {
    let read = |text: &str| read_port(text).ok_or_else(|| misuse("requestPort", text));
    let port = port.map(read).transpose()?;
    let protocol = protocol.map(read_protocol).transpose()?;
    Ok(Destination { target, port, protocol })
}

/// Reads a protocol in any case.
pub fn read_protocol(text: &str) -> Result<Protocol, Box<Issue>> {
    let protocol = Protocol::from_name(&text.to_ascii_uppercase());
    protocol.ok_or_else(|| misuse("requestProtocol", text))
}

/// Reads `NAMESPACE/NAME`.
pub fn read_name(text: &str) -> Result<NamespacedName, Box<Issue>> {
    read_namespaced(text).ok_or_else(|| misuse("requestName", text))
}

fn misuse(code: &'static str, text: &str) -> Box<Issue> {
    Box::new(Issue::error(code).with("value", text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expect: &str) {
        let said = match read_destination(text) {
            Ok(Destination { target, port, protocol }) => format!("{target:?} {port:?} {protocol:?}"),
            Err(issue) => issue.code.to_owned(),
        };
        assert_eq!(said, expect, "{text}");
    }

    #[test]
    fn destinations() {
        check("10.10.0.2", "Address(10.10.0.2) None None");
        check("10.10.0.2:30080", "Address(10.10.0.2) Some(Number(30080)) None");
        check("10.10.0.2:30080/tcp", "Address(10.10.0.2) Some(Number(30080)) Some(Tcp)");
        check("fd00::1", "Address(fd00::1) None None");
        check("[fd00::1]:53/UDP", "Address(fd00::1) Some(Number(53)) Some(Udp)");
        check("node/n1:30080", r#"Node("n1") Some(Number(30080)) None"#);
        check(
            "svc/shop/web:http/TCP",
            r#"Service { name: NamespacedName { namespace: "shop", name: "web" }, door: None } Some(Name("http")) Some(Tcp)"#,
        );
        check("pod/shop/web-0", r#"Pod(NamespacedName { namespace: "shop", name: "web-0" }) None None"#);
    }

    #[test]
    fn what_is_no_destination() {
        for text in
            ["", "web", "pod/web", "pod/a/b/c", "10.10.0.2/TCP", "10.10.0.2:", "node/", "service//x", "[::1]", "x/y"]
        {
            let issue = read_destination(text).unwrap_err();
            assert!(["destinationNotation", "requestPort"].contains(&issue.code), "{text}");
        }
        check("10.10.0.2:0", "requestPort");
        check("10.10.0.2:70000", "requestPort");
        check("10.10.0.2:80/ICMP", "requestProtocol");
    }
}
