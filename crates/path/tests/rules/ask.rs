//! Questions to small clusters, and their answers as text.

use bulkhead_model::object::RouteKind;
use bulkhead_model::{NamespacedName, PortRef, Protocol};
use bulkhead_path::{
    Address, Answer, DoorKind, Network, NodeClass, Origin, Overrides, Request, Route, Served, ServedKind, Step, Target,
    trace,
};
use bulkhead_snapshot::Snapshot;

use crate::cluster::Cluster;

/// Asks `FROM -> TO [by NODE]` and compares the answer, one line a route.
///
/// FROM is an address, `node/…` or `pod/…`; TO is one of these with `:PORT`, `service/NAME[/DOOR][:PORT]`,
/// `ingress/NAME[/DOOR]`, or `httproute/NAME`.
#[track_caller]
pub(crate) fn check(cluster: &Cluster, question: &str, expected: &str) {
    check_with(cluster, &Overrides::default(), question, expected);
}

/// The same with facts that the user gives.
#[track_caller]
pub(crate) fn check_with(cluster: &Cluster, overrides: &Overrides, question: &str, expected: &str) {
    let snapshot = cluster.snapshot();
    let network = Network::new(&snapshot, overrides);
    let answer = trace(&network, &request(question));
    let said = lines(&snapshot, &answer);
    let said: Vec<&str> = said.iter().map(|line| line.trim_end()).collect();
    let expected: Vec<&str> = expected.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    assert!(said == expected, "{question}\nsaid:\n{}\nexpected:\n{}", said.join("\n"), expected.join("\n"));
}

/// Every hop of the only route of an answer.
pub(crate) fn hops(cluster: &Cluster, question: &str) -> Vec<String> {
    let snapshot = cluster.snapshot();
    let network = Network::new(&snapshot, &Overrides::default());
    let answer = trace(&network, &request(question));
    let [route] = answer.routes.as_slice() else { panic!("{} routes", answer.routes.len()) };
    let hops = route.hops.iter().map(|hop| {
        let step = match &hop.step {
            Step::Policy { direction, verdict, .. } => format!("{} {:?}", direction.name(), verdict.allows()),
            Step::Forward { tunnel, .. } => format!("Forward {tunnel:?}"),
            Step::TranslateDestination(_) => "TranslateDestination".to_owned(),
            other => format!("{other:?}").split(['(', ' ']).next().unwrap().to_owned(),
        };
        let end = |address: &Address| address.known().map_or_else(|| "?".to_owned(), |address| address.to_string());
        format!("{step} {} > {}:{}", end(&hop.after.source), end(&hop.after.destination), hop.after.port)
    });
    hops.collect()
}

pub(crate) fn request(question: &str) -> Request {
    let (from, to) = question.split_once(" -> ").unwrap();
    let (to, entry) = to.split_once(" by ").map_or((to, None), |(to, entry)| (to, Some(entry)));
    let from = match from.split_once('/') {
        Some(("pod", name)) => Origin::Pod(NamespacedName::new("shop", name)),
        Some(("node", name)) => Origin::Node(name.into()),
        _ => Origin::Address(from.parse().unwrap()),
    };
    let (target, port) = to.rsplit_once(':').map_or((to, None), |(target, port)| (target, Some(port)));
    let port = port.map(|port| port.parse().map_or_else(|_| PortRef::Name(port.into()), PortRef::Number));
    let named = |rest: &str| {
        let (name, door) = rest.split_once('/').map_or((rest, None), |(name, door)| (name, Some(door)));
        let door = door.map(|door| DoorKind::ALL.into_iter().find(|kind| kind.name() == door).unwrap());
        (NamespacedName::new("shop", name), door)
    };
    let to = match target.split_once('/') {
        Some(("pod", name)) => Target::Pod(NamespacedName::new("shop", name)),
        Some(("node", name)) => Target::Node(name.into()),
        Some(("service", rest)) => {
            let (name, door) = named(rest);
            Target::Service { name, door }
        }
        Some(("httproute", name)) => {
            let object = Served { kind: ServedKind::Route(RouteKind::Http), name: NamespacedName::new("shop", name) };
            Target::Gateway { object, door: None }
        }
        Some(("ingress", rest)) => {
            let (name, door) = named(rest);
            Target::Ingress { name, door }
        }
        _ => Target::Address(target.trim_matches(['[', ']']).parse().unwrap()),
    };
    Request { from, to, port, protocol: Protocol::Tcp, entry_node: entry.map(Into::into) }
}

fn lines(snapshot: &Snapshot, answer: &Answer) -> Vec<String> {
    let routes = answer.routes.iter().map(|route| line(snapshot, route));
    let issues = answer.issues.iter().map(|issue| {
        let arguments: Vec<_> = issue.arguments.iter().map(|(name, value)| format!("{name} {value}")).collect();
        if arguments.is_empty() {
            format!("issue {}", issue.code)
        } else {
            format!("issue {}: {}", issue.code, arguments.join(", "))
        }
    });
    routes.chain(issues).collect()
}

/// `by node-1: web-2@node-2:8080 delivered, policy 10.0.0.1, pod 10.0.0.1`
fn line(snapshot: &Snapshot, route: &Route) -> String {
    let names = |class: &NodeClass| {
        class.iter().map(|node| snapshot.nodes[*node].name.to_string()).collect::<Vec<_>>().join(" ")
    };
    let mut by = names(&route.entry_nodes);
    if route.door_nodes != route.entry_nodes {
        by = format!("{by} > {}", names(&route.door_nodes));
    }
    let endpoint = route.endpoint.as_ref().map(|endpoint| {
        let name = match endpoint.pod {
            Some(pod) => snapshot.pods[pod].name.name.to_string(),
            None => endpoint.address.map_or_else(|| "?".to_owned(), |address| address.to_string()),
        };
        let node = endpoint.node.map(|node| format!("@{}", snapshot.nodes[node].name)).unwrap_or_default();
        format!("{name}{node}:{} ", endpoint.port)
    });
    let reason = route.reason.as_ref().map(|reason| format!(" ({})", reason.code)).unwrap_or_default();
    let seen = |who: &str, address: &Option<Address>| match address {
        None => String::new(),
        Some(Address::Known(address)) => format!(", {who} {address}"),
        Some(Address::Unknown(reason)) => format!(", {who} ? {}", reason.code),
    };
    let (policy, pod) = (seen("policy", &route.seen_by_policy), seen("pod", &route.seen_by_pod));
    format!("by {by}: {}{}{reason}{policy}{pod}", endpoint.unwrap_or_default(), route.outcome.name())
}
