//! Allowlist entries: added, changed, removed, and what is said of them.

use bulkhead_control_plane::ControlPlane;
use serde_json::{Value, json};

use crate::bed::{BASE, Bed, entry_path, eventually, settled};

/// The entry, once a condition has a status and a reason, all for its present generation.
fn until_condition(bed: &Bed<'_>, entry: (&str, &str), kind: &str, status: &str, reason: &str) -> Value {
    until_said(bed, &entry_path(entry.0, entry.1), kind, status, reason)
}

/// An object, once a condition has a status and a reason, all for its present generation.
pub(crate) fn until_said(bed: &Bed<'_>, path: &str, kind: &str, status: &str, reason: &str) -> Value {
    let look = || {
        let object = bed.admin.get(path).ok()?;
        let generation = &object["metadata"]["generation"];
        let conditions = object["status"]["conditions"].as_array()?;
        let it = conditions.iter().find(|condition| condition["type"] == kind)?;
        let is_so = it["status"] == status && it["reason"] == reason && it["observedGeneration"] == *generation;
        (is_so && object["status"]["observedGeneration"] == *generation).then_some(object.clone())
    };
    eventually(&format!("{path} is {kind}={status}, {reason}"), look).0
}

/// An Event about an object with a reason.
pub(crate) fn until_event(bed: &Bed<'_>, namespace: &str, name: &str, reason: &str) -> Value {
    let path = format!("/apis/events.k8s.io/v1/namespaces/{namespace}/events");
    let look = || {
        let events = bed.admin.get(&path).ok()?;
        let is_it = |event: &&Value| event["regarding"]["name"] == name && event["reason"] == reason;
        events["items"].as_array()?.iter().find(is_it).cloned()
    };
    eventually(&format!("an Event {reason} about {namespace}/{name}"), look).0
}

pub(crate) fn life(plane: &ControlPlane) {
    let bed = Bed::new(plane);
    bed.isolated("en-a");
    bed.project("en-b", "en-a");
    let mut controller = bed.leader("entries");
    let from = |project: &str| json!({"ingress": [{"from": [{"namespace": {"name": project}}]}]});

    bed.entry("en-a", "friends", &from("en-b"));
    let (policy, _) = bed.until_policy("en-a", "nsnp-friends");
    let peer = |name: &str| json!({"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": name}}});
    assert_eq!(policy["spec"]["ingress"][0]["from"], json!([peer("en-b")]));
    let first = until_condition(&bed, ("en-a", "friends"), "Ready", "True", "Applied");
    assert_eq!(first["status"]["policies"], json!([{"namespace": "en-a", "name": "nsnp-friends"}]));

    bed.project("en-c", "en-a");
    bed.merge(&entry_path("en-a", "friends"), &json!({"spec": from("en-c")}));
    eventually("the policy follows", || {
        bed.policy("en-a", "nsnp-friends")
            .filter(|policy| policy["spec"]["ingress"][0]["from"] == json!([peer("en-c")]))
    });
    let second = until_condition(&bed, ("en-a", "friends"), "Ready", "True", "Applied");
    assert!(second["metadata"]["generation"].as_i64() > first["metadata"]["generation"].as_i64());

    // Nothing is lost when isolation goes off and on.
    bed.switch("en-a", "");
    bed.until_no_policy("en-a", "nsnp-friends");
    bed.until_no_policy("en-a", BASE);
    until_condition(&bed, ("en-a", "friends"), "Ready", "False", "IsolationOff");
    bed.switch("en-a", "enabled");
    bed.until_policy("en-a", "nsnp-friends");
    until_condition(&bed, ("en-a", "friends"), "Ready", "True", "Applied");

    bed.admin.delete(&entry_path("en-a", "friends")).unwrap();
    bed.until_no_policy("en-a", "nsnp-friends");
    settled(&mut controller);
    assert!(bed.policy("en-a", BASE).is_some(), "the project stays isolated");
    bed.is_as_planned();
    assert!(controller.stop().unwrap().success());
}

pub(crate) fn unresolved(plane: &ControlPlane) {
    let bed = Bed::new(plane);
    bed.isolated("un-a");
    bed.project("un-b", "un-a");
    let mut controller = bed.leader("unresolved");
    bed.entry("un-a", "good", &json!({"ingress": [{"from": [{"ipBlock": {"cidr": "198.51.100.0/24"}}]}]}));
    bed.until_policy("un-a", "nsnp-good");
    let good = until_condition(&bed, ("un-a", "good"), "Ready", "True", "Applied");

    let service = json!({"service": {"namespace": "un-b", "name": "api"}});
    bed.entry("un-a", "api", &json!({"ingress": [{"from": [service]}]}));
    until_condition(&bed, ("un-a", "api"), "Resolved", "False", "ServiceNotFound");
    let event = until_event(&bed, "un-a", "api", "ServiceNotFound");
    assert_eq!(event["type"], "Warning");
    assert!(event["note"].as_str().unwrap().contains("un-b/api"), "{event}");
    assert!(bed.policy("un-a", "nsnp-api").is_none());

    // The rule about peers refuses this one where it is written; somebody without that rule writes it all the same.
    let long = "x".repeat(253 - "nsnp-".len() + 1);
    bed.entry("un-a", &long, &json!({"ingress": [{"from": [{"ipBlock": {"cidr": "198.51.100.0/24"}}]}]}));
    until_condition(&bed, ("un-a", &long), "Resolved", "False", "NameTooLong");

    bed.create(&json!({
        "apiVersion": "v1", "kind": "Service", "metadata": {"name": "api", "namespace": "un-b"},
        "spec": {"selector": {"app": "api"}, "ports": [{"port": 80, "targetPort": 8080}]},
    }));
    let (policy, _) = bed.until_policy("un-a", "nsnp-api");
    assert_eq!(policy["spec"]["ingress"][0]["from"][0]["podSelector"]["matchLabels"], json!({"app": "api"}));
    until_condition(&bed, ("un-a", "api"), "Resolved", "True", "Resolved");
    settled(&mut controller);
    let still = bed.admin.get(&entry_path("un-a", "good")).unwrap();
    assert_eq!(still["metadata"]["resourceVersion"], good["metadata"]["resourceVersion"], "it was not touched");
    bed.is_as_planned();
    assert!(controller.stop().unwrap().success());
}
