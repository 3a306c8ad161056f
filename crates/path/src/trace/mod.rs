//! The answer to a request: its origin and target placed, every door walked through, nodes that behave alike put together.

mod classes;
mod exchange;
mod gateway;
mod origin;
mod partition;
mod route_by;
mod senders;
mod target;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::rc::Rc;
use std::sync::Arc;

use bulkhead_model::object::Direction;
use bulkhead_model::{Issue, Name};
use bulkhead_policy::{Alike, Question};
use bulkhead_snapshot::{NodeId, PodId};

use self::classes::Knocking;
use self::partition::Partitions;
pub use self::route_by::Substitution;
pub use self::senders::{Sender, SenderKey, Senders, SetApart};
use crate::cni::Family;
use crate::door::{At, Balanced, Door, Entry, SentBy, Side};
use crate::network::Network;
use crate::node_class::NodeClass;
use crate::proxy::{self, Arrival};
use crate::reason::{POD_WITHOUT_ADDRESS, POD_WITHOUT_NODE, Reason};
use crate::request::{Request, Target};
use crate::route::{Address, Answer, Outcome, Route};
use crate::walk::{Client, Trail, Walker, nowhere};

/// Finds every distinguishable route of a request.
pub fn trace(network: &Network<'_>, request: &Request) -> Answer {
    match routes(network, request) {
        Ok(routes) => {
            let mut issues = network.issues().to_vec();
            if let Some(object) = request.to.served() {
                issues.extend(network.not_served(&object));
                issues.extend(network.unclear_backends(&object));
            }
            Answer { routes, issues }
        }
        Err(issue) => Answer { routes: Vec::new(), issues: vec![*issue] },
    }
}

fn routes(network: &Network<'_>, request: &Request) -> Result<Vec<Route>, Box<Issue>> {
    let client = origin::place(network, &request.from)?;
    let named = request.entry_node.as_ref();
    let entry_node =
        named.map(|name| network.snapshot().node(name).ok_or_else(|| origin::unknown_object("node", name)));
    let tracing = Tracing::new(network, client, entry_node.transpose()?);
    match &request.to {
        Target::Ingress { door, .. } | Target::Gateway { door, .. } => {
            if let Some(object) = request.to.served() {
                return gateway::routes(&tracing, request, &object, *door);
            }
        }
        Target::Pod(_) | Target::Node(_) | Target::Address(_) | Target::Service { .. } => {}
    }
    let doors = target::doors(&tracing, request)?;
    Ok(doors.iter().flat_map(|door| tracing.through(door)).collect())
}

/// One request on its way.
struct Tracing<'n> {
    walker: Walker<'n>,
    network: &'n Network<'n>,
    client: Client,
    entry_node: Option<NodeId>,
    /// What policies look at in addresses, for each namespace that was asked about.
    alike: RefCell<BTreeMap<(Name, Direction), Rc<Alike>>>,
}

impl<'n> Tracing<'n> {
    fn new(network: &'n Network<'n>, client: Client, entry_node: Option<NodeId>) -> Self {
        Self { walker: Walker::new(network, entry_node), network, client, entry_node, alike: RefCell::default() }
    }
}

impl Tracing<'_> {
    /// What the policies of a question's subject look at in the address of the other side.
    fn alike(&self, question: &Question) -> Rc<Alike> {
        let snapshot = self.network.snapshot();
        let namespace = snapshot.pods[question.subject].name.namespace.clone();
        let mut known = self.alike.borrow_mut();
        let make = || Rc::new(self.network.policies().alike(snapshot, question.subject, question.direction));
        known.entry((namespace, question.direction)).or_insert_with(make).clone()
    }

    fn through(&self, door: &Door) -> Vec<Route> {
        let routes = match (self.client, &door.at) {
            (Client::Outside(source), _) => self.outside(door, source),
            (_, At::Name) => vec![Self::behind_a_name(door)],
            (_, At::Unaddressed(pod)) => self.to_unaddressed(door, *pod),
            (Client::Pod(pod, None), At::Address(address)) => vec![self.unplaced(door, pod, *address)],
            (Client::Pod(pod, None), At::NodesOf(..)) => {
                let name = &self.network.snapshot().pods[pod].name;
                vec![nowhere(Outcome::Undetermined, Reason::new(POD_WITHOUT_NODE).with("pod", name), door.kind)]
            }
            (Client::Pod(_, Some(home)) | Client::Process(home), At::Address(address)) => {
                self.at_home(door, home, *address)
            }
            (Client::Pod(_, Some(home)) | Client::Process(home), At::NodesOf(family, nodes)) => {
                self.to_node_ports(door, home, *family, nodes)
            }
        };
        let assumed = |route: &Route| {
            let new = door.assumptions.iter().filter(|own| !route.assumptions.contains(own));
            route.assumptions.iter().chain(new).cloned().collect()
        };
        let finished = |route: Route| Route { door: door.kind, assumptions: assumed(&route), ..route };
        routes.into_iter().map(finished).collect()
    }

    /// What a name stands for, nobody tells.
    fn behind_a_name(door: &Door) -> Route {
        match &door.entry {
            Entry::Unknown(reason, _) => nowhere(Outcome::Undetermined, reason.clone(), door.kind),
            Entry::Elsewhere(reason) => nowhere(Outcome::Dropped, reason.clone(), door.kind),
            Entry::Nodes(_) | Entry::Assumed(..) => {
                nowhere(Outcome::Undetermined, Reason::new(crate::reason::LEAVES_CLUSTER), door.kind)
            }
        }
    }

    /// The packet that the client sends to an address, and who sends it.
    fn start(&self, door: &Door, destination: IpAddr) -> Result<Trail, Box<Route>> {
        let (source, assumption) = match self.client {
            Client::Outside(source) => (Address::Known(source), None),
            Client::Process(node) => self.walker.process_source(node, destination),
            Client::Pod(pod, _) => {
                let row = &self.network.snapshot().pods[pod];
                let own = row.addresses.iter().find(|address| address.is_ipv4() == destination.is_ipv4());
                let unknown = || Reason::new(POD_WITHOUT_ADDRESS).with("pod", &row.name);
                (own.map_or_else(|| Address::Unknown(unknown()), |own| Address::Known(*own)), None)
            }
        };
        if let (Client::Outside(client), Some(balanced)) = (self.client, &door.balanced) {
            return self.start_balanced(door, balanced, client, destination);
        }
        if let (Client::Outside(source), true) =
            (self.client, source.known().is_some_and(|own| own.is_ipv4() != destination.is_ipv4()))
        {
            let reason =
                Reason::new(crate::reason::OTHER_FAMILY).with("source", source).with("destination", destination);
            return Err(Box::new(nowhere(Outcome::Dropped, reason, door.kind)));
        }
        let mut trail = Trail::new(self.client, source, destination, door.port, door.protocol);
        trail.assume(assumption);
        trail.target = door.target;
        trail.target_node = door.target.and_then(|pod| self.walker.node_of(pod));
        Ok(trail)
    }

    /// The packet as a load balancer sends it on.
    fn start_balanced(
        &self,
        door: &Door,
        balanced: &Balanced,
        client: IpAddr,
        destination: IpAddr,
    ) -> Result<Trail, Box<Route>> {
        let same = client.is_ipv4() == destination.is_ipv4();
        let other_front = balanced.front.known().is_some_and(|front| front.is_ipv4() != client.is_ipv4());
        let source = match &balanced.from {
            SentBy::Client | SentBy::ClientOfSameFamily(_) if same => Address::Known(client),
            SentBy::ClientOfSameFamily(unknown) => Address::Unknown(unknown.clone()),
            SentBy::Balancer(own) => own.clone(),
            SentBy::Client => return Err(Box::new(Self::of_other_family(door, client, destination))),
        };
        if other_front {
            return Err(Box::new(Self::of_other_family(door, client, destination)));
        }
        let mut trail =
            Trail::new(self.client, source, destination, door.port, door.protocol).balanced(client, balanced);
        trail.assumptions.extend(balanced.assumptions.iter().cloned());
        trail.target = door.target;
        trail.target_node = door.target.and_then(|pod| self.walker.node_of(pod));
        Ok(trail)
    }

    fn of_other_family(door: &Door, source: IpAddr, destination: IpAddr) -> Route {
        let reason = Reason::new(crate::reason::OTHER_FAMILY).with("source", source).with("destination", destination);
        nowhere(Outcome::Dropped, reason, door.kind)
    }

    fn at_home(&self, door: &Door, home: NodeId, address: IpAddr) -> Vec<Route> {
        let trail = match self.start(door, address) {
            Ok(trail) => trail,
            Err(route) => return vec![*route],
        };
        if matches!(self.client, Client::Pod(..)) && trail.source() == Some(address) {
            return vec![self.walker.inside_pod(trail)];
        }
        let route = |walked: Route| Route {
            entry_nodes: NodeClass::single(home),
            door_nodes: NodeClass::single(home),
            ..walked
        };
        self.walker.at_node(trail, home, self.arrival()).into_iter().map(route).collect()
    }

    fn arrival(&self) -> Arrival {
        match self.client {
            Client::Outside(_) => Arrival::Network,
            Client::Pod(pod, _) => Arrival::Pod(pod),
            Client::Process(_) => Arrival::Process,
        }
    }

    /// A client inside, and the port of every node: its own and the others' are different doors.
    fn to_node_ports(&self, door: &Door, home: NodeId, family: Family, nodes: &Arc<[NodeId]>) -> Vec<Route> {
        let mut routes = Vec::new();
        let asked = |node: &NodeId| self.entry_node.is_none_or(|asked| asked == *node);
        if nodes.contains(&home)
            && asked(&home)
            && let Ok(address) = self.network.primary_address(home, family)
        {
            routes.extend(self.at_home(door, home, address));
        }
        let far = if proxy::translates_far_node_ports(self.network) {
            let others = nodes.iter().copied().filter(|node| *node != home && asked(node)).collect();
            self.translated_at_home(door, home, family, others)
        } else {
            let knocking = Knocking {
                tracing: self,
                door,
                family: Some(family),
                home: Some(home),
                partitions: Partitions::default(),
            };
            match self.entry_node {
                None => knocking.at_any_of(nodes, Some(home)),
                Some(node) if nodes.contains(&node) => knocking.at_any_of(&[node], Some(home)),
                Some(_) => Vec::new(),
            }
        };
        routes.extend(far.into_iter().map(|route| Route { entry_nodes: NodeClass::single(home), ..route }));
        routes
    }

    /// The ports of other nodes where the client's own node translates them: which of them was called makes no difference.
    fn translated_at_home(&self, door: &Door, home: NodeId, family: Family, others: Vec<NodeId>) -> Vec<Route> {
        let addressed = |node: &NodeId| self.network.primary_address(*node, family).is_ok();
        let others: Vec<NodeId> = others.into_iter().filter(addressed).collect();
        let Some(address) = others.first().and_then(|first| self.network.primary_address(*first, family).ok()) else {
            return Vec::new();
        };
        let class: NodeClass = others.into_iter().collect();
        let routes = self.at_home(door, home, address).into_iter();
        routes.map(|route| Route { door_nodes: class.clone(), ..route }).collect()
    }

    fn outside(&self, door: &Door, source: IpAddr) -> Vec<Route> {
        let family = Family::of(source);
        if let At::Unaddressed(pod) = door.at {
            return self.to_unaddressed(door, pod);
        }
        if let At::Name = &door.at {
            return vec![Self::behind_a_name(door)];
        }
        let family = match &door.at {
            At::NodesOf(of_doors, _) if door.balanced.is_none() && *of_doors != family => return Vec::new(),
            At::NodesOf(of_doors, _) => *of_doors,
            _ => family,
        };
        if let Some(kept_out) = self.kept_out(door, source) {
            return vec![kept_out];
        }
        let given = self.entry_node.filter(|_| !matches!(door.entry, Entry::Elsewhere(_)));
        // Whom the packet comes from is not known either, whichever node it comes to.
        let rewritten = [crate::reason::LOAD_BALANCER_PROXIES, crate::reason::LOAD_BALANCER_NOT_MODELLED];
        let proxied = matches!(&door.entry, Entry::Unknown(reason, _) if rewritten.contains(&reason.code));
        match (&door.entry, given.filter(|_| !proxied)) {
            (_, Some(node)) => self.knock(door, family, &[node]),
            (Entry::Nodes(nodes), None) => self.knock(door, family, nodes),
            (Entry::Assumed(nodes, assumption), None) => {
                let mut routes = self.knock(door, family, nodes);
                for route in &mut routes {
                    route.assumptions.push(assumption.clone());
                }
                routes
            }
            (Entry::Unknown(reason, node), None) => self.unknown_entry(door, family, reason, *node),
            (Entry::Elsewhere(reason), None) => vec![nowhere(Outcome::Dropped, reason.clone(), door.kind)],
        }
    }

    /// A load balancer that sends packets on by itself guards its address by itself, too (`loadBalancerSourceRanges`).
    fn kept_out(&self, door: &Door, source: IpAddr) -> Option<Route> {
        let balanced = door.balanced.as_ref().filter(|balanced| balanced.guarded)?;
        let service = &self.network.snapshot().services[balanced.service];
        match crate::proxy::readable_ranges(service, Family::of(source)) {
            Ok(ranges) if ranges.is_empty() || ranges.iter().any(|range| range.contains(&source)) => None,
            Ok(_) => {
                let reason = Reason::new(crate::reason::SOURCE_RANGE).with("source", source);
                Some(nowhere(Outcome::Dropped, reason, door.kind))
            }
            Err(unreadable) => Some(nowhere(Outcome::Undetermined, unreadable, door.kind)),
        }
    }

    fn knock(&self, door: &Door, family: Family, nodes: &[NodeId]) -> Vec<Route> {
        let family = matches!(door.at, At::NodesOf(..)).then_some(family);
        let knocking = Knocking { tracing: self, door, family, home: None, partitions: Partitions::default() };
        let routes = knocking.at_any_of(nodes, None);
        routes.into_iter().map(|route| Route { entry_nodes: route.door_nodes.clone(), ..route }).collect()
    }

    /// Whether packets come in is not known; where the policies would deny them in any case, that is.
    fn unknown_entry(&self, door: &Door, family: Family, reason: &Reason, node: Option<NodeId>) -> Vec<Route> {
        let unknown = || nowhere(Outcome::Undetermined, reason.clone(), door.kind);
        let walked = match (node, door.target) {
            (Some(node), _) => self.knock(door, family, &[node]),
            (None, Some(pod)) => self.to_unaddressed(door, pod),
            (None, None) => return vec![unknown()],
        };
        let denied = !walked.is_empty() && walked.iter().all(|route| route.outcome == Outcome::Denied);
        if denied {
            walked
        } else {
            walked
                .into_iter()
                .map(|route| Route { outcome: Outcome::Undetermined, reason: Some(reason.clone()), ..route })
                .collect()
        }
    }

    /// A pod by itself, where no node is known on either side, or no address: only policies can stop the packet.
    fn to_unaddressed(&self, door: &Door, pod: PodId) -> Vec<Route> {
        let unspecified = IpAddr::V4(std::net::Ipv4Addr::UNSPECIFIED);
        let destination = match door.at {
            At::Address(address) => address,
            At::NodesOf(..) | At::Unaddressed(_) | At::Name => unspecified,
        };
        let mut trail = match self.start(door, destination) {
            Ok(trail) => trail,
            Err(route) => return vec![*route],
        };
        if let At::Unaddressed(_) = door.at {
            let name = &self.network.snapshot().pods[pod].name;
            trail.packet.destination = Address::Unknown(Reason::new(POD_WITHOUT_ADDRESS).with("pod", name));
        }
        vec![self.walker.by_policies_alone(trail, pod)]
    }

    fn unplaced(&self, door: &Door, pod: PodId, address: IpAddr) -> Route {
        let trail = match self.start(door, address) {
            Ok(trail) => trail,
            Err(route) => return *route,
        };
        if trail.source() == Some(address) {
            return self.walker.inside_pod(trail);
        }
        let name = &self.network.snapshot().pods[pod].name;
        let unknown = Reason::new(POD_WITHOUT_NODE).with("pod", name);
        match door.target.or_else(|| self.network.party(Some(address)).pod) {
            Some(target) => self.walker.by_policies_alone(trail, target),
            None if self.network.services().address(address).is_none() => {
                self.walker.out_by_policies_alone(trail, unknown)
            }
            None => nowhere(Outcome::Undetermined, unknown, door.kind),
        }
    }

    /// The families that the client can send: those of its addresses.
    fn families(&self) -> Vec<Family> {
        let has_address = |node: NodeId| move |family: &Family| self.network.primary_address(node, *family).is_ok();
        let own: Vec<Family> = match self.client {
            Client::Outside(address) => vec![Family::of(address)],
            Client::Pod(pod, _) => {
                self.network.snapshot().pods[pod].addresses.iter().map(|own| Family::of(*own)).collect()
            }
            Client::Process(node) => Family::ALL.into_iter().filter(has_address(node)).collect(),
        };
        if own.is_empty() { Family::ALL.to_vec() } else { own }
    }

    /// Whether the client has an address of the door's family.
    fn reaches(&self, door: &Door) -> bool {
        let own = self.families();
        if door.balanced.as_ref().is_some_and(|balanced| !matches!(balanced.from, SentBy::Client)) {
            return true;
        }
        match &door.at {
            At::Address(address) => own.contains(&Family::of(*address)),
            At::NodesOf(family, _) => own.contains(family),
            At::Unaddressed(_) | At::Name => true,
        }
    }

    fn side(client: Client) -> Side {
        match client {
            Client::Outside(_) => Side::Outside,
            Client::Pod(..) | Client::Process(_) => Side::Inside,
        }
    }
}
