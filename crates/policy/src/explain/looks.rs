//! How somebody looks to the rules of a pod: whether each is about them. All to whom it is the same get the same answer.

use bulkhead_model::object::{Direction, PortMatch};
use bulkhead_snapshot::table::Id;
use bulkhead_snapshot::{PodId, Snapshot};

use crate::matching::{Match, Packet, numbers_of};
use crate::rule::{LoweredPolicy, LoweredRule, NamespaceSet, Peers, PortSet, Ports, Who};

/// A rule, and to which pods it is known to speak.
#[derive(Debug)]
pub(super) struct Looker<'a> {
    pub(super) policy: &'a LoweredPolicy,
    pub(super) rule: &'a LoweredRule,
    sees: Sees,
    /// Whether its ports are other numbers for other destinations.
    has_named_ports: bool,
    /// For each pod: 0 where it is not known yet, else one more than the number of the match. Only where it sees no more than a pod.
    of_pods: Vec<u8>,
}

/// What of the other side a rule looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sees {
    /// Nothing: it is about everybody.
    Nothing,
    /// Which pod it is, whoever asks.
    Pod,
    /// More: its address, the subject's own namespace, something unreadable.
    More,
}

/// The same packet, as the engine judges it and if nobody knew the engine.
pub(super) struct Packets<'p> {
    pub(super) as_it_is: Packet<'p>,
    pub(super) if_unknown: Packet<'p>,
}

impl<'a> Looker<'a> {
    pub(super) fn new(policy: &'a LoweredPolicy, rule: &'a LoweredRule) -> Self {
        let is_named = |port: &PortSet| matches!(port, PortSet::Ports { port: PortMatch::Named(_), .. });
        let has_named_ports = matches!(&rule.ports, Ports::OneOf(ports) if ports.iter().any(is_named));
        Self { policy, rule, sees: sees(&rule.peers), has_named_ports, of_pods: Vec::new() }
    }

    /// Adds how the other side looks to this rule. Gives whether the rule speaks to them, or may.
    pub(super) fn look(&mut self, packets: &Packets<'_>, look: &mut Vec<u8>) -> bool {
        let matches = self.matches(packets);
        look.extend(matches);
        let speaks = matches != [number(Match::No); 2];
        let question = packets.as_it_is.question;
        if let (true, true, Direction::Egress, Some(pod)) =
            (speaks, self.has_named_ports, question.direction, question.peer.pod)
        {
            self.declared(packets.as_it_is.snapshot, pod, look);
        }
        speaks
    }

    fn matches(&mut self, packets: &Packets<'_>) -> [u8; 2] {
        let peer = &packets.as_it_is.question.peer;
        let now = |packet: &Packet<'_>| number(packet.matches_peers(&self.rule.peers));
        match (self.sees, peer.pod) {
            (Sees::Nothing, _) => [number(Match::Yes); 2],
            (Sees::Pod, None) => [number(Match::No); 2],
            (Sees::Pod, Some(pod)) => {
                let place = pod.row() as usize;
                if self.of_pods.len() <= place {
                    self.of_pods.resize(packets.as_it_is.snapshot.pods.len().max(place + 1), 0);
                }
                match self.of_pods.get_mut(place) {
                    Some(0) | None => {
                        let found = number(packets.as_it_is.matches_peers(&self.rule.peers));
                        if let Some(known) = self.of_pods.get_mut(place) {
                            *known = found + 1;
                        }
                        [found; 2]
                    }
                    Some(known) => [*known - 1; 2],
                }
            }
            // Only of pods and nodes do engines make something of their own.
            (Sees::More, None) if peer.node.is_none() => [now(&packets.as_it_is); 2],
            (Sees::More, _) => [now(&packets.as_it_is), now(&packets.if_unknown)],
        }
    }

    /// The numbers that a destination gives to the names of ports.
    fn declared(&self, snapshot: &Snapshot, pod: PodId, look: &mut Vec<u8>) {
        let Ports::OneOf(ports) = &self.rule.ports else { return };
        for port in ports {
            let PortSet::Ports { protocol, port: PortMatch::Named(name), .. } = port else { continue };
            for of in bulkhead_model::Protocol::ALL.into_iter().filter(|of| protocol.is_none_or(|it| it == *of)) {
                for declared in numbers_of(snapshot, pod, name, of) {
                    look.extend(declared.to_be_bytes());
                }
                look.extend([0, 0]);
            }
        }
    }
}

fn sees(peers: &Peers) -> Sees {
    let Peers::OneOf(peers) = peers else { return Sees::Nothing };
    let sees_pod = |who: &Who| match who {
        Who::Pods(set) => matches!(set.namespaces, NamespaceSet::Named(_) | NamespaceSet::Selected(_)),
        Who::Block { .. } | Who::Nodes(_) | Who::DomainNames | Who::Unreadable => false,
    };
    if peers.iter().all(|peer| sees_pod(&peer.who)) { Sees::Pod } else { Sees::More }
}

/// A number for each way to match; reasons differ in what the verdict says.
fn number(matches: Match) -> u8 {
    match matches {
        Match::No => 0,
        Match::Yes => 1,
        Match::Maybe(reason) => 2 + reason.number(),
    }
}
