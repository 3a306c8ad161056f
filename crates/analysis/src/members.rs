//! Classes of nodes taken apart, for readers who need every address and not one that stands for the others.

use bulkhead_path::{Address, Answer, Network, NodeClass, Route};
use bulkhead_snapshot::NodeId;

/// How many routes an answer may have before classes of nodes stay together ([`ByNode::Fitting`]).
pub const MOST_ROUTES: usize = 1_000;

/// Whether nodes that behave alike, each with its own addresses, get a route each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum ByNode {
    /// A route for each source that policy and pod see.
    Routes,
    /// One route for a class of nodes, with the sources of its members as lists.
    Lists,
    /// Routes as long as there are at most [`MOST_ROUTES`] of them; lists where there would be more.
    #[default]
    Fitting,
}

/// A route as it is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToldRoute {
    /// The route; its addresses are those of the first of its nodes.
    pub route: Route,
    /// Where its nodes differ in what policy and pod see: what they see by each.
    pub sources: Option<MemberSources>,
}

/// What is seen by each of a route's [`Route::door_nodes`], in their order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberSources {
    /// By the policy.
    pub seen_by_policy: Vec<Option<Address>>,
    /// By the pod.
    pub seen_by_pod: Vec<Option<Address>>,
}

/// The routes of an answer with every address exact.
pub fn told_routes(network: &Network<'_>, answer: &Answer, by_node: ByNode) -> Vec<ToldRoute> {
    let shows_node = |route: &Route| route.door_nodes.len() > 1 && network.shows_node(route);
    let single = |route: &Route| if shows_node(route) { route.door_nodes.len() } else { 1 };
    let lists = match by_node {
        ByNode::Routes => false,
        ByNode::Lists => true,
        ByNode::Fitting => answer.routes.iter().map(single).sum::<usize>() > MOST_ROUTES,
    };
    let told = |route: &Route| {
        if lists && shows_node(route) {
            let sources = Some(member_sources(network, route));
            return vec![ToldRoute { route: route.clone(), sources }];
        }
        distinct_routes(network, route).into_iter().map(|route| ToldRoute { route, sources: None }).collect()
    };
    answer.routes.iter().flat_map(told).collect()
}

fn member_sources(network: &Network<'_>, route: &Route) -> MemberSources {
    let nodes = || route.door_nodes.iter();
    MemberSources {
        seen_by_policy: nodes().map(|node| network.seen_by_policy_by(route, *node)).collect(),
        seen_by_pod: nodes().map(|node| network.seen_by_pod_by(route, *node)).collect(),
    }
}

/// The routes that one route stands for: nodes stay together where policy and pod see the same source by each of them, and
/// the others get routes of their own, with their own addresses.
pub fn distinct_routes(network: &Network<'_>, route: &Route) -> Vec<Route> {
    if route.door_nodes.len() <= 1 || !network.shows_node(route) {
        return vec![route.clone()];
    }
    let mut groups: Vec<(Route, Vec<NodeId>)> = Vec::new();
    let mut latest = std::collections::BTreeMap::new();
    for node in route.door_nodes.iter().copied() {
        let own = network.route_by(route, node);
        let sees: (Option<Address>, Option<Address>) = (own.seen_by_policy.clone(), own.seen_by_pod.clone());
        let group = *latest.entry(sees).or_insert_with(|| {
            groups.push((own, Vec::new()));
            groups.len() - 1
        });
        if let Some((_, nodes)) = groups.get_mut(group) {
            nodes.push(node);
        }
    }
    let whole = |(own, nodes): (Route, Vec<NodeId>)| {
        let door_nodes: NodeClass = nodes.into_iter().collect();
        let same = route.entry_nodes == route.door_nodes;
        let entry_nodes = if same { door_nodes.clone() } else { own.entry_nodes };
        Route { entry_nodes, door_nodes, ..own }
    };
    groups.into_iter().map(whole).collect()
}
