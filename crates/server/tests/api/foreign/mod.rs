//! Nobody sees what is not theirs: every operation of the document, as every kind of user, in both languages, and every byte of what
//! comes back searched for the names, labels and addresses of others.

mod bed;
mod examples;
mod kubesphere;

use axum::http::StatusCode;
use futures_util::StreamExt as _;
use serde_json::{Value, json};

use bed::{Bed, LANGUAGES, User};
use examples::{Ask, Example, examples};

/// Addresses that only others have, and those beside them, which would tell as much.
const ADDRESSES: [&str; 12] = [
    "10.233.90.200",
    "10.233.90.201",
    "10.233.90.202",
    "10.233.40.200",
    "10.233.40.201",
    "10.233.40.202",
    "192.0.2.201",
    "198.18.77",
    "198.18.78",
    "198.18.76.255",
    "198.18.79",
    "198.18.80.0",
];
/// Those of a project of the tenant's own workspace.
const OF_SIBLING: [&str; 3] = ["10.233.90.210", "10.233.90.211", "10.233.90.212"];
/// Names of that project.
const NAMES_OF_SIBLING: [&str; 4] = ["canarysibling", "canarytwin", "canarymark", "canaryword"];

/// Every canary in a text.
fn canaries(text: &str) -> Vec<String> {
    let words = text.split(|letter: char| !letter.is_ascii_alphabetic()).filter(|word| word.contains("canary"));
    let addresses = ADDRESSES.iter().chain(&OF_SIBLING).filter(|address| text.contains(*address));
    words.map(str::to_owned).chain(addresses.map(|&address| address.to_owned())).collect()
}

/// The canaries that a user may not see, beyond those in the question.
fn leaked(user: User, asked: &str, answered: &str) -> Vec<String> {
    let known = canaries(asked);
    let is_sibling = |name: &String| OF_SIBLING.contains(&name.as_str()) || NAMES_OF_SIBLING.contains(&name.as_str());
    let mut leaked = canaries(answered);
    let may_see = |name: &String| user == User::WorkspaceViewer && is_sibling(name);
    leaked.retain(|name| !known.contains(name) && !may_see(name));
    leaked.sort();
    leaked.dedup();
    leaked
}

/// The operations of the document.
fn operations() -> Vec<(String, String)> {
    let document: Value = serde_json::from_str(&bulkhead_server::openapi::document()).unwrap();
    let mut found = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for operation in methods.as_object().unwrap().values() {
            found.push((operation["operationId"].as_str().unwrap().to_owned(), path.clone()));
        }
    }
    found
}

async fn search(bed: &Bed) {
    let (mut seen_by_administrator, mut leaks) = (Vec::new(), Vec::new());
    let operations = operations();
    assert!(operations.len() > 15);
    for (operation, _) in &operations {
        let examples: Vec<Example> = examples(operation);
        assert!(!examples.is_empty(), "the operation {operation} has no example in tests/api/foreign/examples.rs");
        for Example { ask, path, body } in examples.iter().filter(|example| example.ask != Ask::Stream) {
            for (user, language) in User::ALL.iter().flat_map(|user| LANGUAGES.map(|language| (*user, language))) {
                let answer = bed.send(user, language, *ask, path, body).await;
                let whole = format!("{:?} {}", answer.headers, answer.text);
                if user == User::Administrator {
                    seen_by_administrator.extend(canaries(&whole).into_iter().map(|name| (operation.clone(), name)));
                    continue;
                }
                assert_ne!(answer.status, StatusCode::INTERNAL_SERVER_ERROR, "{user:?} {path} {body}: {}", answer.text);
                let found = leaked(user, &format!("{path} {body}"), &whole);
                if !found.is_empty() {
                    leaks
                        .push(format!("{operation} {user:?} {language} {path} {body}\n  {found:?}\n  {}", answer.text));
                }
            }
        }
    }
    assert!(leaks.is_empty(), "{} leaks\n{}", leaks.len(), leaks.join("\n"));
    // The control: whoever may see everything does, by name, by label and by address.
    for name in
        ["canaryproject", "canarypod", "canaryservice", "canarytext", "canarypolicy", "10.233.90.201", "canaryentry"]
    {
        assert!(seen_by_administrator.iter().any(|(_, seen)| seen == name), "{name}");
    }
    let silent = ["getVersion", "getOverview", "applyChange", "watchEvents"];
    for (operation, _) in operations.iter().filter(|(operation, _)| !silent.contains(&operation.as_str())) {
        let is_told = seen_by_administrator.iter().any(|(told, _)| told == operation);
        assert!(is_told || operation == "getHistory", "{operation} says nothing of others even to an administrator");
    }
}

#[tokio::test]
async fn a_store_tells_nobody_what_is_not_theirs() {
    search(&Bed::store().await).await;
}

#[tokio::test]
async fn a_dump_tells_nobody_what_is_not_theirs() {
    search(&Bed::files().await).await;
}

#[tokio::test]
async fn what_is_somebody_elses_and_what_is_not_there_are_answered_alike() {
    let bed = Bed::store().await;
    let (there, missing) = ("canaryproject", "nowherenamed");
    let mut compared = 0;
    for (operation, _) in operations() {
        for Example { ask, path, body } in examples(&operation).into_iter().filter(|example| example.ask != Ask::Stream)
        {
            if !path.contains(there) && !body.to_string().contains(there) {
                continue;
            }
            // Whoever may write a rule about somebody is told whether there is somebody to be ruled about.
            if body.to_string().contains("Exposure") {
                continue;
            }
            compared += 1;
            let other: Value = serde_json::from_str(&body.to_string().replace(there, missing)).unwrap();
            for user in [User::WorkspaceViewer, User::ProjectAdmin, User::Nobody] {
                let is = bed.send(user, "en", ask, &path, &body).await;
                let none = bed.send(user, "en", ask, &path.replace(there, missing), &other).await;
                assert_eq!(is.status, none.status, "{user:?} {path} {body}");
                assert_eq!(is.text.replace(there, missing), none.text, "{user:?} {path} {body}");
                assert!(is.status.is_client_error(), "{user:?} {path} {body}: {}", is.text);
            }
        }
    }
    assert!(compared > 10, "{compared}");
}

#[tokio::test]
async fn events_tell_others_that_something_happened_and_not_what() {
    let bed = Bed::store().await;
    let mut told = Vec::new();
    for user in User::ALL {
        let mut stream = bed.stream(user).await;
        told.push((user, stream.next().await.unwrap().unwrap(), stream));
    }
    bed.touch_foreign().await;
    for (user, first, mut stream) in told {
        let second = stream.next().await.unwrap().unwrap();
        let text = format!("{}{}", String::from_utf8_lossy(&first), String::from_utf8_lossy(&second));
        assert_eq!(text.matches("event: state").count(), 2, "{text}");
        if user == User::Administrator {
            let revision = bed.store.as_ref().unwrap().revision().unwrap();
            assert!(text.contains(&format!("data: {revision}\n")), "{text}");
            continue;
        }
        assert!(leaked(user, "", &text).is_empty(), "{text}");
        let versions: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("data: ")).collect();
        assert!(versions.iter().all(|version| version.len() == 16) && versions[0] != versions[1], "{text}");
    }
}

#[tokio::test]
async fn an_answer_of_somebody_elses_is_not_taken_for_ones_own() {
    let bed = Bed::store().await;
    let tags: Vec<String> = {
        let mut tags = Vec::new();
        for user in User::ALL {
            tags.push(bed.send(user, "en", Ask::Get, "/tenants", &Value::Null).await.header("etag").to_owned());
        }
        tags
    };
    for (index, tag) in tags.iter().enumerate() {
        assert!(!tag.is_empty() && tags.iter().skip(index + 1).all(|other| other != tag), "{tags:?}");
    }
}

#[tokio::test]
async fn a_tenant_sees_and_changes_their_own() {
    let bed = Bed::store().await;
    let get = async |user, path: &str| bed.send(user, "en", Ask::Get, path, &Value::Null).await;
    let tenants = get(User::ProjectAdmin, "/tenants").await.json();
    let projects: Vec<&Value> =
        tenants["projects"].as_array().unwrap().iter().map(|project| &project["namespace"]).collect();
    assert_eq!((projects, &tenants["workspaces"][0]["name"]), (vec![&json!("shop")], &json!("retail")));
    assert_eq!(get(User::Nobody, "/tenants").await.json(), json!({"workspaces": [], "projects": []}));
    let matrix = get(User::ProjectAdmin, "/matrix").await.json();
    let rows: Vec<&Value> = matrix["axis"].as_array().unwrap().iter().map(|row| &row["kind"]).collect();
    assert!(rows.contains(&&json!("foreign")) && rows.contains(&&json!("project")), "{matrix}");

    let change = json!({"switches": [{"project": "shop", "isolated": false}]});
    let preview = bed.send(User::ProjectAdmin, "en", Ask::Post, "/changes/preview", &change).await.json();
    assert_eq!(preview["applicable"], true, "{preview}");
    let apply = json!({"change": change, "digest": preview["digest"]});
    // Whoever may look may not write, and a preview is its maker's.
    let refused = bed.send(User::WorkspaceViewer, "en", Ask::Post, "/changes", &apply).await;
    assert_eq!(
        (refused.status, &refused.json()["type"]),
        (StatusCode::FORBIDDEN, &json!("urn:bulkhead:problem:notYours"))
    );
    assert_eq!(bed.send(User::ProjectAdmin, "en", Ask::Post, "/changes", &apply).await.status, StatusCode::OK);
    let history = get(User::ProjectAdmin, "/history").await.json();
    let newest = history["changes"][0]["revision"].clone();
    assert_eq!(history["changes"][0]["objects"][0]["name"], "shop", "{history}");
    // They take back what they did, and nothing of anybody else's.
    let undo = json!({"undo": newest});
    assert_eq!(
        bed.send(User::ProjectAdmin, "en", Ask::Post, "/changes/preview", &undo).await.json()["applicable"],
        true
    );
    let foreign = bed.touch_foreign().await;
    let undo = bed.send(User::ProjectAdmin, "en", Ask::Post, "/changes/preview", &json!({"undo": foreign})).await;
    assert_eq!(undo.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn others_are_one_party_of_a_picture() {
    let bed = Bed::store().await;
    let get = async |user, language, path: &str| bed.send(user, language, Ask::Get, path, &Value::Null).await;
    for level in ["workspace", "project", "workload"] {
        let path = format!("/topology?level={level}");
        let own = get(User::ProjectAdmin, "en", &path).await.json();
        let parties = own["parties"].as_array().unwrap();
        let foreign: Vec<usize> = (0..parties.len()).filter(|at| parties[*at]["kind"] == "foreign").collect();
        let [foreign] = foreign[..] else { panic!("{own}") };
        assert_eq!((&parties[foreign]["names"], &parties[foreign]["size"]), (&json!([]), &json!(1)), "{own}");
        // What others have among themselves and with the world is not told, and not how many they are.
        let is_shared = |at: &Value| {
            let kind = parties[usize::try_from(at.as_u64().unwrap()).unwrap()]["kind"].as_str().unwrap();
            ["foreign", "node", "nodes", "outside", "otherRanges"].contains(&kind)
        };
        let links = own["links"].as_array().unwrap();
        let mut with_foreign = links.iter().filter(|link| link["from"] == foreign || link["to"] == foreign);
        assert!(with_foreign.clone().count() > 0, "{own}");
        assert!(with_foreign.all(|link| link["pairs"] == 1 && !(is_shared(&link["from"]) && is_shared(&link["to"]))));
        let everything = get(User::Administrator, "en", &path).await.json();
        assert!(everything["parties"].as_array().unwrap().iter().all(|party| party["kind"] != "foreign"));
    }
    let drawn = get(User::ProjectAdmin, "zh-CN", "/topology/picture?level=project").await;
    assert_eq!(drawn.status, StatusCode::OK);
    assert!(drawn.text.starts_with("<svg") && drawn.text.contains("其他企业空间"), "{}", drawn.text);
    // The way of a packet that others' policies decide about is drawn with them as somebody.
    let way = get(User::ProjectAdmin, "en", "/trace/picture?from=pod/shop/db-0&to=10.233.90.201:8080/TCP").await;
    assert_eq!(way.status, StatusCode::OK);
    assert!(way.text.starts_with("<svg") && way.text.contains("another workspace"), "{}", way.text);
}

#[tokio::test]
async fn ports_are_told_whatever_labels_others_have() {
    let bed = Bed::store().await;
    let store = bed.store.as_ref().unwrap();
    let other = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "canaryports",
        "labels": {"kubesphere.io/workspace": "canaryworkspace"}, "annotations": {"prometheus.io/port": "1-65535"}}});
    let resource = &bulkhead_store::KnownKind::named("namespaces").unwrap().resource;
    let object = bulkhead_store::Object::from_value(other).unwrap();
    bulkhead_store::Store::create(store, resource, &object, &bulkhead_store::Write::by("others")).await.unwrap();
    let matrix = bed.send(User::ProjectAdmin, "en", Ask::Get, "/matrix", &Value::Null).await;
    assert!(matrix.text.contains("\"TCP\":[\"1-65535\"]"), "{}", matrix.text);
}

#[tokio::test]
async fn a_tenant_cannot_move_a_project_or_touch_what_others_share() {
    let bed = Bed::store().await;
    let namespace = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop", "labels": {"kubesphere.io/workspace": "analytics"}}});
    let node = json!({"apiVersion": "v1", "kind": "Node", "metadata": {"name": "node1"}});
    let service =
        json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web", "namespace": "shop"}, "spec": {}});
    let policy = json!({"apiVersion": "policy.networking.k8s.io/v1alpha2", "kind": "ClusterNetworkPolicy", "metadata": {"name": "everybody"}});
    for object in [namespace, node, service, policy] {
        let refused =
            bed.send(User::ProjectAdmin, "en", Ask::Post, "/changes/preview", &json!({"put": [object]})).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{object}: {}", refused.text);
    }
    let entry = json!({"apiVersion": "network.kubesphere.io/v1alpha1", "kind": "NamespaceNetworkPolicy",
        "metadata": {"name": "more", "namespace": "shop"}, "spec": {"ingress": [{"from": [{"ipBlock": {"cidr": "203.0.113.0/24"}}]}]}});
    let allowed = bed.send(User::ProjectAdmin, "en", Ask::Post, "/changes/preview", &json!({"put": [entry]})).await;
    assert_eq!(allowed.json()["applicable"], true, "{}", allowed.text);
}
