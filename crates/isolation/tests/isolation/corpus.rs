//! What KubeSphere 3.4.1's own controller wrote, case by case.

use std::path::Path;

use bulkhead_isolation::{Setting, Settings, apply, code, names, plan};
use bulkhead_model::{Issue, Name};
use serde_json::{Value, json};

use crate::support::{shown_issue, snapshot, spec};

/// A file of the corpus. Without the corpora the tests do nothing, loudly; in CI they fail.
fn corpus(file: &str) -> Option<Value> {
    let path = bulkhead_corpora::find(Path::new("kubesphere").join(file))?;
    Some(serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap())
}

fn list(objects: &[Value]) -> String {
    json!({"apiVersion": "v1", "kind": "List", "items": objects}).to_string()
}

/// An entry as an object that kubectl would print.
fn entry(nsnp: &Value) -> Value {
    let mut object = nsnp.clone();
    object["apiVersion"] = json!("network.kubesphere.io/v1alpha1");
    object["kind"] = json!("NamespaceNetworkPolicy");
    object
}

/// KubeSphere's own words for an issue.
fn upstream_error(issue: &Issue) -> String {
    let service = issue.arguments.iter().find(|(name, _)| *name == "service").map(|(_, value)| value.as_str());
    let service = service.unwrap_or_default();
    match issue.code {
        code::ENTRY_SERVICE_NOT_FOUND => {
            format!("service {:?} not found", service.rsplit('/').next().unwrap_or_default())
        }
        code::ENTRY_SERVICE_WITHOUT_SELECTOR => format!("service {service} has no podselect"),
        code::ENTRY_PEER_EMPTY => "Invalid nsnp peer {<nil> nil <nil>}\n".to_owned(),
        _ => shown_issue(issue),
    }
}

#[test]
fn every_entry_becomes_the_policy_that_kubesphere_made_of_it() {
    let (Some(cases), Some(services)) = (corpus("convert.json"), corpus("services.json")) else { return };
    let cases = cases.as_array().unwrap();
    assert_eq!(cases.len(), 41);
    for case in cases {
        let id = &case["id"];
        let mut objects = services.as_array().unwrap().clone();
        objects.push(entry(&case["nsnp"]));
        let plan = plan(&snapshot(&list(&objects)), Setting::KubeSphere, &Settings::default());
        let policies: Vec<Value> = plan
            .apply
            .iter()
            .map(|policy| {
                let name = &policy.name;
                json!({"name": name.name.as_str(), "namespace": name.namespace.as_str(), "spec": spec(policy)})
            })
            .collect();
        let errors: Vec<String> = plan
            .issues
            .iter()
            .filter(|issue| issue.object.as_ref().is_some_and(|object| object.kind == "NamespaceNetworkPolicy"))
            .map(upstream_error)
            .collect();
        if let Some(error) = case.get("error") {
            assert_eq!(policies, Vec::<Value>::new(), "{id}");
            assert_eq!(json!(errors), json!([error]), "{id}");
        } else {
            assert_eq!(policies, std::slice::from_ref(&case["networkPolicy"]), "{id}");
            assert_eq!(errors, Vec::<String>::new(), "{id}");
        }
        assert!(plan.delete.is_empty(), "{id}");
    }
}

#[test]
fn every_sync_sets_and_deletes_what_kubesphere_did() {
    let Some(cases) = corpus("sync.json") else { return };
    let cases = cases.as_array().unwrap();
    assert_eq!(cases.len(), 25);
    for case in cases {
        let id = &case["id"];
        let namespace = case["namespace"].as_str().unwrap();
        let names_of = |value: &Value| value.as_array().cloned().unwrap_or_default();
        let allowed = names_of(&case["allowedIngressNamespaces"]);
        let allowed = allowed.iter().map(|name| Name::from(name.as_str().unwrap())).collect();
        let settings = Settings { allowed_ingress_namespaces: Some(allowed), ..Settings::default() };
        let mut objects = case["objects"].as_array().unwrap().clone();

        // The corpus has what syncing the namespace sets; a plan also has what syncing its entries sets.
        let first = plan(&snapshot(&list(&objects)), Setting::KubeSphere, &settings);
        let set: Vec<Value> = first
            .apply
            .iter()
            .filter(|policy| policy.name.name == names::BASE_POLICY)
            .map(|policy| {
                let name = &policy.name;
                json!({"name": name.name.as_str(), "namespace": name.namespace.as_str(), "spec": spec(policy)})
            })
            .collect();
        assert_eq!(set, names_of(&case["set"]), "{id}");
        assert!(first.delete.is_empty(), "{id}: nothing is there that could be deleted");

        let drops_entries = first.issues.iter().any(|issue| issue.code == code::KUBESPHERE_DELETES_ENTRIES);
        assert_eq!(json!(drops_entries), case["nsnpDeleteCollection"], "{id}");

        // Deletions show where there is something to delete.
        objects.push(json!({
            "apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy",
            "metadata": {"name": names::BASE_POLICY, "namespace": namespace},
            "spec": {"podSelector": {"matchLabels": {"left": "behind"}}, "policyTypes": ["Ingress"]},
        }));
        let second = plan(&snapshot(&list(&objects)), Setting::KubeSphere, &settings);
        let deleted: Vec<Value> = second.delete.iter().map(|name| json!(name.to_string())).collect();
        assert_eq!(deleted, names_of(&case["delete"]), "{id}");
        assert_eq!(second.apply, first.apply, "{id}");
    }
}

#[test]
fn a_second_pass_over_stable_policies_writes_nothing() {
    let Some(cases) = corpus("sync.json") else { return };
    for case in cases.as_array().unwrap() {
        let before = snapshot(&list(case["objects"].as_array().unwrap()));
        let settings = Settings { allowed_ingress_namespaces: Some(Vec::new()), ..Settings::default() };
        let first = plan(&before, Setting::KubeSphere, &settings);
        let (after, refused) = apply(&first, &before);
        assert!(refused.is_empty(), "{}", case["id"]);
        let second = plan(&after, Setting::KubeSphere, &settings);
        assert_eq!(second.apply, [], "{}", case["id"]);
        assert_eq!(second.delete, [], "{}", case["id"]);
    }
}
