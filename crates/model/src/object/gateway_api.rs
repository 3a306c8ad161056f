//! Gateway API (`gateway.networking.k8s.io`): classes, Gateways, routes and the grants between namespaces.

use super::ClassParameters;
use crate::{LabelSelector, Labels, Name, NamespacedName, PortNumber, Position, Readable};

/// The API group of the Gateway API.
pub const GATEWAY_API_GROUP: &str = "gateway.networking.k8s.io";

/// Everything of the API that was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GatewayApi {
    /// `GatewayClass`es, by name.
    pub classes: Vec<GatewayClass>,
    /// Gateways, by namespace and name.
    pub gateways: Vec<Gateway>,
    /// Routes, by kind, namespace and name.
    pub routes: Vec<GatewayRoute>,
    /// `ReferenceGrant`s, by namespace and name.
    pub grants: Vec<ReferenceGrant>,
}

impl GatewayApi {
    /// Whether a route may refer to a backend: one of its own namespace, or one that a grant there permits.
    pub fn permits(&self, route: &GatewayRoute, backend: &RouteBackend) -> bool {
        let namespace = &backend.name.namespace;
        let grants = || self.grants.iter().filter(|grant| grant.name.namespace == *namespace);
        let referring = (GATEWAY_API_GROUP, route.kind.name(), route.name.namespace.as_str());
        let referred = (backend.group.as_str(), backend.kind.as_str(), backend.name.name.as_str());
        route.name.namespace == *namespace || grants().any(|grant| grant.permits(referring, referred))
    }
}

/// A `GatewayClass`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GatewayClass {
    /// Its name.
    pub name: Name,
    /// `spec.controllerName`.
    pub controller: Name,
    /// `spec.parametersRef`
    pub parameters: Option<ClassParameters>,
    /// Where it stands.
    pub position: Position,
}

/// A Gateway.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gateway {
    /// Its namespace and name.
    pub name: NamespacedName,
    /// Its annotations, as far as anything here reads them.
    pub annotations: Labels,
    /// `spec.gatewayClassName`.
    pub class: Name,
    /// `spec.infrastructure.parametersRef`
    pub parameters: Option<ClassParameters>,
    /// `spec.listeners`.
    pub listeners: Vec<Listener>,
    /// The values of `spec.addresses`: addresses, or the names of Services by which they are had.
    pub addresses: Vec<Name>,
    /// Where it stands.
    pub position: Position,
}

/// One listener of a Gateway.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listener {
    /// `name`.
    pub name: Name,
    /// `port`.
    pub port: PortNumber,
    /// `protocol`: `HTTP`, `HTTPS`, `TLS`, `TCP`, `UDP`, or a name of the implementation's.
    pub protocol: Name,
    /// `hostname`; `None` means every one.
    pub hostname: Option<Name>,
    /// `tls.mode: Passthrough`: the listener does not end TLS.
    pub passthrough: bool,
    /// `allowedRoutes.namespaces`: from where routes may attach.
    pub from: Readable<RoutesFrom>,
    /// `allowedRoutes.kinds`; empty means those that fit the protocol. A kind of another API group has it behind, after a dot.
    pub kinds: Vec<Name>,
}

/// From which namespaces routes may attach to a listener.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RoutesFrom {
    /// The Gateway's own: the default.
    Same,
    /// Every one.
    All,
    /// Those with these labels.
    Selector(LabelSelector),
    /// None.
    None,
}

/// A route.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GatewayRoute {
    /// Which kind of route.
    pub kind: RouteKind,
    /// Its namespace and name.
    pub name: NamespacedName,
    /// `spec.parentRefs`.
    pub parents: Vec<ParentRef>,
    /// `spec.hostnames`; empty means every one.
    pub hostnames: Vec<Name>,
    /// The backends of all rules, mirrors included, those of weight 0 left out; in the manifest's order.
    pub backends: Vec<RouteBackend>,
    /// Where it stands.
    pub position: Position,
}

/// The kind of a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RouteKind {
    /// `HTTPRoute`
    Http,
    /// `GRPCRoute`
    Grpc,
    /// `TLSRoute`
    Tls,
    /// `TCPRoute`
    Tcp,
    /// `UDPRoute`
    Udp,
}

impl RouteKind {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Http, Self::Grpc, Self::Tls, Self::Tcp, Self::Udp];

    /// The kind as a manifest spells it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Http => "HTTPRoute",
            Self::Grpc => "GRPCRoute",
            Self::Tls => "TLSRoute",
            Self::Tcp => "TCPRoute",
            Self::Udp => "UDPRoute",
        }
    }

    /// Whether a listener of a protocol takes such routes where it does not name kinds (Gateway API, `Listener.protocol`).
    pub fn fits(self, protocol: &str, passthrough: bool) -> bool {
        match self {
            Self::Http | Self::Grpc => protocol == "HTTP" || protocol == "HTTPS",
            Self::Tls => protocol == "TLS",
            Self::Tcp => protocol == "TCP" || (protocol == "TLS" && !passthrough),
            Self::Udp => protocol == "UDP",
        }
    }

    /// Whether a listener takes such routes: one of a protocol of the API's never takes what does not fit that, whatever kinds it
    /// names (Gateway API, `AllowedRoutes.kinds`); of an implementation's own protocol only the kinds are known.
    pub fn may_attach(self, listener: &Listener) -> bool {
        const PROTOCOLS: [&str; 5] = ["HTTP", "HTTPS", "TLS", "TCP", "UDP"];
        let known = PROTOCOLS.contains(&listener.protocol.as_str());
        let fits = self.fits(&listener.protocol, listener.passthrough);
        let named = listener.kinds.iter().any(|kind| kind == self.name());
        if listener.kinds.is_empty() { fits } else { named && (fits || !known) }
    }
}

/// What a route is attached to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ParentRef {
    /// `kind`: `Gateway` where it is missing; a Service for a mesh.
    pub kind: Name,
    /// The parent's name; the namespace is the route's where it is missing.
    pub name: NamespacedName,
    /// `sectionName`: only this listener.
    pub section: Option<Name>,
    /// `port`: only listeners of this port.
    pub port: Option<PortNumber>,
}

/// Who serves a route.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RouteBackend {
    /// `group`: the core group where it is missing.
    pub group: Name,
    /// `kind`: `Service` where it is missing.
    pub kind: Name,
    /// Its name; the namespace is the route's where it is missing.
    pub name: NamespacedName,
    /// `port`; a Service needs one.
    pub port: Option<PortNumber>,
}

impl RouteBackend {
    /// Whether it names a Service.
    pub fn is_service(&self) -> bool {
        self.group.is_empty() && self.kind == "Service"
    }
}

/// A `ReferenceGrant`: what other namespaces may refer to in this one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReferenceGrant {
    /// Its namespace, which it is for, and name.
    pub name: NamespacedName,
    /// Who may refer.
    pub from: Vec<GrantFrom>,
    /// What may be referred to.
    pub to: Vec<GrantTo>,
    /// Where it stands.
    pub position: Position,
}

/// Objects that may refer to what a `ReferenceGrant` is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GrantFrom {
    /// `group`; empty means the core group.
    pub group: Name,
    /// `kind`
    pub kind: Name,
    /// `namespace`
    pub namespace: Name,
}

/// Objects to which a `ReferenceGrant` lets others refer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GrantTo {
    /// `group`; empty means the core group.
    pub group: Name,
    /// `kind`
    pub kind: Name,
    /// `name`; `None` means every one.
    pub name: Option<Name>,
}

impl ReferenceGrant {
    /// Whether it lets an object of a group, kind and namespace refer to an object of a group, kind and name here.
    pub fn permits(&self, referring: (&str, &str, &str), referred: (&str, &str, &str)) -> bool {
        let may = |from: &GrantFrom| (from.group.as_str(), from.kind.as_str(), from.namespace.as_str()) == referring;
        let (group, kind, name) = referred;
        let is_meant =
            |to: &GrantTo| to.group == group && to.kind == kind && to.name.as_ref().is_none_or(|only| only == name);
        self.from.iter().any(may) && self.to.iter().any(is_meant)
    }
}
