//! One number over everything that a preview shows.

use bulkhead_wire::DifferenceForm;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::{Edit, Edits};

/// The digest of a preview: the objects before and after, with their versions, and the effect. Words do not count. A secret keeps
/// those from whom something is hidden from guessing what it is.
pub(super) fn of(wanted: &Edits, generated: &Edits, effect: &DifferenceForm, secret: &[u8]) -> String {
    let effect = DifferenceForm { issues: Vec::new(), ..effect.clone() };
    let all = json!([objects(wanted), objects(generated), serde_json::to_value(&effect).unwrap_or_default()]);
    hexadecimal(&Sha256::new_with_prefix(secret).chain_update(all.to_string().as_bytes()).finalize())
}

fn objects(edits: &Edits) -> Value {
    let object = |edit: &Edit| {
        let [before, after] = [&edit.before, &edit.after].map(|object| object.as_ref().map(|object| &object.0));
        json!([before, after])
    };
    edits.values().map(object).collect()
}

/// Bytes as text.
pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
