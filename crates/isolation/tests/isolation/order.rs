//! At every moment of carrying out a plan, what gets through lies between before and after.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use bulkhead_isolation::{Plan, Step, means_the_same, names, steps};
use bulkhead_model::object::{
    Direction, NetworkPolicy, PeerManifest, PolicyManifest, PortManifest, RuleManifest, SelectorManifest,
};
use bulkhead_model::{Labels, NamespacedName, PortRef, Protocol};
use bulkhead_policy::{Overrides, Party, Policies, Profile, Question, Verdict, decide};
use bulkhead_snapshot::{PodId, Snapshot};
use proptest::prelude::*;

use crate::support::snapshot;

const PORTS: [u16; 2] = [80, 443];

/// Four pods of every combination of two labels in the project, and one elsewhere.
fn cluster() -> Snapshot {
    let pod = |namespace: &str, name: &str, labels: &str, address: u8| {
        format!(
            "---\n{{apiVersion: v1, kind: Pod, metadata: {{name: {name}, namespace: {namespace}, labels: {{{labels}}}}}, spec: {{nodeName: n}}, status: {{phase: Running, podIP: 10.0.0.{address}}}}}\n"
        )
    };
    let mut text = "{apiVersion: v1, kind: Namespace, metadata: {name: shop}}\n---\n{apiVersion: v1, kind: Namespace, metadata: {name: other}}\n".to_owned();
    for (at, labels) in ["a: x, b: x", "a: x, b: y", "a: y, b: x", "a: y, b: y"].into_iter().enumerate() {
        text += &pod("shop", &format!("p{at}"), labels, 10 + u8::try_from(at).unwrap());
    }
    text += &pod("other", "q", "a: x", 20);
    snapshot(&text)
}

fn selectors() -> impl Strategy<Value = SelectorManifest> {
    prop_oneof![
        4 => Just(SelectorManifest::default()),
        1 => Just(SelectorManifest::label("a", "x")),
        1 => Just(SelectorManifest::label("b", "x")),
    ]
}

fn rules() -> impl Strategy<Value = Vec<RuleManifest>> {
    let here = |labels| PeerManifest::Pods { pods: Some(labels), namespaces: None };
    let other = SelectorManifest::label("kubernetes.io/metadata.name", "other");
    let peer = proptest::sample::select(vec![
        here(SelectorManifest::label("a", "x")),
        here(SelectorManifest::label("b", "y")),
        PeerManifest::Pods { pods: None, namespaces: Some(other) },
        PeerManifest::cidr("203.0.113.0/25"),
    ]);
    let ports = proptest::sample::select(vec![
        vec![],
        vec![PortManifest::new(Protocol::Tcp, PortRef::Number(80))],
        vec![PortManifest::new(Protocol::Tcp, PortRef::Number(443))],
    ]);
    let rule = (proptest::collection::vec(peer, 0..3), ports).prop_map(|(peers, ports)| RuleManifest { peers, ports });
    proptest::collection::vec(rule, 0..3)
}

fn policy(name: &'static str) -> impl Strategy<Value = PolicyManifest> {
    let directions = proptest::sample::select(vec![
        vec![Direction::Ingress],
        vec![Direction::Egress],
        vec![Direction::Ingress, Direction::Egress],
    ]);
    (selectors(), directions, rules(), rules()).prop_map(move |(pod_selector, policy_types, ingress, egress)| {
        let isolates = |direction| policy_types.contains(&direction);
        PolicyManifest {
            name: NamespacedName::new("shop", name),
            labels: Labels::default(),
            annotations: BTreeMap::new(),
            pod_selector,
            ingress: Some(ingress).filter(|rules| isolates(Direction::Ingress) && !rules.is_empty()),
            egress: Some(egress).filter(|rules| isolates(Direction::Egress) && !rules.is_empty()),
            policy_types,
        }
    })
}

/// Some of three policies of ours.
fn ours() -> impl Strategy<Value = Vec<PolicyManifest>> {
    let maybe = |name| proptest::option::of(policy(name));
    (maybe("one"), maybe("two"), maybe("three"))
        .prop_map(|(one, two, three)| [one, two, three].into_iter().flatten().collect())
}

type State = BTreeMap<NamespacedName, NetworkPolicy>;

fn state(policies: &[PolicyManifest]) -> State {
    policies.iter().map(|policy| (policy.name.clone(), policy.to_network_policy().unwrap())).collect()
}

fn plan(old: &[PolicyManifest], new: &[PolicyManifest]) -> Plan {
    let there = state(old);
    let is_there = |policy: &&PolicyManifest| there.get(&policy.name).is_some_and(|have| means_the_same(have, policy));
    let stays = |name: &&NamespacedName| new.iter().any(|policy| policy.name == **name);
    Plan {
        desired: new.to_vec(),
        apply: new.iter().filter(|policy| !is_there(policy)).cloned().collect(),
        delete: there.keys().filter(|name| !stays(name)).cloned().collect(),
        ..Plan::default()
    }
}

/// A connection of a pod of the project: the direction, the pod, the other side, the port.
type Connection = (Direction, PodId, Party, u16);

/// Every connection that the project's policies judge.
fn connections(cluster: &Snapshot) -> Vec<Connection> {
    let pods: Vec<(PodId, &str)> = cluster.pods.iter().map(|(id, pod)| (id, pod.name.namespace.as_str())).collect();
    let outside = ["203.0.113.7", "203.0.113.200"].map(|text| Party {
        address: text.parse().ok(),
        pod: None,
        node: None,
        identity: None,
    });
    let inside = pods.iter().map(|(id, _)| Party { address: None, pod: Some(*id), node: None, identity: None });
    let peers: Vec<Party> = inside.chain(outside).collect();
    let mut all = Vec::new();
    for direction in [Direction::Ingress, Direction::Egress] {
        for (subject, _) in pods.iter().filter(|(_, namespace)| *namespace == "shop") {
            for peer in peers.iter().filter(|peer| peer.pod != Some(*subject)) {
                all.extend(PORTS.map(|port| (direction, *subject, *peer, port)));
            }
        }
    }
    all
}

/// Which of the connections get through.
fn allowed(cluster: &Snapshot, foreign: &State, ours: &State, connections: &[Connection]) -> Vec<bool> {
    let mut cluster = cluster.clone();
    cluster.network_policies = foreign.values().chain(ours.values()).cloned().map(Arc::new).collect();
    cluster.network_policies.sort_by(|one, other| one.name.cmp(&other.name));
    let policies = Policies::with_overrides(&cluster, &Overrides { engine: Profile::named("calico") });
    let judge = |(direction, subject, peer, port): &Connection| {
        let question =
            Question { direction: *direction, subject: *subject, peer: *peer, protocol: Protocol::Tcp, port: *port };
        matches!(decide(&cluster, &policies, &question), Verdict::Allow { .. })
    };
    connections.iter().map(judge).collect()
}

/// Whether pods may lack a rule for a moment: several policies with selectors of their own, and some pods are isolated on both sides.
fn is_beyond_words(direction: Direction, foreign: &[PolicyManifest], sides: [&[PolicyManifest]; 2]) -> bool {
    let own = |policy: &&PolicyManifest| policy.pod_selector != SelectorManifest::default();
    let names: BTreeSet<_> = sides.into_iter().flatten().filter(own).map(|policy| &policy.name).collect();
    let isolates = |policies: &[PolicyManifest]| policies.iter().any(|policy| policy.policy_types.contains(&direction));
    names.len() > 1 && (isolates(foreign) || sides.into_iter().all(isolates))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1024, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_moment_lies_between_before_and_after(old in ours(), new in ours(), foreign in proptest::option::of(policy("theirs"))) {
        let cluster = cluster();
        let theirs = foreign.as_slice();
        let foreign = state(theirs);
        let connections = connections(&cluster);
        let plan = plan(&old, &new);
        let there: Vec<Arc<NetworkPolicy>> =
            state(&old).into_values().chain(foreign.values().cloned()).map(Arc::new).collect();
        let judge = |ours: &State| allowed(&cluster, &foreign, ours, &connections);
        let (before, after) = (judge(&state(&old)), judge(&state(&new)));
        let mut now = state(&old);
        let order = steps(&plan, &there);
        for (at, step) in order.iter().enumerate() {
            match step {
                Step::Write(manifest) => drop(now.insert(manifest.name.clone(), manifest.to_network_policy().unwrap())),
                Step::Delete(name) => drop(now.remove(name)),
            }
            for (index, open) in judge(&now).into_iter().enumerate() {
                let (was, will_be) = (before[index], after[index]);
                prop_assert!(!open || was || will_be, "too wide after step {}: {:?}\n{:#?}", at + 1, connections[index], order);
                let may_lack = is_beyond_words(connections[index].0, theirs, [&old, &new]);
                prop_assert!(open || !(was && will_be) || may_lack, "too narrow after step {}: {:?}\n{:#?}", at + 1, connections[index], order);
            }
        }
        let ends: Vec<(&NamespacedName, bool)> = now.iter().map(|(name, have)| {
            (name, new.iter().any(|policy| policy.name == *name && means_the_same(have, policy)))
        }).collect();
        prop_assert!(ends.iter().all(|(_, same)| *same) && ends.len() == new.len(), "it ends as {:?}\n{:#?}", ends, order);
    }
}

/// One switch thrown is one write.
#[test]
fn a_single_change_is_a_single_step() {
    let base = PolicyManifest {
        name: NamespacedName::new("shop", "nsnp-network-isolate"),
        labels: Labels::default(),
        annotations: BTreeMap::new(),
        pod_selector: SelectorManifest::default(),
        policy_types: vec![Direction::Ingress],
        ingress: None,
        egress: None,
    };
    let on = plan(&[], std::slice::from_ref(&base));
    assert_eq!(steps(&on, &[]), [Step::Write(base.clone())]);
    let there = [Arc::new(base.to_network_policy().unwrap())];
    let off = plan(std::slice::from_ref(&base), &[]);
    assert_eq!(steps(&off, &there), [Step::Delete(base.name)]);
}

/// A policy that selects other pods comes under another name for a moment: never under that of somebody else's.
#[test]
fn what_stands_in_for_a_policy_takes_nobodys_place() {
    let managed = |name: &str, label: &str| {
        let manager = [(names::MANAGED_BY.into(), names::MANAGER.into())];
        PolicyManifest {
            name: NamespacedName::new("shop", name),
            labels: manager.into_iter().collect(),
            annotations: BTreeMap::new(),
            pod_selector: SelectorManifest::label("a", label),
            ingress: None,
            egress: None,
            policy_types: vec![Direction::Ingress],
        }
    };
    let foreign = |name: &str| PolicyManifest { labels: Labels::default(), ..managed(name, "z") };
    let (old, new) = ([managed("one", "x"), managed("two", "x")], [managed("one", "y"), managed("two", "y")]);
    let stands_in = |others: &[PolicyManifest]| -> BTreeSet<String> {
        let there = [&old, others].concat();
        let there: Vec<Arc<NetworkPolicy>> = state(&there).into_values().map(Arc::new).collect();
        let names = steps(&plan(&old, &new), &there).into_iter().map(|step| step.policy().name.to_string());
        names.filter(|name| name.starts_with("one-")).collect()
    };
    assert_eq!(stands_in(&[]), BTreeSet::from(["one-meanwhile".to_owned()]));
    // One that was left behind is ours to write again.
    assert_eq!(stands_in(&[managed("one-meanwhile", "y")]), BTreeSet::from(["one-meanwhile".to_owned()]));
    assert_eq!(stands_in(&[foreign("one-meanwhile")]), BTreeSet::from(["one-meanwhile-2".to_owned()]));
    let others = [foreign("one-meanwhile"), foreign("one-meanwhile-2")];
    assert_eq!(stands_in(&others), BTreeSet::from(["one-meanwhile-3".to_owned()]));
}
