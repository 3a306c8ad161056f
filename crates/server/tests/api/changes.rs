//! Writes: what was previewed is what is applied, or the server refuses.

use axum::http::header::{CONTENT_TYPE, IF_MATCH};
use axum::http::{Request, StatusCode};
use bulkhead_server::access::CSRF_HEADER;
use bulkhead_store::{KnownKind, Object, ObjectKey, Store as _, Write};
use serde_json::{Value, json};

use crate::bed::{Bed, ROOT, example};

fn entry(name: &str, cidr: &str) -> Value {
    json!({
        "apiVersion": "network.kubesphere.io/v1alpha1", "kind": "NamespaceNetworkPolicy",
        "metadata": {"name": name, "namespace": "shop"},
        "spec": {"ingress": [{"from": [{"ipBlock": {"cidr": cidr}}], "ports": [{"port": 8080, "protocol": "TCP"}]}]},
    })
}

async fn previewed(bed: &Bed, change: &Value) -> Value {
    let answer = bed.post("/changes/preview", change).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    answer.json()
}

/// Previews and applies.
async fn made(bed: &Bed, change: Value) -> Value {
    let preview = previewed(bed, &change).await;
    assert_eq!(preview["applicable"], true, "{preview}");
    let answer = bed.post("/changes", &json!({"change": change, "digest": preview["digest"]})).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    preview
}

fn names(preview: &Value) -> Vec<String> {
    let objects = preview["objects"].as_array().unwrap().iter();
    objects
        .map(|object| format!("{} {}", object["action"].as_str().unwrap(), object["name"].as_str().unwrap()))
        .collect()
}

#[tokio::test]
async fn an_empty_change_carries_out_the_plan() {
    let bed = Bed::store().await;
    let preview = made(&bed, json!({})).await;
    assert_eq!(names(&preview), ["create nsnp-from-billing", "create nsnp-network-isolate", "create nsnp-office"]);
    assert!(preview["objects"].as_array().unwrap().iter().all(|object| object["generated"] == true));
    assert_eq!(preview["effect"]["changed"], true, "isolation takes connections away");
    assert_eq!(bed.get("/overview").await.json()["pending"], json!({"apply": 0, "delete": 0}));
    let again = previewed(&bed, &json!({})).await;
    assert_eq!((names(&again).len(), &again["applicable"]), (0, &json!(false)));
    assert_eq!(again["issues"][0]["code"], "changeNothing");
}

#[tokio::test]
async fn a_switch_writes_itself_and_the_policies_that_follow_as_one_change() {
    let bed = Bed::store().await;
    let preview = made(&bed, json!({"switches": [{"project": "billing", "isolated": true}]})).await;
    // What is outstanding for another project is not this change's affair.
    assert_eq!(names(&preview), ["change billing", "create nsnp-network-isolate"]);
    let history = bed.get("/history").await.json();
    let change = &history["changes"][0];
    assert_eq!(
        (&change["actor"], &change["count"], &change["manager"]),
        (&json!("tester"), &json!(2), &json!("bulkhead-console"))
    );

    let undone = made(&bed, json!({"undo": change["revision"]})).await;
    assert_eq!(names(&undone), ["change billing", "delete nsnp-network-isolate"]);
    assert_eq!(bed.get("/projects/billing/isolation").await.json()["isolation"], "off");
}

#[tokio::test]
async fn an_entry_is_added_changed_and_deleted_with_its_policy() {
    let bed = Bed::store().await;
    made(&bed, json!({})).await;
    let added = made(&bed, json!({"put": [entry("customers", "203.0.113.0/24")]})).await;
    assert_eq!(names(&added), ["create customers", "create nsnp-customers"]);
    let shown = bed.get("/projects/shop/isolation").await.json();
    let mut object =
        shown["entries"].as_array().unwrap().iter().find(|entry| entry["name"] == "customers").unwrap()["object"]
            .clone();
    object["spec"]["ingress"][0]["from"][0]["ipBlock"]["cidr"] = json!("203.0.113.0/25");
    let changed = made(&bed, json!({"put": [object.clone()]})).await;
    assert_eq!(names(&changed), ["change customers", "change nsnp-customers"]);
    let stale = previewed(&bed, &json!({"put": [object]})).await;
    assert_eq!((&stale["applicable"], &stale["issues"][0]["code"]), (&json!(false), &json!("changeStale")));
    let gone = json!({"delete": [{"kind": "NamespaceNetworkPolicy", "namespace": "shop", "name": "customers"}]});
    assert_eq!(names(&made(&bed, gone).await), ["delete customers", "delete nsnp-customers"]);
}

#[tokio::test]
async fn what_was_previewed_and_is_no_longer_so_is_refused_with_a_new_preview() {
    let bed = Bed::store().await;
    let change = json!({"put": [entry("customers", "203.0.113.0/24")]});
    let preview = previewed(&bed, &change).await;
    // Somebody else adds an entry of the same name.
    let store = bed.store.as_ref().unwrap();
    let kind = &KnownKind::named("nsnp").unwrap().resource;
    let other = Object::from_value(entry("customers", "192.0.2.0/24")).unwrap();
    store.create(kind, &other, &Write::by("kubectl")).await.unwrap();

    let request = json!({"change": change, "digest": preview["digest"]});
    let refused = bed.post("/changes", &request).await;
    assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.text);
    let problem = refused.json();
    assert_eq!(problem["type"], "urn:bulkhead:problem:previewStale");
    assert_eq!(names(&problem["preview"])[0], "change customers");
    let now = store.get(kind, &ObjectKey::namespaced("shop", "customers")).await.unwrap();
    assert_eq!(now.0["spec"], other.0["spec"], "nothing was written");
    let request = json!({"change": change, "digest": problem["preview"]["digest"]});
    assert_eq!(bed.post("/changes", &request).await.status, StatusCode::OK, "who looked again may decide again");
}

#[tokio::test]
async fn a_change_for_another_state_is_refused() {
    let bed = Bed::store().await;
    let preview = previewed(&bed, &json!({})).await;
    let body = json!({"change": {}, "digest": preview["digest"]}).to_string();
    let apply = |tag: &str| {
        let request = Request::post(format!("{ROOT}/changes")).header(CONTENT_TYPE, "application/json");
        request.header(CSRF_HEADER, "1").header(IF_MATCH, tag.to_owned())
    };
    assert_eq!(bed.ask(apply("\"0\""), &body).await.status, StatusCode::PRECONDITION_FAILED);
    let tag = bed.get("/version").await.header("etag").to_owned();
    assert_eq!(bed.ask(apply(&tag), &body).await.status, StatusCode::OK);
}

#[tokio::test]
async fn what_no_store_would_take_is_not_applicable_and_says_why() {
    let bed = Bed::store().await;
    let bad = previewed(&bed, &json!({"put": [entry("bad", "203.0.113.0/99")]})).await;
    assert_eq!(bad["applicable"], false);
    assert!(bad["issues"].as_array().unwrap().iter().any(|issue| issue["code"] == "storeInvalid"), "{bad}");
    let cases = [
        (
            json!({"put": [{"kind": "Secret", "apiVersion": "v1", "metadata": {"name": "x", "namespace": "shop"}}]}),
            "changeUnknownKind",
        ),
        (json!({"put": [{"kind": "NetworkPolicy"}]}), "changeUnnamed"),
        (json!({"delete": [{"kind": "NetworkPolicy", "namespace": "shop", "name": "none"}]}), "changeNotThere"),
        (json!({"switches": [{"project": "nowhere", "isolated": true}]}), "changeNotThere"),
    ];
    for (change, code) in cases {
        let preview = previewed(&bed, &change).await;
        assert_eq!((&preview["applicable"], &preview["issues"][0]["code"]), (&json!(false), &json!(code)), "{change}");
        let answer = bed.post("/changes", &json!({"change": change, "digest": preview["digest"]})).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
}

#[tokio::test]
async fn a_generated_policy_is_changed_by_its_entry_only() {
    let bed = Bed::store().await;
    made(&bed, json!({})).await;
    let delete = json!({"delete": [{"kind": "NetworkPolicy", "namespace": "shop", "name": "nsnp-office"}]});
    let preview = previewed(&bed, &delete).await;
    assert_eq!((&preview["applicable"], &preview["issues"][0]["code"]), (&json!(false), &json!("changeOfGenerated")));
}

#[tokio::test]
async fn files_can_be_tried_and_not_written() {
    let bed = Bed::files(example()).await;
    let change = json!({"yaml": "apiVersion: v1\nkind: Namespace\nmetadata: {name: billing, annotations: {kubesphere.io/network-isolate: enabled}, labels: {kubesphere.io/workspace: retail}}\n"});
    let preview = previewed(&bed, &change).await;
    assert_eq!((&preview["applicable"], &preview["effect"]["changed"]), (&json!(false), &json!(true)));
    let answer = bed.post("/changes", &json!({"change": change, "digest": preview["digest"]})).await;
    assert_eq!(
        (answer.status, &answer.json()["type"]),
        (StatusCode::FORBIDDEN, &json!("urn:bulkhead:problem:readOnly"))
    );
}

#[tokio::test]
async fn a_body_that_is_not_understood_is_refused() {
    let bed = Bed::store().await;
    let post = |kind: &'static str| {
        Request::post(format!("{ROOT}/changes/preview")).header(CONTENT_TYPE, kind).header(CSRF_HEADER, "1")
    };
    assert_eq!(bed.ask(post("text/plain"), "{}").await.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    for body in [
        "",
        "{",
        "[]",
        r#"{"puts": []}"#,
        r#"{"put": ["x"]}"#,
        r#"{"switches": [{"isolated": true}]}"#,
        r#"{"yaml": "a: ["}"#,
    ] {
        let answer = bed.ask(post("application/json"), body).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{body}");
    }
    let huge = format!(r#"{{"yaml": "{}"}}"#, "x".repeat(5 * 1024 * 1024));
    assert_eq!(bed.ask(post("application/json"), &huge).await.status, StatusCode::PAYLOAD_TOO_LARGE);
    let undo = previewed_status(&bed, &json!({"undo": 1, "put": []})).await;
    assert_eq!(undo, StatusCode::OK, "an empty list beside it is nothing");
    assert_eq!(previewed_status(&bed, &json!({"undo": 999})).await, StatusCode::NOT_FOUND);
}

async fn previewed_status(bed: &Bed, change: &Value) -> StatusCode {
    bed.post("/changes/preview", change).await.status
}
