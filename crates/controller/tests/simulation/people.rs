//! What people do to a cluster.

use bulkhead_store::{KnownKind, ObjectKey, Resource};
use fastrand::Rng;
use serde_json::{Value, json};

use crate::store::SimulatedStore;

const PROJECTS: [&str; 4] = ["p0", "p1", "p2", "p3"];
const WORKSPACES: [&str; 2] = ["w0", "w1"];
const ENTRIES: [&str; 3] = ["e0", "e1", "e2"];

const ALLOWLISTS: [&str; 2] = ["a0", "a1"];
const EXPOSURES: [&str; 2] = ["x0", "x1"];

/// The kinds whose objects may expire.
pub(crate) const EXPIRING: [&str; 3] = [
    "namespacenetworkpolicies.network.kubesphere.io",
    "workspaceallowlists.network.bulkhead.dev",
    "exposures.network.bulkhead.dev",
];

pub(crate) const POLICIES: &str = "networkpolicies.networking.k8s.io";

/// A kind by its `plural.group`.
pub(crate) fn resource(group_resource: &str) -> Resource {
    KnownKind::of_group_resource(group_resource).expect("a kind of the catalogue").resource.clone()
}

fn one<'a, T>(rng: &mut Rng, of: &'a [T]) -> &'a T {
    &of[rng.usize(..of.len())]
}

/// The cluster on the first day.
pub(crate) fn first_day(store: &mut SimulatedStore, rng: &mut Rng) {
    namespace(store, "kube-system", json!({}), json!({}));
    pod(store, "kube-system", "dns", json!({"k8s-app": "kube-dns"}), 250, "dns-tcp", 53);
    service(
        store,
        "kube-system",
        "kube-dns",
        json!({"selector": {"k8s-app": "kube-dns"}, "ports": [{"name": "dns-tcp", "port": 53, "protocol": "TCP"}]}),
    );
    for number in [1, 2] {
        node(store, number, json!({}));
    }
    for workspace in WORKSPACES {
        self::workspace(store, workspace, rng.bool());
    }
    for at in 0..PROJECTS.len() {
        project(store, rng, at);
    }
}

fn node(store: &mut SimulatedStore, number: u8, annotations: Value) {
    store.put(
        &resource("nodes"),
        json!({
            "apiVersion": "v1", "kind": "Node",
            "metadata": {"name": format!("n{number}"), "annotations": annotations},
            "spec": {"podCIDR": format!("10.0.{number}.0/24")},
            "status": {"addresses": [{"type": "InternalIP", "address": format!("10.1.0.{number}")}]},
        }),
    );
}

fn namespace(store: &mut SimulatedStore, name: &str, labels: Value, annotations: Value) {
    let mut labels = labels;
    labels["kubernetes.io/metadata.name"] = json!(name);
    store.put(
        &resource("namespaces"),
        json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels, "annotations": annotations}}),
    );
}

fn project(store: &mut SimulatedStore, rng: &mut Rng, at: usize) {
    let name = PROJECTS[at];
    let labels = match rng.usize(..10) {
        0 => json!({}),
        1 => json!({"kubesphere.io/workspace": "gone"}),
        2..=4 => json!({"kubesphere.io/workspace": "w1"}),
        _ => json!({"kubesphere.io/workspace": "w0"}),
    };
    let annotations = if rng.bool() { json!({"kubesphere.io/network-isolate": "enabled"}) } else { json!({}) };
    let is_new = store.get("namespaces", &ObjectKey::cluster(name)).is_none();
    namespace(store, name, labels, annotations);
    if is_new {
        node_port(store, rng, at);
        for (number, app) in [(1, "x"), (2, "y")] {
            let address = u8::try_from(at * 10 + number).unwrap();
            pod(store, name, app, json!({"app": app}), address, "http", if number == 1 { 8080 } else { 80 });
        }
    }
}

fn pod(store: &mut SimulatedStore, namespace: &str, name: &str, labels: Value, address: u8, port: &str, number: u16) {
    store.put(
        &resource("pods"),
        json!({
            "apiVersion": "v1", "kind": "Pod",
            "metadata": {"name": name, "namespace": namespace, "labels": labels},
            "spec": {"nodeName": "n1", "containers": [{"name": "c", "ports": [{"name": port, "containerPort": number}]}]},
            "status": {"phase": "Running", "podIP": format!("10.0.0.{address}")},
        }),
    );
}

fn service(store: &mut SimulatedStore, namespace: &str, name: &str, spec: Value) {
    store.put(
        &resource("services"),
        json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": name, "namespace": namespace}, "spec": spec}),
    );
}

/// The Service of a project.
fn node_port(store: &mut SimulatedStore, rng: &mut Rng, at: usize) {
    let target = one(rng, &[json!(8080), json!("http"), json!(80)]).clone();
    service(
        store,
        PROJECTS[at],
        "s",
        json!({
            "type": "NodePort", "clusterIP": format!("10.96.0.{}", at + 1),
            "externalTrafficPolicy": *one(rng, &["Cluster", "Local"]),
            "selector": {"app": "x"}, "ports": [{"port": 80, "nodePort": 30080 + at, "targetPort": target}],
        }),
    );
}

fn workspace(store: &mut SimulatedStore, name: &str, on: bool) {
    store.put(
        &resource("workspaces.tenant.kubesphere.io"),
        json!({"apiVersion": "tenant.kubesphere.io/v1alpha1", "kind": "Workspace", "metadata": {"name": name}, "spec": {"networkIsolation": on}}),
    );
}

fn entry(store: &mut SimulatedStore, rng: &mut Rng, namespace: &str, name: &str, date: i64) {
    let spec = rules(rng, date);
    store.put(
        &resource("namespacenetworkpolicies.network.kubesphere.io"),
        json!({
            "apiVersion": "network.kubesphere.io/v1alpha1", "kind": "NamespaceNetworkPolicy",
            "metadata": {"name": name, "namespace": namespace}, "spec": spec,
        }),
    );
}

/// An allowlist of a workspace, mostly of one that is there, and now and then only for some of its projects or pods.
fn workspace_allowlist(store: &mut SimulatedStore, rng: &mut Rng, name: &str, date: i64) {
    let mut spec = rules(rng, date);
    spec["workspace"] = json!(*one(rng, &["w0", "w0", "w1", "nowhere"]));
    if rng.usize(..3) == 0 {
        spec["namespaceSelector"] = json!({"matchLabels": {"kubernetes.io/metadata.name": *one(rng, &PROJECTS)}});
    }
    if rng.usize(..3) == 0 {
        spec["podSelector"] = json!({"matchLabels": {"app": *one(rng, &["x", "y"])}});
    }
    store.put(
        &resource("workspaceallowlists.network.bulkhead.dev"),
        json!({
            "apiVersion": "network.bulkhead.dev/v1alpha1", "kind": "WorkspaceAllowlist",
            "metadata": {"name": name}, "spec": spec,
        }),
    );
}

/// An Exposure of the Service of a namespace, which need not be there.
fn exposure(store: &mut SimulatedStore, rng: &mut Rng, namespace: &str, date: i64) {
    let other = *one(rng, &PROJECTS);
    let client = match rng.usize(..6) {
        0 | 1 => json!({"cidr": "203.0.113.0/24"}),
        2 => json!({"namespace": {"name": other}}),
        3 => json!({"pod": {"namespace": other, "name": "y"}}),
        4 => json!({"any": true}),
        _ => json!({"namespace": {"name": "nobody"}}),
    };
    let mut spec = json!({"target": {"service": "s"}, "clients": [client]});
    match rng.usize(..4) {
        0 => spec["doors"] = json!(["NodePort"]),
        1 => spec["doors"] = json!(["ClusterIP", "PodIP"]),
        _ => {}
    }
    if rng.usize(..5) == 0 {
        let date = jiff::Timestamp::from_second(date + rng.i64(1..120)).expect("a date");
        spec["expires"] = json!(date.to_string());
    }
    store.put(
        &resource("exposures.network.bulkhead.dev"),
        json!({
            "apiVersion": "network.bulkhead.dev/v1alpha1", "kind": "Exposure",
            "metadata": {"name": *one(rng, &EXPOSURES), "namespace": namespace}, "spec": spec,
        }),
    );
}

fn rules(rng: &mut Rng, date: i64) -> Value {
    let other = *one(rng, &PROJECTS);
    let peer = match rng.usize(..8) {
        0..=2 => json!({"namespace": {"name": other}}),
        3 | 4 => json!({"service": {"name": "s", "namespace": other}}),
        5 => json!({"ipRange": {"first": "203.0.113.5", "last": "203.0.113.9"}}),
        6 => json!({"ipBlock": {"cidr": "198.51.100.0/24"}}),
        _ => json!({"namespace": {"name": "nobody"}}),
    };
    let ports = if rng.bool() { json!([]) } else { json!([{"protocol": "TCP", "port": *one(rng, &[80, 8080])}]) };
    let mut spec = json!({});
    let direction = rng.usize(..4);
    if direction != 0 {
        spec["ingress"] = json!([{"from": [peer.clone()], "ports": ports}]);
    }
    if direction < 2 {
        spec["egress"] = if rng.usize(..4) == 0 { json!([]) } else { json!([{"to": [peer]}]) };
    }
    if rng.usize(..5) == 0 {
        let date = jiff::Timestamp::from_second(date + rng.i64(1..120)).expect("a date");
        spec["expires"] = json!(date.to_string());
    }
    spec
}

/// Somebody does something. The policies of a namespace that were changed by hand are named.
pub(crate) fn act(store: &mut SimulatedStore, rng: &mut Rng, date: i64) -> Option<String> {
    let at = rng.usize(..PROJECTS.len());
    let project_name = PROJECTS[at];
    match rng.usize(..29) {
        0..=3 => project(store, rng, at),
        4 => store.remove("namespaces", &ObjectKey::cluster(project_name)),
        5 | 6 => {
            let on = rng.bool();
            let name = *one(rng, &WORKSPACES);
            workspace(store, name, on);
        }
        7 => store.remove("workspaces.tenant.kubesphere.io", &ObjectKey::cluster(*one(rng, &WORKSPACES))),
        8..=12 => {
            let name = *one(rng, &ENTRIES);
            entry(store, rng, project_name, name, date);
        }
        13 | 14 => {
            let key = ObjectKey::namespaced(project_name, *one(rng, &ENTRIES));
            store.remove("namespacenetworkpolicies.network.kubesphere.io", &key);
        }
        15 => node_port(store, rng, at),
        16 => store.remove("services", &ObjectKey::namespaced(project_name, "s")),
        17 => {
            let marks = *one(rng, &["", "203.0.113.7", "203.0.113.7;198.51.100.9"]);
            node(store, 1, json!({"kubesphere.io/snat-node-ips": marks}));
        }
        18 => {
            let target = *one(rng, &[53, 5353]);
            service(
                store,
                "kube-system",
                "kube-dns",
                json!({"selector": {"k8s-app": "kube-dns"}, "ports": [{"name": "dns-tcp", "port": 53, "targetPort": target, "protocol": "TCP"}]}),
            );
        }
        19 => {
            let name = *one(rng, &ALLOWLISTS);
            workspace_allowlist(store, rng, name, date);
        }
        21..=23 => exposure(store, rng, project_name, date),
        24 => {
            let key = ObjectKey::namespaced(project_name, *one(rng, &EXPOSURES));
            store.remove("exposures.network.bulkhead.dev", &key);
        }
        25 if rng.bool() => store.remove("nodes", &ObjectKey::cluster("n2")),
        25 => node(store, 2, json!({})),
        20 => store.remove("workspaceallowlists.network.bulkhead.dev", &ObjectKey::cluster(*one(rng, &ALLOWLISTS))),
        _ => return meddle(store, rng, project_name),
    }
    None
}

/// Somebody changes policies by hand.
fn meddle(store: &mut SimulatedStore, rng: &mut Rng, namespace: &str) -> Option<String> {
    let there: Vec<ObjectKey> = store
        .of_kind(POLICIES)
        .filter(|policy| policy.namespace() == Some(namespace))
        .map(bulkhead_store::Object::key)
        .collect();
    let name =
        (*one(rng, &["nsnp-network-isolate", "nsnp-e0", "nsnp-e1", "nsnp-e9", "wsal-a0", "exposure-x0"])).to_owned();
    match rng.usize(..4) {
        0 if !there.is_empty() => store.remove(POLICIES, one(rng, &there)),
        1 if !there.is_empty() => {
            let key = one(rng, &there).clone();
            let mut policy = store.get(POLICIES, &key)?.clone().into_value();
            policy["spec"]["ingress"] = json!([{"ports": [{"protocol": "TCP", "port": 80}]}]);
            store.put(&resource(POLICIES), policy);
        }
        2 => {
            let spec = json!({"podSelector": {}, "policyTypes": ["Ingress"], "ingress": [{"from": [{"ipBlock": {"cidr": "203.0.113.0/24"}}]}]});
            policy(store, namespace, &name, spec);
        }
        _ => policy(
            store,
            namespace,
            "theirs",
            json!({"podSelector": {"matchLabels": {"app": "x"}}, "policyTypes": ["Ingress"]}),
        ),
    }
    Some(namespace.to_owned())
}

/// Somebody makes a policy of a name that a controller is just about to write.
pub(crate) fn forestall(store: &mut SimulatedStore, key: &ObjectKey) {
    store.remove(POLICIES, key);
    let spec = json!({"podSelector": {"matchLabels": {"app": "y"}}, "policyTypes": ["Egress"]});
    policy(store, key.namespace.as_deref().unwrap_or_default(), &key.name, spec);
}

fn policy(store: &mut SimulatedStore, namespace: &str, name: &str, spec: Value) {
    let key = ObjectKey::namespaced(namespace, name);
    if store.get(POLICIES, &key).is_some() {
        return;
    }
    store.put(
        &resource(POLICIES),
        json!({"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": name, "namespace": namespace}, "spec": spec}),
    );
}
