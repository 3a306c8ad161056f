//! What somebody asks for, as objects before and after.

use std::collections::BTreeSet;

use bulkhead_analysis::isolation::names;
use bulkhead_analysis::model::Issue;
use bulkhead_store::{KnownKind, Object};
use bulkhead_wire::change::{ChangeRequest, ObjectName, SwitchRequest};
use serde_json::{Map, Value, json};

use super::{Edit, Edits};
use crate::kept::Kept;
use crate::objects::{name_of, parse};
use crate::problem::Problem;
use crate::state::State;
use crate::viewer::{Sight, not_yours};

/// The value of a switch that is off. KubeSphere takes anything but `enabled` for off.
const DISABLED: &str = "disabled";

/// The edits of a request, and what is wrong with them. A request that names nothing that could be looked up is refused.
/// So is one that changes what is not its maker's, the same whether that is there or not.
pub(super) fn resolve(state: &State, request: &ChangeRequest, sight: &Sight) -> Result<(Edits, Vec<Issue>), Problem> {
    let mut resolving = Resolving { state, sight, edits: Edits::new(), issues: Vec::new() };
    for switch in &request.switches {
        resolving.switch(switch)?;
    }
    for value in &request.put {
        let object = Object::from_value(value.clone());
        resolving.put(object.ok_or_else(|| Problem::unreadable(Issue::error("changeNoObject")))?)?;
    }
    if let Some(text) = &request.yaml {
        let parsed = parse("yaml", text.as_bytes());
        let unreadable = |error| Problem::unreadable(Issue::error("changeYaml").with("error", error));
        for object in parsed.map_err(unreadable)? {
            resolving.put(object)?;
        }
    }
    for name in &request.delete {
        resolving.delete(name)?;
    }
    Ok((resolving.edits, resolving.issues))
}

/// The objects that a request names to write or to delete, as far as it can be read.
pub(super) fn named(request: &ChangeRequest) -> Vec<ObjectName> {
    let put = request.put.iter().filter_map(|value| Object::from_value(value.clone()));
    let written = request.yaml.iter().filter_map(|text| parse("yaml", text.as_bytes()).ok()).flatten();
    put.chain(written).map(|object| name_of(&object)).chain(request.delete.iter().cloned()).collect()
}

struct Resolving<'o> {
    state: &'o State,
    sight: &'o Sight,
    edits: Edits,
    issues: Vec<Issue>,
}

impl Resolving<'_> {
    fn wrong(&mut self, code: &'static str, name: &ObjectName) {
        self.issues.push(Issue::error(code).with("object", shown(name)));
    }

    fn edit(&mut self, name: ObjectName, before: Option<Object>, after: Option<Object>) {
        if before == after {
            return;
        }
        if self.edits.contains_key(&name) {
            return self.wrong("changeTwice", &name);
        }
        self.edits.insert(name, Edit { before, after });
    }

    fn switch(&mut self, switch: &SwitchRequest) -> Result<(), Problem> {
        let named =
            |kind: &str, name: &String| ObjectName { kind: kind.to_owned(), namespace: None, name: name.clone() };
        match (&switch.project, &switch.workspace) {
            (Some(project), None) => self.throw(&named("Namespace", project), switch.isolated, with_annotation)?,
            (None, Some(workspace)) => {
                let name = named("Workspace", workspace);
                self.throw(&name, switch.isolated, with_workspace_switch)?;
                // Where there is a template, KubeSphere makes the Workspace from it.
                let template = named("WorkspaceTemplate", workspace);
                if self.state.has(&template) {
                    self.throw(&template, switch.isolated, with_template_switch)?;
                }
            }
            _ => return Err(Problem::unreadable(Issue::error("changeSwitchOfWhat"))),
        }
        Ok(())
    }

    fn throw(&mut self, name: &ObjectName, isolated: bool, change: fn(Object, bool) -> Object) -> Result<(), Problem> {
        if !self.sight.may_switch(name) {
            return Err(not_yours(name));
        }
        match self.state.find(name) {
            Some(live) => self.edit(name.clone(), Some(live.clone()), Some(change(live, isolated))),
            None => self.wrong("changeNotThere", name),
        }
        Ok(())
    }

    fn put(&mut self, object: Object) -> Result<(), Problem> {
        let name = name_of(&object);
        if !self.sight.may_write(&name) {
            return Err(not_yours(&name));
        }
        self.write(name, object);
        Ok(())
    }

    fn write(&mut self, name: ObjectName, mut object: Object) {
        if object.name().is_empty() || object.kind().is_empty() {
            return self.wrong("changeUnnamed", &name);
        }
        if KnownKind::of(object.api_version(), object.kind()).is_none() {
            return self.wrong("changeUnknownKind", &name);
        }
        let live = self.state.find(&name);
        let (seen, is) = (object.resource_version(), live.as_ref().and_then(Object::resource_version));
        if seen.is_some() && seen != is {
            return self.wrong("changeStale", &name);
        }
        if let Some(live) = &live {
            keep(live, &mut object);
        }
        self.edit(name, live, Some(object));
    }

    fn delete(&mut self, name: &ObjectName) -> Result<(), Problem> {
        if !self.sight.may_write(name) {
            return Err(not_yours(name));
        }
        match self.state.find(name) {
            Some(live) => self.edit(name.clone(), Some(live), None),
            None => self.wrong("changeNotThere", name),
        }
        Ok(())
    }
}

/// Puts what a server keeps of an object into one that replaces it, so that only what somebody wrote is different.
fn keep(live: &Object, object: &mut Object) {
    let metadata = object.metadata_mut();
    for field in ["uid", "resourceVersion", "generation", "creationTimestamp", "managedFields"] {
        if let Some(value) = live.metadata().and_then(|metadata| metadata.get(field)) {
            metadata.insert(field.to_owned(), value.clone());
        }
    }
    if let Some(status) = live.0.get("status") {
        object.0.entry("status").or_insert_with(|| status.clone());
    }
    if same(live, object) {
        *object = live.clone();
    }
}

/// Whether two objects are the same, whatever the order of their fields.
fn same(one: &Object, other: &Object) -> bool {
    one.0 == other.0
}

/// An object as people name it.
pub(crate) fn shown(name: &ObjectName) -> String {
    match &name.namespace {
        Some(namespace) => format!("{} {namespace}/{}", name.kind, name.name),
        None => format!("{} {}", name.kind, name.name),
    }
}

fn with_annotation(mut object: Object, isolated: bool) -> Object {
    let annotations = object.metadata_mut().entry("annotations").or_insert_with(|| Value::Object(Map::new()));
    let value = if isolated { names::ENABLED } else { DISABLED };
    match annotations {
        Value::Object(annotations) => drop(annotations.insert(names::NETWORK_ISOLATE.to_owned(), value.into())),
        other => *other = json!({ names::NETWORK_ISOLATE: value }),
    }
    object
}

/// `tenant.kubesphere.io/v1beta1` has an annotation, the versions before it a field.
fn with_workspace_switch(object: Object, isolated: bool) -> Object {
    if object.api_version().ends_with("/v1beta1") {
        return with_annotation(object, isolated);
    }
    with_field(object, &["spec"], isolated)
}

fn with_template_switch(object: Object, isolated: bool) -> Object {
    with_field(object, &["spec", "template", "spec"], isolated)
}

fn with_field(mut object: Object, path: &[&str], isolated: bool) -> Object {
    set(&mut object.0, path, isolated);
    object
}

/// Sets the field at the end of a path, making the maps on the way where they are missing.
fn set(fields: &mut Map<String, Value>, path: &[&str], isolated: bool) {
    let Some((step, rest)) = path.split_first() else {
        fields.insert("networkIsolation".to_owned(), isolated.into());
        return;
    };
    let next = fields.entry(*step).or_insert_with(|| Value::Object(Map::new()));
    if !next.is_object() {
        *next = Value::Object(Map::new());
    }
    if let Value::Object(next) = next {
        set(next, rest, isolated);
    }
}

/// The projects that edits are about.
pub(super) fn projects(state: &State, edits: &Edits) -> BTreeSet<String> {
    let mut projects = BTreeSet::new();
    for name in edits.keys() {
        match (name.kind.as_str(), &name.namespace) {
            (_, Some(namespace)) => drop(projects.insert(namespace.clone())),
            ("Namespace", None) => drop(projects.insert(name.name.clone())),
            ("Workspace" | "WorkspaceTemplate" | "WorkspaceAllowlist", None) => {
                let of_workspace =
                    |kept: &Kept| kept.object().label(names::WORKSPACE_LABEL) == Some(name.name.as_str());
                let namespaces = state.of_kind("Namespace", None).filter(|(_, kept)| of_workspace(kept));
                projects.extend(namespaces.map(|(namespace, _)| namespace.name.clone()));
            }
            _ => {}
        }
    }
    projects
}
