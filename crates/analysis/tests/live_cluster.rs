//! A live cluster says what a snapshot says that is made anew: after random changes of objects of every kind that has a part.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

use std::collections::BTreeMap;

use bulkhead_analysis::model::ObjectRef;
use bulkhead_analysis::model::watch::Unwatched;
use bulkhead_analysis::path::Overrides;
use bulkhead_analysis::policy::Policies;
use bulkhead_analysis::policy::reach::Reach;
use bulkhead_analysis::reachability::{By, Narrowing};
use bulkhead_analysis::snapshot::{Input, Objects, Snapshot, read};
use bulkhead_analysis::{Analysis, LiveCluster, Taken};
use proptest::prelude::*;
use proptest::sample::Index;

/// Objects that come and go, each by kind, namespace and name.
fn objects() -> Vec<(ObjectRef, String)> {
    let mut all = Vec::new();
    let mut add = |kind: &str, namespace: Option<&str>, name: &str, version: &str, rest: &str| {
        let of = namespace.map(|namespace| format!(", namespace: {namespace}")).unwrap_or_default();
        let text = format!("kind: {kind}\napiVersion: {version}\nmetadata: {{name: {name}{of}{rest}\n");
        let namespace = namespace.map(Into::into);
        all.push((ObjectRef { kind: kind.into(), namespace, name: name.into() }, text));
    };
    for team in ["a", "b"] {
        add("Namespace", None, "shop", "v1", &format!(", labels: {{team: {team}}}}}"));
        add("Namespace", None, "bank", "v1", &format!(", labels: {{team: {team}}}}}"));
        for (namespace, name, address) in [("shop", "web", 1), ("shop", "db", 2), ("bank", "api", 3)] {
            let rest = format!(
                ", labels: {{app: {name}, team: {team}}}}}\nspec: {{nodeName: n1, containers: [{{name: c, image: c}}]}}\n\
                 status: {{podIP: 10.0.0.{address}, phase: Running}}"
            );
            add("Pod", Some(namespace), name, "v1", &rest);
        }
    }
    for (name, owner) in [("job-1", "job"), ("job-2", "job"), ("agent-1", "calico-node")] {
        let kind = if owner == "job" { "StatefulSet" } else { "DaemonSet" };
        let rest = format!(
            ", labels: {{app: job}}, ownerReferences: [{{apiVersion: apps/v1, kind: {kind}, name: {owner}, controller: true}}]}}\n\
             spec: {{containers: [{{name: c, image: c}}]}}\nstatus: {{podIP: 10.0.1.1, phase: Running}}"
        );
        add("Pod", Some("bank"), name, "v1", &rest);
    }
    let template = "}\nspec: {selector: {matchLabels: {app: job}}, template: {metadata: {labels: {app: job}}, spec: {containers: [{name: c, image: c}]}}}";
    add("StatefulSet", Some("bank"), "job", "apps/v1", template);
    add("Node", None, "n1", "v1", "}\nstatus: {addresses: [{type: InternalIP, address: 192.168.0.1}]}");
    add(
        "Node",
        None,
        "n1",
        "v1",
        ", annotations: {projectcalico.org/IPv4Address: 192.168.0.1/24}}\nstatus: {addresses: [{type: InternalIP, address: 192.168.0.1}]}",
    );
    add("Service", Some("shop"), "web", "v1", "}\nspec: {selector: {app: web}, ports: [{port: 80}]}");
    for peer in ["{podSelector: {}}", "{ipBlock: {cidr: 10.0.0.0/24}}", "{namespaceSelector: {matchLabels: {team: a}}}"]
    {
        for (namespace, name) in [("shop", "p"), ("bank", "p"), ("bank", "q")] {
            let rest = format!("}}\nspec: {{podSelector: {{}}, ingress: [{{from: [{peer}], ports: [{{port: 80}}]}}]}}");
            add("NetworkPolicy", Some(namespace), name, "networking.k8s.io/v1", &rest);
        }
    }
    all
}

fn parse(texts: impl Iterator<Item = String>) -> Objects {
    let text = texts.collect::<Vec<_>>().join("---\n");
    read(&[Input { name: "live", text: text.as_bytes() }])
}

/// Who reaches whom, by name.
fn pairs(analysis: &Analysis<'_>) -> Vec<String> {
    let reachability = analysis.reachability(By::Pod, Narrowing::default(), &Unwatched);
    let mut lines = Vec::new();
    let result: Result<(), std::convert::Infallible> = reachability.for_each(|pair| {
        lines.push(format!("{pair:?}"));
        Ok(())
    });
    assert_eq!(result, Ok(()));
    lines
}

/// The first pair of pods of which a live cluster says something else than its own snapshot does.
fn first_difference(live: &LiveCluster) -> Option<String> {
    let snapshot = live.snapshot();
    let anew = Reach::new(snapshot, &Policies::new(snapshot));
    let pods: Vec<_> = snapshot.pods.iter().collect();
    assert_eq!(live.live().pods().count(), pods.len());
    for (id, pod) in &pods {
        for (other_id, other) in &pods {
            let classes = live.live().class_of_pod(&pod.name).zip(live.live().class_of_pod(&other.name));
            let says = classes.map(|(from, to)| live.reach().between(from, to));
            let expected = anew.class_of_pod(*id).zip(anew.class_of_pod(*other_id));
            if says != expected.map(|(from, to)| anew.between(from, to)) {
                return Some(format!("{} -> {}", pod.name, other.name));
            }
        }
    }
    None
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn a_live_cluster_is_the_one_made_anew(edits in prop::collection::vec((any::<Index>(), prop::bool::weighted(0.7)), 1..25)) {
        let all = objects();
        let mut here: BTreeMap<ObjectRef, String> = BTreeMap::new();
        let mut live = LiveCluster::new(Objects::default(), Overrides::default());
        for (which, comes) in edits {
            let (name, text) = which.get(&all);
            if comes {
                here.insert(name.clone(), text.clone());
                live.put(parse(std::iter::once(text.clone())));
            } else {
                here.remove(name);
                live.remove(name);
            }
            let anew = Snapshot::new(parse(here.values().cloned()));
            prop_assert_eq!(pairs(&live.analysis()), pairs(&Analysis::new(&anew)));
            prop_assert_eq!(first_difference(&live), None);
        }
    }
}

#[test]
fn what_touches_little_is_followed() {
    let all: BTreeMap<ObjectRef, String> = objects().into_iter().collect();
    let mut live = LiveCluster::new(parse(all.values().cloned()), Overrides::default());
    assert_eq!(first_difference(&live), None);
    let of = |kind: &str, namespace: Option<&str>, name: &str| {
        let name = ObjectRef { kind: kind.into(), namespace: namespace.map(Into::into), name: name.into() };
        (name.clone(), all[&name].clone())
    };
    let policy = of("NetworkPolicy", Some("shop"), "p");
    let pod = of("Pod", Some("shop"), "db");
    let (first, second) = (of("Pod", Some("bank"), "job-1"), of("Pod", Some("bank"), "job-2"));
    let agent = of("Pod", Some("bank"), "agent-1");
    let service = of("Service", Some("shop"), "web");
    for (object, taken) in [
        (policy, Taken::Followed),
        (pod, Taken::Followed),
        (first, Taken::Followed),
        (second, Taken::Followed),
        (agent, Taken::Anew),
        (service, Taken::Anew),
    ] {
        assert_eq!(live.remove(&object.0), taken, "{}", object.0);
        assert_eq!(live.remove(&object.0), Taken::Followed, "it is gone already");
        assert_eq!(first_difference(&live), None);
        live.put(parse(std::iter::once(object.1)));
        assert_eq!(first_difference(&live), None);
    }
}
