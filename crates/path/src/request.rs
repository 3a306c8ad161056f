//! One question about traffic.

use std::fmt;
use std::net::IpAddr;

use bulkhead_model::object::RouteKind;
use bulkhead_model::{Name, NamespacedName, PortRef, Protocol};

/// One question: who wants to reach what.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Request {
    /// Who opens the connection.
    pub from: Origin,
    /// What it is opened to.
    pub to: Target,
    /// The port that the client dials; for a Service or an Ingress, the Service's port by number or name. `None` where the
    /// target has just one.
    pub port: Option<PortRef>,
    /// The protocol.
    pub protocol: Protocol,
    /// The node by which a packet from outside comes in, where the network outside decides; `None` asks for all.
    pub entry_node: Option<Name>,
}

/// Who opens a connection.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// A pod (a hostNetwork pod acts as its node).
    Pod(NamespacedName),
    /// A process of a node that has no pod's network.
    Node(Name),
    /// An address; one that is a pod's or a node's means that pod or node.
    Address(IpAddr),
}

impl fmt::Display for Origin {
    /// `pod/shop/web-0`, `node/n1`, `203.0.113.7`
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pod(name) => write!(formatter, "pod/{name}"),
            Self::Node(name) => write!(formatter, "node/{name}"),
            Self::Address(address) => address.fmt(formatter),
        }
    }
}

/// What a connection is opened to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// A pod, by its own address.
    Pod(NamespacedName),
    /// A node, by its `InternalIP`.
    Node(Name),
    /// An address; whose it is, the snapshot tells.
    Address(IpAddr),
    /// A Service, by all its doors or by one kind of them.
    Service {
        /// The Service.
        name: NamespacedName,
        /// Only this kind of door.
        door: Option<DoorKind>,
    },
    /// An Ingress, through the controller that serves it.
    Ingress {
        /// The Ingress.
        name: NamespacedName,
        /// Only this kind of door of the controller.
        door: Option<DoorKind>,
    },
    /// A Gateway or one of its routes, through whoever serves it.
    Gateway {
        /// The object.
        object: Served,
        /// Only this kind of door of the gateway.
        door: Option<DoorKind>,
    },
}

impl Target {
    /// The object that a gateway serves, where it is one.
    pub fn served(&self) -> Option<Served> {
        match self {
            Self::Ingress { name, .. } => Some(Served { kind: ServedKind::Ingress, name: name.clone() }),
            Self::Gateway { object, .. } => Some(object.clone()),
            Self::Pod(_) | Self::Node(_) | Self::Address(_) | Self::Service { .. } => None,
        }
    }
}

/// An object that a gateway serves.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Served {
    /// Its kind.
    pub kind: ServedKind,
    /// Its namespace and name.
    pub name: NamespacedName,
}

/// The kinds that gateways serve.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ServedKind {
    /// An Ingress.
    Ingress,
    /// A Gateway, with all of its routes.
    Gateway,
    /// A route.
    Route(RouteKind),
}

impl ServedKind {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Ingress,
        Self::Gateway,
        Self::Route(RouteKind::Http),
        Self::Route(RouteKind::Grpc),
        Self::Route(RouteKind::Tls),
        Self::Route(RouteKind::Tcp),
        Self::Route(RouteKind::Udp),
    ];

    /// The kind as a manifest spells it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ingress => "Ingress",
            Self::Gateway => "Gateway",
            Self::Route(kind) => kind.name(),
        }
    }

    /// The kind as kubectl takes it, on the command line and in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Ingress => "ingress",
            Self::Gateway => "gateway",
            Self::Route(RouteKind::Http) => "httproute",
            Self::Route(RouteKind::Grpc) => "grpcroute",
            Self::Route(RouteKind::Tls) => "tlsroute",
            Self::Route(RouteKind::Tcp) => "tcproute",
            Self::Route(RouteKind::Udp) => "udproute",
        }
    }
}

impl std::fmt::Display for Served {
    /// `httproute/shop/web`
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.kind.word(), self.name)
    }
}

/// A kind of way in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DoorKind {
    /// The pod's own address.
    PodIp,
    /// A Service's clusterIP.
    ClusterIp,
    /// A port of the nodes.
    NodePort,
    /// A load balancer's address.
    LoadBalancer,
    /// One of a Service's `externalIPs`.
    ExternalIp,
    /// A container's `hostPort`.
    HostPort,
}

impl DoorKind {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::PodIp, Self::ClusterIp, Self::NodePort, Self::LoadBalancer, Self::ExternalIp, Self::HostPort];

    /// The name on the command line and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::PodIp => "PodIP",
            Self::ClusterIp => "ClusterIP",
            Self::NodePort => "NodePort",
            Self::LoadBalancer => "LoadBalancer",
            Self::ExternalIp => "ExternalIP",
            Self::HostPort => "HostPort",
        }
    }
}
