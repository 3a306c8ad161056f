//! Definitions of other projects' kinds.

use bulkhead_store::{KnownKind, Object, Scope};
use serde_json::json;

/// A definition of an object's kind that allows anything; `None` for an object without a kind.
pub(crate) fn definition(group: &str, version: &str, object: &Object) -> Option<Object> {
    let kind = object.kind();
    let known = KnownKind::of(object.api_version(), kind).map(|known| &known.resource);
    let plural = known.map_or_else(|| plural_of(kind), |known| known.plural.to_string());
    let is_namespaced = known.map_or_else(|| object.namespace().is_some(), |known| known.scope == Scope::Namespaced);
    let schema = json!({"type": "object", "x-kubernetes-preserve-unknown-fields": true});
    let served = json!({"name": version, "served": true, "storage": true, "schema": {"openAPIV3Schema": schema}});
    let value = json!({
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
        "metadata": {"name": format!("{plural}.{group}"), "annotations": {
            "api-approved.kubernetes.io": "https://github.com/kubernetes-sigs/network-policy-api",
        }},
        "spec": {
            "group": group, "scope": if is_namespaced { "Namespaced" } else { "Cluster" },
            "names": {"kind": kind, "plural": plural, "singular": kind.to_ascii_lowercase()}, "versions": [served],
        },
    });
    Object::from_value(value)
}

/// The plural of a kind's name, as controller-gen makes it.
fn plural_of(kind: &str) -> String {
    let name = kind.to_ascii_lowercase();
    match name.strip_suffix('y') {
        Some(stem) => format!("{stem}ies"),
        None if name.ends_with(['s', 'x']) => format!("{name}es"),
        None => format!("{name}s"),
    }
}
