//! A real kube-apiserver and etcd: the suite that every store passes, our CRDs, and a server that does not always answer.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)] // a test that cannot be set up fails

mod conformance;
mod definitions;
mod trouble;

use std::future::Future;
use std::process::ExitCode;
use std::time::Duration;

use bulkhead_control_plane::trials::{self, Trial};
use bulkhead_control_plane::{ControlPlane, Options, User};
use bulkhead_kube_store::{ConnectOptions, KubeStore, connect};
use bulkhead_store::{KnownKind, Object, Resource, Scope, Selection, Store as _, Write};
use serde_json::{Value, json};

/// In the order in which they run: those that stop servers come last.
const TRIALS: &[Trial] = &[
    Trial { name: "every_rule_of_a_schema_refuses_and_its_control_passes", run: definitions::rules },
    Trial { name: "what_kubesphere_has_stays_valid", run: definitions::kubesphere },
    Trial { name: "the_server_counts_our_rules_as_cheap_and_serves_our_columns", run: definitions::served },
    Trial { name: "strangers_people_without_rights_and_missing_kinds_are_told_apart", run: trouble::told_apart },
    Trial { name: "a_webhook_that_fails_is_a_store_that_does_not_answer", run: trouble::webhook },
    Trial { name: "a_list_of_many_pages_is_whole", run: trouble::pages },
    Trial { name: "the_kubernetes_api_conforms", run: conformance::conforms },
    Trial { name: "a_watch_outlives_the_server", run: trouble::restart },
    Trial { name: "a_watch_from_before_a_compaction_is_told_to_list_again", run: trouble::compaction },
];

fn main() -> ExitCode {
    let options = Options::default().user(User::new("tenant", &["tenants"]));
    trials::run(&options, prepare, TRIALS)
}

/// Our definitions, and a namespace.
fn prepare(plane: &ControlPlane) {
    run(async {
        let store = store(plane, "admin").await;
        define(&store).await;
        make_namespace(&store, "shop").await;
    });
}

/// Runs asynchronous work to its end.
fn run<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap().block_on(work)
}

async fn store(plane: &ControlPlane, user: &str) -> KubeStore {
    let kubeconfigs = vec![plane.kubeconfig(user).unwrap().to_owned()];
    connect(&ConnectOptions { kubeconfigs, ..ConnectOptions::default() }).await.unwrap()
}

/// `CustomResourceDefinition`, which no store of ours keeps.
fn definition_kind() -> Resource {
    let kind = "CustomResourceDefinition";
    Resource::new("apiextensions.k8s.io", "v1", kind, "customresourcedefinitions", Scope::Cluster)
}

/// Creates our definitions, and waits until their kinds are served.
async fn define(store: &KubeStore) {
    for definition in bulkhead_resources::definitions() {
        let object = Object::from_value(definition.manifest).unwrap();
        store.create(&definition_kind(), &object, &Write::by("test")).await.unwrap();
        let known = KnownKind::of_group_resource(&definition.name).unwrap();
        let mut tries = 0;
        while store.list(&known.resource, &Selection::all()).await.is_err() {
            tries += 1;
            assert!(tries < 200, "{} is not served", definition.name);
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

fn object(value: Value) -> Object {
    Object::from_value(value).unwrap()
}

async fn make_namespace(store: &KubeStore, name: &str) {
    let namespace = object(json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}));
    store.create(&resource("namespaces"), &namespace, &Write::by("test")).await.unwrap();
}

fn resource(name: &str) -> Resource {
    KnownKind::named(name).unwrap().resource.clone()
}
