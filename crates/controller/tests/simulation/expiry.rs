//! What expires while its project is planned for, or while the steps of the plan are made, is not opened any more.

use std::time::Duration;

use bulkhead_controller::{Call, Now};
use bulkhead_store::ObjectKey;
use jiff::Timestamp;
use serde_json::json;

use crate::agreement::put;
use crate::options;
use crate::people::POLICIES;
use crate::replica::{Flight, Replica};
use crate::store::SimulatedStore;

/// When what expires does so, besides never.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Moment {
    Never,
    /// While the plan is worked out that is carried out: the first one only tells that its project is to be read.
    SecondPlan,
    /// While the policy of the first Exposure is on its way, with that of the second to follow.
    FirstWrite,
}

const BEGIN: i64 = 1_800_000_000;
const LASTS: i64 = 30;

/// An isolated project with two Exposures, of which the second expires.
fn cluster() -> SimulatedStore {
    let mut store = SimulatedStore::default();
    let object = |version: &str, kind: &str, metadata: serde_json::Value, spec: serde_json::Value| json!({"apiVersion": version, "kind": kind, "metadata": metadata, "spec": spec});
    put(&mut store, &object("tenant.kubesphere.io/v1alpha1", "Workspace", json!({"name": "w"}), json!({})));
    let labels = json!({"kubesphere.io/workspace": "w", "kubernetes.io/metadata.name": "shop"});
    let annotations = json!({"kubesphere.io/network-isolate": "enabled"});
    let metadata = json!({"name": "shop", "labels": labels, "annotations": annotations});
    put(&mut store, &object("v1", "Namespace", metadata, json!({})));
    let mut node = object("v1", "Node", json!({"name": "n1"}), json!({"podCIDR": "10.0.1.0/24"}));
    node["status"] = json!({"addresses": [{"type": "InternalIP", "address": "10.1.0.1"}]});
    put(&mut store, &node);
    let spec = json!({"nodeName": "n1", "containers": [{"name": "c", "ports": [{"containerPort": 8080}]}]});
    let mut pod = object("v1", "Pod", json!({"name": "x", "namespace": "shop", "labels": {"app": "x"}}), spec);
    pod["status"] = json!({"phase": "Running", "podIP": "10.0.1.9"});
    put(&mut store, &pod);
    let ports = json!([{"port": 80, "nodePort": 30080, "targetPort": 8080}]);
    let spec = json!({"type": "NodePort", "externalTrafficPolicy": "Local", "clusterIP": "10.96.0.1", "selector": {"app": "x"}, "ports": ports});
    put(&mut store, &object("v1", "Service", json!({"name": "s", "namespace": "shop"}), spec));
    let expires = Timestamp::from_second(BEGIN + LASTS).unwrap().to_string();
    for (name, cidr, expires) in [("x0", "203.0.113.1/32", None), ("x1", "203.0.113.2/32", Some(expires))] {
        let mut spec = json!({"target": {"service": "s"}, "clients": [{"cidr": cidr}], "doors": ["NodePort"]});
        if let Some(expires) = expires {
            spec["expires"] = json!(expires);
        }
        let metadata = json!({"name": name, "namespace": "shop"});
        put(&mut store, &object("network.bulkhead.dev/v1alpha1", "Exposure", metadata, spec));
    }
    store
}

fn written(flight: &Flight) -> Option<String> {
    match &flight.call {
        Call::Apply(resource, object, ..) if resource.group_resource() == POLICIES => Some(object.name().to_owned()),
        _ => None,
    }
}

/// Runs a controller until nothing is left to do: the policies that it wrote.
fn run(moment: Moment) -> (Vec<String>, SimulatedStore) {
    let mut store = cluster();
    let mut replica = Replica::new(&options(None), "one".to_owned(), 1);
    let mut now = Now { steady: Duration::from_secs(1), date: Timestamp::from_second(BEGIN).unwrap() };
    let (mut plans, mut is_over) = (0, moment == Moment::Never);
    let mut wrote: Vec<String> = Vec::new();
    for _ in 0..10_000 {
        let before = replica.plannings.len();
        replica.act(now);
        replica.listen(&store);
        plans += replica.plannings.len().saturating_sub(before);
        let on_its_way: Vec<String> = replica.flights.iter().filter_map(written).collect();
        let is_now = match moment {
            Moment::Never => false,
            Moment::SecondPlan => plans == 2,
            Moment::FirstWrite => on_its_way == ["exposure-x0"],
        };
        if is_now && !is_over {
            is_over = true;
            now = Now { steady: now.steady + Duration::from_mins(1), date: now.date + Duration::from_mins(1) };
            assert!(!wrote.iter().chain(&on_its_way).any(|name| name == "exposure-x1"), "it is too late: {wrote:?}");
        }
        if !replica.plannings.is_empty() {
            replica.plan(0, now);
        } else if !replica.flights.is_empty() {
            wrote.extend(written(&replica.flights[0]));
            let call = replica.flights[0].call.clone();
            replica.flights[0].answer = Some(store.call(&call));
            replica.land(0, now);
        } else if let Some(source) = replica.telling().first().copied() {
            replica.tell(source, now);
        } else if replica.controller.is_settled() {
            assert!(is_over, "the moment never came");
            return (wrote, store);
        }
        now.steady += Duration::from_millis(5);
    }
    panic!("it does not settle");
}

#[test]
fn what_expires_meanwhile_is_not_opened() {
    let there =
        |store: &SimulatedStore, name: &str| store.get(POLICIES, &ObjectKey::namespaced("shop", name)).is_some();
    let (wrote, store) = run(Moment::Never);
    assert!(wrote.contains(&"exposure-x1".to_owned()) && there(&store, "exposure-x1"), "{wrote:?}");
    for moment in [Moment::SecondPlan, Moment::FirstWrite] {
        let (wrote, store) = run(moment);
        assert!(!wrote.contains(&"exposure-x1".to_owned()), "{moment:?}: {wrote:?}");
        assert!(there(&store, "exposure-x0") && there(&store, "nsnp-network-isolate"), "{moment:?}: {wrote:?}");
        assert!(!there(&store, "exposure-x1"), "{moment:?}");
    }
}
