//! Where in a policy something stands: field paths of lowered rules, and all rules and peers one after the other.

use bulkhead_model::Position;
use bulkhead_model::object::Direction;
use bulkhead_policy::Action;
use bulkhead_policy::rule::{LoweredPolicy, LoweredRule, PeerSet, Peers, PortSet, Ports};

use crate::cluster::Cluster;
use crate::finding::Finding;

/// A rule that the author wrote, of a lowered policy.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RuleSite<'a> {
    pub(crate) policy: &'a LoweredPolicy,
    pub(crate) rule: &'a LoweredRule,
    pub(crate) index: usize,
}

/// One of a rule's peers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PeerSite<'a> {
    pub(crate) at: RuleSite<'a>,
    pub(crate) peer: &'a PeerSet,
    pub(crate) index: usize,
}

/// One of a rule's ports.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PortSite<'a> {
    pub(crate) at: RuleSite<'a>,
    pub(crate) port: &'a PortSet,
    pub(crate) index: usize,
}

impl<'a> Cluster<'a> {
    /// Every rule that an author wrote, of every policy that was read to the end.
    pub(crate) fn rules(&self) -> impl Iterator<Item = RuleSite<'a>> + use<'a> {
        let policies = self.policies.lowered().iter().filter(|policy| policy.doubt.is_none());
        policies.flat_map(rules_of)
    }

    /// Every peer of those rules.
    pub(crate) fn peers(&self) -> impl Iterator<Item = PeerSite<'a>> + use<'a> {
        self.rules().flat_map(RuleSite::peers)
    }

    /// Every peer of those rules that let something through.
    pub(crate) fn allowed_peers(&self) -> impl Iterator<Item = PeerSite<'a>> + use<'a> {
        self.peers().filter(|peer| peer.at.rule.action == Action::Allow)
    }

    /// Every port of those rules.
    pub(crate) fn ports(&self) -> impl Iterator<Item = PortSite<'a>> + use<'a> {
        self.rules().flat_map(RuleSite::ports)
    }
}

/// The rules of a policy that its author wrote, and that were read to the end.
pub(crate) fn rules_of(policy: &LoweredPolicy) -> impl Iterator<Item = RuleSite<'_>> {
    let written = policy.rules.iter().filter(|rule| rule.doubt.is_none());
    written.filter_map(move |rule| Some(RuleSite { policy, rule, index: rule.index? }))
}

/// `spec.ingress` or `spec.egress`.
pub(crate) fn rules_field(direction: Direction) -> &'static str {
    match direction {
        Direction::Ingress => "spec.ingress",
        Direction::Egress => "spec.egress",
    }
}

/// `from` or `to`.
pub(crate) fn peers_field(direction: Direction) -> &'static str {
    match direction {
        Direction::Ingress => "from",
        Direction::Egress => "to",
    }
}

impl<'a> RuleSite<'a> {
    /// `spec.ingress[0]`
    pub(crate) fn field(&self) -> String {
        format!("{}[{}]", rules_field(self.policy.direction), self.index)
    }

    /// Its peers; none where it is about everybody.
    pub(crate) fn peers(self) -> impl Iterator<Item = PeerSite<'a>> {
        let peers = match &self.rule.peers {
            Peers::Any => &[][..],
            Peers::OneOf(peers) => peers,
        };
        peers.iter().enumerate().map(move |(index, peer)| PeerSite { at: self, peer, index })
    }

    /// Its ports; none where it is about all.
    pub(crate) fn ports(self) -> impl Iterator<Item = PortSite<'a>> {
        let ports = match &self.rule.ports {
            Ports::Any => &[][..],
            Ports::OneOf(ports) => ports,
        };
        ports.iter().enumerate().map(move |(index, port)| PortSite { at: self, port, index })
    }

    /// Puts a finding where the rule stands.
    pub(crate) fn place(&self, finding: Finding) -> Finding {
        finding.at(self.rule.position).about(&self.policy.origin).in_field(self.field())
    }
}

impl PeerSite<'_> {
    /// `spec.ingress[0].from[1]`. The peers of a cluster's policy are flattened when it is lowered: their list has no index.
    pub(crate) fn field(&self) -> String {
        let list = format!("{}.{}", self.at.field(), peers_field(self.at.policy.direction));
        let is_flat = self.at.policy.origin.namespace.is_none();
        if is_flat { list } else { format!("{list}[{}]", self.index) }
    }

    /// Puts a finding where the peer stands.
    pub(crate) fn place(&self, finding: Finding) -> Finding {
        finding.at(self.peer.position).about(&self.at.policy.origin).in_field(self.field())
    }
}

impl PortSite<'_> {
    /// `spec.ingress[0].ports[1]`
    pub(crate) fn field(&self) -> String {
        format!("{}.ports[{}]", self.at.field(), self.index)
    }

    /// Where it stands.
    pub(crate) fn position(&self) -> Position {
        match self.port {
            PortSet::Ports { position, .. } | PortSet::Unreadable { position } => *position,
        }
    }

    /// Puts a finding where the port stands.
    pub(crate) fn place(&self, finding: Finding) -> Finding {
        finding.at(self.position()).about(&self.at.policy.origin).in_field(self.field())
    }
}
