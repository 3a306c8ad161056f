//! The fields of `metadata` that are the server's to give.

use bulkhead_store::Object;
use jiff::Timestamp;
use serde_json::Value;

use crate::actor::seconds;

/// Gives a new object what a server gives it.
pub(super) fn of_new(object: &mut Object, now: Timestamp) {
    let has_spec = object.0.contains_key("spec");
    let metadata = object.metadata_mut();
    for field in ["resourceVersion", "selfLink", "deletionTimestamp", "deletionGracePeriodSeconds", "managedFields"] {
        metadata.remove(field);
    }
    metadata.insert("uid".to_owned(), uuid::Uuid::new_v4().to_string().into());
    metadata.insert("creationTimestamp".to_owned(), seconds(now).into());
    if has_spec {
        metadata.insert("generation".to_owned(), 1.into());
    } else {
        metadata.remove("generation");
    }
}

/// Keeps what a server gave the object, whatever an update says.
pub(super) fn keep(live: &Object, object: &mut Object) {
    for field in
        ["uid", "creationTimestamp", "generation", "deletionTimestamp", "deletionGracePeriodSeconds", "managedFields"]
    {
        match live.metadata().and_then(|metadata| metadata.get(field)) {
            Some(value) => {
                object.metadata_mut().insert(field.to_owned(), value.clone());
            }
            None => {
                object.metadata_mut().remove(field);
            }
        }
    }
    object.metadata_mut().remove("selfLink");
}

/// Counts the generation up where what is wanted changed: everything but `metadata` and `status`.
pub(super) fn count_generation(live: &Object, object: &mut Object) {
    let wanted = |object: &Object| {
        let mut fields = object.0.clone();
        fields.retain(|field, _| !matches!(field.as_str(), "metadata" | "status"));
        fields
    };
    if let Some(generation) = live.generation()
        && wanted(live) != wanted(object)
    {
        object.metadata_mut().insert("generation".to_owned(), (generation + 1).into());
    }
}

/// Whether two states of an object differ in anything but the times in `managedFields`.
pub(super) fn same(one: &Object, other: &Object) -> bool {
    let plain = |object: &Object| {
        let mut object = object.clone();
        if let Some(Value::Array(entries)) = object.metadata_mut().get_mut("managedFields") {
            for entry in entries.iter_mut().filter_map(Value::as_object_mut) {
                entry.remove("time");
            }
        }
        object.metadata_mut().remove("resourceVersion");
        object
    };
    plain(one) == plain(other)
}
