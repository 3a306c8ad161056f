//! What policies open between a workload and whoever could exist: the whole cluster, or the pods of a rule's selectors.
//!
//! This is that tool's reading of rules, not ours: it compares selectors with selectors. Tiers, order and isolation are the
//! API's. Only what is certain is open.

use bulkhead_model::object::{Direction, Pod, PortMatch};
use bulkhead_model::{LabelSelector, Name, PortRange, Protocol};
use bulkhead_policy::Action;
use bulkhead_policy::reach::PortRanges;
use bulkhead_policy::rule::{
    LoweredPolicy, LoweredRule, NamespaceSet, PeerSet, Peers, PodSet, PortSet, Ports, Tier, Who,
};

use crate::potential_ports::PotentialPorts;
use crate::representative::Representative;
use crate::selecting;
use crate::world::World;

/// One side of a connection.
#[derive(Clone, Copy)]
pub(crate) enum End<'a> {
    /// Any pod, whatever its labels and its namespace's: only rules that ask for none are about it.
    EntireCluster,
    /// Pods that a rule supposes.
    Supposed(&'a Representative),
    /// A pod of the input.
    Pod(&'a Pod),
}

/// The ports between a subject and another side of which no tier has decided yet, and those that are open.
struct Tiers {
    undecided: PotentialPorts,
    open: PotentialPorts,
}

/// A policy, and whether it is about the subject as it stands for certain.
type Concerning<'w> = (&'w LoweredPolicy, bool);

impl World {
    /// The ports that are open from one side to the other.
    pub(crate) fn open_between(&self, from: End<'_>, to: End<'_>) -> PotentialPorts {
        let out = self.open_in(Direction::Egress, from, to);
        out.intersection(&self.open_in(Direction::Ingress, to, from))
    }

    /// The ports that one side's own policies open towards the other side.
    pub(crate) fn open_in(&self, direction: Direction, subject: End<'_>, other: End<'_>) -> PotentialPorts {
        let ends = Ends { other, destination: if direction == Direction::Ingress { subject } else { other } };
        let mut tiers = Tiers { undecided: PotentialPorts::all(), open: PotentialPorts::none() };
        for tier in Tier::ALL {
            let policies = self.concerning(direction, subject).filter(|(policy, _)| policy.tier == tier);
            match tier {
                Tier::Admin | Tier::Baseline => self.ask_in_order(policies, ends, &mut tiers),
                Tier::NetworkPolicy => self.ask_together(policies, ends, &mut tiers),
            }
        }
        tiers.open.union(&tiers.undecided)
    }

    /// Whether any policy is about a pod in a direction.
    pub(crate) fn is_protected(&self, direction: Direction, pod: &Pod) -> bool {
        self.concerning(direction, End::Pod(pod)).next().is_some()
    }

    /// The policies that are, or may be, about one side. No NetworkPolicy is about pods that are only supposed.
    fn concerning<'w>(&'w self, direction: Direction, subject: End<'w>) -> impl Iterator<Item = Concerning<'w>> {
        let of_direction = self.policies.lowered().iter().filter(move |policy| policy.direction == direction);
        of_direction.filter_map(move |policy| {
            let is_about = match subject {
                End::Supposed(_) if policy.tier == Tier::NetworkPolicy => Some(false),
                _ => self.is_in(subject, &policy.subject),
            };
            (is_about != Some(false)).then_some((policy, is_about == Some(true) && policy.doubt.is_none()))
        })
    }

    /// Policies of a tier in which the first rule that matches counts.
    fn ask_in_order<'w>(&self, policies: impl Iterator<Item = Concerning<'w>>, ends: Ends<'_>, tiers: &mut Tiers) {
        let mut passed = PotentialPorts::none();
        for (policy, is_certain) in policies {
            if !is_certain {
                tiers.undecided = PotentialPorts::none();
            }
            for rule in &policy.rules {
                let (ports, is_certain) =
                    match (self.matches(rule, ends.other), ports_of(&rule.ports, ends.destination)) {
                        (Some(false), _) => continue,
                        (Some(true), Some(ports)) => (ports, rule.doubt.is_none()),
                        (_, ports) => (ports.unwrap_or_else(PotentialPorts::all), false),
                    };
                let decided = ports.intersection(&tiers.undecided);
                tiers.undecided = tiers.undecided.difference(&ports);
                match rule.action {
                    Action::Allow if is_certain => tiers.open = tiers.open.union(&decided),
                    Action::Pass if is_certain => passed = passed.union(&decided),
                    _ => {}
                }
            }
        }
        tiers.undecided = tiers.undecided.union(&passed);
    }

    /// Policies that add up: what one of them allows is open, and all else is closed as soon as there is one.
    fn ask_together<'w>(&self, policies: impl Iterator<Item = Concerning<'w>>, ends: Ends<'_>, tiers: &mut Tiers) {
        let (mut isolates, mut allowed) = (false, PotentialPorts::none());
        for (policy, is_certain) in policies {
            isolates = true;
            let allows = |rule: &&LoweredRule| is_certain && rule.action == Action::Allow && rule.doubt.is_none();
            for rule in policy.rules.iter().filter(allows) {
                if self.matches(rule, ends.other) == Some(true) {
                    let ports = ports_of(&rule.ports, ends.destination).unwrap_or_else(PotentialPorts::none);
                    allowed = allowed.union(&ports);
                }
            }
        }
        if isolates {
            tiers.open = tiers.open.union(&allowed.intersection(&tiers.undecided));
            tiers.undecided = PotentialPorts::none();
        }
    }

    /// Whether the other side is one of a rule's peers; `None` where that could not be read.
    fn matches(&self, rule: &LoweredRule, other: End<'_>) -> Option<bool> {
        let Peers::OneOf(peers) = &rule.peers else { return Some(true) };
        let is_one = |peer: &PeerSet| match &peer.who {
            Who::Pods(set) => self.is_in(other, set),
            Who::Block { .. } | Who::Nodes(_) | Who::DomainNames => Some(false),
            Who::Unreadable => None,
        };
        let answers: Vec<Option<bool>> = peers.iter().map(is_one).collect();
        match answers.contains(&Some(true)) {
            true => Some(true),
            false if answers.contains(&None) => None,
            false => Some(false),
        }
    }

    fn is_in(&self, end: End<'_>, set: &PodSet) -> Option<bool> {
        let selectors = self.policies.selectors();
        match end {
            End::Pod(pod) => selecting::is_in(pod, set, selectors, &self.snapshot),
            End::Supposed(supposed) => supposed.is_in(set, selectors),
            End::EntireCluster => {
                let everything = |id| selectors.get(id).is_some_and(LabelSelector::is_everything);
                let of_namespace = matches!(&set.namespaces, NamespaceSet::Selected(id) if everything(*id));
                Some(of_namespace && everything(set.pods))
            }
        }
    }
}

/// Those besides the subject whom a rule is about.
#[derive(Clone, Copy)]
struct Ends<'a> {
    /// The other side.
    other: End<'a>,
    /// The side that is connected to; it gives names of ports their numbers.
    destination: End<'a>,
}

/// The ports of a rule; `None` where one could not be read.
fn ports_of(ports: &Ports, destination: End<'_>) -> Option<PotentialPorts> {
    let Ports::OneOf(ports) = ports else { return Some(PotentialPorts::all()) };
    ports.iter().try_fold(PotentialPorts::none(), |sum, port| match port {
        PortSet::Ports { protocol, port, .. } => Some(sum.union(&port_of(*protocol, port, destination))),
        PortSet::Unreadable { .. } => None,
    })
}

fn port_of(protocol: Option<Protocol>, port: &PortMatch, destination: End<'_>) -> PotentialPorts {
    let range = match port {
        PortMatch::All => PortRange::ALL,
        PortMatch::Range(range) => *range,
        PortMatch::Named(name) => return named_port_of(protocol, name, destination),
    };
    let protocols = Protocol::ALL.into_iter().filter(|it| protocol.is_none_or(|protocol| protocol == *it));
    PotentialPorts::of(protocols.map(|protocol| (protocol, range)).collect())
}

/// The numbers that the destination has for a name; the name itself where there is no pod that could have one.
fn named_port_of(protocol: Option<Protocol>, name: &Name, destination: End<'_>) -> PotentialPorts {
    let End::Pod(pod) = destination else { return PotentialPorts::named((protocol, name.clone())) };
    let has_name = |port: &&bulkhead_model::object::ContainerPort| {
        port.name.as_ref() == Some(name) && protocol.is_none_or(|protocol| protocol == port.protocol)
    };
    let single = |port: &bulkhead_model::object::ContainerPort| {
        (port.protocol, PortRange { first: port.number, last: port.number })
    };
    let numbers: PortRanges = pod.ports().filter(has_name).map(single).collect();
    if numbers.is_empty() { PotentialPorts::named((protocol, name.clone())) } else { PotentialPorts::of(numbers) }
}
