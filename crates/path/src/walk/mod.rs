//! One packet's way: from node to node, through the stack of each, to an endpoint or to where it ends.
//!
//! On every node the destination is rewritten first, then the policies look, then the source is rewritten (KEP-3866: "service
//! IPs are rewritten in PREROUTING, masquerading does not happen before POSTROUTING"). At the end the answer is sent back
//! in thought: it must pass every node that translated without putting its own address in.

mod arrival;
mod forward;
mod identity;
mod policy;
mod reply;
mod source;
mod trail;

use std::net::IpAddr;

use bulkhead_snapshot::NodeId;

pub(crate) use self::trail::{Client, Rewritten, Trail, Visit, nowhere};
use crate::lb;
use crate::network::{Endpoint, Network};
use crate::proxy::{self, Arrival, EndpointCache, Mark, Marks, ProxyQuestion, Translation};
use crate::reason::{BALANCER_POD_SENDS_ON, LOOP, OWN_ADDRESS_AS_SOURCE, Reason};
use crate::route::{Outcome, Place, Route, Step};

/// No packet passes more nodes: client's node, called node, endpoint's node, and one to spare.
const MOST_NODES: usize = 4;

/// Follows packets through a network.
#[derive(Debug)]
pub(crate) struct Walker<'n> {
    pub(crate) network: &'n Network<'n>,
    pub(crate) cache: EndpointCache,
    /// The node that announces a load balancer's address, where the request says it.
    announcer: Option<NodeId>,
}

impl<'n> Walker<'n> {
    pub(crate) fn new(network: &'n Network<'n>, announcer: Option<NodeId>) -> Self {
        Self { network, cache: EndpointCache::default(), announcer }
    }

    /// What a node does with the destination of a packet.
    pub(crate) fn translation(&self, trail: &Trail, node: NodeId, from: Arrival) -> Translation {
        let question = ProxyQuestion {
            network: self.network,
            cache: &self.cache,
            node,
            source: trail.source(),
            destination: trail.destination,
            port: trail.packet.port,
            protocol: trail.packet.protocol,
            from,
        };
        match proxy::rules(self.network) {
            Ok(rules) => rules.translate(&question).unless_unknown(self.network.snapshot()),
            Err(unknown) if self.is_service(node, trail) => Translation::Unknown(unknown),
            Err(_) => Translation::Untouched,
        }
    }

    /// Whether any mode of kube-proxy would have a rule for the packet.
    fn is_service(&self, node: NodeId, trail: &Trail) -> bool {
        let services = self.network.services();
        let (protocol, port) = (trail.packet.protocol, trail.packet.port);
        let at_node = || {
            services.node_port(protocol, port) != crate::network::Found::Nothing
                || services.health_check(protocol, port).is_some()
        };
        services.address(trail.destination).is_some()
            || (self.network.nodes().is_local(node, trail.destination) && at_node())
    }

    /// A packet on a node: every way that it may go from there.
    pub(crate) fn at_node(&self, mut trail: Trail, node: NodeId, from: Arrival) -> Vec<Route> {
        if let Some(ended) = self.not_accepted(&mut trail, node, from) {
            return vec![ended];
        }
        match self.translation(&trail, node, from) {
            Translation::Endpoints { set, service, marks, assumption } => {
                self.hold_against_ranges(&mut trail, from);
                let follow = |endpoint: &Endpoint| {
                    let mut trail = trail.clone();
                    trail.service = Some(service);
                    trail.assume(assumption.clone());
                    self.to_endpoint(trail, node, from, endpoint, &marks)
                };
                match &trail.only {
                    Some((at, only)) if *at == node => set.endpoints.binary_search(only).is_ok().then(|| follow(only)),
                    _ => Some(set.endpoints.iter().flat_map(follow).collect()),
                }
                .unwrap_or_default()
            }
            other => self.without_endpoint(trail, node, from, other),
        }
    }

    /// Linux takes no IPv4 packet from the network that has an address of its own as source, whatever `rp_filter` says; of IPv6 it
    /// asks nothing like it.
    fn not_accepted(&self, trail: &mut Trail, node: NodeId, from: Arrival) -> Option<Route> {
        let own = |source: IpAddr| source.is_ipv4() && proxy::is_local(self.network, node, source);
        if from == Arrival::Network {
            trail.note(Place::Node(node), Step::Arrive, None);
            if trail.source().is_some_and(own) {
                let reason = Reason::new(OWN_ADDRESS_AS_SOURCE);
                return Some(trail.clone().fail(Place::Node(node), Outcome::Dropped, reason));
            }
        }
        (trail.visits.len() >= MOST_NODES)
            .then(|| trail.clone().fail(Place::Node(node), Outcome::Undetermined, Reason::new(LOOP)))
    }

    fn to_endpoint(
        &self,
        mut trail: Trail,
        node: NodeId,
        from: Arrival,
        endpoint: &Endpoint,
        marks: &Marks,
    ) -> Vec<Route> {
        // KUBE-SEP: an endpoint that calls itself is masqueraded, or its answer would never leave it.
        let hairpin = trail.source() == Some(endpoint.address);
        let masquerades = proxy::rules(self.network).is_ok_and(|rules| rules.masquerades_hairpin(node, endpoint));
        let mark = if hairpin && masquerades { &Mark::Masquerade } else { marks.toward(node, endpoint) };
        if let Some(service) = trail.service {
            trail.redirect(node, Step::TranslateDestination(service), endpoint.address, endpoint.port);
        }
        trail.target = endpoint.pod;
        trail.target_node = endpoint.node;
        // Where the answer is taken care of, it need not pass this node by itself.
        let translated = if *mark == Mark::Preserve { Rewritten::No } else { Rewritten::Yes };
        self.route_on(trail, node, from, mark, &translated, endpoint.node)
    }

    fn without_endpoint(&self, mut trail: Trail, node: NodeId, from: Arrival, translation: Translation) -> Vec<Route> {
        let ended = match translation {
            Translation::Untouched => return self.untouched(trail, node, from),
            Translation::PassedOn { service } => {
                trail.service = Some(service);
                return self.route_on(trail, node, from, &Mark::Keep, &Rewritten::No, None);
            }
            Translation::Answered { service, reason } => {
                trail.service = Some(service);
                return vec![self.answered_by_node(trail, node, from, reason)];
            }
            Translation::Dropped { service, reason } => {
                trail.service = Some(service);
                self.refused(trail, node, from, Outcome::Dropped, reason)
            }
            Translation::Rejected { service, reason } => {
                trail.service = service;
                self.refused(trail, node, from, Outcome::Rejected, reason)
            }
            Translation::Endpoints { .. } => return Vec::new(),
            Translation::Unknown(reason) => trail.fail(Place::Node(node), Outcome::Undetermined, reason),
        };
        vec![ended]
    }

    /// No Service: a host port, or the packet as it is.
    fn untouched(&self, mut trail: Trail, node: NodeId, from: Arrival) -> Vec<Route> {
        let (protocol, port) = (trail.packet.protocol, trail.packet.port);
        let local = self.network.nodes().is_local(node, trail.destination);
        let mapped = self.network.host_ports().mapped(node, trail.destination, protocol, port).filter(|_| local);
        let Some(mapped) = mapped else {
            return self.route_on(trail, node, from, &Mark::Keep, &Rewritten::No, None);
        };
        let pod = &self.network.snapshot().pods[mapped.pod];
        let of_family = pod.addresses.iter().find(|address| address.is_ipv4() == trail.destination.is_ipv4());
        let Some(address) = of_family.copied() else {
            let reason = Reason::new(crate::reason::POD_WITHOUT_ADDRESS).with("pod", &pod.name);
            return vec![trail.fail(Place::Node(node), Outcome::Undetermined, reason)];
        };
        // The plugin masquerades only what comes from the pod itself and what was sent to loopback.
        let masquerade = trail.source() == Some(address) || trail.destination.is_loopback();
        let mark = if masquerade { Mark::Masquerade } else { Mark::Keep };
        trail.redirect(node, Step::TranslateHostPort, address, mapped.port);
        trail.target = Some(mapped.pod);
        trail.target_node = Some(node);
        if lb::sends_on(pod) {
            trail.doubt.get_or_insert_with(|| Reason::new(BALANCER_POD_SENDS_ON).with("pod", &pod.name));
        }
        self.route_on(trail, node, from, &mark, &Rewritten::Yes, Some(node))
    }
}
