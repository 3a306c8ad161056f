//! The stream of events.

use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::header::HOST;
use axum::http::{Request, StatusCode};
use axum::response::Response;
use bulkhead_store::{KnownKind, Object, Store as _, Write};
use futures_util::StreamExt as _;
use serde_json::json;
use tower::ServiceExt as _;

use crate::bed::{ADDRESS, Bed, ROOT, example};

async fn open(bed: &Bed) -> Response {
    let router: Router = bed.router.clone();
    let request = Request::get(format!("{ROOT}/events")).header(HOST, ADDRESS).header("cookie", bed.cookie());
    router.oneshot(request.body(Body::empty()).unwrap()).await.unwrap()
}

#[tokio::test]
async fn a_new_state_is_told_to_whoever_listens() {
    let bed = Bed::store().await;
    let mut told = open(&bed).await.into_body().into_data_stream();
    let mut next = async || {
        let chunk = tokio::time::timeout(Duration::from_secs(20), told.next()).await.unwrap().unwrap().unwrap();
        String::from_utf8(chunk.to_vec()).unwrap()
    };
    let store = bed.store.as_ref().unwrap();
    assert_eq!(next().await, format!("event: state\ndata: {}\n\n", store.revision().unwrap()));
    let namespace = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "new"}});
    let resource = &KnownKind::named("ns").unwrap().resource;
    store.create(resource, &Object::from_value(namespace).unwrap(), &Write::by("kubectl")).await.unwrap();
    assert_eq!(next().await, format!("event: state\ndata: {}\n\n", store.revision().unwrap()));
    assert!(bed.get("/tenants").await.text.contains("\"new\""));
}

#[tokio::test]
async fn too_many_streams_are_refused_and_the_others_are_served_on() {
    let bed = Bed::files(example()).await;
    let mut streams = Vec::new();
    loop {
        let stream = open(&bed).await;
        if stream.status() != StatusCode::OK {
            assert_eq!(stream.status(), StatusCode::SERVICE_UNAVAILABLE);
            break;
        }
        streams.push(stream);
        assert!(streams.len() <= 1024, "there is a bound");
    }
    assert_eq!(bed.get("/version").await.status, StatusCode::OK);
    streams.pop();
    assert_eq!(open(&bed).await.status(), StatusCode::OK, "whoever goes makes room");
}
