//! What must be let in: the packets that the target's policies see on the ways of the wanted clients.

use std::net::IpAddr;
use std::sync::Arc;

use bulkhead_model::{AddressSet, PortNumber, PortRef, Protocol};
use bulkhead_path::Target as RequestTarget;
use bulkhead_path::{Address, DoorKind, Network, Origin, Outcome, Reason, Request, Route, trace};
use bulkhead_snapshot::{NodeId, PodId, Snapshot};

use crate::client::{ClientClass, Members};
use crate::exposure::{Exposure, ExposureTarget};
use crate::target::Target;

/// One kind of packet that a policy of the target sees on a wanted way.
#[derive(Clone, Debug)]
pub(crate) struct Requirement {
    /// The pod whose policy looks.
    pub(crate) pod: PodId,
    /// The protocol.
    pub(crate) protocol: Protocol,
    /// The port on the pod.
    pub(crate) port: PortNumber,
    /// The sources that the policy sees.
    pub(crate) source: Source,
    /// The way on which it sees them, by the first node of its class.
    pub(crate) way: Arc<Witness>,
    /// The node of the class whose address it is.
    pub(crate) node: Option<NodeId>,
}

impl Requirement {
    /// The way on which the policy sees the sources.
    pub(crate) fn witness(&self, open: &Network<'_>) -> Witness {
        let route = self.node.map_or_else(|| self.way.route.clone(), |node| open.route_by(&self.way.route, node));
        Witness { client: self.way.client.clone(), door: self.way.door, route }
    }
}

/// The sources of one kind of packet.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Source {
    /// Addresses that are no pod's.
    Addresses(AddressSet),
    /// Pods, with their own addresses.
    Pods(Vec<PodId>),
}

/// A way that needs an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Witness {
    /// The client that was followed; it stands for every client that travels alike.
    pub client: Origin,
    /// The door.
    pub door: DoorKind,
    /// The way.
    pub route: Route,
}

/// What the wanted ways come to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Requirements {
    /// What must be let in.
    pub(crate) required: Vec<Requirement>,
    /// Ways of which nobody can say what the policy sees.
    pub(crate) unknown: Vec<(Reason, Witness)>,
    /// How many ways arrive.
    pub(crate) delivered: usize,
}

/// Follows every class of clients through every door. `open` is the network whose policies let everything pass.
pub(crate) fn collect(
    open: &Network<'_>,
    exposure: &Exposure,
    target: &Target,
    classes: &[ClientClass],
) -> Requirements {
    let mut found = Requirements::default();
    for class in classes {
        for door in &target.doors {
            if *door == DoorKind::ClusterIp
                && matches!(class.members, Members::Addresses(_))
                && exposure.doors.is_empty()
            {
                continue; // nobody outside is routed to a clusterIP unless the exposure says so
            }
            for (to, port, protocol) in dialled(open.snapshot(), exposure, target, *door) {
                let request = Request { from: class.origin.clone(), to, port: Some(port), protocol, entry_node: None };
                for route in trace(open, &request).routes {
                    found.add(open, class, *door, target, &route);
                }
            }
        }
    }
    found
}

/// What a client dials for a door: the Service's ports that the door has and the exposure wants.
fn dialled(
    snapshot: &Snapshot,
    exposure: &Exposure,
    target: &Target,
    door: DoorKind,
) -> Vec<(RequestTarget, PortRef, Protocol)> {
    if let ExposureTarget::Ingress(name) = &exposure.target {
        let to = RequestTarget::Ingress { name: name.clone(), door: Some(door) };
        return [80, 443].map(|port| (to.clone(), PortRef::Number(port), Protocol::Tcp)).to_vec();
    }
    let mut dialled = Vec::new();
    for id in &target.services {
        let service = &snapshot.services[*id];
        for port in &service.ports {
            let by_number = PortRef::Number(port.port);
            let by_name = port.name.clone().map(PortRef::Name);
            let wanted = exposure.ports.is_empty()
                || exposure.ports.contains(&by_number)
                || by_name.as_ref().is_some_and(|name| exposure.ports.contains(name));
            if wanted && (door != DoorKind::NodePort || port.node_port.is_some()) {
                let to = RequestTarget::Service { name: service.name.clone(), door: Some(door) };
                dialled.push((to, by_name.unwrap_or(by_number), port.protocol));
            }
        }
    }
    dialled
}

impl Requirements {
    fn add(&mut self, open: &Network<'_>, class: &ClientClass, door: DoorKind, target: &Target, route: &Route) {
        let witness = |route: Route| Witness { client: class.origin.clone(), door, route };
        match (route.outcome, &route.reason) {
            (Outcome::Delivered, _) => self.delivered += 1,
            (Outcome::Undetermined, Some(reason)) => {
                self.unknown.push((reason.clone(), witness(route.clone())));
                return;
            }
            _ => return,
        }
        let pod = route.endpoint.as_ref().and_then(|endpoint| endpoint.pod).filter(|pod| target.pods.contains(pod));
        let (Some(pod), Some(endpoint)) = (pod, &route.endpoint) else { return };
        let protocol = route.hops.last().map_or(Protocol::Tcp, |hop| hop.after.protocol);
        let way = Arc::new(witness(route.clone()));
        for (node, source) in sources(open, class, route) {
            let way = Arc::clone(&way);
            match source {
                Ok(source) => self.required.push(Requirement { pod, protocol, port: endpoint.port, source, way, node }),
                Err(reason) => self.unknown.push((reason, Witness::clone(&way))),
            }
        }
    }
}

/// What the policy sees on a route, for each node of its class whose address shows; nothing where no policy looks.
fn sources(open: &Network<'_>, class: &ClientClass, route: &Route) -> Vec<(Option<NodeId>, Result<Source, Reason>)> {
    let source = |seen: Address| match seen {
        Address::Known(address) => Ok(as_source(open.snapshot(), class, address)),
        Address::Unknown(reason) => Err(reason),
    };
    let Some(seen) = route.seen_by_policy.clone() else { return Vec::new() };
    let alike = match &seen {
        Address::Unknown(_) => true,
        Address::Known(address) => shows_client(open.snapshot(), class, *address),
    };
    if alike || route.door_nodes.is_empty() {
        return vec![(None, source(seen))];
    }
    let by = |node: &NodeId| Some((Some(*node), source(open.seen_by_policy_by(route, *node)?)));
    route.door_nodes.iter().filter_map(by).collect()
}

/// Whether the policy sees the client itself.
fn shows_client(snapshot: &Snapshot, class: &ClientClass, address: IpAddr) -> bool {
    match &class.members {
        Members::Addresses(_) => class.address == Some(address),
        Members::Pods(pods) => pods.first().is_some_and(|pod| snapshot.pods[*pod].addresses.contains(&address)),
        Members::Origin => false,
    }
}

/// The sources that a seen address stands for: the whole class where it is the client's own, a pod, or just itself.
fn as_source(snapshot: &Snapshot, class: &ClientClass, address: IpAddr) -> Source {
    if shows_client(snapshot, class, address) {
        match &class.members {
            Members::Addresses(set) => {
                let family = if address.is_ipv4() { "0.0.0.0/0" } else { "::/0" };
                let family = family.parse().map_or_else(|_| AddressSet::empty(), AddressSet::from_net);
                return Source::Addresses(set.intersection(&family));
            }
            Members::Pods(pods) => return Source::Pods(pods.clone()),
            Members::Origin => {}
        }
    }
    match snapshot.pods_with_address(address) {
        [] => Source::Addresses(AddressSet::from(address)),
        pods => Source::Pods(pods.to_vec()),
    }
}
