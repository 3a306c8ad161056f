//! After any edits a live analysis says what one says that is made anew: on random clusters, with random edits, under every engine.

use std::collections::BTreeMap;

use bulkhead_model::AddressSet;
use bulkhead_model::object::Node;
use bulkhead_policy::reach::live::{Object, Reference};
use bulkhead_policy::reach::{Change, ClassId, Connections, Family, Live, Reach, Tuning};
use bulkhead_policy::{Overrides, Policies, Profile};
use bulkhead_snapshot::{Objects, Snapshot};
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{TestCaseError, TestRunner};

use crate::{assert_held, cluster, config, manifest, snapshot};

/// All objects that decide, by name.
type World = BTreeMap<Reference, Object>;

fn world(snapshot: &Snapshot) -> World {
    let namespaces = snapshot.namespaces.rows().iter().filter(|it| it.declared).cloned().map(Object::Namespace);
    let nodes = snapshot.nodes.rows().iter().cloned().map(Object::Node);
    let pods = snapshot.pods.rows().iter().cloned().map(Object::Pod);
    let policies = snapshot.network_policies.iter().cloned().map(Object::NetworkPolicy);
    let of_cluster = snapshot.cluster_network_policies.iter().cloned().map(Object::ClusterNetworkPolicy);
    let all = namespaces.chain(nodes).chain(pods).chain(policies).chain(of_cluster);
    all.map(|object| (object.reference(), object)).collect()
}

fn assemble(world: &World) -> Snapshot {
    let mut objects = Objects::default();
    for object in world.values().cloned() {
        match object {
            Object::Namespace(it) => objects.namespaces.push(it),
            Object::Node(it) => objects.nodes.push(it),
            Object::Pod(it) => objects.pods.push(it),
            Object::NetworkPolicy(it) => objects.network_policies.push(it),
            Object::ClusterNetworkPolicy(it) => objects.cluster_network_policies.push(it),
        }
    }
    Snapshot::new(objects)
}

/// Everybody by name, with the class in the live analysis and in the one made anew.
fn members(snapshot: &Snapshot, anew: &Reach, live: &Live) -> Vec<(String, ClassId, ClassId)> {
    let class = |node: &Node| live.class_of_node(&node.name).expect("a live node has a class");
    let nodes = snapshot
        .nodes
        .iter()
        .map(|(id, node)| (format!("node {}", node.name), class(node), anew.class_of_node(id).unwrap()));
    let pods = snapshot.pods.iter().filter_map(|(id, pod)| {
        let (of_live, of_anew) = (live.class_of_pod(&pod.name), anew.class_of_pod(id));
        assert_eq!(of_live.is_some(), of_anew.is_some(), "{}", pod.name);
        Some((pod.name.to_string(), of_live?, of_anew?))
    });
    nodes.chain(pods).collect()
}

/// What a class says to addresses outside, in both directions, whatever the order.
fn outside(reach: &Reach, class: ClassId) -> [Vec<(AddressSet, Connections)>; 2] {
    let mut both = [reach.from_outside(class), reach.to_outside(class)];
    for sets in &mut both {
        sets.sort_by_key(|(addresses, _)| addresses.ranges().next());
    }
    both
}

fn first_difference(snapshot: &Snapshot, anew: &Reach, live: &Live) -> Option<String> {
    let members = members(snapshot, anew, live);
    let mut pairs = live.reach().pairs();
    for (name, of_live, of_anew) in &members {
        if outside(live.reach(), *of_live) != outside(anew, *of_anew) {
            return Some(format!("{name} and addresses outside"));
        }
        let mut visited = BTreeMap::new();
        pairs.from(*of_live, |to, connections| {
            visited.insert(to, connections.clone());
        });
        for (other, to_live, to_anew) in &members {
            for family in Family::ALL {
                let says = live.reach().between_over(*of_live, *to_live, family);
                let expected = anew.between_over(*of_anew, *to_anew, family);
                if says != expected {
                    return Some(format!("{name} -> {other} over {family:?}: live {says:?}, anew {expected:?}"));
                }
            }
            let expected = anew.between(*of_anew, *to_anew);
            if live.reach().between(*of_live, *to_live) != expected {
                return Some(format!("{name} -> {other}"));
            }
            if visited.get(to_live).is_none_or(|it| *it != expected) && !expected.is_none() {
                return Some(format!("{name} -> {other}: not among all pairs"));
            }
        }
    }
    None
}

/// One edit: an object of the other cluster comes, or one that is there goes.
#[derive(Clone, Debug)]
enum Edit {
    Put(Index),
    Gone(Index),
}

fn edit() -> impl Strategy<Value = Edit> {
    prop_oneof![2 => any::<Index>().prop_map(Edit::Put), 1 => any::<Index>().prop_map(Edit::Gone)]
}

fn follow(
    before: &str,
    other: &str,
    edits: &[Edit],
    engine: &'static Profile,
    tuning: Tuning,
) -> Result<(), TestCaseError> {
    let overrides = Overrides { engine: Some(engine) };
    let (begun, other_world) = (snapshot(before), world(&snapshot(other)));
    let mut live = Live::tuned(&begun, &Policies::with_overrides(&begun, &overrides), tuning);
    let mut here = world(&begun);
    let mut done = Vec::new();
    for edit in edits {
        let from = if matches!(edit, Edit::Put(_)) { &other_world } else { &here };
        if from.is_empty() {
            continue;
        }
        let (Edit::Put(index) | Edit::Gone(index)) = edit;
        let (name, object) = index.get(&from.iter().collect::<Vec<_>>()).to_owned();
        let (name, object) = (name.clone(), object.clone());
        match edit {
            Edit::Put(_) => {
                here.insert(name.clone(), object.clone());
                live.apply(Change::Put(object));
            }
            Edit::Gone(_) => {
                here.remove(&name);
                live.apply(Change::Gone(name.clone()));
            }
        }
        done.push(format!("{} {name:?}", if matches!(edit, Edit::Put(_)) { "put" } else { "gone" }));
        let snapshot = assemble(&here);
        let anew = Reach::new(&snapshot, &Policies::with_overrides(&snapshot, &overrides));
        if let Some(difference) = first_difference(&snapshot, &anew, &live) {
            let done = done.join("\n  ");
            let name = engine.name;
            let message = format!(
                "under {name}, {tuning:?}: {difference}\nafter\n  {done}\n--- before.yaml\n{before}--- other.yaml\n{other}"
            );
            return Err(TestCaseError::fail(message));
        }
    }
    Ok(())
}

#[test]
fn a_live_analysis_says_what_one_says_that_is_made_anew() {
    let engines = proptest::sample::select(Profile::all());
    let tunings = prop_oneof![Just(Tuning::default()), Just(Tuning { shared_from_words: 1, searched_from_cells: 1 }),];
    let clusters =
        (cluster::any_cluster(), cluster::any_cluster(), prop::collection::vec(edit(), 1..10), engines, tunings);
    let follow = |(before, other, edits, engine, tuning): (_, _, Vec<Edit>, _, _)| {
        follow(&manifest::yaml(&before), &manifest::yaml(&other), &edits, engine, tuning)
    };
    assert_held(TestRunner::new(config(400)).run(&clusters, follow));
}
