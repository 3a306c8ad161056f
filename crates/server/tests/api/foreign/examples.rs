//! A request or more for each operation of the document. An operation without one fails the test.

use serde_json::{Value, json};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ask {
    Get,
    Post,
    /// It never ends: there is a test of its own.
    Stream,
}

pub(super) struct Example {
    pub(super) ask: Ask,
    pub(super) path: String,
    pub(super) body: Value,
}

fn get(path: &str) -> Example {
    Example { ask: Ask::Get, path: path.to_owned(), body: Value::Null }
}

fn post(path: &str, body: Value) -> Example {
    Example { ask: Ask::Post, path: path.to_owned(), body }
}

/// Questions of two ends: of the tenant's own to others and back, by names and by addresses.
const ENDS: [&str; 12] = [
    "from=pod/shop/db-0&to=service/shop/web:http",
    "from=203.0.113.7&to=service/shop/web:http",
    "from=203.0.113.7&to=ingress/shop/web",
    "from=10.233.90.201&to=service/shop/web:http",
    "from=10.233.90.211&to=pod/shop/db-0:5432",
    "from=pod/shop/db-0&to=10.233.90.201:8080/TCP",
    "from=pod/shop/db-0&to=10.233.40.201:80/TCP",
    "from=203.0.113.7&to=10.10.0.2:31999/TCP",
    "from=node/node1&to=192.0.2.201:80/TCP",
    "from=pod/canaryproject/canarypod&to=service/shop/web:http",
    "from=pod/shop/db-0&to=service/canaryproject/canaryservice:http",
    "from=203.0.113.7&to=ingress/canaryproject/canaryingress",
];

fn ends(path: &str) -> Vec<Example> {
    ENDS.iter().map(|ends| get(&format!("{path}?{ends}"))).collect()
}

/// Every level, and those narrowed to the tenant's own project and to somebody else's.
fn topology(path: &str) -> Vec<Example> {
    let levels = ["workspace", "project", "workload"].map(|level| format!("level={level}"));
    let narrowed = ["namespace=shop", "namespace=canaryproject", "namespace=shop&level=workload"].map(str::to_owned);
    let asked = [String::new()].into_iter().chain(levels).chain(narrowed);
    asked.map(|asked| get(&format!("{path}?{asked}"))).collect()
}

fn entry(name: &str, namespace: &str) -> Value {
    json!({"apiVersion": "network.kubesphere.io/v1alpha1", "kind": "NamespaceNetworkPolicy",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {"ingress": [{"from": [{"ipBlock": {"cidr": "203.0.113.0/24"}}]}]}})
}

/// Changes: of the tenant's own project and workspace, and of others'.
fn changes() -> Vec<Value> {
    let exposure = json!({"apiVersion": "network.bulkhead.dev/v1alpha1", "kind": "Exposure",
        "metadata": {"name": "wide", "namespace": "shop"},
        "spec": {"target": {"service": "web"}, "clients": [{"namespace": "canaryproject"}]}});
    let policy = json!({"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy",
        "metadata": {"name": "open", "namespace": "shop"},
        "spec": {"podSelector": {}, "policyTypes": ["Ingress"], "ingress": [{"from": [{"namespaceSelector": {}}]}]}});
    vec![
        json!({}),
        json!({"switches": [{"project": "shop", "isolated": false}]}),
        json!({"switches": [{"workspace": "retail", "isolated": true}]}),
        json!({"put": [entry("more", "shop")]}),
        json!({"put": [policy]}),
        json!({"put": [exposure]}),
        json!({"delete": [{"kind": "NetworkPolicy", "namespace": "shop", "name": "from-shared"}]}),
    ]
}

/// Changes that only an administrator may make, the same whether what they name is there or not.
fn foreign_changes() -> Vec<Value> {
    vec![
        json!({"switches": [{"project": "canaryproject", "isolated": false}]}),
        json!({"put": [entry("mine", "canaryproject")]}),
        json!({"delete": [{"kind": "NetworkPolicy", "namespace": "canaryproject", "name": "some"}]}),
        json!({"delete": [{"kind": "Namespace", "name": "canaryproject"}]}),
    ]
}

pub(super) fn examples(operation: &str) -> Vec<Example> {
    let all = |paths: &[&str]| paths.iter().map(|path| get(path)).collect();
    match operation {
        "getVersion" => all(&["/version"]),
        "getOverview" => all(&["/overview"]),
        "getTenants" => all(&["/tenants"]),
        "getIsolation" => all(&["/projects/shop/isolation", "/projects/canaryproject/isolation"]),
        "getPolicies" => all(&["/policies", "/policies?namespace=shop", "/policies?namespace=canaryproject"]),
        "getPolicy" => all(&[
            "/policies/NetworkPolicy/shop/from-shared",
            "/policies/NetworkPolicy/canaryproject/canarypolicy",
            "/policies/ClusterNetworkPolicy/-/everybody",
        ]),
        "getPlan" => all(&["/plan", "/plan?isolation=kubesphere"]),
        "trace" => ends("/trace"),
        "getTracePicture" => ends("/trace/picture"),
        "explain" => ends("/explain"),
        "minimal" => all(&[
            "/minimal?target=service/shop/web&client=any",
            "/minimal?target=service/shop/web&client=203.0.113.7&client=10.233.90.201",
            "/minimal?target=namespace/shop&client=10.233.90.0/24",
            "/minimal?target=service/shop/web&client=namespace/canaryproject",
            "/minimal?target=service/canaryproject/canaryservice&client=any",
            "/minimal?target=ingress/shop/web&client=any",
        ]),
        "getExposures" => all(&["/exposures", "/exposures?client=pod/canaryproject/canarypod"]),
        "getMatrix" => {
            all(&["/matrix", "/matrix?by=workload", "/matrix?namespace=shop", "/matrix?namespace=canaryproject"])
        }
        "getTopology" => topology("/topology"),
        "getTopologyPicture" => topology("/topology/picture"),
        "getFindings" => all(&["/findings"]),
        "getHistory" => all(&["/history", "/history?namespace=shop", "/history?namespace=canaryproject"]),
        "previewChange" => {
            changes().into_iter().chain(foreign_changes()).map(|change| post("/changes/preview", change)).collect()
        }
        "applyChange" => {
            let apply = |change| post("/changes", json!({"change": change, "digest": "of nothing"}));
            changes().into_iter().chain(foreign_changes()).map(apply).collect()
        }
        "getProgress" => all(&["/progress/canaryproject", "/progress/w-1"]),
        "cancelWork" => vec![post("/progress/canaryproject/cancel", Value::Null)],
        "watchEvents" => vec![Example { ask: Ask::Stream, path: "/events".to_owned(), body: Value::Null }],
        _ => Vec::new(),
    }
}
