//! The document about the API is about the router that is served.

use axum::http::{Request, StatusCode};
use bulkhead_server::openapi::document;
use serde_json::Value;

use crate::bed::{Bed, example};

fn parsed() -> Value {
    serde_json::from_str(&document()).unwrap()
}

#[tokio::test]
async fn every_operation_of_the_document_is_served() {
    let bed = Bed::files(example()).await;
    let document = parsed();
    let paths = document["paths"].as_object().unwrap();
    assert!(paths.len() > 10);
    for (path, methods) in paths {
        let path = path.replace("{namespace}", "shop").replace("{kind}", "NetworkPolicy").replace("{name}", "none");
        for method in methods.as_object().unwrap().keys().filter(|_| !path.ends_with("/events")) {
            let request =
                Request::builder().method(method.to_uppercase().as_str()).uri(&path).header("x-bulkhead-csrf", "1");
            let answer = bed.ask(request, "").await;
            assert_ne!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{method} {path}");
            let is_known =
                answer.status != StatusCode::NOT_FOUND || answer.text.contains("urn:bulkhead:problem:notFound");
            assert!(is_known, "{method} {path}: {}", answer.text);
        }
    }
}

/// Every `$ref` of the document, wherever it stands.
fn references(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            found.extend(fields.get("$ref").and_then(Value::as_str).map(str::to_owned));
            fields.values().for_each(|value| references(value, found));
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        _ => {}
    }
}

#[test]
fn every_reference_has_its_schema() {
    let document = parsed();
    let mut found = Vec::new();
    references(&document, &mut found);
    assert!(found.len() > 20);
    for reference in found {
        let pointer = reference.strip_prefix('#').unwrap();
        assert!(document.pointer(pointer).is_some(), "{reference}");
    }
}
