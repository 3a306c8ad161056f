//! Who is let in, and with what.

use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, HOST, ORIGIN};
use axum::http::{Request, StatusCode};
use bulkhead_server::access::CSRF_HEADER;

use crate::bed::{ADDRESS, Bed, ROOT, example};

#[tokio::test]
async fn nobody_gets_anything_without_the_session() {
    let bed = Bed::files(example()).await;
    for path in ["/", "/tenants", "/api/v1alpha1/version", "/api/v1alpha1/events", "/assets/x.js", "/api/none"] {
        let answer = bed.raw(Request::get(path).header(HOST, ADDRESS).body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{path}");
        assert_eq!(answer.json()["type"], "urn:bulkhead:problem:noSession");
        let forged = Request::get(path).header(HOST, ADDRESS).header("cookie", "bulkhead-8480=0000");
        assert_eq!(bed.raw(forged.body(Body::empty()).unwrap()).await.status, StatusCode::UNAUTHORIZED, "{path}");
    }
    assert_eq!(bed.get("/version").await.status, StatusCode::OK);
}

#[tokio::test]
async fn anybody_may_ask_whether_it_is_there_and_nothing_else() {
    let bed = Bed::files(example()).await;
    let probe = |method: &str, path: &str| {
        bed.raw(Request::builder().method(method).uri(path.to_owned()).body(Body::empty()).unwrap())
    };
    let answer = probe("GET", "/healthz").await;
    assert_eq!((answer.status, answer.text.as_str()), (StatusCode::OK, "ok\n"));
    assert_eq!(probe("POST", "/healthz").await.status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(probe("GET", "/healthz/").await.status, StatusCode::MISDIRECTED_REQUEST);
}

#[tokio::test]
async fn a_token_works_once() {
    let bed = Bed::files(example()).await;
    let used = bed.links.lock().unwrap()[0].clone();
    let next = bed.links.lock().unwrap()[1].clone();
    let open = |link: &str| {
        let path = link.strip_prefix(&format!("http://{ADDRESS}")).unwrap().to_owned();
        Request::get(path).header(HOST, ADDRESS).body(Body::empty()).unwrap()
    };
    assert_eq!(bed.raw(open(&used)).await.status, StatusCode::UNAUTHORIZED);
    let answer = bed.raw(open(&next)).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    let cookie = answer.header("set-cookie");
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict") && cookie.contains("Path=/"), "{cookie}");
    assert_eq!(answer.header("location"), "/");
}

#[tokio::test]
async fn another_name_for_this_machine_gets_nothing() {
    let bed = Bed::files(example()).await;
    for host in ["evil.example", "127.0.0.1", "127.0.0.1:1", "127.0.0.1:8480.evil.example", "localhost:9"] {
        let answer = bed.raw(Request::get("/").header(HOST, host).body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status, StatusCode::MISDIRECTED_REQUEST, "{host}");
    }
    assert_eq!(bed.raw(Request::get("/").body(Body::empty()).unwrap()).await.status, StatusCode::MISDIRECTED_REQUEST);
    let answer = bed.raw(Request::get("/").header(HOST, "localhost:8480").body(Body::empty()).unwrap()).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn whatever_writes_comes_from_our_own_pages() {
    let bed = Bed::files(example()).await;
    let post = || Request::post(format!("{ROOT}/changes/preview")).header(CONTENT_TYPE, "application/json");
    let with = |origin: &str| post().header(CSRF_HEADER, "1").header(ORIGIN, origin.to_owned());
    let forged = [
        post(),
        with("http://evil.example"),
        with("null"),
        with("https://127.0.0.1:8480"),
        post().header(CSRF_HEADER, "1").header("sec-fetch-site", "cross-site"),
    ];
    for request in forged {
        let answer = bed.ask(request, "{}").await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
        assert_eq!(answer.json()["type"], "urn:bulkhead:problem:csrf");
    }
    assert_eq!(bed.ask(with("http://127.0.0.1:8480"), "{}").await.status, StatusCode::OK);
    assert_eq!(bed.ask(post().header(CSRF_HEADER, "1"), "{}").await.status, StatusCode::OK);
}

#[tokio::test]
async fn every_answer_has_the_headers_that_protect_it() {
    let bed = Bed::files(example()).await;
    for answer in [bed.get("/version").await, bed.get("/nothing").await, bed.ask(Request::get("/"), "").await] {
        let policy = answer.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("referrer-policy"), "no-referrer");
    }
}
