//! Paths to fields, and what lies at them.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde_json::{Map, Value};

use super::shape::{Shape, of_list, of_map};

/// One step from a value into it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Step {
    /// A field of a map.
    Field(String),
    /// The item of a list with these key fields, as JSON.
    Item(String),
    /// The member of a set, as JSON.
    Member(String),
}

/// From the object to a field.
pub(super) type Path = Vec<Step>;

/// Fields.
pub(super) type Fields = BTreeSet<Path>;

/// Fields of `metadata` that nobody manages: they are the server's, or say which object it is.
const UNMANAGED: [&str; 8] = [
    "name",
    "namespace",
    "uid",
    "resourceVersion",
    "generation",
    "creationTimestamp",
    "managedFields",
    "deletionTimestamp",
];

/// Every field that an object sets, as deep as it can be managed.
pub(super) fn fields_of(object: &Map<String, Value>) -> Fields {
    let mut fields = Fields::new();
    for (name, value) in object {
        match (name.as_str(), value) {
            ("apiVersion" | "kind", _) => {}
            ("metadata", Value::Object(metadata)) => {
                let managed = metadata.iter().filter(|(name, _)| !UNMANAGED.contains(&name.as_str()));
                for (name, value) in managed {
                    walk(value, vec![Step::Field("metadata".to_owned()), Step::Field(name.clone())], &mut fields);
                }
            }
            _ => walk(value, vec![Step::Field(name.clone())], &mut fields),
        }
    }
    fields
}

fn walk(value: &Value, path: Path, fields: &mut Fields) {
    match value {
        Value::Object(map) if !map.is_empty() && of_map(&path) == Shape::Granular => {
            for (name, value) in map {
                walk(value, with(&path, Step::Field(name.clone())), fields);
            }
        }
        Value::Array(items) if !items.is_empty() => match of_list(&path) {
            Shape::Set => fields.extend(items.iter().map(|item| with(&path, Step::Member(item.to_string())))),
            Shape::Keyed(keys) => {
                for item in items {
                    let path = with(&path, Step::Item(item_key(item, keys)));
                    fields.insert(path.clone());
                    for (name, value) in item.as_object().into_iter().flatten() {
                        walk(value, with(&path, Step::Field(name.clone())), fields);
                    }
                }
            }
            Shape::Atomic | Shape::Granular => {
                fields.insert(path);
            }
        },
        _ => {
            fields.insert(path);
        }
    }
}

fn with(path: &Path, step: Step) -> Path {
    let mut longer = path.clone();
    longer.push(step);
    longer
}

/// What tells an item from the others of its list. A missing `protocol` is TCP, as everywhere in the API.
pub(super) fn item_key(item: &Value, keys: &[&str]) -> String {
    let value = |key: &&str| {
        let missing = || if *key == "protocol" { Value::from("TCP") } else { Value::Null };
        item.get(*key).cloned().unwrap_or_else(missing)
    };
    let key: Map<String, Value> = keys.iter().map(|key| ((*key).to_owned(), value(key))).collect();
    Value::Object(key).to_string()
}

/// Whether an item has the key fields of a step.
fn is_item(item: &Value, key: &str) -> bool {
    let Ok(Value::Object(key)) = serde_json::from_str(key) else { return false };
    let names: Vec<&str> = key.keys().map(String::as_str).collect();
    let names_of_step = item_key(&Value::Object(key.clone()), &names);
    item_key(item, &names) == names_of_step
}

/// Whether an item is the member of a step.
fn is_member(item: &Value, member: &str) -> bool {
    let text = item.to_string();
    text == member
}

/// The value at a path.
pub(super) fn value_at<'v>(object: &'v Map<String, Value>, path: &Path) -> Option<&'v Value> {
    let (first, rest) = path.split_first()?;
    let Step::Field(first) = first else { return None };
    rest.iter().try_fold(object.get(first)?, |value, step| match step {
        Step::Field(name) => value.get(name),
        Step::Item(key) => value.as_array()?.iter().find(|item| is_item(item, key)),
        Step::Member(member) => value.as_array()?.iter().find(|item| is_member(item, member)),
    })
}

/// Whether writing `wanted` changes what `live` has at a path. An item is only made, an empty map only adds nothing.
pub(super) fn differs(live: &Map<String, Value>, wanted: &Map<String, Value>, path: &Path) -> bool {
    let (there, wanted) = (value_at(live, path), value_at(wanted, path));
    let adds_nothing = || wanted.is_some_and(|wanted| wanted.as_object().is_some_and(Map::is_empty));
    match (path.last(), there) {
        (Some(Step::Item(_)), there) => there.is_none(),
        (_, Some(Value::Object(_))) if adds_nothing() && of_map(path) == Shape::Granular => false,
        _ => there != wanted,
    }
}

/// Takes away what is at a path, and the maps and lists around it that are empty then.
pub(super) fn remove_at(object: &mut Map<String, Value>, path: &[Step]) {
    let Some((Step::Field(first), rest)) = path.split_first() else { return };
    let emptied = match object.get_mut(first) {
        None => return,
        Some(value) if !rest.is_empty() => remove_in(value, rest),
        Some(_) => true,
    };
    if emptied {
        object.remove(first);
    }
}

/// Takes away what is at a path below a value; whether the value is empty then.
fn remove_in(value: &mut Value, path: &[Step]) -> bool {
    let Some((step, rest)) = path.split_first() else { return true };
    match (step, value) {
        (Step::Field(_), Value::Object(map)) => {
            remove_at(map, path);
            map.is_empty()
        }
        (Step::Item(key), Value::Array(items)) => {
            let index = items.iter().position(|item| is_item(item, key));
            if let Some(index) = index
                && items.get_mut(index).is_some_and(|item| rest.is_empty() || remove_in(item, rest))
            {
                items.remove(index);
            }
            items.is_empty()
        }
        (Step::Member(member), Value::Array(items)) => {
            items.retain(|item| !is_member(item, member));
            items.is_empty()
        }
        _ => false,
    }
}

/// Puts what one object says into another.
pub(super) fn merge(into: &mut Map<String, Value>, from: &Map<String, Value>, path: &Path) {
    for (name, value) in from {
        let path = with(path, Step::Field(name.clone()));
        match into.get_mut(name) {
            Some(there) => merge_value(there, value, &path),
            None => {
                into.insert(name.clone(), value.clone());
            }
        }
    }
}

fn merge_value(into: &mut Value, from: &Value, path: &Path) {
    match (&mut *into, from) {
        (Value::Object(there), Value::Object(wanted)) if of_map(path) == Shape::Granular => merge(there, wanted, path),
        (Value::Array(there), Value::Array(wanted)) => match of_list(path) {
            Shape::Set => {
                let new: Vec<Value> = wanted.iter().filter(|item| !there.contains(item)).cloned().collect();
                there.extend(new);
            }
            Shape::Keyed(keys) => wanted.iter().for_each(|item| merge_item(there, item, keys, path)),
            Shape::Atomic | Shape::Granular => into.clone_from(from),
        },
        _ => into.clone_from(from),
    }
}

fn merge_item(items: &mut Vec<Value>, wanted: &Value, keys: &[&str], path: &Path) {
    let key = item_key(wanted, keys);
    match items.iter_mut().find(|item| item_key(item, keys) == key) {
        Some(there) => merge_value(there, wanted, &with(path, Step::Item(key))),
        None => items.push(wanted.clone()),
    }
}

/// A path as people read it: `.metadata.finalizers[v:"x"]`, as Kubernetes writes it.
pub(super) fn display(path: &Path) -> String {
    let mut text = String::new();
    for step in path {
        let _ = match step {
            Step::Field(name) => write!(text, ".{name}"),
            Step::Item(key) => write!(text, "[{}]", item_text(key)),
            Step::Member(member) => write!(text, "[={member}]"),
        };
    }
    text
}

fn item_text(key: &str) -> String {
    let key: Map<String, Value> = serde_json::from_str(key).unwrap_or_default();
    key.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(",")
}
