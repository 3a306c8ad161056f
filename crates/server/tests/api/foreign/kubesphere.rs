//! KubeSphere's paths: what its console sees and changes, and nothing of others.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::bed::{Bed, LANGUAGES, User};
use super::leaked;

const OF_ENTRIES: (&str, &str, &str) = ("network.kubesphere.io", "v1alpha1", "namespacenetworkpolicies");
const OF_POLICIES: (&str, &str, &str) = ("networking.k8s.io", "v1", "networkpolicies");

/// A path with everything that may stand in it, of the tenant's own and of others.
fn filled(path: &str) -> Vec<String> {
    let mut paths = Vec::new();
    for (group, version, plural) in [OF_ENTRIES, OF_POLICIES, ("", "v1", "services"), ("", "v1", "namespaces")] {
        for (namespace, workspace) in [("shop", "retail"), ("canaryproject", "canaryworkspace")] {
            for name in ["from-billing", "from-shared", "canarypolicy", "canaryentry", namespace] {
                let filled = path.replace("{cluster}", "host").replace("{group}", group).replace("{version}", version);
                let filled = filled.replace("{plural}", plural).replace("{namespace}", namespace);
                let name = if path.contains("workspaces/{name}") { workspace } else { name };
                paths.push(filled.replace("{workspace}", workspace).replace("{name}", name));
            }
        }
    }
    paths.sort();
    paths.dedup();
    paths
}

fn entry(namespace: &str, name: &str) -> Value {
    json!({"apiVersion": "network.kubesphere.io/v1alpha1", "kind": "NamespaceNetworkPolicy",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {"ingress": [{"from": [{"ipBlock": {"cidr": "203.0.113.0/24"}}]}]}})
}

#[tokio::test]
async fn no_path_tells_of_others() {
    let bed = Bed::store().await;
    let paths = bulkhead_server::kubesphere_paths();
    assert!(paths.len() > 30, "{}", paths.len());
    let (mut leaks, mut answered) = (Vec::new(), 0);
    for (method, path) in paths {
        for path in filled(&path) {
            let body = if method == "GET" { Value::Null } else { entry("canaryproject", "canaryentry") };
            for user in [User::WorkspaceViewer, User::ProjectAdmin, User::Nobody] {
                for language in LANGUAGES {
                    let answer = bed.outside(user, language, method, &path, &body).await;
                    assert_ne!(answer.status, StatusCode::INTERNAL_SERVER_ERROR, "{method} {path}: {}", answer.text);
                    answered += usize::from(answer.status == StatusCode::OK);
                    let found =
                        leaked(user, &format!("{path} {body}"), &format!("{:?} {}", answer.headers, answer.text));
                    if !found.is_empty() {
                        leaks.push(format!("{user:?} {method} {path} {found:?}\n  {}", answer.text));
                    }
                }
            }
        }
    }
    assert!(leaks.is_empty(), "{} leaks\n{}", leaks.len(), leaks.join("\n"));
    assert!(answered > 50, "{answered}");
}

#[tokio::test]
async fn its_console_lists_writes_and_switches() {
    let bed = Bed::store().await;
    let ask = async |user, method: &str, path: &str, body: Value| bed.outside(user, "en", method, path, &body).await;
    let entries = "/clusters/host/kapis/network.kubesphere.io/v1alpha1/namespaces/shop/namespacenetworkpolicies";
    let labels = "labelSelector=kubesphere.io/policy-type=ingress,kubesphere.io/policy-traffic=outside&sortBy=createTime&limit=10";
    let listed = ask(User::ProjectAdmin, "GET", &format!("{entries}?{labels}"), Value::Null).await.json();
    assert_eq!(
        (&listed["kind"], &listed["items"][0]["metadata"]["name"]),
        (&json!("NamespaceNetworkPolicyList"), &json!("office"))
    );
    assert_eq!(listed["items"].as_array().unwrap().len(), 1);
    let page = ask(User::ProjectAdmin, "GET", &format!("{entries}?limit=1"), Value::Null).await.json();
    assert_eq!((&page["metadata"]["continue"], &page["metadata"]["remainingItemCount"]), (&json!("1"), &json!(1)));

    let created = ask(User::ProjectAdmin, "POST", entries, entry("shop", "more")).await;
    assert_eq!((created.status, &created.json()["metadata"]["name"]), (StatusCode::CREATED, &json!("more")));
    let twice = ask(User::ProjectAdmin, "POST", entries, entry("shop", "more")).await;
    assert_eq!((twice.status, &twice.json()["reason"]), (StatusCode::CONFLICT, &json!("Conflict")));
    // A viewer could switch isolation in KubeSphere (kubesphere#2558); here nobody writes without the right to.
    let by_viewer = ask(User::WorkspaceViewer, "POST", entries, entry("shop", "another")).await;
    assert_eq!((by_viewer.status, &by_viewer.json()["kind"]), (StatusCode::FORBIDDEN, &json!("Status")));
    let off = json!({"metadata": {"annotations": {"kubesphere.io/network-isolate": ""}}});
    let project = "/api/clusters/host/v1/namespaces/shop";
    assert_eq!(ask(User::WorkspaceViewer, "PATCH", project, off.clone()).await.status, StatusCode::FORBIDDEN);
    let switched = ask(User::ProjectAdmin, "PATCH", project, off).await;
    assert_eq!(switched.status, StatusCode::OK, "{}", switched.text);
    assert_eq!(switched.json()["metadata"]["annotations"]["kubesphere.io/network-isolate"], "disabled");
    let one = format!("{entries}/more");
    assert_eq!(ask(User::ProjectAdmin, "DELETE", &one, Value::Null).await.json()["status"], "Success");
    assert_eq!(ask(User::ProjectAdmin, "GET", &one, Value::Null).await.json()["reason"], "NotFound");

    // The picker of projects has those of the workspace that somebody sees (kubesphere#5444).
    let picker =
        "/kapis/resources.kubesphere.io/v1alpha3/namespaces?limit=-1&labelSelector=!kubesphere.io/devopsproject";
    let all = ask(User::Administrator, "GET", picker, Value::Null).await.json();
    let own = ask(User::ProjectAdmin, "GET", picker, Value::Null).await.json();
    assert!(all["totalItems"].as_u64().unwrap() > 5 && own["totalItems"] == 1, "{all} {own}");
    let features = ask(User::Nobody, "GET", "/kapis/config.kubesphere.io/v1alpha2/configs/configz", Value::Null).await;
    assert_eq!(features.json()["network"], true);
}
