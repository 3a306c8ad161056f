//! Who serves an object, at which ports, and which backends are behind it.

use bulkhead_model::object::{
    Gateway as GatewayObject, GatewayRoute, Ingress, IngressBackend, Listener, ParentRef, RouteBackend, RouteKind,
};
use bulkhead_model::{Issue, Name, NamespacedName, ObjectRef, PortNumber, PortRef, Protocol};
use bulkhead_snapshot::{PodId, Snapshot};

use super::admission::{Admission, admission};
use super::{By, Elsewhere, ForGateways, Gateway, GatewaysBy, MEMBERS, Member, Serves, Settings};
use crate::network::Network;
use crate::reason::{
    BACKEND_NO_SERVICE, BACKEND_NOT_GRANTED, GATEWAY_OF_NOBODY, GATEWAY_SETTING_UNKNOWN, GATEWAY_UNKNOWN,
    PARENT_NO_GATEWAY, ROUTE_ADMISSION_UNKNOWN, ROUTE_NOT_ADMITTED, Reason,
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

impl Ports {
    /// Their numbers, those of HTTP being 80.
    pub(crate) fn numbers(&self) -> Vec<PortNumber> {
        match self {
            Self::Http => vec![80],
            Self::Of(ports) => ports.iter().map(|(port, _)| *port).collect(),
        }
    }
}

impl Way<'_> {
    /// The port that a client dials, where the gateway is no Service.
    pub(crate) fn first_port(&self) -> PortNumber {
        self.ports.numbers().first().copied().unwrap_or(80)
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
    pub(crate) dialled: Dialled,
    /// Why it counts as missing.
    pub(crate) refused: Option<Reason>,
}

/// What a gateway opens a connection to a backend to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialled {
    /// To what it does by its habits and as annotations say.
    AsUsual,
    /// To the endpoints, always.
    Endpoints,
    /// To the Service's address, which its name stands for.
    Address,
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
    let backends = of_rules(ingress);
    let (mut ways, mut refusals) = (Vec::new(), Vec::new());
    for gateway in network.gateways() {
        match gateway.serves(snapshot, ingress) {
            Serves::Yes => ways.push(Way {
                gateway: gateway.clone(),
                ports: Ports::Http,
                backends: with_further(&backends, gateway, snapshot, ingress),
                ingress: Some(ingress),
            }),
            Serves::Unknown(setting) => refusals.push(hangs_on(gateway.member, setting)),
            Serves::No => {}
        }
    }
    refusals.dedup();
    if ways.is_empty() && refusals.is_empty() {
        let class = ingress.class.as_deref().unwrap_or_default();
        refusals.push(Refusal::Unknown(Reason::new(GATEWAY_UNKNOWN).with("class", class)));
    }
    (ways, refusals)
}

/// The backends that an Ingress itself names; all that are resources, and no Services, are one.
fn of_rules(ingress: &Ingress) -> Vec<Backend> {
    let backend = |backend: &IngressBackend| Backend {
        service: NamespacedName::new(ingress.name.namespace.clone(), backend.service.clone()),
        port: backend.port.clone(),
        protocol: Protocol::Tcp,
        dialled: Dialled::AsUsual,
        refused: None,
    };
    let mut paths = ingress.rules.iter().flat_map(|rule| &rule.paths);
    let resource = paths.any(|path| path.backend.is_none()).then(|| Backend {
        service: ingress.name.clone(),
        port: PortRef::Name(Name::default()),
        protocol: Protocol::Tcp,
        dialled: Dialled::AsUsual,
        refused: Some(Reason::new(BACKEND_NO_SERVICE).with("kind", "resource").with("backend", &ingress.name)),
    });
    ingress.backends().into_iter().map(backend).chain(resource).collect()
}

/// These, and what else a gateway asks for the Ingress.
fn with_further(own: &[Backend], gateway: &Gateway, snapshot: &Snapshot, ingress: &Ingress) -> Vec<Backend> {
    let mut all = own.to_vec();
    for backend in gateway.further(snapshot, ingress).backends {
        let known = |have: &Backend| have.service == backend.service && have.port == backend.port;
        if !all.iter().any(known) {
            all.push(backend);
        }
    }
    all
}

/// Whether somebody serves the object at all, hangs on one of its settings.
fn hangs_on(member: &Member, setting: &str) -> Refusal {
    let reason = Reason::new(GATEWAY_SETTING_UNKNOWN).with("implementation", member.title);
    Refusal::Unknown(reason.with("setting", setting))
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
            Ok((ports, serving)) => {
                let way = |gateway| Way {
                    gateway,
                    ports: Ports::Of(ports.clone()),
                    backends: backends.clone(),
                    ingress: None,
                };
                ways.extend(serving.gateway.map(way));
                refusals.extend(serving.unknown);
            }
            Err(refusal) => refusals.push(refusal),
        }
    }
    (ways, refusals)
}

/// Who serves a route by a Gateway, and who may.
#[derive(Debug, Default)]
struct Serving {
    gateway: Option<Gateway>,
    unknown: Option<Refusal>,
}

type Listening = Vec<(PortNumber, Protocol)>;

fn by_parent(snapshot: &Snapshot, route: &GatewayRoute, parent: &ParentRef) -> Result<(Listening, Serving), Refusal> {
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
    let mut ports: Listening = listeners.iter().map(|own| (own.port, protocol_of(own))).collect();
    ports.sort_unstable();
    ports.dedup();
    let serving = serving(snapshot, gateway, route);
    if serving.gateway.is_none() && serving.unknown.is_none() {
        let reason = Reason::new(GATEWAY_OF_NOBODY).with("gateway", &gateway.name).with("class", &gateway.class);
        return Err(Refusal::Unknown(reason));
    }
    Ok((ports, serving))
}

fn protocol_of(listener: &Listener) -> Protocol {
    if listener.protocol == "UDP" { Protocol::Udp } else { Protocol::Tcp }
}

/// Who serves a Gateway's route: the implementation that its class names; else whoever labels pods with the Gateway's name.
fn serving(snapshot: &Snapshot, gateway: &GatewayObject, route: &GatewayRoute) -> Serving {
    let class = snapshot.gateway_api.classes.iter().find(|class| class.name == gateway.class);
    let named = MEMBERS.iter().copied().filter(|member| class.is_some_and(|class| member.controls(&class.controller)));
    let settings = |aliases| Settings {
        controller_class: class.map(|class| class.controller.clone()).unwrap_or_default(),
        class: gateway.class.clone(),
        aliases,
        ..Settings::default()
    };
    let by = |member: &'static Member| -> Option<Serving> {
        let own = member.gateways.as_ref()?;
        let (runs, unknown) = match &own.by {
            GatewaysBy::Elsewhere(elsewhere) => match elsewhere(snapshot, class?, gateway) {
                Ok(elsewhere) => (of_controller(snapshot, member, elsewhere, [&gateway.name, &route.name]), None),
                Err(code) => (None, Some(Refusal::Unknown(Reason::new(code).with("gateway", &gateway.name)))),
            },
            GatewaysBy::Pods(pods) => {
                let (pods, setting) = watching(snapshot, own, pods(snapshot, gateway), [&gateway.name, &route.name]);
                let pods = Some(pods).filter(|pods| !pods.is_empty());
                (pods.map(By::Pods), setting.map(|setting| hangs_on(member, setting)))
            }
        };
        let gateway = runs.map(|runs| Gateway { member, settings: settings(own.aliases), runs });
        (gateway.is_some() || unknown.is_some()).then_some(Serving { gateway, unknown })
    };
    named.chain([&super::labelled::MEMBER]).find_map(by).unwrap_or_default()
}

/// Something that is no pod, where those who configure it watch the namespaces of objects.
fn of_controller(
    snapshot: &Snapshot,
    member: &'static Member,
    elsewhere: Elsewhere,
    objects: [&NamespacedName; 2],
) -> Option<By> {
    let controllers = super::elsewhere(snapshot, member);
    let watches = |own: &Gateway, object: &NamespacedName| own.settings.watches.holds(snapshot, &object.namespace);
    let serves = |own: &Gateway| objects.iter().all(|object| watches(own, object) == Serves::Yes);
    controllers.iter().any(serves).then_some(By::Elsewhere(elsewhere))
}

/// Those of some pods that watch the namespaces of objects, and the setting on which that hangs for others.
fn watching(
    snapshot: &Snapshot,
    own: &ForGateways,
    pods: Vec<PodId>,
    objects: [&NamespacedName; 2],
) -> (Vec<PodId>, Option<&'static str>) {
    let (mut serving, mut unknown) = (Vec::new(), None);
    for id in pods {
        let watches = (own.watches)(snapshot, &snapshot.pods[id]);
        let [gateway, route] = objects.map(|object| watches.holds(snapshot, &object.namespace));
        match gateway.and(route) {
            Serves::Yes => serving.push(id),
            Serves::Unknown(setting) => unknown = Some(setting),
            Serves::No => {}
        }
    }
    (serving, unknown)
}

fn backend_of(snapshot: &Snapshot, route: &GatewayRoute, backend: &RouteBackend) -> Backend {
    let name = || backend.name.to_string();
    let refused = match (backend.is_service(), backend.port) {
        (true, Some(_)) if snapshot.gateway_api.permits(route, backend) => None,
        (true, Some(_)) => Some(Reason::new(BACKEND_NOT_GRANTED).with("backend", name())),
        _ => Some(Reason::new(BACKEND_NO_SERVICE).with("kind", &backend.kind).with("backend", name())),
    };
    Backend {
        service: backend.name.clone(),
        port: backend.port.map_or_else(|| PortRef::Name(Name::default()), PortRef::Number),
        protocol: if route.kind == RouteKind::Udp { Protocol::Udp } else { Protocol::Tcp },
        dialled: Dialled::AsUsual,
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

    /// What else the controllers of an Ingress ask, as far as nobody knows what that is, or for whom.
    pub fn unclear_backends(&self, object: &Served) -> Vec<Issue> {
        let snapshot = self.snapshot();
        let mut ingresses = snapshot.ingresses.iter().filter(|_| object.kind == ServedKind::Ingress);
        let Some(ingress) = ingresses.find(|ingress| ingress.name == object.name) else { return Vec::new() };
        let about = |issue: Issue| issue.at(ingress.position).about(ObjectRef::namespaced("Ingress", &ingress.name));
        let mut issues = Vec::new();
        for gateway in self.gateways().iter().filter(|own| own.serves(snapshot, ingress) != Serves::No) {
            let further = gateway.further(snapshot, ingress);
            let unclear = further.unclear.iter().map(|(field, value)| {
                about(Issue::warning("ingressBackendUnclear")).with("field", field).with("value", value)
            });
            let is_own = |name: &NamespacedName| further.backends.iter().any(|own| own.service == *name);
            let for_others = further.for_others.iter().filter(|name| !is_own(name));
            issues.extend(unclear);
            issues.extend(for_others.map(|name| about(Issue::warning("ingressDefaultBackend")).with("service", name)));
        }
        issues.sort();
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
                let serving = self.gateways().iter().filter(|own| own.serves(snapshot, ingress) != Serves::No);
                let further = serving.flat_map(|own| own.further(snapshot, ingress).backends);
                let all = of_rules(ingress).into_iter().chain(further);
                all.filter(|own| own.refused.is_none()).map(|own| own.service).collect()
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
