//! Events: what a person should know.

use bulkhead_analysis::model::NamespacedName;
use bulkhead_resources::{Condition, ConditionStatus};
use bulkhead_store::{Object, Resource};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::call::Call;
use crate::options::MANAGER;
use crate::source::network_policies;
use crate::status::Subject;

/// Where Kubernetes keeps Events about objects that are in no namespace.
const OF_THE_CLUSTER: &str = "default";

/// The Event about an object whose state is not what it was; `None` where nobody has to know.
pub(crate) fn about(
    subject: &Subject,
    uid: Option<&str>,
    before: Option<&Value>,
    conditions: &[Condition],
    date: Timestamp,
) -> Option<Call> {
    let told = told(conditions)?;
    let was = before.and_then(|before| before.get("conditions")?.as_array().cloned()).unwrap_or_default();
    let was = was.iter().find(|condition| condition.get("type").and_then(Value::as_str) == Some(&told.kind));
    let reason_was = was.and_then(|was| was.get("reason")?.as_str());
    // Nobody waits for the news that a new entry works.
    let is_good = told.status == ConditionStatus::True;
    if reason_was == Some(&told.reason) || (is_good && reason_was.is_none()) {
        return None;
    }
    let said = Said { reason: &told.reason, message: &told.message, kind: if is_good { "Normal" } else { "Warning" } };
    let (kind, name) = subject;
    event(&kind.with_status()?, name, uid, &said, date)
}

/// The Event about a policy that isolates a project no more than its own name says: somebody else made it.
pub(crate) fn about_foreign(
    policy: &NamespacedName,
    uid: Option<&str>,
    message: &str,
    date: Timestamp,
) -> Option<Call> {
    let said = Said { reason: "PolicyConflict", message, kind: "Warning" };
    event(&network_policies(), policy, uid, &said, date)
}

/// What an Event says.
struct Said<'a> {
    reason: &'a str,
    message: &'a str,
    kind: &'static str,
}

fn event(
    resource: &Resource,
    name: &NamespacedName,
    uid: Option<&str>,
    said: &Said<'_>,
    date: Timestamp,
) -> Option<Call> {
    let events = crate::source::resource("events.events.k8s.io");
    let namespace = if name.namespace.is_empty() { OF_THE_CLUSTER } else { name.namespace.as_str() };
    let mut regarding = json!({
        "apiVersion": resource.api_version(),
        "kind": resource.kind,
        "name": name.name.as_str(),
        "uid": uid.unwrap_or_default(),
    });
    if let Some(fields) = regarding.as_object_mut().filter(|_| !name.namespace.is_empty()) {
        fields.insert("namespace".to_owned(), json!(name.namespace.as_str()));
    }
    let object = json!({
        "apiVersion": events.api_version(),
        "kind": events.kind,
        "metadata": {
            // The longest name that the API takes, less the rest.
            "name": format!("{}.{:x}", name.name.chars().take(220).collect::<String>(), date.as_nanosecond()),
            "namespace": namespace,
        },
        "action": "Isolate",
        "eventTime": date.strftime("%Y-%m-%dT%H:%M:%S.%6fZ").to_string(),
        "note": said.message.chars().take(1024).collect::<String>(),
        "reason": said.reason.chars().take(128).collect::<String>(),
        "regarding": regarding,
        "reportingController": format!("bulkhead.dev/{MANAGER}"),
        "reportingInstance": MANAGER,
        "type": said.kind,
    });
    Some(Call::Create(events, Object::from_value(object)?))
}

/// The condition that a person would look at first.
fn told(conditions: &[Condition]) -> Option<&Condition> {
    let of = |kind: &str| conditions.iter().find(|condition| condition.kind == kind);
    of("Resolved").filter(|resolved| resolved.status == ConditionStatus::False).or_else(|| of("Ready"))
}
