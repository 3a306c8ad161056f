//! What must be let through: the packets that policies see on the ways of the wanted clients.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use bulkhead_model::object::Direction;
use bulkhead_model::{AddressSet, Name, PortNumber, Protocol};
use bulkhead_path::reason::IDENTITY_NEEDED;
use bulkhead_path::{
    Address, DoorKind, Family, Hop, Network, NodeAddresses, NodeClass, Origin, Outcome, Reason, Request, Route,
    Substitution, trace,
};
use bulkhead_snapshot::{NodeId, PodId, ServiceId, Snapshot};

use crate::client::{ClientClass, Members};
use crate::crowd::Others;
use crate::each_node::{Fellows, plain};
use crate::exposure::Exposure;
use crate::settings::Sides;
use crate::target::{Dial, Target};

/// One kind of packet that a policy sees on a wanted way.
#[derive(Clone, Debug)]
pub(crate) struct Requirement {
    /// The pod whose policy looks: of the target on the way in, a client on the way out.
    pub(crate) pod: PodId,
    /// The protocol.
    pub(crate) protocol: Protocol,
    /// The destination port.
    pub(crate) port: PortNumber,
    /// By which name a Service of the target finds that port on the destination pod.
    pub(crate) port_name: Option<Name>,
    /// The other side, as the policy sees it.
    pub(crate) peer: Source,
    /// By which of their addresses it sees pods.
    pub(crate) family: Family,
    /// Whether an address stands for itself, as a node's does, and is never joined with its neighbours.
    pub(crate) single: bool,
    /// The way on which it sees them: that of the followed client, by the first node of its class.
    pub(crate) way: Arc<Way>,
    /// The node of the class whose address it is; `None` where the address is the same by every node.
    pub(crate) node: Option<NodeId>,
    /// Where every node by which the way leads puts in an address of its own: the place of that address. `peer` is then the
    /// first node's.
    pub(crate) each: Option<usize>,
    /// The nodes for which this one stands, whose addresses nothing tells apart.
    pub(crate) stands_for: Option<Arc<Fellows>>,
    /// The clients for whom one was followed: the policy sees them, or, with `each`, an address of the node that each is on.
    pub(crate) senders: Option<Arc<Others>>,
    /// The node that the sender may be on, for the one that it was followed from.
    pub(crate) elsewhere: Option<(NodeId, NodeId)>,
}

/// What a requirement is about, but for the other side: a pod and a port of it, by which name and which Service it is found, and
/// the family.
pub(crate) type About<'a> = (PodId, Protocol, PortNumber, Option<&'a Name>, Family, Option<ServiceId>);

/// A way as it was followed.
#[derive(Clone, Debug)]
pub(crate) struct Way {
    request: Request,
    door: DoorKind,
    route: Route,
}

impl Way {
    /// Who sends.
    pub(crate) fn from(&self) -> &Origin {
        &self.request.from
    }

    /// The way itself.
    pub(crate) fn route(&self) -> &Route {
        &self.route
    }

    /// The nodes whose door it is.
    pub(crate) fn nodes(&self) -> &NodeClass {
        &self.route.door_nodes
    }

    /// Every step.
    pub(crate) fn hops(&self) -> &[Hop] {
        &self.route.hops
    }

    /// The Service by whose rules it goes.
    pub(crate) fn service(&self) -> Option<ServiceId> {
        self.route.service
    }
}

impl Requirement {
    /// What it is about, but for the other side.
    pub(crate) fn about(&self) -> About<'_> {
        let Self { pod, protocol, port, port_name, family, way, .. } = self;
        (*pod, *protocol, *port, port_name.as_ref(), *family, way.service())
    }

    /// The nodes that tell its addresses apart, where there is one for each: those whose door it is, or those of its senders.
    pub(crate) fn nodes(&self) -> Nodes<'_> {
        if let Some(others) = &self.senders {
            return Nodes { list: others.homes(), without: others.without(), except: None };
        }
        let nodes = self.way.nodes();
        Nodes { list: nodes.list().map_or(&[][..], |list| &list[..]), without: &[], except: nodes.except() }
    }

    /// The way on which the policy sees the packet.
    pub(crate) fn witness(&self, open: &Network<'_>) -> Witness {
        let by = match (self.elsewhere, self.node, &self.senders) {
            (Some((home, other)), _, _) => By::Sender(open.substitution(home, other)),
            (None, Some(node), Some(others)) => By::Client(Arc::clone(others), node),
            (None, Some(node), None) => open.member(&self.way.route, node).map_or(By::Itself, By::Member),
            (None, None, _) => By::Itself,
        };
        Witness { by, ..Witness::of(&self.way) }
    }

    /// The same, where the policy sees one of several pods.
    pub(crate) fn witness_of_pod(&self, open: &Network<'_>, pod: PodId, shown: &BTreeSet<PodId>) -> Witness {
        let snapshot = open.snapshot();
        let others = self.senders.as_ref();
        let home = snapshot.pods[pod].node.as_ref().and_then(|node| snapshot.node(node));
        let witness = match others.zip(home) {
            Some((others, home)) => Witness { by: By::Client(Arc::clone(others), home), ..Witness::of(&self.way) },
            None => self.witness(open),
        };
        match witness.client() {
            Origin::Pod(name) if !snapshot.pod(name).is_some_and(|client| shown.contains(&client)) => {
                let from = Origin::Pod(snapshot.pods[pod].name.clone());
                let same = |route: &Route| route.endpoint == self.way.route.endpoint;
                self.followed_from(open, from, same).unwrap_or(witness)
            }
            _ => witness,
        }
    }

    /// The same way, where the policy sees the client itself, for another client of the class.
    pub(crate) fn witness_of(&self, open: &Network<'_>, client: IpAddr) -> Witness {
        let from = Origin::Address(client);
        if self.single || self.node.is_some() || self.way.request.from == from {
            return self.witness(open);
        }
        let same =
            |route: &Route| route.endpoint == self.way.route.endpoint && route.door_nodes == self.way.route.door_nodes;
        self.followed_from(open, from, same).unwrap_or_else(|| self.witness(open))
    }

    /// The way of another client.
    fn followed_from(&self, open: &Network<'_>, from: Origin, is_same: impl Fn(&Route) -> bool) -> Option<Witness> {
        let request = Request { from, ..self.way.request.clone() };
        let route = trace(open, &request).routes.into_iter().find(is_same)?;
        Some(Witness::of(&Arc::new(Way { request, door: self.way.door, route })))
    }
}

/// Nodes in order, less some.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Nodes<'a> {
    pub(crate) list: &'a [NodeId],
    /// In order.
    pub(crate) without: &'a [NodeId],
    pub(crate) except: Option<NodeId>,
}

impl<'a> Nodes<'a> {
    /// Those that are left.
    pub(crate) fn iter(self) -> impl Iterator<Item = &'a NodeId> {
        self.list.iter().filter(move |node| !self.lacks(**node))
    }

    /// Whether a node is among them.
    pub(crate) fn contains(self, node: NodeId) -> bool {
        !self.lacks(node) && self.list.binary_search(&node).is_ok()
    }

    fn lacks(self, node: NodeId) -> bool {
        self.except == Some(node) || self.without.binary_search(&node).is_ok()
    }
}

/// The other side of one kind of packet.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Source {
    /// Addresses that are no pod's.
    Addresses(AddressSet),
    /// Pods, with their own addresses.
    Pods(Vec<PodId>),
}

/// A way that needs an entry. Thousands of nodes share one, and its route is made where somebody reads it.
#[derive(Clone, Debug)]
pub struct Witness {
    way: Arc<Way>,
    by: By,
}

/// By which node the way of a witness leads.
#[derive(Clone, Debug)]
enum By {
    /// As it was followed.
    Itself,
    /// Another member of its class.
    Member(Substitution),
    /// The sender is on another node.
    Sender(Substitution),
    /// Another client that nothing tells from the followed one: the one on this node.
    Client(Arc<Others>, NodeId),
}

impl Witness {
    /// A way as it was followed.
    pub(crate) fn of(way: &Arc<Way>) -> Self {
        Self { way: Arc::clone(way), by: By::Itself }
    }

    /// The same way by another node that nothing tells apart from the one by which it leads.
    pub(crate) fn by_node(&self, addresses: &NodeAddresses, node: NodeId) -> Self {
        let by = match &self.by {
            By::Itself => By::Itself,
            By::Member(member) => By::Member(member.by(addresses, node)),
            By::Sender(sender) => By::Sender(sender.clone()),
            By::Client(others, _) => By::Client(Arc::clone(others), node),
        };
        Self { way: Arc::clone(&self.way), by }
    }

    /// The client that was followed; it stands for every client that travels alike.
    pub fn client(&self) -> &Origin {
        let other = match &self.by {
            By::Client(others, node) => others.client(*node),
            By::Itself | By::Member(_) | By::Sender(_) => None,
        };
        other.unwrap_or(&self.way.request.from)
    }

    /// The door.
    pub fn door(&self) -> DoorKind {
        self.way.door
    }

    /// The way.
    pub fn route(&self) -> Cow<'_, Route> {
        match &self.by {
            By::Itself => Cow::Borrowed(&self.way.route),
            By::Member(member) => Cow::Owned(member.at_door(&self.way.route)),
            By::Sender(other) => Cow::Owned(other.everywhere(&self.way.route)),
            By::Client(others, node) => {
                others.route(*node, &self.way.route).map_or(Cow::Borrowed(&self.way.route), Cow::Owned)
            }
        }
    }
}

impl PartialEq for Witness {
    fn eq(&self, other: &Self) -> bool {
        self.client() == other.client() && self.door() == other.door() && self.route() == other.route()
    }
}

impl Eq for Witness {}

/// What the wanted ways come to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Requirements {
    /// What the policies of the target's pods must let in.
    pub(crate) ingress: Vec<Requirement>,
    /// What the policies of wanted pods must let out.
    pub(crate) egress: Vec<Requirement>,
    /// Ways of which nobody can say what the policy sees.
    pub(crate) unknown: Vec<(Reason, Witness)>,
    /// How many ways arrive.
    pub(crate) delivered: usize,
    /// What was already collected on the way out: whole classes of clients need the same by many ways.
    known: BTreeSet<(PodId, Protocol, PortNumber, Source, Family)>,
}

/// What is followed.
pub(crate) struct Wishes<'a> {
    /// The exposure.
    pub(crate) exposure: &'a Exposure,
    /// Its target.
    pub(crate) target: &'a Target,
    /// Whose allowlists are made.
    pub(crate) sides: Sides,
}

/// Follows every class of clients through every door. `open` is the network whose policies let everything pass.
pub(crate) fn collect(open: &Network<'_>, wishes: &Wishes<'_>, classes: &[ClientClass], found: &mut Requirements) {
    for class in classes {
        follow(open, wishes, class, found);
    }
}

/// Follows one class of clients through every door.
pub(crate) fn follow(open: &Network<'_>, wishes: &Wishes<'_>, class: &ClientClass, found: &mut Requirements) {
    for dial in &wishes.target.dials {
        // nobody outside is routed to a clusterIP unless the exposure says so
        let outside = matches!(class.members, Members::Addresses(_));
        if outside && dial.door == DoorKind::ClusterIp && wishes.exposure.doors.is_empty() {
            continue;
        }
        let request = dial.request(&class.origin);
        for route in trace(open, &request).routes {
            found.add(open, wishes, class, Way { request: request.clone(), door: dial.door, route });
        }
    }
}

impl Dial {
    /// The question that a client asks by dialling.
    pub(crate) fn request(&self, from: &Origin) -> Request {
        Request {
            from: from.clone(),
            to: self.to.clone(),
            port: self.port.clone(),
            protocol: self.protocol,
            entry_node: None,
        }
    }
}

impl Requirements {
    fn add(&mut self, open: &Network<'_>, wishes: &Wishes<'_>, class: &ClientClass, way: Way) {
        let Some(endpoint) = way.route.endpoint.clone() else {
            self.note(&Arc::new(way));
            return;
        };
        let snapshot = open.snapshot();
        let protocol = way.route.hops.last().map_or(Protocol::Tcp, |hop| hop.after.protocol);
        let wanted = endpoint.pod.is_none_or(|pod| wishes.target.wants(snapshot, pod, protocol, endpoint.port));
        let way = Arc::new(way);
        if !wanted || !self.note(&way) {
            return;
        }
        if wishes.sides.egress() {
            self.add_egress(open, wishes.target, class, &way);
        }
        let pod = endpoint.pod.filter(|pod| wishes.target.pods.contains(pod));
        let Some(pod) = pod.filter(|_| wishes.sides.ingress()) else { return };
        let port_name = wishes.target.port_name(snapshot, pod, protocol, endpoint.port);
        let seen = way.route.seen_by_policy.as_ref().and_then(Address::known);
        let family = Family::of(seen.or(endpoint.address).unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED)));
        for (by, peer) in sources(open, class, &way.route) {
            match peer {
                Ok(peer) => self.ingress.push(Requirement {
                    pod,
                    protocol,
                    port: endpoint.port,
                    port_name: port_name.clone(),
                    single: is_rewritten(&way.request.from, &peer),
                    peer,
                    family,
                    way: Arc::clone(&way),
                    node: by.node(),
                    each: by.each(),
                    stands_for: None,
                    senders: None,
                    elsewhere: None,
                }),
                Err(reason) => self.unknown.push((reason, Witness::of(&way))),
            }
        }
    }

    /// Counts a way that arrives; keeps one of which nobody can say whether it does.
    fn note(&mut self, way: &Arc<Way>) -> bool {
        match (way.route.outcome, &way.route.reason) {
            (Outcome::Delivered, _) => self.delivered += 1,
            (Outcome::Undetermined, Some(reason)) => self.unknown.push((reason.clone(), Witness::of(way))),
            _ => {}
        }
        way.route.outcome == Outcome::Delivered
    }

    /// What the client's own policy must let out on a way.
    fn add_egress(&mut self, open: &Network<'_>, target: &Target, class: &ClientClass, way: &Arc<Way>) {
        let Members::Pods(clients) = &class.members else { return };
        let snapshot = open.snapshot();
        let asked = way.route.questions.iter().enumerate();
        let out = asked.filter(|(_, question)| {
            question.direction == Direction::Egress && clients.first() == Some(&question.subject)
        });
        for (index, question) in out {
            let seen: Vec<(Option<NodeId>, IpAddr)> = match question.peer.address {
                None => continue,
                Some(address) if question.peer.pod.is_some() || way.route.door_nodes.len() < 2 => {
                    vec![(None, address)]
                }
                Some(address) => each_door(open, &way.route, index, address),
            };
            for (node, address) in seen {
                let peer = question.peer.pod.map_or_else(|| plain(snapshot, address), |pod| Source::Pods(vec![pod]));
                let port_name =
                    question.peer.pod.and_then(|pod| target.port_name(snapshot, pod, question.protocol, question.port));
                let family = Family::of(address);
                for pod in clients {
                    if self.known.insert((*pod, question.protocol, question.port, peer.clone(), family)) {
                        self.egress.push(Requirement {
                            pod: *pod,
                            protocol: question.protocol,
                            port: question.port,
                            port_name: port_name.clone(),
                            peer: peer.clone(),
                            family,
                            single: true,
                            way: Arc::clone(way),
                            node,
                            each: None,
                            stands_for: None,
                            senders: None,
                            elsewhere: None,
                        });
                    }
                }
            }
        }
    }
}

/// The address of a question by each node whose door it is.
fn each_door(open: &Network<'_>, route: &Route, index: usize, address: IpAddr) -> Vec<(Option<NodeId>, IpAddr)> {
    let by = |node: &NodeId| {
        let own = open.asked_by(route, index, *node)?.peer.address?;
        Some((Some(*node), own))
    };
    let own: Vec<_> = route.door_nodes.iter().filter_map(by).collect();
    if own.iter().all(|(_, own)| *own == address) { vec![(None, address)] } else { own }
}

/// Whether the seen addresses are not the wanted client's own.
pub(crate) fn is_rewritten(client: &Origin, peer: &Source) -> bool {
    match (client, peer) {
        // More than one address is a load balancer's block, and no node's.
        (Origin::Address(client), Source::Addresses(set)) => !set.contains(*client) && set.len() <= 1,
        _ => true,
    }
}

/// By which of the nodes whose door it is a policy sees an address.
#[derive(Clone, Copy)]
enum ByNode {
    /// The same by any.
    Any,
    /// By this one.
    One(NodeId),
    /// By each an address of its own, of this place.
    Each(usize),
}

impl ByNode {
    fn node(self) -> Option<NodeId> {
        match self {
            Self::One(node) => Some(node),
            Self::Any | Self::Each(_) => None,
        }
    }

    fn each(self) -> Option<usize> {
        match self {
            Self::Each(role) => Some(role),
            Self::Any | Self::One(_) => None,
        }
    }
}

/// What the policy sees on a route, for each node of its class whose address shows; nothing where no policy looks.
fn sources(open: &Network<'_>, class: &ClientClass, route: &Route) -> Vec<(ByNode, Result<Source, Reason>)> {
    let source = |seen: Address| match seen {
        Address::Known(address) => Ok(as_source(open, class, address)),
        Address::Unknown(reason) => Err(reason),
    };
    let Some(seen) = route.seen_by_policy.clone() else { return Vec::new() };
    if let Some(identity) = route.seen_as.filter(|identity| !identity.has_address()) {
        let needed = Reason { code: IDENTITY_NEEDED, arguments: vec![("entity", identity.name().to_owned())] };
        return vec![(ByNode::Any, Err(needed))];
    }
    let alike = match &seen {
        Address::Unknown(_) => true,
        Address::Known(address) => shows_client(open.snapshot(), class, *address),
    };
    let mut doors = route.door_nodes.iter();
    let shows_node = match (doors.next(), doors.next()) {
        (_, Some(second)) => open.seen_by_policy_by(route, *second) != route.seen_by_policy,
        (Some(only), None) => seen.known().is_some_and(|address| open.same_role(*only, address, *only).is_some()),
        (None, None) => false,
    };
    if alike || !shows_node {
        return vec![(ByNode::Any, source(seen))];
    }
    let first = route.door_nodes.first().zip(seen.known());
    let role = first.and_then(|(first, address)| open.role_of(*first, address));
    // A client that has a node's address is told from it by that node only.
    let is_node = class.address.is_some_and(|address| open.is_node_address(address));
    if let Some(role) = role.filter(|_| route.door_nodes.len() > 1 && !is_node) {
        return vec![(ByNode::Each(role), source(seen))];
    }
    let by = |node: &NodeId| Some((ByNode::One(*node), source(open.seen_by_policy_by(route, *node)?)));
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
    plain(snapshot, address)
}
