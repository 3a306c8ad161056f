//! A verdict is certain exactly where every reading of the doubtful parts, and every order of policies of equal priority,
//! comes to the same end. Here each reading is tried.

#![allow(clippy::unwrap_used)] // what is missing in a test fails it

use std::sync::Arc;

use bulkhead_model::object::{
    ClusterNetworkPolicy, ClusterPeer, ClusterPolicyKind, ClusterRule, Direction, Matches, NetworkPolicy, Peer,
    PeerNamespaces, Pod, PodOrigin, PodPhase, PolicySubject, PolicyTier, Rule, RuleAction,
};
use bulkhead_model::{LabelSelector, Labels, NamespacedName, Position, Protocol, Readable, Requirement, SourceId};
use bulkhead_policy::{Party, Policies, Question, decide};
use bulkhead_snapshot::{Objects, Snapshot};
use proptest::prelude::*;

/// Whether something matches the packet, as far as it can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reading {
    Yes,
    No,
    Open,
}

#[derive(Clone, Debug)]
struct Written {
    /// `None` for a NetworkPolicy; else tier and priority.
    of_cluster: Option<(PolicyTier, u32)>,
    /// Whether it is about the pod.
    subject: Reading,
    /// Whether it isolates ingress; NetworkPolicies only.
    isolates: Reading,
    rules: Vec<(Reading, RuleAction)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Allow,
    Deny,
}

// ---- the plain evaluator: no doubts, a fixed order

/// The end of a packet where nothing is open and policies of equal priority stand in their order.
fn end_of(policies: &[Written]) -> End {
    for tier in [Some(PolicyTier::Admin), None, Some(PolicyTier::Baseline)] {
        match said_by_tier(policies, tier) {
            Some(RuleAction::Accept) => return End::Allow,
            Some(RuleAction::Deny) => return End::Deny,
            Some(RuleAction::Pass) | None => {}
        }
    }
    End::Allow
}

fn said_by_tier(policies: &[Written], tier: Option<PolicyTier>) -> Option<RuleAction> {
    let is_about = |policy: &&Written| policy.subject == Reading::Yes;
    if tier.is_none() {
        let isolating = |policy: &&Written| policy.of_cluster.is_none() && policy.isolates == Reading::Yes;
        let isolating: Vec<&Written> = policies.iter().filter(is_about).filter(isolating).collect();
        let allows = isolating.iter().any(|policy| policy.rules.iter().any(|(matches, _)| *matches == Reading::Yes));
        let says = if allows { RuleAction::Accept } else { RuleAction::Deny };
        return (!isolating.is_empty()).then_some(says);
    }
    let mut asked: Vec<(u32, &Written)> = policies
        .iter()
        .filter(is_about)
        .filter_map(|policy| policy.of_cluster.filter(|(of, _)| Some(*of) == tier).map(|(_, at)| (at, policy)))
        .collect();
    asked.sort_by_key(|(priority, _)| *priority); // stable: equal priorities keep their order
    let mut rules = asked.into_iter().flat_map(|(_, policy)| &policy.rules);
    rules.find(|(matches, _)| *matches == Reading::Yes).map(|(_, action)| *action)
}

/// Every way to read what is open.
fn readings(policies: &[Written]) -> Vec<Vec<Written>> {
    let mut all = vec![policies.to_vec()];
    for at in 0..policies.len() {
        let slots = 2 + policies.get(at).map_or(0, |policy| policy.rules.len());
        for slot in 0..slots {
            all = all.into_iter().flat_map(|world| both(&world, at, slot)).collect();
        }
    }
    all
}

fn both(world: &[Written], at: usize, slot: usize) -> Vec<Vec<Written>> {
    let with = |reading: Option<Reading>| {
        let mut world = world.to_vec();
        let policy = world.get_mut(at)?;
        let place = match slot {
            0 => &mut policy.subject,
            1 => &mut policy.isolates,
            rule => &mut policy.rules.get_mut(rule - 2)?.0,
        };
        match reading {
            Some(reading) if *place == Reading::Open => *place = reading,
            None if *place != Reading::Open => {}
            _ => return None,
        }
        Some(world)
    };
    [None, Some(Reading::Yes), Some(Reading::No)].into_iter().filter_map(with).collect()
}

fn orders(policies: Vec<Written>) -> Vec<Vec<Written>> {
    let mut all: Vec<Vec<Written>> = vec![Vec::new()];
    for policy in policies {
        all = all
            .into_iter()
            .flat_map(|order| {
                let policy = policy.clone();
                (0..=order.len()).map(move |at| {
                    let mut order = order.clone();
                    order.insert(at, policy.clone());
                    order
                })
            })
            .collect();
    }
    all
}

/// Whether the packet passes in every world, in none, or nobody can tell.
fn passes(policies: &[Written]) -> Option<bool> {
    let mut ends = readings(policies).into_iter().flat_map(orders).map(|world| end_of(&world));
    let first = ends.next()?;
    ends.all(|end| end == first).then_some(first == End::Allow)
}

// ---- the same as objects

const HERE: Position = Position { source: SourceId(0), line: 1 };

/// A selector that matches, does not match, or cannot be read.
fn selector(reading: Reading) -> LabelSelector {
    let requirements = match reading {
        Reading::Yes => Vec::new(),
        Reading::No => vec![Requirement::equals("app", "nobody").into()],
        Reading::Open => vec![Readable::Unreadable { position: HERE }],
    };
    LabelSelector { requirements }
}

fn objects(policies: &[Written]) -> Objects {
    let mut objects = Objects { pods: vec![pod("server", 1), pod("client", 2)], ..Objects::default() };
    for (number, policy) in policies.iter().enumerate() {
        match policy.of_cluster {
            Some((tier, priority)) => objects.cluster_network_policies.push(of_cluster(policy, tier, priority, number)),
            None => objects.network_policies.push(Arc::new(network_policy(policy, number))),
        }
    }
    objects
}

fn pod(name: &str, last: u8) -> Arc<Pod> {
    Arc::new(Pod {
        name: NamespacedName::new("shop", name),
        labels: Labels::default(),
        node: None,
        host_network: false,
        addresses: vec![[10, 0, 0, last].into()],
        phase: PodPhase::Running,
        ready: None,
        terminating: false,
        containers: [].into(),
        scheduling: None,
        owner: None,
        origin: PodOrigin::Object,
        position: HERE,
    })
}

fn network_policy(policy: &Written, number: usize) -> NetworkPolicy {
    let rule = |(matches, _): &(Reading, RuleAction)| Rule {
        peers: Matches::OneOf(vec![
            Peer::Pods { namespaces: None, pods: Some(selector(*matches)), position: HERE }.into(),
        ]),
        ports: Matches::Any,
        unknown_field: None,
        position: HERE,
    };
    NetworkPolicy {
        name: NamespacedName::new("shop", format!("p{number}")),
        labels: Labels::default(),
        pod_selector: selector(policy.subject),
        isolates_ingress: match policy.isolates {
            Reading::Yes => Some(true),
            Reading::No => Some(false),
            Reading::Open => None,
        },
        isolates_egress: Some(false),
        ingress: policy.rules.iter().map(|written| rule(written).into()).collect(),
        egress: Vec::new(),
        unknown_field: None,
        position: HERE,
    }
}

fn of_cluster(policy: &Written, tier: PolicyTier, priority: u32, number: usize) -> ClusterNetworkPolicy {
    let rule = |(matches, action): &(Reading, RuleAction)| ClusterRule {
        name: None,
        action: (*action).into(),
        peers: vec![
            ClusterPeer::Pods {
                namespaces: PeerNamespaces::Selected(LabelSelector::everything()),
                pods: selector(*matches),
                position: HERE,
            }
            .into(),
        ],
        ports: None,
        unknown_field: None,
        position: HERE,
    };
    ClusterNetworkPolicy {
        kind: ClusterPolicyKind::ClusterNetworkPolicy,
        name: format!("p{number}").into(),
        tier: tier.into(),
        priority: priority.into(),
        subject: PolicySubject::Pods { namespaces: LabelSelector::everything(), pods: selector(policy.subject) }.into(),
        ingress: policy.rules.iter().map(|written| rule(written).into()).collect(),
        egress: Vec::new(),
        unknown_field: None,
        position: HERE,
    }
}

fn decided(policies: &[Written]) -> Option<bool> {
    let snapshot = Snapshot::new(objects(policies));
    let [server, client] = ["server", "client"].map(|name| snapshot.pod(&NamespacedName::new("shop", name)).unwrap());
    let address = snapshot.pods[client].addresses.first().copied();
    let question = Question {
        direction: Direction::Ingress,
        subject: server,
        peer: Party { address, pod: Some(client), node: None, identity: None },
        protocol: Protocol::Tcp,
        port: 80,
    };
    decide(&snapshot, &Policies::new(&snapshot), &question).allows()
}

// ---- random policies

fn reading() -> impl Strategy<Value = Reading> {
    prop_oneof![3 => Just(Reading::Yes), 2 => Just(Reading::No), 1 => Just(Reading::Open)]
}

fn written() -> impl Strategy<Value = Written> {
    let tier = prop_oneof![Just(PolicyTier::Admin), Just(PolicyTier::Baseline)];
    let action = prop_oneof![Just(RuleAction::Accept), Just(RuleAction::Deny), Just(RuleAction::Pass)];
    let of_cluster = proptest::option::of((tier, 0_u32..2));
    let rules = proptest::collection::vec((reading(), action), 0..3);
    (of_cluster, reading(), reading(), rules).prop_map(|(of_cluster, subject, isolates, rules)| Written {
        // Only a NetworkPolicy can leave open whether it isolates.
        isolates: if of_cluster.is_some() { Reading::Yes } else { isolates },
        of_cluster,
        subject,
        rules,
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_verdict_is_certain_where_every_world_agrees(policies in proptest::collection::vec(written(), 0..4)) {
        prop_assert_eq!(decided(&policies), passes(&policies));
    }
}
