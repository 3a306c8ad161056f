//! What may be a name.

use bulkhead_store::{Cause, Object, ObjectKey, Resource, Scope, StoreError};

/// The longest name of an object, and of a namespace or a Service.
const LONGEST: usize = 253;
const LONGEST_LABEL: usize = 63;

/// The kind's identity in a store.
pub(crate) fn not_found(resource: &Resource, key: &ObjectKey) -> StoreError {
    StoreError::NotFound { resource: resource.group_resource(), key: key.clone() }
}

/// An object that is not what it has to be.
pub(crate) fn invalid(resource: &Resource, key: &ObjectKey, causes: Vec<Cause>) -> StoreError {
    StoreError::Invalid { resource: resource.group_resource(), key: key.clone(), causes }
}

/// Checks that an object says what it is, and is called as it may be.
pub(crate) fn check(resource: &Resource, object: &Object) -> Result<ObjectKey, StoreError> {
    let key = object.key();
    let group = object.api_version().split_once('/').map_or("", |(group, _)| group);
    if object.api_version().is_empty() || group != resource.group || object.kind() != resource.kind {
        let (version, kind) = (resource.api_version(), &resource.kind);
        let message = format!("the object is `{} {}`, not `{version} {kind}`", object.api_version(), object.kind());
        return Err(StoreError::BadRequest(message));
    }
    let mut causes = Vec::new();
    if key.name.is_empty() {
        causes.push(Cause::new("metadata.name", "is missing"));
    } else if let Some(fault) = name_fault(resource, &key.name) {
        causes.push(Cause::new("metadata.name", format!("`{}` {fault}", key.name)));
    }
    match (resource.scope, &key.namespace) {
        (Scope::Namespaced, None) => causes.push(Cause::new("metadata.namespace", "is missing")),
        (Scope::Cluster, Some(_)) => causes.push(Cause::new("metadata.namespace", "this kind is in no namespace")),
        _ => {}
    }
    if causes.is_empty() { Ok(key) } else { Err(invalid(resource, &key, causes)) }
}

fn name_fault(resource: &Resource, name: &str) -> Option<String> {
    let is_label = resource.group.is_empty() && matches!(&*resource.kind, "Namespace" | "Service");
    let longest = if is_label { LONGEST_LABEL } else { LONGEST };
    if name.len() > longest {
        return Some(format!("has more than {longest} characters"));
    }
    let parts_are_labels = name.split('.').all(is_dns_label);
    let has_dots = name.contains('.');
    (!parts_are_labels || (is_label && has_dots)).then(|| {
        "may have only lower case letters, digits, `-` and `.`, and begins and ends with a letter or a digit".to_owned()
    })
}

fn is_dns_label(label: &str) -> bool {
    let alphanumeric = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let bytes = label.as_bytes();
    bytes.first().is_some_and(alphanumeric)
        && bytes.last().is_some_and(alphanumeric)
        && bytes.iter().all(|byte| alphanumeric(byte) || *byte == b'-')
}
