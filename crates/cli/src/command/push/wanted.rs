//! Which objects of a file are pushed, and what of them.

use bulkhead_store::{KINDS, KnownKind, Object};
use serde_json::{Map, Value, json};

/// Kinds that are pushed with their whole spec.
const WHOLE: [&str; 4] = [
    "exposures.network.bulkhead.dev",
    "workspaceallowlists.network.bulkhead.dev",
    "namespacenetworkpolicies.network.kubesphere.io",
    "networkpolicies.networking.k8s.io",
];
/// The annotation that is the isolation switch of a namespace, and of a workspace of KubeSphere 4.
const SWITCH: &str = "kubesphere.io/network-isolate";
/// The field that is the switch of a workspace of KubeSphere 3.
const SWITCH_FIELD: &str = "networkIsolation";

/// What is pushed of an object; `None` where it is none of a person's decisions.
pub(super) fn of(known: &KnownKind, object: &Object) -> Option<Object> {
    let name = known.resource.group_resource();
    if WHOLE.contains(&name.as_str()) {
        let is_made_for_them = object.label("app.kubernetes.io/managed-by") == Some("bulkhead");
        return (!is_made_for_them).then(|| whole(object));
    }
    match name.as_str() {
        "namespaces" | "workspaces.tenant.kubesphere.io" => switch(object),
        _ => None,
    }
}

/// Whether an object of a kind is made where it is not there.
pub(super) fn may_be_made(known: &KnownKind) -> bool {
    WHOLE.contains(&known.resource.group_resource().as_str())
}

/// Kinds of which a push may take back what an earlier one made.
pub(super) fn prunable() -> impl Iterator<Item = &'static KnownKind> {
    KINDS.iter().filter(|known| may_be_made(known))
}

/// Whether a manager applied an object.
pub(super) fn was_pushed(object: &Object, manager: &str) -> bool {
    let entries = object.metadata().and_then(|metadata| metadata.get("managedFields")?.as_array());
    entries.into_iter().flatten().any(|entry| entry.get("manager") == Some(&json!(manager)))
}

/// Without what a server gives, and without the status.
fn whole(object: &Object) -> Object {
    let mut wanted = identity(object);
    for field in ["labels", "annotations"] {
        let value = object.metadata().and_then(|metadata| metadata.get(field));
        wanted.metadata_mut().extend(value.map(|value| (field.to_owned(), value.clone())));
    }
    wanted.0.extend(object.0.get("spec").map(|spec| ("spec".to_owned(), spec.clone())));
    wanted
}

/// Only the switch, and only where it is said.
fn switch(object: &Object) -> Option<Object> {
    let mut wanted = identity(object);
    let annotation = object.annotation(SWITCH);
    let field = object.0.get("spec").and_then(|spec| spec.get(SWITCH_FIELD));
    if annotation.is_none() && field.is_none() {
        return None;
    }
    if let Some(value) = annotation {
        let mut annotations = Map::new();
        annotations.insert(SWITCH.to_owned(), value.into());
        wanted.metadata_mut().insert("annotations".to_owned(), Value::Object(annotations));
    }
    wanted.0.extend(field.map(|value| ("spec".to_owned(), json!({SWITCH_FIELD: value}))));
    Some(wanted)
}

fn identity(object: &Object) -> Object {
    let mut fields = Map::new();
    fields.insert("apiVersion".to_owned(), object.api_version().into());
    fields.insert("kind".to_owned(), object.kind().into());
    let mut wanted = Object(fields);
    let metadata = wanted.metadata_mut();
    metadata.insert("name".to_owned(), object.name().into());
    metadata.extend(object.namespace().map(|namespace| ("namespace".to_owned(), namespace.into())));
    wanted
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pushed(value: Value) -> Option<Value> {
        let object = Object::from_value(value).unwrap();
        let known = KnownKind::of(object.api_version(), object.kind()).unwrap();
        of(known, &object).map(Object::into_value)
    }

    #[test]
    fn of_a_namespace_only_the_switch_is_pushed() {
        let namespace = |annotations: Value| {
            json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {
                "name": "shop", "uid": "1", "labels": {"kubesphere.io/workspace": "w"}, "annotations": annotations,
            }})
        };
        let switch = json!({"kubesphere.io/network-isolate": "enabled"});
        let expected =
            json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop", "annotations": switch}});
        assert_eq!(pushed(namespace(json!({"kubesphere.io/network-isolate": "enabled", "a": "b"}))), Some(expected));
        assert_eq!(pushed(namespace(json!({"a": "b"}))), None);
    }

    #[test]
    fn policies_that_were_made_for_people_and_what_is_the_clusters_own_are_not_pushed() {
        let policy = |labels: Value| {
            let metadata = json!({"name": "p", "namespace": "shop", "resourceVersion": "7", "labels": labels});
            json!({"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": metadata, "spec": {}, "status": {}})
        };
        assert_eq!(pushed(policy(json!({"app.kubernetes.io/managed-by": "bulkhead"}))), None);
        let expected = json!({"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {
            "name": "p", "namespace": "shop", "labels": {"a": "b"},
        }, "spec": {}});
        assert_eq!(pushed(policy(json!({"a": "b"}))), Some(expected));
        let pod =
            json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p", "namespace": "shop"}, "spec": {}});
        assert_eq!(pushed(pod), None);
    }
}
