//! What no real server does when a test wants it: forget between two pages, answer late, in half, or not in JSON.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)] // a test that cannot be set up fails

mod server;

use std::future::poll_fn;
use std::time::Duration;

use bulkhead_store::{Event, KnownKind, Object, ObjectKey, Resource, Selection, Store as _, StoreError, Watch, Write};
use serde_json::{Value, json};

use server::{Answer, Scripted};

const PATIENCE: Duration = Duration::from_secs(20);

fn config_maps() -> Resource {
    KnownKind::named("cm").unwrap().resource.clone()
}

fn page(names: &[&str], version: &str, next: &str) -> Answer {
    let item = |name: &&str| json!({"metadata": {"name": name, "namespace": "shop", "resourceVersion": "1"}});
    let items: Vec<Value> = names.iter().map(item).collect();
    let metadata = json!({"resourceVersion": version, "continue": next});
    Answer::Document(200, json!({"kind": "ConfigMapList", "apiVersion": "v1", "metadata": metadata, "items": items}))
}

fn status(code: u16, reason: &str, details: &Value) -> Value {
    json!({
        "kind": "Status", "apiVersion": "v1", "status": "Failure", "message": format!("it is {reason}"), "reason": reason,
        "code": code, "details": details,
    })
}

fn event(kind: &str, name: &str, version: &str) -> String {
    let metadata = json!({"name": name, "namespace": "shop", "resourceVersion": version});
    let object = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata});
    format!("{}\n", json!({"type": kind, "object": object}))
}

async fn next(watch: &mut Watch) -> Option<Result<Event, StoreError>> {
    let event = poll_fn(|context| watch.as_mut().poll_next(context));
    tokio::time::timeout(PATIENCE, event).await.unwrap()
}

/// Whether a watch that was connected asks for a version.
fn asks_from(request: &str, version: &str) -> bool {
    request.contains("watch=true") && request.ends_with(&format!("resourceVersion={version}"))
}

#[tokio::test]
async fn a_list_whose_version_is_forgotten_between_its_pages_is_asked_for_at_once() {
    let expired = status(410, "Expired", &json!({}));
    let answers = vec![page(&["a"], "7", "more"), Answer::Document(410, expired), page(&["a", "b", "c"], "9", "")];
    let server = Scripted::start(answers);
    let list = server.store(PATIENCE).await.list(&config_maps(), &Selection::all()).await.unwrap();
    let names: Vec<&str> = list.items.iter().map(Object::name).collect();
    assert_eq!((names, list.resource_version.as_str()), (vec!["a", "b", "c"], "9"));
    let asked = server.asked();
    assert_eq!(
        asked,
        ["/api/v1/configmaps?limit=500", "/api/v1/configmaps?limit=500&continue=more", "/api/v1/configmaps"]
    );
}

#[tokio::test]
async fn what_a_server_cannot_answer_is_unavailable_and_never_an_empty_list() {
    let busy = status(429, "TooManyRequests", &json!({"retryAfterSeconds": 3}));
    let cases = [
        (Answer::Document(429, busy), Some(Duration::from_secs(3))),
        (Answer::Document(503, status(503, "ServiceUnavailable", &json!({}))), None),
        (Answer::Document(500, status(500, "InternalError", &json!({}))), None),
        (Answer::Text(502, "<html>Bad Gateway</html>"), None),
        (Answer::CutOff("{\"kind\": \"ConfigMapList\", \"items\": ["), None),
        (Answer::Silence(Duration::from_secs(2)), None),
    ];
    for (index, (answer, expected)) in cases.into_iter().enumerate() {
        let server = Scripted::start(vec![answer]);
        let store = server.store(Duration::from_millis(500)).await;
        match store.list(&config_maps(), &Selection::all()).await {
            Err(StoreError::Unavailable { retry_after, .. }) => assert_eq!(retry_after, expected, "case {index}"),
            other => panic!("case {index}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn an_answer_that_is_no_list_is_an_error() {
    let server = Scripted::start(vec![Answer::Text(200, "no JSON"), Answer::Document(200, json!({"kind": "Other"}))]);
    let store = server.store(PATIENCE).await;
    for _ in 0..2 {
        let answer = store.list(&config_maps(), &Selection::all()).await;
        assert!(matches!(answer, Err(StoreError::Internal(_))), "{answer:?}");
    }
}

#[tokio::test]
async fn a_write_is_sent_once_whatever_comes_back() {
    let server = Scripted::start(vec![
        Answer::Document(503, status(503, "ServiceUnavailable", &json!({}))),
        Answer::Document(404, status(404, "NotFound", &json!({"name": "a", "kind": "configmaps"}))),
    ]);
    let store = server.store(PATIENCE).await;
    let metadata = json!({"name": "a", "namespace": "shop"});
    let object = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata});
    let answer = store.create(&config_maps(), &Object::from_value(object).unwrap(), &Write::by("test")).await;
    assert!(matches!(answer, Err(StoreError::Unavailable { .. })), "{answer:?}");
    // The second answer is for the next question: nothing was sent again.
    let answer = store.get(&config_maps(), &ObjectKey::namespaced("shop", "a")).await;
    assert!(matches!(answer, Err(StoreError::NotFound { .. })), "{answer:?}");
    assert_eq!(server.asked().len(), 2);
}

#[tokio::test]
async fn a_watch_goes_on_where_its_connection_broke() {
    let bookmark = format!(
        "{}\n",
        json!({"type": "BOOKMARK", "object": {"kind": "ConfigMap", "apiVersion": "v1", "metadata": {"resourceVersion": "9"}}})
    );
    let half = event("ADDED", "half", "11");
    let server = Scripted::start(vec![
        Answer::Events(event("ADDED", "a", "6") + &event("MODIFIED", "a", "7")),
        Answer::Events(bookmark + half.get(..20).unwrap()),
        Answer::Document(503, status(503, "ServiceUnavailable", &json!({}))),
        Answer::Events(event("DELETED", "a", "12")),
        Answer::Events(format!("{}\n", json!({"type": "ERROR", "object": status(410, "Expired", &json!({}))}))),
    ]);
    let store = server.store(PATIENCE).await;
    let mut watch = store.watch(&config_maps(), &Selection::namespace("shop"), "5").await.unwrap();
    let mut told = Vec::new();
    let last = loop {
        match next(&mut watch).await {
            Some(Ok(event)) => told.push(match event {
                Event::Added(object) => format!("+{}", object.name()),
                Event::Modified(object) => format!("~{}", object.name()),
                Event::Deleted(object) => format!("-{}", object.name()),
                Event::Bookmark(version) => format!("up to {version}"),
            }),
            Some(Err(error)) => break error,
            None => panic!("no end without an error"),
        }
    };
    assert_eq!(told, ["+a", "~a", "up to 9", "-a"]);
    assert!(matches!(last, StoreError::Expired(_)), "{last:?}");
    assert!(next(&mut watch).await.is_none(), "it ends after an error");
    let asked = server.asked();
    for (request, version) in asked.iter().zip(["5", "7", "9", "9", "12"]) {
        assert!(asks_from(request, version), "{request} instead of from {version}");
    }
    assert_eq!(asked.len(), 5);
}
