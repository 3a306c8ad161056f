//! What must be let in: the packets that the target's policies see on the ways of the wanted clients.

use std::net::IpAddr;
use std::sync::Arc;

use bulkhead_model::{AddressSet, PortNumber, PortRef, Protocol};
use bulkhead_path::Target as RequestTarget;
use bulkhead_path::reason::IDENTITY_NEEDED;
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
    /// The way on which it sees them: that of the followed client, by the first node of its class.
    pub(crate) way: Arc<Way>,
    /// The node of the class whose address it is; `None` where the policy sees the client itself.
    pub(crate) node: Option<NodeId>,
}

/// A way as it was followed.
#[derive(Clone, Debug)]
pub(crate) struct Way {
    request: Request,
    door: DoorKind,
    route: Route,
}

impl Way {
    fn witness(&self) -> Witness {
        Witness { client: self.request.from.clone(), door: self.door, route: self.route.clone() }
    }
}

impl Requirement {
    /// Whether the sources are an address of a node, and not the wanted client's own.
    pub(crate) fn is_rewritten(&self) -> bool {
        match (&self.way.request.from, &self.source) {
            // More than one address is a load balancer's block, and no node's.
            (Origin::Address(client), Source::Addresses(set)) => !set.contains(*client) && set.len() <= 1,
            _ => true,
        }
    }

    /// The way on which the policy sees the sources.
    pub(crate) fn witness(&self, open: &Network<'_>) -> Witness {
        let witness = self.way.witness();
        match self.node {
            Some(node) => Witness { route: open.route_by(&witness.route, node), ..witness },
            None => witness,
        }
    }

    /// The same way, where the policy sees the client itself, for another client of the class.
    pub(crate) fn witness_of(&self, open: &Network<'_>, client: IpAddr) -> Witness {
        let from = Origin::Address(client);
        if self.node.is_some() || self.way.request.from == from {
            return self.witness(open);
        }
        let request = Request { from, ..self.way.request.clone() };
        let same =
            |route: &Route| route.endpoint == self.way.route.endpoint && route.door_nodes == self.way.route.door_nodes;
        let route = trace(open, &request).routes.into_iter().find(same);
        route.map_or_else(|| self.witness(open), |route| Witness { client: request.from, door: self.way.door, route })
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
                let request = Request { from: class.origin.clone(), to, port, protocol, entry_node: None };
                for route in trace(open, &request).routes {
                    found.add(open, class, target, Way { request: request.clone(), door: *door, route });
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
) -> Vec<(RequestTarget, Option<PortRef>, Protocol)> {
    if let ExposureTarget::Gateway(object) = &exposure.target {
        // Its listeners say the ports.
        let to = RequestTarget::Gateway { object: object.clone(), door: Some(door) };
        return vec![(to, None, Protocol::Tcp)];
    }
    if let ExposureTarget::Ingress(name) = &exposure.target {
        let to = RequestTarget::Ingress { name: name.clone(), door: Some(door) };
        return [80, 443].map(|port| (to.clone(), Some(PortRef::Number(port)), Protocol::Tcp)).to_vec();
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
                dialled.push((to, Some(by_name.unwrap_or(by_number)), port.protocol));
            }
        }
    }
    dialled
}

impl Requirements {
    fn add(&mut self, open: &Network<'_>, class: &ClientClass, target: &Target, way: Way) {
        match (way.route.outcome, &way.route.reason) {
            (Outcome::Delivered, _) => self.delivered += 1,
            (Outcome::Undetermined, Some(reason)) => {
                self.unknown.push((reason.clone(), way.witness()));
                return;
            }
            _ => return,
        }
        let Some(endpoint) = way.route.endpoint.clone() else { return };
        let Some(pod) = endpoint.pod.filter(|pod| target.pods.contains(pod)) else { return };
        let protocol = way.route.hops.last().map_or(Protocol::Tcp, |hop| hop.after.protocol);
        let way = Arc::new(way);
        for (node, source) in sources(open, class, &way.route) {
            let way = Arc::clone(&way);
            match source {
                Ok(source) => self.required.push(Requirement { pod, protocol, port: endpoint.port, source, way, node }),
                Err(reason) => self.unknown.push((reason, way.witness())),
            }
        }
    }
}

/// What the policy sees on a route, for each node of its class whose address shows; nothing where no policy looks.
fn sources(open: &Network<'_>, class: &ClientClass, route: &Route) -> Vec<(Option<NodeId>, Result<Source, Reason>)> {
    let source = |seen: Address| match seen {
        Address::Known(address) => Ok(as_source(open, class, address)),
        Address::Unknown(reason) => Err(reason),
    };
    let Some(seen) = route.seen_by_policy.clone() else { return Vec::new() };
    if let Some(identity) = route.seen_as.filter(|identity| !identity.has_address()) {
        let needed = Reason { code: IDENTITY_NEEDED, arguments: vec![("entity", identity.name().to_owned())] };
        return vec![(None, Err(needed))];
    }
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
fn as_source(open: &Network<'_>, class: &ClientClass, address: IpAddr) -> Source {
    let snapshot = open.snapshot();
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
    // A load balancer sends from any address of its block.
    if let Some(block) = open.balancer_block_of(address) {
        return Source::Addresses(AddressSet::from_net(block));
    }
    match snapshot.pods_with_address(address) {
        [] => Source::Addresses(AddressSet::from(address)),
        pods => Source::Pods(pods.to_vec()),
    }
}
