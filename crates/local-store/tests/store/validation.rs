//! Our schemas without an API server: every rule refuses, and its control passes.

use bulkhead_store::StoreError;
use serde_json::{Value, json};

use super::World;

fn entry(spec: &Value) -> Value {
    let metadata = json!({"name": "e", "namespace": "shop"});
    let kind = "NamespaceNetworkPolicy";
    json!({"apiVersion": "network.kubesphere.io/v1alpha1", "kind": kind, "metadata": metadata, "spec": spec})
}

fn exposure(spec: &Value) -> Value {
    let metadata = json!({"name": "e", "namespace": "shop"});
    json!({"apiVersion": "network.bulkhead.dev/v1alpha1", "kind": "Exposure", "metadata": metadata, "spec": spec})
}

fn allowlist(spec: &Value) -> Value {
    let metadata = json!({"name": "w"});
    json!({"apiVersion": "network.bulkhead.dev/v1alpha1", "kind": "WorkspaceAllowlist", "metadata": metadata, "spec": spec})
}

async fn refused(world: &World, object: &Value) -> Vec<String> {
    match world.apply(object).await {
        Err(StoreError::Invalid { causes, .. }) => causes.iter().map(ToString::to_string).collect(),
        other => panic!("{object}: {other:?}"),
    }
}

/// Each wrong object is refused with these words, and its control, one change away, is taken.
async fn refuses_and_takes(wanted: &[(Value, &str, Value)]) {
    let world = World::new().await;
    for (wrong, message, control) in wanted {
        let causes = refused(&world, wrong).await;
        assert!(causes.iter().any(|cause| cause.contains(message)), "{wrong}: {causes:?}");
        let passed = world.apply(control).await;
        assert!(passed.is_ok(), "control {control}: {passed:?}");
    }
}

#[tokio::test]
async fn every_rule_of_an_entry_refuses_and_its_control_passes() {
    let port = |port: Value| entry(&json!({"ingress": [{"ports": [port]}]}));
    let peer = |peer: Value| entry(&json!({"ingress": [{"from": [peer]}]}));
    refuses_and_takes(&[
        (port(json!({"port": 0})), "spec.ingress[0].ports[0].port: is 0", port(json!({"port": 1}))),
        (port(json!({"port": 65536})), "may be at most 65535", port(json!({"port": 65535}))),
        (port(json!({"port": "80"})), "`80` does not match", port(json!({"port": "http"}))),
        (port(json!({"port": "Http"})), "`Http` does not match", port(json!({"port": "http-2"}))),
        (port(json!({"endPort": 90})), "endPort needs a port", port(json!({"port": 80, "endPort": 90}))),
        (port(json!({"port": "web", "endPort": 90})), "spec.ingress[0].ports[0]: ", port(json!({"port": "web"}))),
        (port(json!({"port": 80, "endPort": 79})), "endPort is not below", port(json!({"port": 80, "endPort": 80}))),
        (port(json!({"protocol": "ICMP"})), "ports[0].protocol: is \"ICMP\"", port(json!({"protocol": "SCTP"}))),
        (peer(json!({})), "spec.ingress[0].from[0]: a peer names", peer(json!({"namespace": {"name": "a"}}))),
        (
            peer(json!({"service": {"name": "a"}})),
            "service.namespace: is missing",
            peer(json!({"service": {"name": "a", "namespace": "b"}})),
        ),
        (
            peer(json!({"ipBlock": {"cidr": "10.0.0.0/33"}})),
            "ipBlock.cidr: `10.0.0.0/33` is no cidr",
            peer(json!({"ipBlock": {"cidr": "10.0.0.1/8"}})),
        ),
        (
            peer(json!({"ipBlock": {"cidr": "10.0.0.0/8", "except": ["11.0.0.0/16"]}})),
            "ipBlock: every except lies inside cidr",
            peer(json!({"ipBlock": {"cidr": "10.0.0.0/8", "except": ["10.1.0.0/16"]}})),
        ),
        (
            peer(json!({"ipRange": {"first": "10.0.0.1", "last": "2001:db8::1"}})),
            "ipRange: first and last are both",
            peer(json!({"ipRange": {"first": "2001:db8::1", "last": "2001:db8::9"}})),
        ),
        (
            peer(json!({"ipRange": {"first": "10.0.0", "last": "10.0.0.9"}})),
            "ipRange: first and last are addresses",
            peer(json!({"ipRange": {"first": "10.0.0.1", "last": "10.0.0.9"}})),
        ),
        (
            peer(json!({"namespace": {"name": "a"}, "ipRange": {"first": "10.0.0.1", "last": "10.0.0.9"}})),
            "an ipRange is a peer of its own",
            peer(json!({"namespace": {"name": "a"}, "service": {"name": "a", "namespace": "b"}})),
        ),
        (
            entry(&json!({"expires": "tomorrow"})),
            "spec.expires: `tomorrow` is no date-time",
            entry(&json!({"expires": "2027-01-01T00:00:00Z"})),
        ),
        (
            entry(&json!({"podSelector": {"matchExpressions": [{"key": "a", "operator": "In"}]}})),
            "podSelector.matchExpressions[0]: In and NotIn need values",
            entry(&json!({"podSelector": {"matchExpressions": [{"key": "a", "operator": "Exists"}]}})),
        ),
    ])
    .await;
}

#[tokio::test]
async fn every_rule_of_exposures_and_allowlists_refuses_and_its_control_passes() {
    let client = |client: Value| exposure(&json!({"target": {"service": "web"}, "clients": [client]}));
    refuses_and_takes(&[
        (
            exposure(&json!({"target": {"service": "web", "ingress": "web"}})),
            "spec.target: a target is one of",
            exposure(&json!({"target": {"ingress": "web"}})),
        ),
        (
            exposure(&json!({"target": {"ingress": "web", "ports": [80]}})),
            "spec.target: only a service has ports",
            exposure(&json!({"target": {"service": "web", "ports": [80, "http"]}})),
        ),
        (
            exposure(&json!({"target": {"service": "web", "ports": [0]}})),
            "spec.target.ports[0]: is 0",
            exposure(&json!({"target": {"service": "web", "ports": [443]}})),
        ),
        (
            exposure(&json!({"target": {"service": "web"}, "doors": ["Window"]})),
            "spec.doors[0]: is \"Window\"",
            exposure(&json!({"target": {"service": "web"}, "doors": ["NodePort"]})),
        ),
        (client(json!({"any": false})), "clients[0]: any is true", client(json!({"any": true}))),
        (client(json!({"any": true, "node": "n1"})), "a client is one of", client(json!({"node": "n1"}))),
        (
            client(json!({"cidr": "1.2.3.4"})),
            "clients[0].cidr: `1.2.3.4` is no cidr",
            client(json!({"cidr": "1.2.3.4/32"})),
        ),
        (
            allowlist(&json!({"workspace": "w"})),
            "spec: an allowlist has rules",
            allowlist(&json!({"workspace": "w", "ingress": []})),
        ),
        (
            allowlist(&json!({"workspace": "other", "ingress": []})),
            "spec: the workspace of an allowlist stays",
            allowlist(&json!({"workspace": "w", "egress": []})),
        ),
    ])
    .await;
}

#[tokio::test]
async fn what_an_update_leaves_as_it_was_is_not_held_against_it() {
    let world = World::new().await;
    let mut old = entry(&json!({"ingress": [{"from": [{}]}]}));
    old["metadata"]["uid"] = json!("u");
    let old = bulkhead_store::Object::from_value(old).unwrap();
    let kinds = vec![bulkhead_store::KnownKind::named("nsnp").unwrap()];
    world.store.import(kinds, vec![old], &bulkhead_store::Write::by("pull")).await.unwrap();
    let mut labelled = entry(&json!({"ingress": [{"from": [{}]}]}));
    labelled["metadata"]["labels"] = json!({"a": "b"});
    assert!(world.apply(&labelled).await.is_ok());
    let changed = entry(&json!({"ingress": [{"from": [{}, {}]}]}));
    assert!(world.apply(&changed).await.is_err());
}
