//! Classes of nodes taken apart, for readers who need every address and not one that stands for the others.

use bulkhead_path::{Address, Network, NodeClass, Route};
use bulkhead_snapshot::NodeId;

/// The routes that one route stands for: nodes stay together where policy and pod see the same source by each of them, and
/// the others get routes of their own, with their own addresses.
pub fn distinct_routes(network: &Network<'_>, route: &Route) -> Vec<Route> {
    if route.door_nodes.len() <= 1 {
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
