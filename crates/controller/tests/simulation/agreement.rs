//! Where nothing fails, the loop ends in the policies of the plan: KubeSphere's own cases, and random clusters.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use bulkhead_analysis::allowlist::Effort;
use bulkhead_analysis::isolation::{Setting, Settings};
use bulkhead_analysis::model::Name;
use bulkhead_analysis::planned;
use bulkhead_controller::{Now, Options};
use bulkhead_store::{KnownKind, ObjectKey};
use fastrand::Rng;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::replica::Replica;
use crate::store::SimulatedStore;
use crate::view::{View, overrides};
use crate::{options, people};

/// Runs a controller until nothing is left to do; how much it wrote.
fn settle(store: &mut SimulatedStore, options: &Options) -> u64 {
    let mut replica = Replica::new(options, "one".to_owned(), 1);
    let mut now = Now { steady: Duration::from_secs(1), date: Timestamp::from_second(1_800_000_000).unwrap() };
    let before = store.version();
    for _ in 0..100_000 {
        replica.act(now);
        replica.listen(store);
        if let Some(at) = replica.flights.iter().position(|flight| flight.answer.is_none()) {
            let call = replica.flights[at].call.clone();
            replica.flights[at].answer = Some(store.call(&call));
            replica.land(at, now);
        } else if let Some(source) = replica.telling().first().copied() {
            replica.tell(source, now);
        } else if !replica.plannings.is_empty() {
            replica.plan(0, now);
        } else if replica.controller.is_settled() {
            return store.version() - before;
        }
        now.steady += Duration::from_millis(5);
    }
    panic!("it does not settle: {:?}", replica.controller.failing().collect::<Vec<_>>());
}

pub(crate) fn put(store: &mut SimulatedStore, object: &Value) {
    let (version, kind) = (object["apiVersion"].as_str().unwrap(), object["kind"].as_str().unwrap());
    let known = KnownKind::of(version, kind).unwrap();
    if let Some(namespace) = object["metadata"]["namespace"].as_str()
        && store.get("namespaces", &ObjectKey::cluster(namespace)).is_none()
    {
        put(store, &json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}}));
    }
    store.put(&known.resource, object.clone());
}

/// What the plan of everything would still write or delete; what an API server refuses left out.
fn left(store: &SimulatedStore, setting: Setting, settings: &Settings) -> Vec<String> {
    let plan = planned(
        &View::of(store.all()).snapshot(),
        setting,
        settings,
        &overrides(),
        Effort::whole(&bulkhead_analysis::model::watch::Unwatched),
    )
    .plan;
    let written = plan.apply.iter().filter(|manifest| manifest.to_network_policy().is_ok());
    written.map(|manifest| manifest.name.to_string()).chain(plan.delete.iter().map(ToString::to_string)).collect()
}

fn corpus(file: &str) -> Option<Vec<Value>> {
    let path = bulkhead_corpora::find(Path::new("kubesphere").join(file))?;
    Some(serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap())
}

fn settings(allowed: &Value) -> Settings {
    let allowed = allowed.as_array().cloned().unwrap_or_default();
    let names = allowed.iter().map(|name| Name::from(name.as_str().unwrap())).collect();
    Settings { allowed_ingress_namespaces: Some(names), ..Settings::default() }
}

/// Settles a cluster twice: the first time it becomes what the plan says, the second time nothing is written.
fn check(id: &str, objects: &[Value], setting: Setting, settings: &Settings) -> BTreeSet<String> {
    let mut store = SimulatedStore::default();
    for object in objects {
        put(&mut store, object);
    }
    check_store(id, &mut store, setting, settings)
}

fn check_store(id: &str, store: &mut SimulatedStore, setting: Setting, settings: &Settings) -> BTreeSet<String> {
    let options = Options { setting, settings: settings.clone(), ..options(None) };
    settle(store, &options);
    assert_eq!(left(store, setting, settings), Vec::<String>::new(), "{id}");
    assert_eq!(settle(store, &options), 0, "{id}: written again");
    store.of_kind(people::POLICIES).map(|policy| policy.key().to_string()).collect()
}

#[test]
fn every_entry_of_kubesphere_ends_in_the_policy_that_it_made_of_it() {
    let (Some(cases), Some(services)) = (corpus("convert.json"), corpus("services.json")) else { return };
    assert_eq!(cases.len(), 41);
    for case in cases {
        let id = case["id"].as_str().unwrap();
        let mut entry = case["nsnp"].clone();
        entry["apiVersion"] = json!("network.kubesphere.io/v1alpha1");
        entry["kind"] = json!("NamespaceNetworkPolicy");
        let objects: Vec<Value> = services.iter().cloned().chain([entry]).collect();
        let there = check(id, &objects, Setting::KubeSphere, &settings(&Value::Null));
        let written = &case["networkPolicy"];
        let name =
            format!("{}/{}", written["namespace"].as_str().unwrap_or(""), written["name"].as_str().unwrap_or(""));
        // The API server refuses the one that is no cidr.
        let expected = if written.is_object() && id != "C40" { BTreeSet::from([name]) } else { BTreeSet::new() };
        assert_eq!(there, expected, "{id}");
    }
}

#[test]
fn every_project_of_kubesphere_ends_in_the_policies_that_it_set() {
    let Some(cases) = corpus("sync.json") else { return };
    assert_eq!(cases.len(), 25);
    for case in cases {
        let id = case["id"].as_str().unwrap();
        let settings = settings(&case["allowedIngressNamespaces"]);
        let there = check(id, case["objects"].as_array().unwrap(), Setting::KubeSphere, &settings);
        for set in case["set"].as_array().into_iter().flatten() {
            let name = format!("{}/{}", set["namespace"].as_str().unwrap(), set["name"].as_str().unwrap());
            assert!(there.contains(&name), "{id}: {name} is not in {there:?}");
        }
    }
}

#[test]
fn random_clusters_end_in_the_policies_of_the_plan() {
    let (mut written, mut exposed) = (0, 0);
    for seed in 0..60 {
        for setting in Setting::ALL {
            let mut rng = Rng::with_seed(seed);
            let mut store = SimulatedStore::default();
            people::first_day(&mut store, &mut rng);
            for _ in 0..30 {
                people::act(&mut store, &mut rng, 1_800_000_000);
            }
            let settings =
                Settings { now: Some(Timestamp::from_second(1_800_000_000).unwrap()), ..Settings::default() };
            let there = check_store(&format!("seed {seed}"), &mut store, setting, &settings);
            written += there.len();
            exposed += there.iter().filter(|name| name.contains("/exposure-x")).count();
        }
    }
    assert!(written > 60, "{written} policies test nothing");
    assert!(exposed > 10, "{exposed} policies of Exposures test nothing");
}
