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

#[tokio::test]
async fn a_parameter_that_has_to_be_there_is_not_empty() {
    let bed = Bed::files(example()).await;
    let (document, mut in_query) = (parsed(), 0);
    for (path, methods) in document["paths"].as_object().unwrap() {
        for operation in methods.as_object().unwrap().values() {
            let parameters = operation["parameters"].as_array().unwrap().iter();
            let required = parameters.filter(|parameter| parameter["required"] == true && parameter["in"] != "header");
            for parameter in required {
                assert_eq!(parameter["schema"]["minLength"], 1, "{path} {parameter}");
                if parameter["in"] == "query" {
                    in_query += 1;
                    let asked =
                        format!("{}?{}=", path.replace("{namespace}", "shop"), parameter["name"].as_str().unwrap());
                    let answer = bed.ask(Request::get(&asked), "").await;
                    assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{asked}: {}", answer.text);
                }
            }
        }
    }
    assert!(in_query > 4, "{in_query}");
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
