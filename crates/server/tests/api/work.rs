//! Work that takes long: how far it is, and its end.

use std::fmt::Write as _;
use std::sync::Arc;

use axum::http::{Request, StatusCode};
use serde_json::{Value, json};

use crate::bed::{Answer, Bed, ROOT, example};

/// More Services that are exposed than this machine looks at while somebody asks how far it is.
const SERVICES: usize = 2_000;

/// The example with many more ways in.
fn exposed() -> Vec<(String, Vec<u8>)> {
    let mut text = String::new();
    for number in 0..SERVICES {
        let (name, port) = (format!("door-{number}"), 20_000 + number);
        let spec = json!({"type": "NodePort", "selector": {"app": "web"}, "ports": [{"port": 80, "nodePort": port}]});
        let service = json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": name, "namespace": "shop"}, "spec": spec});
        writeln!(text, "---\n{service}").unwrap();
    }
    let mut texts = example();
    texts.push(("doors.yaml".to_owned(), text.into_bytes()));
    texts
}

async fn asked(bed: &Bed, path: &str, name: &str) -> Answer {
    bed.ask(Request::get(format!("{ROOT}{path}")).header("x-bulkhead-work", name), "").await
}

/// How far the work of a name is, once it is there and has parts.
async fn begun(bed: &Bed, name: &str) -> Value {
    loop {
        let answer = bed.get(&format!("/progress/{name}")).await;
        if answer.status == StatusCode::OK && answer.json()["of"].as_u64() > Some(0) {
            assert!(answer.header("cache-control").contains("no-store"));
            return answer.json();
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn work_tells_how_far_it_is_and_is_cancelled() {
    let bed = Arc::new(Bed::files(exposed()).await);
    let asking = Arc::clone(&bed);
    let long = tokio::spawn(async move { asked(&asking, "/exposures", "long-1").await });
    let form = begun(&bed, "long-1").await;
    assert_eq!((&form["name"], &form["phase"]), (&json!("long-1"), &json!("exposures")), "{form}");
    assert!(form["of"].as_u64() >= Some(SERVICES as u64) && form["done"].as_u64() < form["of"].as_u64(), "{form}");
    // Nobody else may take its name meanwhile.
    assert_eq!(asked(&bed, "/version", "long-1").await.status, StatusCode::BAD_REQUEST);
    assert_eq!(bed.post("/progress/long-1/cancel", &json!({})).await.status, StatusCode::OK);
    let answer = long.await.unwrap();
    assert_eq!(answer.status, StatusCode::CONFLICT, "{}", answer.text);
    assert_eq!(answer.json()["type"], "urn:bulkhead:problem:cancelled");
    assert_eq!(bed.get("/progress/long-1").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn work_ends_when_whoever_asked_goes_away() {
    let bed = Arc::new(Bed::files(exposed()).await);
    let asking = Arc::clone(&bed);
    let long = tokio::spawn(async move { asked(&asking, "/exposures", "long-2").await });
    begun(&bed, "long-2").await;
    long.abort();
    // It has its name for as long as anything of it goes on: all of it would take longer than a test may.
    while bed.get("/progress/long-2").await.status == StatusCode::OK {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn names_of_work_are_plain_and_work_is_somebodys() {
    let bed = Bed::files(example()).await;
    assert_eq!(asked(&bed, "/overview", "a-1").await.status, StatusCode::OK);
    for name in ["a b", "a/b", &"x".repeat(65)] {
        let answer = asked(&bed, "/overview", name).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{name}");
        assert!(answer.text.contains("x-bulkhead-work"), "{}", answer.text);
    }
    assert_eq!(bed.get("/progress/a-1").await.status, StatusCode::NOT_FOUND);
    assert_eq!(bed.post("/progress/a-1/cancel", &json!({})).await.status, StatusCode::NOT_FOUND);
}
