//! Our definitions in a real API server: each rule refuses what it must with its message and field, and its control passes.

use bulkhead_control_plane::ControlPlane;
use bulkhead_kube_store::KubeStore;
use bulkhead_store::{Apply, Commit, KnownKind, Object, ObjectKey, Store as _, StoreError, Write};
use serde_json::{Value, json};

use super::{definition_kind, object, run, store};

fn entry(name: &str, spec: &Value) -> Value {
    let metadata = json!({"name": name, "namespace": "shop"});
    let kind = "NamespaceNetworkPolicy";
    json!({"apiVersion": "network.kubesphere.io/v1alpha1", "kind": kind, "metadata": metadata, "spec": spec})
}

fn exposure(spec: &Value) -> Value {
    let metadata = json!({"name": "e", "namespace": "shop"});
    json!({"apiVersion": "network.bulkhead.dev/v1alpha1", "kind": "Exposure", "metadata": metadata, "spec": spec})
}

fn allowlist(spec: &Value) -> Value {
    let kind = "WorkspaceAllowlist";
    json!({"apiVersion": "network.bulkhead.dev/v1alpha1", "kind": kind, "metadata": {"name": "w"}, "spec": spec})
}

async fn apply(store: &KubeStore, value: &Value) -> Result<Object, StoreError> {
    let object = object(value.clone());
    let resource = KnownKind::of(object.api_version(), object.kind()).unwrap().resource.clone();
    store.apply(&resource, &object, &Apply::force(Write::by("test"))).await
}

/// What is refused, where, with which words; and what differs in one thing and passes.
fn cases() -> Vec<(Value, &'static str, &'static str, Value)> {
    let port = |port: Value| entry("e", &json!({"ingress": [{"ports": [port]}]}));
    let peer = |peer: Value| entry("e", &json!({"ingress": [{"from": [peer]}]}));
    let client = |client: Value| exposure(&json!({"target": {"service": "web"}, "clients": [client]}));
    let at_port = "spec.ingress[0].ports[0]";
    let at_peer = "spec.ingress[0].from[0]";
    let service = |service: Value| peer(json!({"service": service}));
    let range = |first: &str, last: &str| peer(json!({"ipRange": {"first": first, "last": last}}));
    let except = |except: &str| peer(json!({"ipBlock": {"cidr": "10.0.0.0/8", "except": [except]}}));
    let requirement = |operator: &str| {
        entry("e", &json!({"podSelector": {"matchExpressions": [{"key": "a", "operator": operator}]}}))
    };
    let target = |target: Value| exposure(&json!({"target": target}));
    vec![
        (port(json!({"port": 0})), at_port, "greater than or equal to 1", port(json!({"port": 1}))),
        (port(json!({"port": 65536})), at_port, "less than or equal to 65535", port(json!({"port": 65535}))),
        (port(json!({"port": "80"})), at_port, "should match", port(json!({"port": "http"}))),
        (port(json!({"endPort": 90})), at_port, "endPort needs a port", port(json!({"port": 80, "endPort": 90}))),
        (
            port(json!({"port": "web", "endPort": 90})),
            at_port,
            "endPort is not below port, which is a number",
            port(json!({"port": "web"})),
        ),
        (
            port(json!({"port": 80, "endPort": 79})),
            at_port,
            "endPort is not below",
            port(json!({"port": 80, "endPort": 80})),
        ),
        (port(json!({"protocol": "ICMP"})), at_port, "Unsupported value", port(json!({"protocol": "SCTP"}))),
        (peer(json!({})), at_peer, "a peer names a namespace", peer(json!({"namespace": {"name": "a"}}))),
        (service(json!({"name": "a"})), at_peer, "Required value", service(json!({"name": "a", "namespace": "b"}))),
        (
            peer(json!({"ipBlock": {"cidr": "10.0.0.0/33"}})),
            at_peer,
            "cidr",
            peer(json!({"ipBlock": {"cidr": "10.0.0.1/8"}})),
        ),
        (except("11.0.0.0/16"), at_peer, "every except lies inside cidr", except("10.1.0.0/16")),
        (except("none"), at_peer, "cidr", except("10.1.2.3/32")),
        (range("10.0.0.1", "2001:db8::1"), at_peer, "both IPv4 or both IPv6", range("2001:db8::1", "2001:db8::9")),
        (range("10.0.0", "10.0.0.9"), at_peer, "first and last are addresses", range("10.0.0.1", "10.0.0.9")),
        (
            peer(json!({"namespace": {"name": "a"}, "ipRange": {"first": "10.0.0.1", "last": "10.0.0.9"}})),
            at_peer,
            "an ipRange is a peer of its own",
            peer(json!({"namespace": {"name": "a"}, "service": {"name": "a", "namespace": "b"}})),
        ),
        (
            entry("e", &json!({"expires": "tomorrow"})),
            "spec.expires",
            "date-time",
            entry("e", &json!({"expires": "2027-01-01T00:00:00Z"})),
        ),
        (requirement("In"), "spec.podSelector.matchExpressions[0]", "In and NotIn need values", requirement("Exists")),
        (
            target(json!({"service": "a", "ingress": "b"})),
            "spec.target",
            "a target is one of",
            target(json!({"ingress": "b"})),
        ),
        (
            target(json!({"ingress": "web", "ports": [80]})),
            "spec.target",
            "only a service has ports",
            target(json!({"service": "web", "ports": [80, "http"]})),
        ),
        (
            target(json!({"service": "web", "ports": [0]})),
            "spec.target.ports",
            "greater than or equal to 1",
            target(json!({"service": "web", "ports": [443]})),
        ),
        (client(json!({"any": false})), "spec.clients[0]", "any is true", client(json!({"any": true}))),
        (
            client(json!({"any": true, "node": "n1"})),
            "spec.clients[0]",
            "a client is one of",
            client(json!({"node": "n1"})),
        ),
        (client(json!({"cidr": "1.2.3.4"})), "spec.clients[0]", "cidr", client(json!({"cidr": "1.2.3.4/32"}))),
        (
            allowlist(&json!({"workspace": "w"})),
            "spec",
            "an allowlist has rules",
            allowlist(&json!({"workspace": "w", "ingress": []})),
        ),
        (
            allowlist(&json!({"workspace": "other", "ingress": []})),
            "spec",
            "the workspace of an allowlist stays",
            allowlist(&json!({"workspace": "w", "egress": []})),
        ),
    ]
}

pub(super) fn rules(plane: &ControlPlane) {
    let mut wrong = Vec::new();
    run(async {
        let store = store(plane, "admin").await;
        for (refused, field, words, control) in cases() {
            match apply(&store, &refused).await {
                Err(StoreError::Invalid { causes, .. }) => {
                    let said =
                        causes.iter().any(|cause| cause.field.starts_with(field) && cause.message.contains(words));
                    if !said {
                        wrong.push(format!("{refused}: {causes:?}"));
                    }
                }
                other => wrong.push(format!("{refused}: {other:?}")),
            }
            if let Err(error) = apply(&store, &control).await {
                wrong.push(format!("control {control}: {error}"));
            }
        }
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The entries that KubeSphere's own controller was run with. It could do nothing with these two: an empty peer is an error
/// there, and no API server takes a policy with a cidr that is none.
const NEVER_HAD_AN_EFFECT: [&str; 2] = ["C38", "C40"];

pub(super) fn kubesphere(plane: &ControlPlane) {
    let Some(path) = bulkhead_corpora::find("kubesphere/convert.json") else { return };
    let text = std::fs::read(path).unwrap();
    let cases: Value = serde_json::from_slice(&text).unwrap();
    let cases = cases.as_array().unwrap();
    assert!(cases.len() >= 41, "{} cases", cases.len());
    let mut wrong = Vec::new();
    run(async {
        let store = store(plane, "admin").await;
        for case in cases {
            let (id, spec) = (case["id"].as_str().unwrap(), case.pointer("/nsnp/spec").unwrap());
            let answer = apply(&store, &entry(&format!("k-{}", id.to_ascii_lowercase()), spec)).await;
            if answer.is_ok() == NEVER_HAD_AN_EFFECT.contains(&id) {
                wrong.push(format!("{id}: {answer:?}"));
            }
        }
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The server took the definitions as they are: every condition says so, no rule is too dear, and nothing was dropped.
pub(super) fn served(plane: &ControlPlane) {
    run(async {
        let store = store(plane, "admin").await;
        for definition in bulkhead_resources::definitions() {
            let key = ObjectKey::cluster(&definition.name);
            let there = store.get(&definition_kind(), &key).await.unwrap();
            let conditions = there.0["status"]["conditions"].as_array().unwrap();
            let holds = |kind: &str| {
                conditions.iter().any(|condition| condition["type"] == kind && condition["status"] == "True")
            };
            assert!(holds("Established") && holds("NamesAccepted"), "{}: {conditions:?}", definition.name);
            assert!(!holds("NonStructuralSchema"), "{}: {conditions:?}", definition.name);
            let kept = |object: &Value| object.pointer("/spec/versions/0").cloned().unwrap();
            assert_eq!(
                kept(&there.0.clone().into()),
                kept(&definition.manifest),
                "{}: the server changed or dropped something",
                definition.name
            );
            // The whole file again, as an upgrade does: nothing changes, and a server that reads old objects agrees.
            let manifest = object(definition.manifest);
            let dry = Apply::force(Write { commit: Commit::DryRun, ..Write::by("test") });
            store.apply(&definition_kind(), &manifest, &dry).await.unwrap();
        }
    });
}
