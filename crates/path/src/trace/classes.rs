//! A door at many nodes: nodes that behave alike are walked through once.
//!
//! Two nodes are alike for an endpoint if kube-proxy decides the same on both, both send alike, neither (or both, and then it is
//! one node) is the endpoint's own, and the policies say the same about either's addresses.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::rc::Rc;
use std::sync::Arc;

use bulkhead_policy::{Alike, AlikeKey, Question};
use bulkhead_snapshot::{NodeId, PodId};

use super::Tracing;
use super::exchange::Exchange as _;
use super::partition::Partitions;
use super::route_by::Member;
use crate::cni::Family;
use crate::door::{At, Door};
use crate::network::{ByCohort, DetectLocal, Endpoint, Found, PortOf, SetKey};
use crate::node_class::NodeClass;
use crate::proxy::{Arrival, Mark, Translation};
use crate::route::Route;
use crate::walk::{Client, Rewritten, Trail};

/// A client before one door at any of many nodes.
pub(super) struct Knocking<'t> {
    pub(super) tracing: &'t Tracing<'t>,
    pub(super) door: &'t Door,
    /// Where the door is an address of each node: the family.
    pub(super) family: Option<Family>,
    /// For a client inside: its own node, from which the packet goes to the other.
    pub(super) home: Option<NodeId>,
    /// The nodes by what policies look at in their addresses.
    pub(super) partitions: Partitions,
}

/// What kube-proxy decides, as far as nodes differ in it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Decision {
    Endpoints(SetKey, [u8; 2]),
    Other(&'static str),
}

/// Nodes that decide the same and send alike.
#[derive(Default)]
struct Group {
    nodes: Vec<NodeId>,
    /// The endpoints that they use; `None` where they do not translate.
    endpoints: Option<Arc<[Endpoint]>>,
}

impl Group {
    /// Adds nodes, in order.
    fn add(&mut self, nodes: Vec<NodeId>) {
        if self.nodes.is_empty() {
            self.nodes = nodes;
        } else if let [node] = nodes[..] {
            let at = self.nodes.binary_search(&node).unwrap_or_else(|at| at);
            self.nodes.insert(at, node);
        } else {
            self.nodes.extend(nodes);
            self.nodes.sort();
        }
    }
}

/// Nodes by what they decide, as far as they were asked.
#[derive(Default)]
struct Gathered {
    groups: BTreeMap<(Decision, u32), Group>,
    /// Ways that end before any node.
    ended: Vec<(NodeId, Route)>,
    gate: Gate,
    /// The packet as it was sent to the node that was asked last.
    sent: Option<Trail>,
}

/// Whether the client's pod lets its packets out to the nodes, asked once for addresses that its policies do not tell apart.
#[derive(Default)]
struct Gate {
    known: BTreeMap<Option<AlikeKey>, bool>,
}

impl Gate {
    fn lets_out(&mut self, tracing: &Tracing<'_>, trail: &Trail, pod: PodId) -> bool {
        let question = tracing.walker.egress_question(trail, pod);
        let alike = tracing.alike(&question);
        let key = question.peer.address.map(|address| alike.key(address, question.peer.node));
        let network = tracing.network;
        let judge = || !network.enforces() || network.judge(&question).allows() != Some(false);
        *self.known.entry(key).or_insert_with(judge)
    }
}

impl Knocking<'_> {
    /// Every route by any of these nodes, which are in order, but one.
    pub(super) fn at_any_of(&self, nodes: &[NodeId], except: Option<NodeId>) -> Vec<Route> {
        let mut gathered = Gathered::default();
        let ByCohort { cohorts, alone } = self.cohorts(nodes, except);
        for cohort in cohorts {
            self.gather_cohort(cohort, &mut gathered);
        }
        for node in alone {
            self.gather(vec![node], node, &mut gathered);
        }
        gathered.ended.sort_by_key(|(node, _)| *node);
        let mut routes: Vec<Route> = gathered.ended.into_iter().map(|(_, route)| route).collect();
        for group in gathered.groups.into_values() {
            routes.extend(self.group(group.nodes, group.endpoints.as_deref()));
        }
        routes
    }

    /// The nodes by their cohorts, and those that must be asked one by one.
    fn cohorts(&self, nodes: &[NodeId], except: Option<NodeId>) -> ByCohort {
        let network = self.tracing.network;
        // What the policies of the client's own pod say hangs on each address.
        let judged = matches!(self.tracing.client, Client::Pod(..)) && network.judges();
        let family = match &self.door.at {
            At::Address(address) => Some(Family::of(*address)),
            At::NodesOf(..) | At::Unaddressed(_) | At::Name => self.family,
        };
        let mut found = match family.filter(|_| !judged) {
            None => ByCohort { cohorts: Vec::new(), alone: nodes.to_vec() },
            Some(family) => {
                let mut found = network.cohorts().by_cohort(nodes, family);
                found.set_apart(&self.in_question(family));
                found
            }
        };
        if let Some(node) = except {
            found.remove(node);
        }
        found
    }

    /// The nodes that the packet's Service, or its address, may set apart from others of their cohort, in order.
    fn in_question(&self, family: Family) -> Vec<NodeId> {
        let network = self.tracing.network;
        let services = network.services();
        let (protocol, port) = (self.door.protocol, self.door.port);
        let mut ports: Vec<PortOf> = Vec::new();
        let mut nodes: Vec<NodeId> = Vec::new();
        if let At::Address(address) = self.door.at {
            nodes.extend(network.nodes().with_address(address));
            if let Found::One(rule) = services.rule(address, protocol, port) {
                ports.push(rule.port);
            }
        }
        if let Found::One(port) = services.node_port(protocol, port) {
            ports.push(port);
        }
        if let Some(service) = services.health_check(protocol, port) {
            let count = network.snapshot().services[service].ports.len();
            ports.extend((0..count).map(|index| PortOf { service, index }));
        }
        for port in ports {
            let endpoints = self.tracing.walker.cache.of(network, port, family);
            nodes.extend(endpoints.nodes_in_question());
        }
        nodes.sort_unstable();
        nodes.dedup();
        nodes
    }

    /// Asks the first of a cohort for all, but for those whose pods the packet may seem to come from.
    fn gather_cohort(&self, cohort: Vec<NodeId>, gathered: &mut Gathered) {
        let Some(first) = cohort.first().copied() else { return };
        let by_node = self.tracing.network.kube_proxy().detect_local.value() == Some(&DetectLocal::NodeCidr);
        let source = self.arriving(first).and_then(Result::ok).and_then(|trail| trail.source());
        let (apart, cohort): (Vec<NodeId>, Vec<NodeId>) = match source.filter(|_| by_node) {
            None => (Vec::new(), cohort),
            Some(source) => cohort.into_iter().partition(|node| {
                let own = &self.tracing.network.snapshot().nodes[*node].pod_cidrs;
                own.iter().any(|cidr| cidr.contains(&source))
            }),
        };
        for node in apart {
            self.gather(vec![node], node, gathered);
        }
        if let Some(first) = cohort.first().copied() {
            self.gather(cohort, first, gathered);
        }
    }

    /// What one of some nodes decides, for all of them.
    fn gather(&self, nodes: Vec<NodeId>, one: NodeId, gathered: &mut Gathered) {
        let Some(trail) = self.arriving_as(gathered.sent.take(), one) else { return };
        let trail = match trail {
            Ok(trail) => trail,
            Err(route) if nodes.len() == 1 => {
                gathered.ended.push((one, Route { door_nodes: NodeClass::single(one), ..*route }));
                return;
            }
            Err(_) => {
                for node in nodes {
                    self.gather(vec![node], node, gathered);
                }
                return;
            }
        };
        let translation = match self.tracing.client {
            // Nothing gets so far as to be translated.
            Client::Pod(pod, _) if !gathered.gate.lets_out(self.tracing, &trail, pod) => Translation::Untouched,
            _ => self.tracing.walker.translation(&trail, one, Arrival::Network),
        };
        let kind = self.tracing.network.nodes().row(one).kind;
        let group = gathered.groups.entry((decision(&translation), kind)).or_default();
        group.add(nodes);
        if let Translation::Endpoints { set, .. } = translation {
            group.endpoints = Some(set.endpoints);
        }
        gathered.sent = Some(trail);
    }

    fn group(&self, nodes: Vec<NodeId>, endpoints: Option<&[Endpoint]>) -> Vec<Route> {
        let nodes: Arc<[NodeId]> = nodes.into();
        let Some(endpoints) = endpoints else {
            return self.alike(&NodeClass::sharing(nodes, None), None);
        };
        let mut routes = Vec::new();
        for endpoint in endpoints {
            let own = endpoint.node.filter(|node| nodes.binary_search(node).is_ok());
            if let Some(own) = own {
                routes.extend(self.alike(&NodeClass::single(own), Some(endpoint)));
            }
            let others = NodeClass::sharing(nodes.clone(), own);
            routes.extend(self.alike(&others, Some(endpoint)));
        }
        routes
    }

    /// The routes by nodes that are alike but for what the policies say about their addresses.
    fn alike(&self, class: &NodeClass, endpoint: Option<&Endpoint>) -> Vec<Route> {
        let Some(first) = class.first().copied() else { return Vec::new() };
        let walked = self.walk(first, endpoint);
        let parts = if walked.iter().any(|walked| self.hangs_on_address(first, walked)) {
            self.parts(first, class, &walked)
        } else {
            Vec::new()
        };
        if parts.len() < 2 {
            return walked.into_iter().map(|walked| Route { door_nodes: class.clone(), ..walked }).collect();
        }
        let mut routes = Vec::new();
        for part in parts {
            if part.contains(first) {
                let part = &part;
                routes.extend(walked.iter().map(|walked| Route { door_nodes: part.clone(), ..walked.clone() }));
            } else {
                routes.extend(self.alike(&part, endpoint));
            }
        }
        routes
    }

    /// The members by what the policies say about their addresses; nothing where they say the same about all. Addresses that
    /// no policy tells apart are judged once.
    fn parts(&self, first: NodeId, class: &NodeClass, walked: &[Route]) -> Vec<NodeClass> {
        let questions: Vec<(&Question, Rc<Alike>)> = walked
            .iter()
            .flat_map(|walked| &walked.questions)
            .map(|question| (question, self.tracing.alike(question)))
            .collect();
        // Where no policy looks at addresses, it says the same about each.
        if !questions.iter().any(|(_, alike)| alike.tells_apart()) {
            return Vec::new();
        }
        let kinds = self.partitions.kinds(self.tracing.network, class, first, &questions);
        let mut alike: BTreeMap<Vec<Option<bool>>, Vec<usize>> = BTreeMap::new();
        for (index, kind) in kinds.iter().enumerate() {
            let Some(representative) = kind.iter().copied().find(|node| class.contains(*node)) else { continue };
            alike.entry(self.verdicts(first, representative, walked)).or_default().push(index);
        }
        if alike.len() < 2 {
            return Vec::new();
        }
        let groups: Vec<Vec<usize>> = alike.into_values().collect();
        let joined = self.partitions.joined(&kinds, &groups);
        joined.iter().map(|nodes| NodeClass::sharing(Arc::clone(nodes), class.except())).collect()
    }

    /// Whether a policy was asked about an address of the class's representative, and isolates the pod at all.
    fn hangs_on_address(&self, first: NodeId, walked: &Route) -> bool {
        let row = self.tracing.network.nodes().row(first);
        self.tracing.network.judges()
            && walked.questions.iter().zip(&walked.verdicts).any(|(question, (_, _, verdict))| {
                let isolated = !matches!(verdict, bulkhead_policy::Verdict::Allow { rules, .. } if rules.is_empty());
                isolated && question.peer.address.is_some_and(|address| row.roles.contains(&Some(address)))
            })
    }

    fn verdicts(&self, first: NodeId, node: NodeId, walked: &[Route]) -> Vec<Option<bool>> {
        let exchange = Member::new(self.tracing.network, first, node);
        let questions = walked.iter().flat_map(|walked| &walked.questions);
        let asked = questions.map(|question| {
            let peer = self.tracing.network.party(question.peer.address.map(|address| exchange.address(address)));
            let (pod, identity) = (question.peer.pod, question.peer.identity);
            let peer = bulkhead_policy::Party { pod, identity, ..peer };
            self.tracing.network.judge(&bulkhead_policy::Question { peer, ..*question }).allows()
        });
        asked.collect()
    }

    /// The same packet as was sent to another node, where that is all the difference; else [`Self::arriving`].
    fn arriving_as(&self, sent: Option<Trail>, node: NodeId) -> Option<Result<Trail, Box<Route>>> {
        let same = sent.filter(|_| matches!(self.tracing.client, Client::Outside(_)) && self.home.is_none());
        let Some(mut trail) = same else { return self.arriving(node) };
        trail.send_to(self.address(node)?);
        Some(Ok(trail))
    }

    /// The packet as it arrives at a node; `None` where the node has no such address.
    fn arriving(&self, node: NodeId) -> Option<Result<Trail, Box<Route>>> {
        let trail = match self.tracing.start(self.door, self.address(node)?) {
            Ok(trail) => trail,
            Err(route) => return Some(Err(route)),
        };
        let mut trail = trail;
        if let Some(home) = self.home {
            self.tracing.walker.leave_for_node(&mut trail, home, node, &Mark::Keep, &Rewritten::No);
        }
        Some(Ok(trail))
    }

    fn address(&self, node: NodeId) -> Option<IpAddr> {
        match (&self.door.at, self.family) {
            (At::NodesOf(..), Some(family)) => self.tracing.network.primary_address(node, family).ok(),
            (At::Address(address), _) => Some(*address),
            (At::NodesOf(..), None) | (At::Unaddressed(_) | At::Name, _) => None,
        }
    }

    fn walk(&self, node: NodeId, endpoint: Option<&Endpoint>) -> Vec<Route> {
        let Some(address) = self.address(node) else { return Vec::new() };
        let Ok(mut trail) = self.tracing.start(self.door, address) else { return Vec::new() };
        trail.only = endpoint.map(|endpoint| (node, endpoint.clone()));
        match self.home {
            Some(home) => self.tracing.walker.at_node(trail, home, self.tracing.arrival()),
            None => self.tracing.walker.at_node(trail, node, Arrival::Network),
        }
    }
}

fn decision(translation: &Translation) -> Decision {
    match translation {
        Translation::Endpoints { set, marks, .. } => {
            let number = |mark: &Mark| match mark {
                Mark::Keep => 0,
                Mark::Masquerade => 1,
                Mark::Unknown(_) => 2,
                Mark::Preserve => 3,
            };
            Decision::Endpoints(set.key, [number(&marks.own), number(&marks.other)])
        }
        Translation::Untouched => Decision::Other("untouched"),
        Translation::Answered { reason, .. } => {
            Decision::Other(if reason.arguments.iter().any(|(_, value)| value == "200") {
                "answered"
            } else {
                "unavailable"
            })
        }
        Translation::Dropped { reason, .. } | Translation::Rejected { reason, .. } | Translation::Unknown(reason) => {
            Decision::Other(reason.code)
        }
        Translation::PassedOn { .. } => Decision::Other("passedOn"),
    }
}
