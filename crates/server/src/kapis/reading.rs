//! Objects and lists.

use std::collections::BTreeMap;

use axum::extract::Path;
use axum::response::Response;
use bulkhead_analysis::isolation::names::WORKSPACE_LABEL;
use bulkhead_analysis::model::Issue;
use bulkhead_store::{KnownKind, Object, Scope, Selector};
use bulkhead_wire::change::ObjectName;
use serde_json::{Value, json};

use super::answering::status;
use super::kind;
use crate::api::Parameters;
use crate::problem::Problem;
use crate::viewer::Asking;

/// What stands between the slashes.
pub(super) type Names = BTreeMap<String, String>;

pub(super) fn named<'n>(names: &'n Names, name: &str) -> &'n str {
    names.get(name).map_or("", String::as_str)
}

/// Which features there are: isolation, and none of the others.
pub(super) async fn features(asking: Asking) -> Response {
    asking.answer(json!({"network": true, "network.ippool": false, "network.topology": false}))
}

/// A list as KubeSphere's own API has it.
pub(super) async fn resources(Path(names): Path<Names>, asking: Asking, parameters: Parameters) -> Response {
    let listed = part(&names, None, &asking, &parameters)
        .map(|Part { items, total, .. }| asking.answer(json!({"items": items, "totalItems": total})));
    status(&asking, listed)
}

/// A list as Kubernetes has it.
pub(super) async fn collection(Path(names): Path<Names>, asking: Asking, parameters: Parameters) -> Response {
    let listed = part(&names, Some(named(&names, "group")), &asking, &parameters).map(|part| {
        let mut metadata = json!({"resourceVersion": ""});
        if part.remaining > 0 {
            metadata =
                json!({"resourceVersion": "", "continue": part.next.to_string(), "remainingItemCount": part.remaining});
        }
        let resource = &part.kind.resource;
        let (version, kind) = (resource.api_version(), format!("{}List", resource.kind));
        asking.answer(json!({"apiVersion": version, "kind": kind, "metadata": metadata, "items": part.items}))
    });
    status(&asking, listed)
}

/// One object.
pub(super) async fn object(Path(names): Path<Names>, asking: Asking) -> Response {
    status(&asking, found(&names, &asking).map(|object| asking.answer(shown(&object))))
}

/// A project, if it is in the workspace.
pub(super) async fn namespace_of_workspace(Path(names): Path<Names>, asking: Asking) -> Response {
    let name = ObjectName { kind: "Namespace".to_owned(), namespace: None, name: named(&names, "name").to_owned() };
    let object = asking.epoch.state.find(&name).filter(|object| {
        asking.sight.sees(object.name()) && object.label(WORKSPACE_LABEL) == Some(named(&names, "workspace"))
    });
    let object = object.ok_or_else(|| Problem::not_found("Namespace", &name.name));
    status(&asking, object.map(|object| asking.answer(shown(&object))))
}

/// The object that a path names.
pub(super) fn found(names: &Names, asking: &Asking) -> Result<Object, Problem> {
    let name = name_of(names)?;
    asking.sight.gate(named(names, "namespace"))?;
    asking.epoch.state.find(&name).ok_or_else(|| Problem::not_found(&name.kind, &name.name))
}

/// The name of the object that a path names.
pub(super) fn name_of(names: &Names) -> Result<ObjectName, Problem> {
    let plural = named(names, "plural");
    let known = kind(Some(named(names, "group")), plural).filter(|known| known.resource.scope == Scope::Namespaced);
    let known = known.ok_or_else(|| Problem::not_found("resource", plural))?;
    let namespace = Some(named(names, "namespace").to_owned());
    Ok(ObjectName { kind: known.resource.kind.to_string(), namespace, name: named(names, "name").to_owned() })
}

/// A part of a list.
struct Part {
    kind: &'static KnownKind,
    items: Vec<Value>,
    /// How many there are in all parts.
    total: usize,
    next: usize,
    remaining: usize,
}

fn part(names: &Names, group: Option<&str>, asking: &Asking, parameters: &Parameters) -> Result<Part, Problem> {
    let plural = named(names, "plural");
    let known = kind(group, plural).ok_or_else(|| Problem::not_found("resource", plural))?;
    let namespace = names.get("namespace").map(String::as_str);
    namespace.iter().try_for_each(|namespace| asking.sight.gate(namespace))?;
    let selector: Selector = parameters.optional("labelSelector").unwrap_or_default().parse().map_err(|error| {
        Problem::unreadable(Issue::error("requestParameterValue").with("name", "labelSelector").with("value", error))
    })?;
    let name = parameters.optional("name").unwrap_or_default();
    let is_asked = |object: &ObjectName| {
        let own = object.namespace.as_deref().unwrap_or("");
        let owner = if known.resource.scope == Scope::Cluster { object.name.as_str() } else { own };
        asking.sight.sees(owner) && object.name.contains(name)
    };
    let there = asking.epoch.state.of_kind(&known.resource.kind, namespace).filter(|(object, _)| is_asked(object));
    let mut all: Vec<Object> = there.map(|(_, kept)| kept.object()).filter(|object| selector.matches(object)).collect();
    sort(&mut all, parameters);
    let limit: Option<i64> = parameters.number("limit")?;
    let limit = limit.and_then(|limit| usize::try_from(limit).ok()).filter(|limit| *limit > 0).unwrap_or(usize::MAX);
    let page: usize = parameters.number("page")?.unwrap_or(1);
    let begin: usize = match parameters.number("continue")? {
        Some(begin) => begin,
        None => limit.saturating_mul(page.max(1) - 1),
    };
    let items: Vec<Value> = all.iter().skip(begin).take(limit).map(shown).collect();
    let next = begin.saturating_add(items.len());
    let remaining = all.len().saturating_sub(next);
    Ok(Part { kind: known, items, total: all.len(), next, remaining })
}

/// By name, or by when they were made, the newest first, as KubeSphere's console has it.
fn sort(objects: &mut [Object], parameters: &Parameters) {
    let is_by_time = parameters.optional("sortBy") == Some("createTime");
    let time = |object: &Object| object.text("creationTimestamp").filter(|_| is_by_time).unwrap_or_default().to_owned();
    objects.sort_by_cached_key(|object| (time(object), object.key()));
    let is_ascending = parameters.optional("ascending").map_or(!is_by_time, |ascending| ascending == "true");
    if !is_ascending {
        objects.reverse();
    }
}

/// An object as Kubernetes shows it.
pub(super) fn shown(object: &Object) -> Value {
    let mut object = object.clone();
    object.metadata_mut().remove("managedFields");
    object.into_value()
}
