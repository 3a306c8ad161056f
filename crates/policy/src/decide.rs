//! One packet, one pod, one direction.

use std::cell::Cell;
use std::net::IpAddr;

use bulkhead_model::object::Direction;
use bulkhead_model::{PortNumber, Protocol};
use bulkhead_snapshot::{NodeId, PodId, Snapshot};

use crate::matching::{BlockHabits, Packet};
use crate::policies::Policies;
use crate::profile::{Answer, Engine, Habit};
use crate::rule::LoweredRule;
use crate::verdict::{Action, Deviation, Doubt, DoubtReason, Verdict};
use crate::walk::{Ends, follow};

/// The other side of a connection, as the enforcement point sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Party {
    /// Its address; `None` for a pod that has none yet.
    pub address: Option<IpAddr>,
    /// The pod with its own network that has this address.
    pub pod: Option<PodId>,
    /// The node that has this address.
    pub node: Option<NodeId>,
    /// What an engine that judges by identity takes it for, where that is not what the address says.
    pub identity: Option<Identity>,
}

/// What an engine that judges by identity takes the other side of a connection for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Identity {
    /// A pod, by its labels.
    Pod,
    /// The pod's own node.
    Host,
    /// Another node.
    RemoteNode,
    /// A node that runs the API server.
    KubeApiServer,
    /// The engine's own gateway.
    Ingress,
    /// Somebody outside, by the address.
    World,
    /// Somebody outside, whatever the address: only a block of all addresses holds it.
    WorldUnaddressed,
    /// One of both: releases differ.
    WorldOrRemoteNode,
}

impl Identity {
    /// The name of the entity that a rule of the engine's own kind calls it by.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pod => "pod",
            Self::Host => "host",
            Self::RemoteNode => "remote-node",
            Self::KubeApiServer => "kube-apiserver",
            Self::Ingress => "ingress",
            Self::World | Self::WorldUnaddressed => "world",
            Self::WorldOrRemoteNode => "world or remote-node",
        }
    }

    /// Whether an entry for an address can mean it.
    pub fn has_address(self) -> bool {
        matches!(self, Self::Pod | Self::World)
    }
}

/// One question to the policies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Question {
    /// As `subject` sees it.
    pub direction: Direction,
    /// The pod whose policies are asked. Not a hostNetwork pod: no policy selects those.
    pub subject: PodId,
    /// The other side.
    pub peer: Party,
    /// The protocol.
    pub protocol: Protocol,
    /// The destination port after all translation: the subject's own port for ingress, the peer's for egress.
    pub port: PortNumber,
}

/// Judges one packet. The standard's text and the engine's habits, and nothing else: exemptions (own node, the pod itself)
/// are the path's affair.
pub fn decide(snapshot: &Snapshot, policies: &Policies, question: &Question) -> Verdict {
    let engine = policies.engine();
    let profile = engine.profile();
    if profile.enforces.value == Answer::No {
        return Verdict::Allow { rules: Vec::new(), deviations: vec![engine.deviation(Habit::Enforces)] };
    }
    let asked = |of_pods, of_nodes| {
        let habits = BlockHabits { of_pods, of_nodes, asked_of_pods: Cell::default(), asked_of_nodes: Cell::default() };
        let packet = Packet { snapshot, selectors: policies.selectors(), question, habits };
        let ends = follow(&packet, &policies.concerning(snapshot, question));
        (ends, packet.habits)
    };
    let (of_pods, of_nodes) = (profile.ip_block_of_pods.value, profile.ip_block_of_nodes.value);
    let (ends, habits) = asked(of_pods, of_nodes);
    // A habit was used where the answer would be open without it.
    let open = |(ends, _): (Ends, BlockHabits)| ends.allow && ends.deny;
    let mut deviations = Vec::new();
    if habits.asked_of_pods.get() && open(asked(Answer::Unknown, of_nodes)) {
        deviations.push(engine.deviation(Habit::IpBlockOfPods));
    }
    if habits.asked_of_nodes.get() && open(asked(of_pods, Answer::Unknown)) {
        deviations.push(engine.deviation(Habit::IpBlockOfNodes));
    }
    let verdict = verdict(ends, deviations);
    match profile.enforces.value {
        Answer::Unknown => unless_nobody_enforces(verdict, engine),
        Answer::Yes | Answer::No => verdict,
    }
}

/// Whether one rule is about a packet, whatever else its policy says; `None` where nobody knows.
pub fn rule_matches(snapshot: &Snapshot, policies: &Policies, rule: &LoweredRule, question: &Question) -> Option<bool> {
    let profile = policies.engine().profile();
    let habits = BlockHabits::of(profile);
    let packet = Packet { snapshot, selectors: policies.selectors(), question, habits };
    packet.matches(rule).known()
}

/// One end is a certain verdict; two are none.
fn verdict(ends: Ends, deviations: Vec<Deviation>) -> Verdict {
    let (settled, rules) = ends.settled.unzip();
    let rules = rules.unwrap_or_default();
    match (ends.allow, ends.deny) {
        (true, false) => Verdict::Allow { rules, deviations },
        (false, true) => Verdict::Deny { policies: rules, deviations },
        _ => {
            let leads_elsewhere = |(action, doubt): &(Action, Doubt)| {
                Some(*action) != settled || doubt.reason == DoubtReason::EqualPriority
            };
            let doubts = ends.doubts.into_iter().filter(leads_elsewhere).map(|(_, doubt)| doubt);
            Verdict::Undetermined { because: each_once(doubts), deviations }
        }
    }
}

/// Doubts without those that differ only in what the rule would do.
fn each_once(doubts: impl Iterator<Item = Doubt>) -> Vec<Doubt> {
    let key = |doubt: &Doubt| (doubt.rule.policy.clone(), doubt.rule.rule, doubt.rule.position, doubt.reason);
    let mut once: Vec<Doubt> = Vec::new();
    for doubt in doubts {
        if !once.iter().any(|have| key(have) == key(&doubt)) {
            once.push(doubt);
        }
    }
    once
}

/// The verdict where nobody knows whether anything enforces policies: what policies allow, passes either way.
fn unless_nobody_enforces(verdict: Verdict, engine: &Engine) -> Verdict {
    let doubt = |rule| Doubt { rule, reason: DoubtReason::Engine(Habit::Enforces) };
    match verdict {
        Verdict::Allow { .. } => verdict,
        Verdict::Undetermined { mut because, deviations } => {
            because.extend(because.first().map(|first| first.rule.clone()).map(doubt));
            Verdict::Undetermined { because, deviations }
        }
        Verdict::Deny { policies, mut deviations } => {
            deviations.push(engine.deviation(Habit::Enforces));
            Verdict::Undetermined { because: policies.into_iter().map(doubt).collect(), deviations }
        }
    }
}
