//! A server where people sign in, and out: the mode `token`, before an API server that knows one token.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, BodyDataStream, to_bytes};
use axum::http::header::{ACCEPT, CONTENT_TYPE, COOKIE, HOST, LOCATION, ORIGIN, SET_COOKIE};
use axum::http::{HeaderMap, Request, StatusCode};
use bulkhead_analysis::path::Overrides;
use bulkhead_server::access::{Access, Audit, Rights, Token};
use bulkhead_server::{Cluster, router};
use bulkhead_store::{
    Apply, Delete, List, Object, ObjectKey, Pending, Resource, Selection, Store, StoreError, Watch, Write,
};
use futures_util::{FutureExt as _, StreamExt as _};
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::bed::{ADDRESS, Bed, ROOT, example};

const TOKEN: &str = "token-of-ada";
/// How long anything may take before it counts as never happening.
const PATIENCE: Duration = Duration::from_secs(20);

/// An API server that reviews tokens, and knows ada's.
struct Reviewer;

impl Store for Reviewer {
    fn create<'a>(&'a self, resource: &'a Resource, object: &'a Object, _: &'a Write) -> Pending<'a, Object> {
        Box::pin(async move {
            assert_eq!(resource.plural, "tokenreviews");
            let is_known = object.0["spec"]["token"] == TOKEN;
            let user = if is_known { json!({"username": "ada", "groups": ["tenants"]}) } else { Value::Null };
            let mut reviewed = object.clone();
            reviewed.0.insert("status".to_owned(), json!({"authenticated": is_known, "user": user}));
            Ok(reviewed)
        })
    }

    fn get<'a>(&'a self, _: &'a Resource, _: &'a ObjectKey) -> Pending<'a, Object> {
        nothing_else()
    }

    fn list<'a>(&'a self, _: &'a Resource, _: &'a Selection) -> Pending<'a, List> {
        nothing_else()
    }

    fn watch<'a>(&'a self, _: &'a Resource, _: &'a Selection, _: &'a str) -> Pending<'a, Watch> {
        nothing_else()
    }

    fn update<'a>(&'a self, _: &'a Resource, _: &'a Object, _: &'a Write) -> Pending<'a, Object> {
        nothing_else()
    }

    fn apply<'a>(&'a self, _: &'a Resource, _: &'a Object, _: &'a Apply) -> Pending<'a, Object> {
        nothing_else()
    }

    fn delete<'a>(&'a self, _: &'a Resource, _: &'a ObjectKey, _: &'a Delete) -> Pending<'a, ()> {
        nothing_else()
    }
}

fn nothing_else<'a, T: 'a>() -> Pending<'a, T> {
    Box::pin(async { Err(StoreError::Internal("only reviews are asked for".to_owned())) })
}

/// A server and those who come to it.
struct Console(Router);

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    text: String,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {} {}", self.status, self.text))
    }

    fn cookie(&self) -> &str {
        self.headers[SET_COOKIE].to_str().unwrap()
    }
}

impl Console {
    async fn start() -> Self {
        let cluster = Cluster::of_texts("example".to_owned(), example(), Overrides::default()).await.unwrap();
        let access = Access::token(Token::new(Arc::new(Reviewer)), Rights::Everything);
        Self(router(cluster, access, Audit::default()))
    }

    async fn send(&self, request: axum::http::request::Builder, body: &str) -> Answer {
        let request = request.header(HOST, ADDRESS).body(Body::from(body.to_owned())).unwrap();
        let response = self.0.clone().oneshot(request).await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        Answer { status, headers, text: String::from_utf8_lossy(&bytes).into_owned() }
    }

    /// Signs in; the cookie.
    async fn sign_in(&self) -> String {
        let form = Request::post("/session").header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        let answer = self.send(form, &format!("token={TOKEN}")).await;
        assert_eq!((answer.status, &answer.headers[LOCATION]), (StatusCode::SEE_OTHER, &"/".parse().unwrap()));
        let cookie = answer.cookie();
        let kept = ["__Host-", "; Path=/", "; Secure", "; HttpOnly", "; SameSite=Strict"];
        assert!(kept.iter().all(|part| cookie.contains(part)) && !cookie.contains("Max-Age"), "{cookie}");
        cookie.split(';').next().unwrap().to_owned()
    }

    async fn version(&self, cookie: &str) -> Answer {
        self.send(Request::get(format!("{ROOT}/version")).header(COOKIE, cookie), "").await
    }

    /// Listens to events; the first one has come.
    async fn listen(&self, cookie: &str) -> BodyDataStream {
        let request = Request::get(format!("{ROOT}/events")).header(HOST, ADDRESS).header(COOKIE, cookie);
        let response = self.0.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        let mut events = response.into_body().into_data_stream();
        let first = tokio::time::timeout(PATIENCE, events.next()).await.unwrap().unwrap().unwrap();
        assert!(first.starts_with(b"event: state"), "{first:?}");
        events
    }
}

#[tokio::test]
async fn signing_out_ends_the_session_and_what_it_has_open() {
    let console = Console::start().await;
    let page = console.send(Request::get("/").header(ACCEPT, "text/html"), "").await;
    assert_eq!(page.status, StatusCode::UNAUTHORIZED);
    assert!(page.text.contains("action=\"/session\""), "{}", page.text);
    let (here, elsewhere) = (console.sign_in().await, console.sign_in().await);
    assert_ne!(here, elsewhere);

    // The answer says where to sign out; only the console's own pages can.
    let version = console.version(&here).await.json();
    assert_eq!((&version["user"], &version["signOut"]), (&json!("ada"), &json!("/session/end")));
    let sign_out = || Request::post(version["signOut"].as_str().unwrap()).header(COOKIE, &here);
    let (mut ours, mut theirs) = (console.listen(&here).await, console.listen(&elsewhere).await);
    let forged = console.send(sign_out().header(ORIGIN, "https://evil.example"), "").await;
    assert_eq!(forged.status, StatusCode::FORBIDDEN);
    assert_eq!(console.version(&here).await.status, StatusCode::OK);
    console.send(Request::get("/session/end").header(COOKIE, &here), "").await;
    assert_eq!(console.version(&here).await.status, StatusCode::OK, "looking there does not sign out");

    // The cookie is taken back, and is nobody's from then on; what was listening ends.
    let answer = console.send(sign_out(), "").await;
    assert_eq!((answer.status, &answer.headers[LOCATION]), (StatusCode::SEE_OTHER, &"/".parse().unwrap()));
    let (name, rest) = answer.cookie().split_once('=').unwrap();
    assert!(here.starts_with(name) && rest.starts_with(';') && rest.contains("; Max-Age=0"), "{}", answer.cookie());
    let refused = console.version(&here).await;
    assert_eq!(
        (refused.status, &refused.json()["type"]),
        (StatusCode::UNAUTHORIZED, &json!("urn:bulkhead:problem:noToken"))
    );
    assert!(tokio::time::timeout(PATIENCE, ours.next()).await.unwrap().is_none(), "it still tells");

    // Whoever signed in elsewhere is still there, and still listens.
    assert_eq!(console.version(&elsewhere).await.status, StatusCode::OK);
    assert!(theirs.next().now_or_never().is_none());
    assert_eq!(console.send(sign_out(), "").await.status, StatusCode::SEE_OTHER, "out is out");
}

#[tokio::test]
async fn where_nobody_signs_in_nobody_signs_out() {
    let bed = Bed::files(example()).await;
    assert_eq!(bed.get("/version").await.json().get("signOut"), None);
    assert_eq!(bed.ask(Request::post("/session/end"), "").await.status, StatusCode::FORBIDDEN);
}
