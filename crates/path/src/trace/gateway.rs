//! An Ingress, a Gateway or a route: the client's way to a gateway, and the gateway's own way to the backends, as one route.

pub(super) mod doors;
mod elsewhere;

use std::collections::{BTreeMap, BTreeSet};

use bulkhead_model::Issue;
use bulkhead_model::object::ServiceType;
use bulkhead_snapshot::{PodId, ServiceId};

use super::{Tracing, origin};
use crate::door::{self, Alias, Door, Side};
use crate::gateway::{Aliases, Backend, By, Dialled, Elsewhere, Refusal, Way, served};
use crate::network::{Network, endpoints_expected};
use crate::reason::{
    ALIAS_REFUSED, BACKEND_NO_PORT, BACKEND_NO_SERVICE, EXTERNAL_NAME, GATEWAY_SETTING_UNKNOWN, NO_BACKEND, Reason,
};
use crate::request::{DoorKind, Request, Served};
use crate::route::{Hop, Outcome, Route, Step};
use crate::walk::{Client, nowhere};

/// Every route of a client to the backends of an object.
pub(super) fn routes(
    tracing: &Tracing<'_>,
    request: &Request,
    object: &Served,
    kind: Option<DoorKind>,
) -> Result<Vec<Route>, Box<Issue>> {
    let network = tracing.network;
    let found = served(network, object);
    let (ways, refusals) = found.ok_or_else(|| origin::unknown_object(object.kind.word(), &object.name))?;
    let mut routes: Vec<Route> = refusals.iter().map(|refusal| refused(refusal, kind)).collect();
    for way in &ways {
        let of_way = match &way.gateway.runs {
            By::Pods(pods) => by_pods(tracing, request, object, way, pods, kind),
            By::Elsewhere(Elsewhere::Nodes { identity }) => elsewhere::by_nodes(tracing, way, *identity),
            By::Elsewhere(Elsewhere::Outside { targets, addresses }) => {
                elsewhere::from_outside(tracing, object, way, (*targets, addresses), kind)
            }
        };
        routes.extend(of_way);
    }
    if routes.is_empty() { Err(Box::new(no_door(request, object, &ways, kind))) } else { Ok(routes) }
}

/// Nothing of whoever serves the object leads to the port that is asked for.
fn no_door(request: &Request, object: &Served, ways: &[Way<'_>], kind: Option<DoorKind>) -> Issue {
    let titles: BTreeSet<&str> = ways.iter().map(|way| way.gateway.member.title).collect();
    let ports: BTreeSet<String> = match &request.port {
        Some(port) => BTreeSet::from([port.to_string()]),
        None => ways.iter().flat_map(|way| way.ports.numbers()).map(|port| port.to_string()).collect(),
    };
    let list = |items: Vec<&str>| items.join(", ");
    let issue = Issue::error("gatewayWithoutDoor").with("object", format!("{}/{}", object.kind.word(), object.name));
    let issue = issue.with("implementation", list(titles.into_iter().collect()));
    let issue = issue.with("port", list(ports.iter().map(String::as_str).collect()));
    issue.with("door", kind.map_or("any", DoorKind::name))
}

fn refused(refusal: &Refusal, kind: Option<DoorKind>) -> Route {
    match refusal {
        Refusal::Unknown(reason) => nowhere(Outcome::Undetermined, reason.clone(), kind),
        Refusal::NotServed(reason) => nowhere(Outcome::Rejected, reason.clone(), kind),
    }
}

fn by_pods(
    tracing: &Tracing<'_>,
    request: &Request,
    object: &Served,
    way: &Way<'_>,
    pods: &[PodId],
    kind: Option<DoorKind>,
) -> Vec<Route> {
    let doors = doors::of_pods(tracing.network, pods, &way.ports, request, kind, Tracing::side(tracing.client));
    let mut backends = Backends { network: tracing.network, object, way, known: BTreeMap::new() };
    let mut routes = Vec::new();
    for door in doors.iter().filter(|door| tracing.reaches(door)) {
        for first in tracing.through(door) {
            routes.extend(backends.behind(first));
        }
    }
    routes
}

/// The ways from gateway pods to the backends of one object.
struct Backends<'n> {
    network: &'n Network<'n>,
    object: &'n Served,
    way: &'n Way<'n>,
    known: BTreeMap<PodId, Vec<Route>>,
}

impl Backends<'_> {
    /// The client's way to a gateway, with everything behind it.
    fn behind(&mut self, first: Route) -> Vec<Route> {
        let gateway = first.endpoint.as_ref().and_then(|endpoint| endpoint.pod);
        let Some(gateway) = gateway.filter(|_| first.outcome == Outcome::Delivered) else { return vec![first] };
        if !self.known.contains_key(&gateway) {
            let routes = self.behind_gateway(gateway);
            self.known.insert(gateway, routes);
        }
        let behind = self.known.get(&gateway).map_or(&[][..], Vec::as_slice);
        behind.iter().map(|second| joined(&first, second, self.object)).collect()
    }

    fn behind_gateway(&self, gateway: PodId) -> Vec<Route> {
        let snapshot = self.network.snapshot();
        let pod = &snapshot.pods[gateway];
        let node = pod.node.as_ref().and_then(|name| snapshot.node(name));
        let client = match (pod.host_network, node) {
            (true, Some(node)) => Client::Process(node),
            (_, node) => Client::Pod(gateway, node),
        };
        let backends = self.way.backends.iter();
        let routes: Vec<Route> = backends.flat_map(|backend| self.to_backend(client, backend)).collect();
        if routes.is_empty() { vec![no_backend(&self.object.name)] } else { routes }
    }

    fn to_backend(&self, client: Client, backend: &Backend) -> Vec<Route> {
        let id = match target_of(self.network, self.way, backend) {
            Ok(id) => id,
            Err(ended) => return vec![*ended],
        };
        let service = &self.network.snapshot().services[id];
        let Some(port) = service.port(&backend.port, backend.protocol) else { return vec![no_port(backend)] };
        let by_service = match backend.dialled {
            Dialled::AsUsual => (self.way.gateway.member.by_cluster_ip)(self.way.ingress, service),
            Dialled::Endpoints => false,
            Dialled::Address => true,
        };
        let kind = if by_service && !service.headless { DoorKind::ClusterIp } else { DoorKind::PodIp };
        let tracing = Tracing::new(self.network, client, None);
        let doors: Vec<Door> = door::of_service(self.network, id, port, Some(kind), Side::Inside);
        let routes: Vec<Route> =
            doors.iter().filter(|door| tracing.reaches(door)).flat_map(|door| tracing.through(door)).collect();
        if !routes.is_empty() {
            return routes;
        }
        let expected = endpoints_expected(self.network.snapshot(), id);
        vec![
            expected
                .map_or_else(|| no_backend(&backend.service), |reason| nowhere(Outcome::Undetermined, reason, None)),
        ]
    }
}

/// The Service behind a backend, aliases followed; or how a request for it ends.
fn target_of(network: &Network<'_>, way: &Way<'_>, backend: &Backend) -> Result<ServiceId, Box<Route>> {
    if let Some(reason) = &backend.refused {
        let unknown = reason.code == BACKEND_NO_SERVICE;
        let outcome = if unknown { Outcome::Undetermined } else { Outcome::Rejected };
        return Err(Box::new(nowhere(outcome, reason.clone(), None)));
    }
    let snapshot = network.snapshot();
    let id = snapshot.service(&backend.service).ok_or_else(|| Box::new(no_backend(&backend.service)))?;
    if matches!(snapshot.services[id].kind, ServiceType::ExternalName(_)) {
        let about = |code| Reason::new(code).with("implementation", way.gateway.member.title);
        match way.gateway.settings.aliases {
            Aliases::Followed => {}
            Aliases::Refused => {
                let reason = about(ALIAS_REFUSED).with("backend", &backend.service);
                return Err(Box::new(nowhere(Outcome::Rejected, reason, None)));
            }
            Aliases::HangOn(setting) => {
                let reason = about(GATEWAY_SETTING_UNKNOWN).with("setting", setting);
                return Err(Box::new(nowhere(Outcome::Undetermined, reason, None)));
            }
        }
    }
    match door::alias_of(snapshot, id) {
        Alias::Itself(id) => Ok(id),
        Alias::Outside(name) => {
            let reason = Reason::new(EXTERNAL_NAME).with("name", name);
            Err(Box::new(nowhere(Outcome::Undetermined, reason, None)))
        }
    }
}

/// The gateway answers by itself (503, or its default backend).
fn no_backend(name: &bulkhead_model::NamespacedName) -> Route {
    nowhere(Outcome::Rejected, Reason::new(NO_BACKEND).with("backend", name), None)
}

/// The backend's Service is there, but has no such port.
fn no_port(backend: &Backend) -> Route {
    let reason = Reason::new(BACKEND_NO_PORT).with("backend", &backend.service).with("port", &backend.port);
    nowhere(Outcome::Rejected, reason, None)
}

fn joined(first: &Route, second: &Route, object: &Served) -> Route {
    let mut hops = first.hops.clone();
    if let Some(arrived) = first.hops.last() {
        let after = second.hops.first().map_or_else(|| arrived.after.clone(), |sent| sent.after.clone());
        let step = Step::Proxy { object: object.clone() };
        hops.push(Hop { place: arrived.place.clone(), step, before: arrived.after.clone(), after, reason: None });
    }
    hops.extend(second.hops.iter().skip(1).cloned());
    let mut assumptions = first.assumptions.clone();
    assumptions.extend(second.assumptions.iter().filter(|own| !first.assumptions.contains(own)).cloned());
    Route {
        entry_nodes: first.entry_nodes.clone(),
        door_nodes: first.door_nodes.clone(),
        door: first.door,
        service: first.service,
        verdicts: first.verdicts.iter().chain(&second.verdicts).cloned().collect(),
        questions: first.questions.iter().chain(&second.questions).copied().collect(),
        assumptions,
        hops,
        ..second.clone()
    }
}
