//! One route with another member's addresses in it.

use std::net::IpAddr;
use std::sync::Arc;

use bulkhead_policy::Question;
use bulkhead_snapshot::NodeId;

use super::exchange::Exchange;
use crate::network::{Network, NodeAddresses};
use crate::node_class::NodeClass;
use crate::route::{Address, Route, Step};

/// The addresses of one node for those of another of its kind.
pub(super) struct Member<'n> {
    from: NodeId,
    to: NodeId,
    old: &'n [Option<IpAddr>],
    new: &'n [Option<IpAddr>],
}

impl<'n> Member<'n> {
    pub(super) fn new(network: &'n Network<'_>, from: NodeId, to: NodeId) -> Self {
        let (old, new) = (&network.nodes().row(from).roles, &network.nodes().row(to).roles);
        Self { from, to, old, new }
    }
}

impl Exchange for Member<'_> {
    fn address(&self, address: IpAddr) -> IpAddr {
        let role = self.old.iter().position(|old| *old == Some(address));
        role.and_then(|role| self.new.get(role).copied().flatten()).unwrap_or(address)
    }

    fn node(&self, node: NodeId) -> NodeId {
        if node == self.from { self.to } else { node }
    }
}

/// Whether a gateway opened a connection of its own: what it sends does not hang on the node by which the client came.
fn is_proxied(route: &Route) -> bool {
    route.hops.iter().any(|hop| matches!(hop.step, Step::Proxy { .. }))
}

impl Network<'_> {
    /// What the policy sees on the same route by another member of its class, without making that route.
    pub fn seen_by_policy_by(&self, route: &Route, node: NodeId) -> Option<Address> {
        let seen = route.seen_by_policy.as_ref()?;
        Some(self.source_by(route, node, seen))
    }

    /// What the pod sees on the same route by another member of its class, without making that route.
    pub fn seen_by_pod_by(&self, route: &Route, node: NodeId) -> Option<Address> {
        let seen = route.seen_by_pod.as_ref()?;
        Some(self.source_by(route, node, seen))
    }

    /// What a policy was asked on the same route by another member of its class: the question of that place in
    /// [`Route::questions`].
    pub fn asked_by(&self, route: &Route, index: usize, node: NodeId) -> Option<Question> {
        let question = route.questions.get(index)?;
        let first = route.door_nodes.first().copied().filter(|_| route.door_nodes.contains(node) && !is_proxied(route));
        Some(first.map_or(*question, |first| Member::new(self, first, node).question(question)))
    }

    /// Whether policy or pod sees an address of the node by which the packet came, so that each member shows its own.
    pub fn shows_node(&self, route: &Route) -> bool {
        let Some(first) = route.door_nodes.first().filter(|_| !is_proxied(route)) else { return false };
        let roles = &self.nodes().row(*first).roles;
        let seen = [&route.seen_by_policy, &route.seen_by_pod].into_iter().flatten();
        seen.filter_map(Address::known).any(|address| roles.contains(&Some(address)))
    }

    fn source_by(&self, route: &Route, node: NodeId, seen: &Address) -> Address {
        let is_member = route.door_nodes.contains(node) && !is_proxied(route);
        let first = route.door_nodes.first().copied().filter(|_| is_member);
        first.map_or_else(|| seen.clone(), |first| Member::new(self, first, node).maybe_known(seen))
    }

    /// The same route with one node's addresses in place of another's, wherever they are.
    #[must_use]
    pub fn route_with(&self, route: &Route, from: NodeId, to: NodeId) -> Route {
        self.substitution(from, to).everywhere(route)
    }

    /// The same route by another member of its class ([`Route::door_nodes`]), with that member's addresses. A node that is no
    /// member gives the route unchanged.
    #[must_use]
    pub fn route_by(&self, route: &Route, node: NodeId) -> Route {
        self.member(route, node).map_or_else(|| route.clone(), |member| member.at_door(route))
    }

    /// What [`Self::route_by`] puts in, without making the route; `None` for a node that is no member.
    pub fn member(&self, route: &Route, node: NodeId) -> Option<Substitution> {
        let first = route.door_nodes.first().copied().filter(|_| route.door_nodes.contains(node))?;
        Some(self.substitution(first, node))
    }

    /// One node's addresses in place of another's.
    pub fn substitution(&self, from: NodeId, to: NodeId) -> Substitution {
        let roles = |node| Arc::clone(&self.nodes().row(node).roles);
        Substitution { from, to, old: roles(from), new: roles(to) }
    }
}

/// One node's addresses in place of another's, for routes that are made where somebody reads them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Substitution {
    from: NodeId,
    to: NodeId,
    old: Arc<[Option<IpAddr>]>,
    new: Arc<[Option<IpAddr>]>,
}

impl Substitution {
    /// The addresses of yet another node of the same kind in that place.
    #[must_use]
    pub fn by(&self, addresses: &NodeAddresses, to: NodeId) -> Self {
        Self { to, new: addresses.roles(to), ..self.clone() }
    }

    fn exchange(&self) -> Member<'_> {
        Member { from: self.from, to: self.to, old: &self.old, new: &self.new }
    }

    /// A route with the addresses exchanged wherever they are.
    #[must_use]
    pub fn everywhere(&self, route: &Route) -> Route {
        let exchange = self.exchange();
        let seen = |address: &Option<Address>| address.as_ref().map(|address| exchange.maybe_known(address));
        let nodes = |class: &NodeClass| class.iter().map(|node| exchange.node(*node)).collect();
        Route {
            entry_nodes: nodes(&route.entry_nodes),
            door_nodes: nodes(&route.door_nodes),
            seen_by_policy: seen(&route.seen_by_policy),
            seen_by_pod: seen(&route.seen_by_pod),
            questions: route.questions.iter().map(|question| exchange.question(question)).collect(),
            hops: route.hops.iter().map(|hop| exchange.hop(hop)).collect(),
            ..route.clone()
        }
    }

    /// A route by the node that is put in, as far as a gateway has not ended the client's connection.
    #[must_use]
    pub fn at_door(&self, route: &Route) -> Route {
        let exchange = self.exchange();
        let same = route.entry_nodes == route.door_nodes;
        let door_nodes = NodeClass::single(self.to);
        // What a gateway sends does not hang on the node by which the client came.
        let proxied = route.hops.iter().position(|hop| matches!(hop.step, Step::Proxy { .. }));
        let own = |index: usize| proxied.is_none_or(|proxied| index < proxied);
        let seen = |address: &Option<Address>| match address {
            Some(address) if proxied.is_none() => Some(exchange.maybe_known(address)),
            other => other.clone(),
        };
        let hops = route.hops.iter().enumerate();
        let asked = |step: &Step| matches!(step, Step::Policy { .. });
        let own_questions = hops.clone().filter(|(index, hop)| own(*index) && asked(&hop.step)).count();
        let questions = route.questions.iter().enumerate();
        Route {
            entry_nodes: if same { door_nodes.clone() } else { route.entry_nodes.clone() },
            door_nodes,
            seen_by_policy: seen(&route.seen_by_policy),
            seen_by_pod: seen(&route.seen_by_pod),
            questions: questions
                .map(|(index, question)| if index < own_questions { exchange.question(question) } else { *question })
                .collect(),
            hops: hops.map(|(index, hop)| if own(index) { exchange.hop(hop) } else { hop.clone() }).collect(),
            ..route.clone()
        }
    }
}
