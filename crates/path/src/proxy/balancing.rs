//! What CNIs that translate Services themselves have in common: the rules, with everything in which they differ taken from
//! their [`Habits`].

use std::net::IpAddr;

use bulkhead_model::object::TrafficPolicy;
use bulkhead_snapshot::NodeId;

use super::habits::{Choice, Habits, Picks, Process, Ranges, Source, Translated, Without};
use super::service_rules::{self, Matched};
use super::{Arrival, Hairpin, Mark, Marks, ProxyQuestion, Translation, Way};
use crate::cni::{Family, Link, Out, Tunnel};
use crate::network::{EndpointSet, Endpoints, Found, Network, PortOf};
use crate::reason::{NO_ENDPOINTS, PROXY_HABIT_UNKNOWN, PROXY_SOURCE_UNKNOWN, Reason};

/// How one Service is forwarded, where that hangs on the Service.
pub(super) struct Forwarding {
    pub(super) habits: &'static Habits,
    pub(super) policy: TrafficPolicy,
}

/// Finds out how a Service is forwarded, or why nobody knows.
pub(super) type Forward<'f> = &'f dyn Fn(&ProxyQuestion<'_>, PortOf) -> Result<Forwarding, Reason>;

/// What happens to the destination of a packet.
pub(super) fn translate(question: &ProxyQuestion<'_>, habits: &'static Habits, forward: Forward<'_>) -> Translation {
    let matched = match service_rules::matched(question, habits.loopback.value) {
        Ok(matched) => matched,
        Err(decided) => return decided,
    };
    match matched {
        Matched::Nothing => far_node_port(question, habits, forward),
        Matched::Cluster(port) => cluster_address(question, habits, port),
        Matched::NodePort(port) | Matched::External(port) => external(question, port, forward),
        Matched::UnservedNodePort(_) => service_rules::nobody_listens(question),
        Matched::HealthCheck(service) => service_rules::health_check(question, service),
        Matched::LoadBalancer(port) => {
            outside_source_ranges(question, habits, port).unwrap_or_else(|| external(question, port, forward))
        }
    }
}

/// The habits alone decide, whatever the Service.
pub(super) fn by_habits(question: &ProxyQuestion<'_>, habits: &'static Habits) -> Translation {
    translate(question, habits, &|question, port| {
        Ok(Forwarding { habits, policy: question.service(port).external_traffic_policy })
    })
}

fn habit_unknown(habit: &'static str) -> Translation {
    Translation::Unknown(Reason::new(PROXY_HABIT_UNKNOWN).with("habit", habit))
}

/// The NodePort of another node, called from inside.
fn far_node_port(question: &ProxyQuestion<'_>, habits: &'static Habits, forward: Forward<'_>) -> Translation {
    let network = question.network;
    let of_a_node = !network.nodes().with_address(question.destination).is_empty();
    let far = question.from != Arrival::Network && of_a_node;
    let port = match network.services().node_port(question.protocol, question.port) {
        Found::One(port) if far => port,
        _ => return Translation::Untouched,
    };
    match habits.far_node_port.value {
        Translated::There => Translation::Untouched,
        Translated::Here => external(question, port, forward),
        Translated::Open => habit_unknown("farNodePort"),
    }
}

/// A clusterIP. From outside it is nobody's to translate unless it is configured, which nothing shows.
fn cluster_address(question: &ProxyQuestion<'_>, habits: &'static Habits, port: PortOf) -> Translation {
    if question.from == Arrival::Network {
        return habit_unknown("clusterIpFromOutside");
    }
    let endpoints = question.endpoints(port);
    if !endpoints.any() {
        return nobody(habits.without.value, question, port, &endpoints);
    }
    let set = match question.service(port).internal_traffic_policy {
        TrafficPolicy::Cluster => question.cluster_set(&endpoints),
        TrafficPolicy::Local => endpoints.local(question.node),
    };
    if set.is_empty() {
        return service_rules::no_local_endpoint(port);
    }
    service_rules::to(port, &endpoints, set, inside(question, habits))
}

/// What a caller inside has as its source: a pod its own address, a process that of the device.
fn inside(question: &ProxyQuestion<'_>, habits: &Habits) -> Mark {
    match (question.from, habits.process.value) {
        (Arrival::Process, Process::OfDevice) => Mark::Masquerade,
        (Arrival::Process, Process::Open) => {
            Mark::Unknown(Reason::new(PROXY_HABIT_UNKNOWN).with("habit", "processToService"))
        }
        _ => Mark::Keep,
    }
}

/// A NodePort, an externalIP, a load balancer's address.
fn external(question: &ProxyQuestion<'_>, port: PortOf, forward: Forward<'_>) -> Translation {
    let endpoints = question.endpoints(port);
    let Forwarding { habits, policy } = match forward(question, port) {
        Ok(forwarding) => forwarding,
        Err(unknown) => return Translation::Unknown(unknown),
    };
    if !endpoints.any() {
        return nobody(habits.without.value, question, port, &endpoints);
    }
    if question.from != Arrival::Network {
        return from_inside(question, port, &endpoints, habits, policy);
    }
    match policy {
        TrafficPolicy::Cluster => {
            let marks = Marks { own: mark(habits.cluster_own.value), other: mark(habits.cluster_other.value) };
            service_rules::to(port, &endpoints, question.cluster_set(&endpoints), marks)
        }
        TrafficPolicy::Local => {
            let set = endpoints.local(question.node);
            if set.is_empty() {
                return nobody(habits.local_without.value, question, port, &endpoints);
            }
            service_rules::to(port, &endpoints, set, mark(habits.local_own.value))
        }
    }
}

fn from_inside(
    question: &ProxyQuestion<'_>,
    port: PortOf,
    endpoints: &Endpoints,
    habits: &'static Habits,
    policy: TrafficPolicy,
) -> Translation {
    let own = || endpoints.local(question.node);
    let everyone = || question.cluster_set(endpoints);
    let set: EndpointSet = match (policy, habits.inside_local.value) {
        (TrafficPolicy::Cluster, _) | (TrafficPolicy::Local, Choice::Everyone) => everyone(),
        (TrafficPolicy::Local, Choice::Own) => own(),
        (TrafficPolicy::Local, Choice::OwnElseEveryone) => {
            Some(own()).filter(|set| !set.is_empty()).unwrap_or_else(everyone)
        }
        (TrafficPolicy::Local, Choice::Open) => return habit_unknown("insideLocal"),
    };
    if set.is_empty() {
        return nobody(habits.local_without.value, question, port, endpoints);
    }
    service_rules::to(port, endpoints, set, inside(question, habits))
}

fn mark(source: Source) -> Mark {
    match source {
        Source::Masqueraded => Mark::Masquerade,
        Source::Kept => Mark::Keep,
        Source::Preserved => Mark::Preserve,
    }
}

fn nobody(habit: Without, question: &ProxyQuestion<'_>, port: PortOf, endpoints: &Endpoints) -> Translation {
    match habit {
        Without::Dropped => service_rules::no_local_endpoint(port),
        Without::Refused if endpoints.any() => service_rules::refused_without_local_endpoint(port),
        Without::Refused => Translation::Rejected { service: Some(port.service), reason: Reason::new(NO_ENDPOINTS) },
        Without::Astray => service_rules::to(port, endpoints, question.cluster_set(endpoints), Mark::Keep),
    }
}

fn outside_source_ranges(question: &ProxyQuestion<'_>, habits: &Habits, port: PortOf) -> Option<Translation> {
    match habits.source_ranges.value {
        Ranges::Judged => service_rules::outside_source_ranges(question, port),
        Ranges::Open if question.service(port).load_balancer_source_ranges.is_empty() => None,
        Ranges::Open => Some(habit_unknown("sourceRanges")),
    }
}

/// The address that masquerading puts in.
pub(super) fn masquerade_source(
    habits: &Habits,
    network: &Network<'_>,
    node: NodeId,
    way: Way,
) -> Option<Result<IpAddr, Reason>> {
    let row = &network.snapshot().nodes[node];
    let unknown = || Reason::new(PROXY_SOURCE_UNKNOWN).with("node", &row.name);
    if way.hairpin == Hairpin::Yes {
        return Some(Err(unknown()));
    }
    let primary = || network.primary_address(node, way.family);
    // Every device of these CNIs that a tunnel could mean is the same one.
    let device = || network.cni_rules().and_then(|cni| cni.tunnel_address(row, Tunnel::Geneve, way.family));
    match (habits.picks.value, way.out) {
        (Picks::Kernel | Picks::Never, _) | (_, Out::Nic) => None,
        (Picks::Primary, _) | (Picks::GatewayInTunnels, Out::PodLink(Link::Plain)) => Some(primary()),
        (Picks::Gateway, Out::PodLink(Link::Plain)) => Some(Err(unknown())),
        (Picks::Gateway | Picks::GatewayInTunnels, Out::PodLink(Link::Tunnel(_)) | Out::OwnPod) => Some(device()),
        (Picks::Router, _) => {
            let of_family = |address: &Option<IpAddr>| address.is_some_and(|own| Family::of(own) == way.family);
            let known = super::rules(network).ok().map(|rules| rules.other_sources(row));
            Some(known.into_iter().flatten().find(of_family).flatten().ok_or_else(unknown))
        }
    }
}
