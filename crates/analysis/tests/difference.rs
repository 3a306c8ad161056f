//! A difference holds what changed, all of it, and nothing else: on random pairs of clusters.

#![allow(clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::fmt::Write as _;

use bulkhead_analysis::Analysis;
use bulkhead_analysis::difference::{Difference, Ends, Presence};
use bulkhead_analysis::policy::reach::{Connections, Reach};
use bulkhead_analysis::reachability::PeerName;
use bulkhead_analysis::snapshot::{Input, Snapshot};
use proptest::prelude::*;

const NAMES: [&str; 4] = ["a", "b", "c", "d"];

/// Which pods there are, and what the policies of one namespace say.
#[derive(Clone, Debug)]
struct Cluster {
    pods: Vec<bool>,
    rules: Vec<Rule>,
}

/// A policy about one pod: which pod may come in, on which port; with a field that nobody knows, it may say anything.
#[derive(Clone, Copy, Debug)]
struct Rule {
    about: usize,
    from: usize,
    port: u16,
    is_readable: bool,
}

fn any_rule() -> impl Strategy<Value = Rule> {
    (0..NAMES.len(), 0..NAMES.len(), 79..82_u16, prop::bool::weighted(0.9))
        .prop_map(|(about, from, port, is_readable)| Rule { about, from, port, is_readable })
}

fn any_cluster() -> impl Strategy<Value = Cluster> {
    let pods = prop::collection::vec(prop::bool::weighted(0.8), NAMES.len());
    (pods, prop::collection::vec(any_rule(), 0..4)).prop_map(|(pods, rules)| Cluster { pods, rules })
}

fn yaml(cluster: &Cluster) -> String {
    let mut text = "kind: Namespace\napiVersion: v1\nmetadata: {name: shop}\n".to_owned();
    for (name, _) in NAMES.iter().zip(&cluster.pods).filter(|(_, is_there)| **is_there) {
        let meta = format!("{{name: {name}, namespace: shop, labels: {{app: {name}}}}}");
        let _ = write!(text, "---\nkind: Pod\napiVersion: v1\nmetadata: {meta}\n");
    }
    for (number, rule) in cluster.rules.iter().enumerate() {
        let (about, from, port) = (NAMES[rule.about], NAMES[rule.from], rule.port);
        let field = if rule.is_readable { "ports" } else { "prots" };
        let _ = write!(
            text,
            "---\nkind: NetworkPolicy\napiVersion: networking.k8s.io/v1\nmetadata: {{name: p{number}, namespace: shop}}\n\
             spec:\n  podSelector: {{matchLabels: {{app: {about}}}}}\n  ingress:\n  - from: [{{podSelector: \
             {{matchLabels: {{app: {from}}}}}}}]\n    {field}: [{{port: {port}}}]\n"
        );
    }
    text
}

fn read(cluster: &Cluster) -> Snapshot {
    Snapshot::from_texts(&[Input { name: "cluster.yaml", text: yaml(cluster).as_bytes() }])
}

fn difference(old: &Snapshot, new: &Snapshot) -> Difference {
    Analysis::new(old).difference_to(&Analysis::new(new), &bulkhead_model::watch::Unwatched)
}

/// What every pod opens to every other one, by asking for each pair.
fn pairs(snapshot: &Snapshot) -> BTreeMap<(String, String), Connections> {
    let analysis = Analysis::new(snapshot);
    let reach = Reach::new(snapshot, analysis.network().policies());
    let mut pairs = BTreeMap::new();
    for (from, one) in snapshot.pods.iter() {
        for (to, other) in snapshot.pods.iter().filter(|(to, _)| *to != from) {
            let classes = [from, to].map(|pod| reach.class_of_pod(pod).expect("no pod has ended"));
            let connections = reach.between(classes[0], classes[1]);
            pairs.insert((one.name.to_string(), other.name.to_string()), connections);
        }
    }
    pairs
}

/// The changes between pods, pair by pair.
fn told(difference: &Difference) -> BTreeMap<(String, String), (Presence, [Connections; 2])> {
    let mut told = BTreeMap::new();
    let names = |ends: &Ends| -> Vec<String> {
        let Ends::Parties(parties) = ends else { return Vec::new() };
        let name = |party: &PeerName| match party {
            PeerName::Pod(name) => name.to_string(),
            other => panic!("{other:?} is no pod"),
        };
        parties.iter().map(name).collect()
    };
    for change in &difference.changes {
        for from in names(&change.from) {
            for to in names(&change.to).into_iter().filter(|to| *to != from) {
                let both = [change.before.clone(), change.after.clone()];
                let twice = told.insert((from.clone(), to), (change.presence, both));
                assert_eq!(twice, None, "{change:?}");
            }
        }
    }
    told
}

proptest! {
    #[test]
    fn nothing_differs_from_itself(cluster in any_cluster()) {
        let snapshot = read(&cluster);
        prop_assert!(difference(&snapshot, &snapshot).is_empty());
    }

    #[test]
    fn every_change_is_told_once_and_nothing_else_is(old in any_cluster(), new in any_cluster()) {
        let (old, new) = (read(&old), read(&new));
        let told = told(&difference(&old, &new));
        let (before, after) = (pairs(&old), pairs(&new));
        let mut expected = BTreeMap::new();
        for pair in before.keys().chain(after.keys()) {
            let in_states = [before.get(pair), after.get(pair)];
            let both = in_states.map(|known| known.cloned().unwrap_or_else(Connections::none));
            if both[0] != both[1] {
                let presence = match in_states {
                    [None, _] => Presence::Appeared,
                    [_, None] => Presence::Disappeared,
                    _ => Presence::Both,
                };
                expected.insert(pair.clone(), (presence, both));
            }
        }
        prop_assert_eq!(told, expected);
    }

    #[test]
    fn there_and_back_is_the_other_way_round(old in any_cluster(), new in any_cluster()) {
        let (old, new) = (read(&old), read(&new));
        let (there, back) = (difference(&old, &new), difference(&new, &old));
        prop_assert_eq!(&there.appeared, &back.disappeared);
        let turned = told(&back).into_iter().map(|(pair, (presence, [before, after]))| {
            let presence = match presence {
                Presence::Both => Presence::Both,
                Presence::Appeared => Presence::Disappeared,
                Presence::Disappeared => Presence::Appeared,
            };
            (pair, (presence, [after, before]))
        });
        prop_assert_eq!(told(&there), turned.collect());
    }
}
