//! What a push changes of an object, line by line.

use bulkhead_report::format::yaml_document;
use bulkhead_store::Object;
use serde_json::Value;
use similar::TextDiff;

/// What is not of interest: what the server keeps for itself, and what nobody pushes.
const OF_THE_SERVER: [&str; 5] = ["managedFields", "resourceVersion", "generation", "uid", "creationTimestamp"];

/// Whether nothing changes that anybody would look at.
pub(super) fn is_same(before: &Object, after: &Object) -> bool {
    plain(before) == plain(after)
}

/// The lines that change, and those around them.
pub(super) fn lines(before: Option<&Object>, after: &Object) -> String {
    let text = |object: &Object| yaml_document(&plain(object));
    let (old, new) = (before.map(text).unwrap_or_default(), text(after));
    TextDiff::from_lines(old.as_str(), new.as_str()).unified_diff().context_radius(2).to_string()
}

fn plain(object: &Object) -> Value {
    let mut object = object.clone();
    for field in OF_THE_SERVER {
        object.metadata_mut().remove(field);
    }
    object.0.remove("status");
    object.into_value()
}
