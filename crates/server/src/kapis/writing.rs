//! Writes: the same change as through the API, previewed and applied at once.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use bulkhead_analysis::isolation::names::{ENABLED, NETWORK_ISOLATE};
use bulkhead_analysis::model::Issue;
use bulkhead_store::Object;
use bulkhead_wire::change::{ApplyRequest, ChangeRequest, ObjectName, SwitchRequest};
use serde_json::{Value, json};

use super::answering::status;
use super::reading::{Names, found, name_of, named, shown};
use crate::api::{Context, noted};
use crate::change;
use crate::problem::Problem;
use crate::viewer::Asking;

type Shared = State<Arc<Context>>;

pub(super) async fn create(State(context): Shared, Path(names): Path<Names>, asking: Asking, body: Bytes) -> Response {
    let written = async {
        let object = of_body(&names, &body)?;
        let name = ObjectName { name: object.name().to_owned(), ..name_of(&names)? };
        asking.sight.gate(named(&names, "namespace"))?;
        if asking.epoch.state.has(&name) {
            return Err(Problem::new(StatusCode::CONFLICT, "problem.conflict"));
        }
        put(&context, &asking, object, &name).await
    };
    let mut response = status(&asking, written.await);
    if response.status() == StatusCode::OK {
        *response.status_mut() = StatusCode::CREATED;
    }
    response
}

pub(super) async fn replace(State(context): Shared, Path(names): Path<Names>, asking: Asking, body: Bytes) -> Response {
    let written = async {
        found(&names, &asking)?;
        let object = of_body(&names, &body)?;
        put(&context, &asking, object, &name_of(&names)?).await
    };
    status(&asking, written.await)
}

pub(super) async fn merge(State(context): Shared, Path(names): Path<Names>, asking: Asking, body: Bytes) -> Response {
    let written = async {
        let mut object = found(&names, &asking)?.into_value();
        merge_into(&mut object, &read(&body)?);
        let object = Object::from_value(object).ok_or_else(no_object)?;
        put(&context, &asking, object, &name_of(&names)?).await
    };
    status(&asking, written.await)
}

pub(super) async fn delete(State(context): Shared, Path(names): Path<Names>, asking: Asking) -> Response {
    let written = async {
        found(&names, &asking)?;
        let change = ChangeRequest { delete: vec![name_of(&names)?], ..ChangeRequest::default() };
        apply(&context, &asking, change).await?;
        Ok(asking.answer(json!({"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success"})))
    };
    status(&asking, written.await)
}

/// The switch of a project: a merge patch of the annotation, and of nothing else.
pub(super) async fn switch_project(
    State(context): Shared,
    Path(names): Path<Names>,
    asking: Asking,
    body: Bytes,
) -> Response {
    let name = named(&names, "name").to_owned();
    let written = async {
        asking.sight.gate(&name)?;
        let switch = SwitchRequest { project: Some(name.clone()), workspace: None, isolated: switched(&read(&body)?)? };
        throw(&context, &asking, switch, "Namespace", &name).await
    };
    status(&asking, written.await)
}

/// The switch of a workspace, as KubeSphere 4 has it.
pub(super) async fn switch_workspace(
    State(context): Shared,
    Path(names): Path<Names>,
    asking: Asking,
    body: Bytes,
) -> Response {
    let name = named(&names, "name").to_owned();
    let written = async {
        if !asking.sight.sees_workspace(&name) {
            return Err(Problem::not_found("Workspace", &name));
        }
        let switch = SwitchRequest { project: None, workspace: Some(name.clone()), isolated: switched(&read(&body)?)? };
        throw(&context, &asking, switch, "Workspace", &name).await
    };
    status(&asking, written.await)
}

async fn throw(
    context: &Arc<Context>,
    asking: &Asking,
    switch: SwitchRequest,
    kind: &str,
    name: &str,
) -> Result<Response, Problem> {
    let change = ChangeRequest { switches: vec![switch], ..ChangeRequest::default() };
    let asking = apply(context, asking, change).await?;
    let name = ObjectName { kind: kind.to_owned(), namespace: None, name: name.to_owned() };
    let object = asking.epoch.state.find(&name).ok_or_else(|| Problem::not_found(kind, &name.name))?;
    Ok(asking.answer(shown(&object)))
}

/// Whether a patch switches on or off; whatever else it would change is refused.
fn switched(patch: &Value) -> Result<bool, Problem> {
    let value = patch.pointer("/metadata/annotations").and_then(|annotations| annotations.get(NETWORK_ISOLATE));
    let is_all = *patch == json!({"metadata": {"annotations": {NETWORK_ISOLATE: value}}});
    match value {
        Some(Value::String(value)) if is_all => Ok(value == ENABLED),
        Some(Value::Null) if is_all => Ok(false),
        _ => Err(Problem::unreadable(Issue::error("patchOfOther").with("annotation", NETWORK_ISOLATE))),
    }
}

async fn put(context: &Arc<Context>, asking: &Asking, object: Object, name: &ObjectName) -> Result<Response, Problem> {
    let change = ChangeRequest { put: vec![object.into_value()], ..ChangeRequest::default() };
    let asking = apply(context, asking, change).await?;
    let object = asking.epoch.state.find(name).ok_or_else(|| Problem::not_found(&name.kind, &name.name))?;
    Ok(asking.answer(shown(&object)))
}

/// Previews a change and applies it; a change of nothing is done already.
async fn apply(context: &Arc<Context>, asking: &Asking, change: ChangeRequest) -> Result<Asking, Problem> {
    let preview = change::preview(&context.cluster, &asking.epoch, &change, asking.asker()).await?;
    if preview.wanted.is_empty() && preview.form.issues.iter().all(|issue| issue.severity != "error") {
        return Ok(asking.clone());
    }
    if !preview.form.applicable && context.cluster.is_writable() {
        let issues = preview.form.issues.into_iter().filter(|issue| issue.severity == "error");
        let said = issues.map(|issue| Issue::error("storeRefused").with("error", issue.message));
        return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "problem.invalid").because(said));
    }
    let request = ApplyRequest { change, digest: preview.form.digest };
    let (epoch, _) = noted(Arc::clone(context), request, asking).await?;
    let sight = epoch.sight(&asking.viewer);
    Ok(Asking { epoch, sight, ..asking.clone() })
}

fn read(body: &[u8]) -> Result<Value, Problem> {
    serde_json::from_slice(body)
        .map_err(|error| Problem::unreadable(Issue::error("requestNotReadable").with("error", error)))
}

fn no_object() -> Problem {
    Problem::unreadable(Issue::error("changeNoObject"))
}

/// The object of a body, which has to be what the path says.
fn of_body(names: &Names, body: &[u8]) -> Result<Object, Problem> {
    let mut object = Object::from_value(read(body)?).ok_or_else(no_object)?;
    let wanted = name_of(names)?;
    let namespace = named(names, "namespace");
    if object.namespace().is_none() {
        object.metadata_mut().insert("namespace".to_owned(), namespace.into());
    }
    let is_named = wanted.name.is_empty() || wanted.name == object.name();
    if object.kind() != wanted.kind || object.namespace() != Some(namespace) || !is_named {
        return Err(Problem::unreadable(Issue::error("bodyOfOther")));
    }
    Ok(object)
}

/// RFC 7396.
fn merge_into(target: &mut Value, patch: &Value) {
    let Value::Object(changes) = patch else {
        *target = patch.clone();
        return;
    };
    if !target.is_object() {
        *target = json!({});
    }
    let Value::Object(fields) = target else { return };
    for (name, change) in changes {
        if change.is_null() {
            fields.remove(name);
        } else {
            merge_into(fields.entry(name.clone()).or_insert(Value::Null), change);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_patch_merges() {
        let mut target = json!({"a": {"b": 1, "c": 2}, "d": [1]});
        merge_into(&mut target, &json!({"a": {"b": null, "e": {"f": null}}, "d": [2]}));
        assert_eq!(target, json!({"a": {"c": 2, "e": {}}, "d": [2]}));
    }

    #[test]
    fn only_the_switch_is_switched() {
        let patch = |value: Value| json!({"metadata": {"annotations": {"kubesphere.io/network-isolate": value}}});
        assert!(switched(&patch("enabled".into())).unwrap());
        assert!(!switched(&patch("".into())).unwrap() && !switched(&patch("disabled".into())).unwrap());
        assert!(switched(&json!({"metadata": {"labels": {"kubesphere.io/workspace": "x"}}})).is_err());
        let mut more = patch("enabled".into());
        more["metadata"]["labels"] = json!({"a": "b"});
        assert!(switched(&more).is_err());
    }
}
