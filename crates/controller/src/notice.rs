//! Events: what a person should know.

use bulkhead_analysis::model::NamespacedName;
use bulkhead_resources::{Condition, ConditionStatus, EntryStatus};
use bulkhead_store::Object;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::call::Call;
use crate::condition::seconds;
use crate::options::MANAGER;
use crate::source::{entries, resource};

/// The Event about an entry whose state is not what it was; `None` where nobody has to know.
pub(crate) fn about(
    entry: &NamespacedName,
    uid: Option<&str>,
    before: Option<&Value>,
    status: &EntryStatus,
    date: Timestamp,
) -> Option<Call> {
    let told = told(status)?;
    let was = before.and_then(|before| before.get("conditions")?.as_array().cloned()).unwrap_or_default();
    let was = was.iter().find(|condition| condition.get("type").and_then(Value::as_str) == Some(&told.kind));
    let reason_was = was.and_then(|was| was.get("reason")?.as_str());
    // Nobody waits for the news that a new entry works.
    let is_good = told.status == ConditionStatus::True;
    if reason_was == Some(&told.reason) || (is_good && reason_was.is_none()) {
        return None;
    }
    let (resource, events) = (entries(), resource("events.events.k8s.io"));
    let object = json!({
        "apiVersion": events.api_version(),
        "kind": events.kind,
        "metadata": {
            "name": format!("{}.{:x}", entry.name, date.as_nanosecond()),
            "namespace": entry.namespace.as_str(),
        },
        "action": "Isolate",
        "eventTime": date.strftime("%Y-%m-%dT%H:%M:%S.%6fZ").to_string(),
        "note": told.message.chars().take(1024).collect::<String>(),
        "reason": told.reason.chars().take(128).collect::<String>(),
        "regarding": {
            "apiVersion": resource.api_version(),
            "kind": resource.kind,
            "namespace": entry.namespace.as_str(),
            "name": entry.name.as_str(),
            "uid": uid.unwrap_or_default(),
        },
        "reportingController": format!("bulkhead.dev/{MANAGER}"),
        "reportingInstance": MANAGER,
        "type": if is_good { "Normal" } else { "Warning" },
        "deprecatedFirstTimestamp": seconds(date),
        "deprecatedLastTimestamp": seconds(date),
    });
    Some(Call::Create(events, Object::from_value(object)?))
}

/// The condition that a person would look at first.
fn told(status: &EntryStatus) -> Option<&Condition> {
    let conditions = status.conditions.as_deref()?;
    let of = |kind: &str| conditions.iter().find(|condition| condition.kind == kind);
    of("Resolved").filter(|resolved| resolved.status == ConditionStatus::False).or_else(|| of("Ready"))
}
