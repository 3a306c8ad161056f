//! Who serves an object, at which ports, and which backends are behind it.

use bulkhead_model::object::{
    Gateway as GatewayObject, GatewayRoute, Ingress, Listener, ParentRef, RouteBackend, RouteKind,
};
use bulkhead_model::{Issue, Name, NamespacedName, ObjectRef, PortNumber, PortRef, Protocol};
use bulkhead_snapshot::Snapshot;

use super::admission::{Admission, admission};
use super::{By, Gateway, GatewaysBy, MEMBERS, Settings, Watches};
use crate::network::Network;
use crate::reason::{
    BACKEND_NO_SERVICE, BACKEND_NOT_GRANTED, GATEWAY_OF_NOBODY, GATEWAY_UNKNOWN, PARENT_NO_GATEWAY,
    ROUTE_ADMISSION_UNKNOWN, ROUTE_NOT_ADMITTED, Reason,
};
use crate::request::{Served, ServedKind};

/// One way to backends: who serves, at which ports, what is behind.
#[derive(Clone, Debug)]
pub(crate) struct Way<'n> {
    pub(crate) gateway: Gateway,
    pub(crate) ports: Ports,
    pub(crate) backends: Vec<Backend>,
    /// Of the Ingress, where it is one: its annotations count.
    pub(crate) ingress: Option<&'n Ingress>,
}

impl Way<'_> {
    /// The port that a client dials, where the gateway is no Service.
    pub(crate) fn first_port(&self) -> PortNumber {
        match &self.ports {
            Ports::Http => 80,
            Ports::Of(ports) => ports.first().map_or(80, |(port, _)| *port),
        }
    }
}

/// The ports at which a gateway serves an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Ports {
    /// Those of HTTP: 80, unless the request says otherwise.
    Http,
    /// Those of listeners.
    Of(Vec<(PortNumber, Protocol)>),
}

/// What is behind a gateway.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Backend {
    pub(crate) service: NamespacedName,
    pub(crate) port: PortRef,
    pub(crate) protocol: Protocol,
    /// Why it counts as missing.
    pub(crate) refused: Option<Reason>,
}

/// Why nobody serves an object, or not by some way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// Nobody can tell.
    Unknown(Reason),
    /// It is not served.
    NotServed(Reason),
}

/// Every way to the backends of an object; `None` where the input has no such object.
pub(crate) fn served<'n>(network: &'n Network<'_>, object: &Served) -> Option<(Vec<Way<'n>>, Vec<Refusal>)> {
    let snapshot = network.snapshot();
    match object.kind {
        ServedKind::Ingress => {
            let ingress = snapshot.ingresses.iter().find(|ingress| ingress.name == object.name)?;
            Some(of_ingress(network, ingress))
        }
        ServedKind::Gateway => {
            let gateway = snapshot.gateway_api.gateways.iter().find(|gateway| gateway.name == object.name)?;
            Some(of_gateway(snapshot, gateway))
        }
        ServedKind::Route(kind) => {
            let mut routes = snapshot.gateway_api.routes.iter();
            let route = routes.find(|route| route.kind == kind && route.name == object.name)?;
            Some(of_route(snapshot, route, None))
        }
    }
}

fn of_ingress<'n>(network: &'n Network<'_>, ingress: &'n Ingress) -> (Vec<Way<'n>>, Vec<Refusal>) {
    let snapshot = network.snapshot();
    let backends: Vec<Backend> = ingress
        .backends()
        .into_iter()
        .map(|backend| Backend {
            service: NamespacedName::new(ingress.name.namespace.clone(), backend.service.clone()),
            port: backend.port.clone(),
            protocol: Protocol::Tcp,
            refused: None,
        })
        .collect();
    let serving = network.gateways().iter().filter(|gateway| gateway.serves(snapshot, ingress));
    let ways: Vec<Way<'n>> = serving
        .map(|gateway| Way {
            gateway: gateway.clone(),
            ports: Ports::Http,
            backends: backends.clone(),
            ingress: Some(ingress),
        })
        .collect();
    let class = ingress.class.as_deref().unwrap_or_default();
    let unknown = ways.is_empty().then(|| Refusal::Unknown(Reason::new(GATEWAY_UNKNOWN).with("class", class)));
    (ways, unknown.into_iter().collect())
}

fn of_gateway<'n>(snapshot: &'n Snapshot, gateway: &GatewayObject) -> (Vec<Way<'n>>, Vec<Refusal>) {
    let (mut ways, mut refusals) = (Vec::new(), Vec::new());
    for route in &snapshot.gateway_api.routes {
        if route.parents.iter().any(|parent| is_of(parent, gateway)) {
            let (of_route, refused) = of_route(snapshot, route, Some(gateway));
            ways.extend(of_route);
            refusals.extend(refused);
        }
    }
    if ways.is_empty() && refusals.is_empty() {
        let reason = Reason::new(GATEWAY_OF_NOBODY).with("gateway", &gateway.name);
        refusals.push(Refusal::NotServed(reason.with("class", &gateway.class)));
    }
    (ways, refusals)
}

fn is_of(parent: &ParentRef, gateway: &GatewayObject) -> bool {
    parent.kind == "Gateway" && parent.name == gateway.name
}

/// The ways of a route, by all of its parents or by one of them.
fn of_route<'n>(
    snapshot: &'n Snapshot,
    route: &GatewayRoute,
    only: Option<&GatewayObject>,
) -> (Vec<Way<'n>>, Vec<Refusal>) {
    let backends: Vec<Backend> = route.backends.iter().map(|backend| backend_of(snapshot, route, backend)).collect();
    let (mut ways, mut refusals) = (Vec::new(), Vec::new());
    for parent in route.parents.iter().filter(|parent| only.is_none_or(|gateway| is_of(parent, gateway))) {
        match by_parent(snapshot, route, parent) {
            Ok((gateway, ports)) => {
                ways.push(Way { gateway, ports: Ports::Of(ports), backends: backends.clone(), ingress: None });
            }
            Err(refusal) => refusals.push(refusal),
        }
    }
    (ways, refusals)
}

type Serving = (Gateway, Vec<(PortNumber, Protocol)>);

fn by_parent(snapshot: &Snapshot, route: &GatewayRoute, parent: &ParentRef) -> Result<Serving, Refusal> {
    let unknown = |code, gateway: &NamespacedName| Refusal::Unknown(Reason::new(code).with("gateway", gateway));
    if parent.kind != "Gateway" {
        let reason = Reason::new(PARENT_NO_GATEWAY).with("kind", &parent.kind).with("name", &parent.name);
        return Err(Refusal::Unknown(reason));
    }
    let found = snapshot.gateway_api.gateways.iter().find(|gateway| gateway.name == parent.name);
    let Some(gateway) = found else {
        return Err(Refusal::Unknown(Reason::new(crate::reason::GATEWAY_MISSING).with("gateway", &parent.name)));
    };
    let listeners: Vec<&Listener> = match admission(snapshot, gateway, route, parent) {
        Admission::By(listeners) => listeners,
        Admission::Unknown => return Err(unknown(ROUTE_ADMISSION_UNKNOWN, &gateway.name)),
        Admission::Refused(cause) => {
            let reason = Reason::new(ROUTE_NOT_ADMITTED).with("gateway", &gateway.name).with("field", cause);
            return Err(Refusal::NotServed(reason));
        }
    };
    let mut ports: Vec<(PortNumber, Protocol)> = listeners.iter().map(|own| (own.port, protocol_of(own))).collect();
    ports.sort_unstable();
    ports.dedup();
    let nobody = || {
        let reason = Reason::new(GATEWAY_OF_NOBODY).with("gateway", &gateway.name).with("class", &gateway.class);
        Refusal::Unknown(reason)
    };
    serving(snapshot, gateway).map(|gateway| (gateway, ports)).ok_or_else(nobody)
}

fn protocol_of(listener: &Listener) -> Protocol {
    if listener.protocol == "UDP" { Protocol::Udp } else { Protocol::Tcp }
}

/// Who serves a Gateway: the implementation that its class names; else whoever labels pods with its name.
fn serving(snapshot: &Snapshot, gateway: &GatewayObject) -> Option<Gateway> {
    let class = snapshot.gateway_api.classes.iter().find(|class| class.name == gateway.class);
    let named = MEMBERS.iter().copied().filter(|member| class.is_some_and(|class| member.controls(&class.controller)));
    let settings = || Settings {
        controller_class: class.map(|class| class.controller.clone()).unwrap_or_default(),
        class: gateway.class.clone(),
        without_class: false,
        watches: Watches::Everything,
    };
    let by = |member: &'static super::Member| {
        let runs = match &member.gateways.as_ref()?.by {
            GatewaysBy::Elsewhere(elsewhere) => By::Elsewhere(elsewhere(class?)),
            GatewaysBy::Pods(pods) => match pods(snapshot, gateway) {
                none if none.is_empty() => return None,
                pods => By::Pods(pods),
            },
        };
        Some(Gateway { member, settings: settings(), runs })
    };
    named.chain([&super::labelled::MEMBER]).find_map(by)
}

fn backend_of(snapshot: &Snapshot, route: &GatewayRoute, backend: &RouteBackend) -> Backend {
    let name = || backend.name.to_string();
    let refused = match (backend.kind.as_str(), backend.port) {
        ("Service", Some(_)) if snapshot.gateway_api.permits(route, backend) => None,
        ("Service", Some(_)) => Some(Reason::new(BACKEND_NOT_GRANTED).with("backend", name())),
        (kind, _) => Some(Reason::new(BACKEND_NO_SERVICE).with("kind", kind).with("backend", name())),
    };
    Backend {
        service: backend.name.clone(),
        port: backend.port.map_or_else(|| PortRef::Name(Name::default()), PortRef::Number),
        protocol: if route.kind == RouteKind::Udp { Protocol::Udp } else { Protocol::Tcp },
        refused,
    }
}

impl Network<'_> {
    /// Why nobody serves an Ingress, a Gateway or a route, where that is so: with the object that would have to be changed.
    pub fn not_served(&self, object: &Served) -> Vec<Issue> {
        let (_, refusals) = served(self, object).unwrap_or_default();
        let snapshot = self.snapshot();
        let of = |refusal: &Refusal| {
            let (Refusal::Unknown(reason) | Refusal::NotServed(reason)) = refusal;
            let argument = |name| reason.arguments.iter().find(|(own, _)| *own == name).map(|(_, value)| value.clone());
            let class = argument("class").unwrap_or_default();
            if reason.code == GATEWAY_UNKNOWN {
                let ingress = snapshot.ingresses.iter().find(|ingress| ingress.name == object.name)?;
                let issue = Issue::warning("ingressNotServed").at(ingress.position).with("class", class);
                return Some(issue.about(ObjectRef::namespaced("Ingress", &ingress.name)));
            }
            let name = argument("gateway").filter(|_| reason.code == GATEWAY_OF_NOBODY)?;
            let mut gateways = snapshot.gateway_api.gateways.iter();
            let gateway = gateways.find(|gateway| gateway.name.to_string() == name)?;
            let issue = Issue::warning("gatewayNotServed").at(gateway.position).with("class", class);
            Some(issue.about(ObjectRef::namespaced("Gateway", &gateway.name)))
        };
        let mut issues: Vec<Issue> = refusals.iter().filter_map(of).collect();
        issues.dedup();
        issues
    }

    /// The Services behind an Ingress, a Gateway or a route that may be referred to, each once; `None` where the input has no such
    /// object.
    pub fn backends(&self, object: &Served) -> Option<Vec<NamespacedName>> {
        let snapshot = self.snapshot();
        let api = &snapshot.gateway_api;
        let permitted = |route: &GatewayRoute| {
            let backends = route.backends.iter().map(|backend| backend_of(snapshot, route, backend));
            backends.filter(|own| own.refused.is_none()).map(|own| own.service).collect::<Vec<_>>()
        };
        let names: Vec<NamespacedName> = match object.kind {
            ServedKind::Ingress => {
                let ingress = snapshot.ingresses.iter().find(|ingress| ingress.name == object.name)?;
                let namespace = &object.name.namespace;
                let backends = ingress.backends().into_iter();
                backends.map(|own| NamespacedName::new(namespace.clone(), own.service.clone())).collect()
            }
            ServedKind::Gateway => {
                let gateway = api.gateways.iter().find(|gateway| gateway.name == object.name)?;
                let is_own = |route: &&GatewayRoute| route.parents.iter().any(|parent| is_of(parent, gateway));
                api.routes.iter().filter(is_own).flat_map(permitted).collect()
            }
            ServedKind::Route(kind) => {
                permitted(api.routes.iter().find(|route| route.kind == kind && route.name == object.name)?)
            }
        };
        let mut once: Vec<NamespacedName> = Vec::new();
        for name in names {
            if !once.contains(&name) {
                once.push(name);
            }
        }
        Some(once)
    }
}
