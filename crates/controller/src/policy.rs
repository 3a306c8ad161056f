//! One step of a plan, as a call of a store.

use bulkhead_analysis::isolation::Step;
use bulkhead_analysis::model::object::PolicyManifest;
use bulkhead_store::{Commit, Conflicts, Object, Part};
use bulkhead_wire::manifest::ManifestForm;
use serde_json::{Value, json};

use crate::call::Call;
use crate::kept::{Row, key_of};
use crate::source::network_policies;

/// The call that carries out a step, on condition that the policy is still as it was seen; `None` where there is nothing to do.
pub(crate) fn call(step: &Step, seen: Option<&Row>, commit: Commit) -> Option<Call> {
    match (step, seen) {
        (Step::Write(manifest), seen) => {
            // What is not there must not be somebody else's when it is.
            let conflicts = if seen.is_some() { Conflicts::Force } else { Conflicts::Fail };
            Some(Call::Apply(network_policies(), object(manifest, seen)?, Part::Main, conflicts, commit))
        }
        (Step::Delete(name), Some(seen)) => Some(Call::Delete {
            resource: network_policies(),
            key: key_of(name),
            uid: seen.uid().map(ToString::to_string),
            resource_version: Some(seen.version().to_owned()),
            commit,
        }),
        (Step::Delete(_), None) => None,
    }
}

/// The policy with all that it says, so that no field is left to somebody else, and with the version that it replaces.
fn object(manifest: &PolicyManifest, seen: Option<&Row>) -> Option<Object> {
    let ManifestForm(mut value) = ManifestForm::new(manifest);
    let spec = value.get_mut("spec")?.as_object_mut()?;
    for field in ["ingress", "egress", "policyTypes"] {
        spec.entry(field).or_insert_with(|| Value::Array(Vec::new()));
    }
    if let Some(seen) = seen {
        let metadata = value.get_mut("metadata")?.as_object_mut()?;
        metadata.insert("resourceVersion".to_owned(), json!(seen.version()));
        metadata.extend(seen.uid().map(|uid| ("uid".to_owned(), json!(uid.as_str()))));
    }
    Object::from_value(value)
}
