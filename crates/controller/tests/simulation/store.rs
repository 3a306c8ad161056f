//! A store in memory for simulated worlds: the rules of an API server that the controller leans on, and no others.
//!
//! Versions, conditions on uid and version, ownership of fields by apply, a log that watches read and that can be forgotten.

use std::collections::{BTreeMap, BTreeSet};

use bulkhead_analysis::model::Severity;
use bulkhead_analysis::snapshot::Input;
use bulkhead_controller::{Answer, Call};
use bulkhead_store::{Cause, Commit, Conflicts, Event, List, Object, ObjectKey, Part, Resource, Selection, StoreError};
use serde_json::{Map, Value, json};

type Key = (String, ObjectKey);

/// A store in memory.
#[derive(Default)]
pub(crate) struct SimulatedStore {
    objects: BTreeMap<Key, Object>,
    /// Who manages each field, by its path.
    owners: BTreeMap<Key, BTreeMap<String, String>>,
    log: Vec<(u64, String, Event)>,
    forgotten: u64,
    version: u64,
    uids: u64,
    /// Policies that a webhook refuses.
    pub(crate) refuses: BTreeSet<ObjectKey>,
}

impl SimulatedStore {
    pub(crate) fn version(&self) -> u64 {
        self.version
    }

    pub(crate) fn of_kind(&self, group_resource: &str) -> impl Iterator<Item = &Object> {
        self.objects.iter().filter(move |((kind, _), _)| kind == group_resource).map(|(_, object)| object)
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = (&Key, &Object)> {
        self.objects.iter()
    }

    pub(crate) fn get(&self, group_resource: &str, key: &ObjectKey) -> Option<&Object> {
        self.objects.get(&(group_resource.to_owned(), key.clone()))
    }

    /// Forgets what happened before now.
    pub(crate) fn forget(&mut self) {
        self.forgotten = self.version;
        self.log.clear();
    }

    /// What happened after a version to objects of a kind.
    pub(crate) fn after(
        &self,
        group_resource: &str,
        selection: &Selection,
        from: u64,
    ) -> Result<Vec<(u64, Event)>, StoreError> {
        if from < self.forgotten {
            return Err(StoreError::Expired("forgotten".to_owned()));
        }
        let selected = |event: &Event| match event {
            Event::Added(object) | Event::Modified(object) | Event::Deleted(object) => selection.holds(object),
            Event::Bookmark(_) => true,
        };
        let at = self.log.partition_point(|(version, ..)| *version <= from);
        let later = self.log.iter().skip(at).filter(|(_, kind, event)| kind == group_resource && selected(event));
        Ok(later.map(|(version, _, event)| (*version, event.clone())).collect())
    }

    /// Writes an object as a person would, with everything in it.
    pub(crate) fn put(&mut self, resource: &Resource, value: Value) {
        let mut object = Object::from_value(value).expect("a map");
        let id = (resource.group_resource(), object.key());
        if let Some(namespace) = &id.1.namespace
            && self.get("namespaces", &ObjectKey::cluster(namespace.clone())).is_none()
        {
            return;
        }
        if let Some(before) = self.objects.get(&id)
            && let Some(status) = before.0.get("status")
        {
            object.0.entry("status").or_insert(status.clone());
        }
        let owners = fields(&object).into_iter().map(|(path, _)| (path, "user".to_owned())).collect();
        self.owners.insert(id.clone(), owners);
        self.commit(id, object);
    }

    /// Deletes an object as a person would; what is in a namespace goes with it.
    pub(crate) fn remove(&mut self, group_resource: &str, key: &ObjectKey) {
        if group_resource == "namespaces" {
            let inside: Vec<Key> =
                self.objects.keys().filter(|(_, other)| other.namespace.as_ref() == Some(&key.name)).cloned().collect();
            for id in inside {
                self.drop_object(&id);
            }
        }
        self.drop_object(&(group_resource.to_owned(), key.clone()));
    }

    fn drop_object(&mut self, id: &Key) {
        let Some(mut object) = self.objects.remove(id) else { return };
        self.owners.remove(id);
        self.version += 1;
        object.metadata_mut().insert("resourceVersion".to_owned(), json!(self.version.to_string()));
        self.log.push((self.version, id.0.clone(), Event::Deleted(object)));
    }

    fn commit(&mut self, id: Key, mut object: Object) -> Object {
        let before = self.objects.get(&id).cloned();
        self.uids += u64::from(before.is_none());
        let known = |object: &Object| (object.uid().unwrap_or_default().to_owned(), object.generation().unwrap_or(1));
        let (uid, generation) = before.as_ref().map_or_else(|| (format!("u{}", self.uids), 0), known);
        let changed = before.as_ref().is_none_or(|before| before.0.get("spec") != object.0.get("spec"));
        let version =
            before.as_ref().and_then(|before| before.resource_version().map(str::to_owned)).unwrap_or_default();
        let metadata = object.metadata_mut();
        metadata.insert("uid".to_owned(), json!(uid));
        metadata.insert("generation".to_owned(), json!(generation + i64::from(changed)));
        metadata.insert("resourceVersion".to_owned(), json!(version));
        if before.as_ref() == Some(&object) {
            return object;
        }
        self.version += 1;
        object.metadata_mut().insert("resourceVersion".to_owned(), json!(self.version.to_string()));
        let event = if before.is_some() { Event::Modified } else { Event::Added };
        self.log.push((self.version, id.0.clone(), event(object.clone())));
        self.objects.insert(id, object.clone());
        object
    }

    /// Does what a controller calls for.
    pub(crate) fn call(&mut self, call: &Call) -> Result<Answer, StoreError> {
        let kind = call.resource().group_resource();
        match call {
            Call::Get(_, key) => self.get(&kind, key).cloned().map(Answer::Object).ok_or_else(|| not_found(&kind, key)),
            Call::List(_, selection) => {
                let inside = |object: &&Object| selection.holds(object);
                let items = self.of_kind(&kind).filter(inside).cloned().collect();
                Ok(Answer::List(List { items, resource_version: self.version.to_string() }))
            }
            Call::Create(_, object) => {
                let id = (kind, object.key());
                if self.objects.contains_key(&id) {
                    return Err(StoreError::AlreadyExists { resource: id.0, key: id.1 });
                }
                self.check_namespace(&id)?;
                Ok(Answer::Object(self.commit(id, object.clone())))
            }
            Call::Update(_, object) => {
                let id = (kind, object.key());
                let live = self.objects.get(&id).ok_or_else(|| not_found(&id.0, &id.1))?;
                unchanged(live, object.uid(), object.resource_version())?;
                Ok(Answer::Object(self.commit(id, object.clone())))
            }
            Call::Apply(_, object, part, conflicts, commit) => self.apply(kind, object, *part, *conflicts, *commit),
            Call::Delete { key, uid, resource_version, commit, .. } => {
                let id = (kind, key.clone());
                let live = self.objects.get(&id).ok_or_else(|| not_found(&id.0, key))?;
                unchanged(live, uid.as_deref(), resource_version.as_deref())?;
                if *commit == Commit::Write {
                    self.drop_object(&id);
                }
                Ok(Answer::Nothing)
            }
        }
    }

    fn apply(
        &mut self,
        kind: String,
        object: &Object,
        part: Part,
        conflicts: Conflicts,
        commit: Commit,
    ) -> Result<Answer, StoreError> {
        let id = (kind, object.key());
        self.check_namespace(&id)?;
        if part == Part::Main && id.0 == "networkpolicies.networking.k8s.io" {
            valid(object)?;
        }
        if part == Part::Main && self.refuses.contains(&id.1) {
            return Err(StoreError::Forbidden("the webhook says no".to_owned()));
        }
        if conflicts == Conflicts::Fail && self.objects.contains_key(&id) {
            return Err(StoreError::AlreadyExists { resource: id.0, key: id.1 });
        }
        let live = self.objects.get(&id).cloned();
        if let Some(live) = &live {
            unchanged(live, object.uid(), object.resource_version())?;
        } else if part == Part::Status || object.resource_version().is_some() {
            return Err(not_found(&id.0, &id.1));
        }
        let mut merged = live.clone().unwrap_or_else(|| {
            let metadata = json!({"name": id.1.name, "namespace": id.1.namespace});
            Object::from_value(json!({"apiVersion": object.api_version(), "kind": object.kind(), "metadata": metadata}))
                .expect("a map")
        });
        if part == Part::Status {
            merged.0.insert("status".to_owned(), object.0.get("status").cloned().unwrap_or_default());
        } else {
            self.merge(&id, object, conflicts, &mut merged)?;
        }
        if commit == Commit::DryRun {
            return Ok(Answer::Object(merged));
        }
        Ok(Answer::Object(self.commit(id, merged)))
    }

    fn merge(
        &mut self,
        id: &Key,
        object: &Object,
        conflicts: Conflicts,
        merged: &mut Object,
    ) -> Result<(), StoreError> {
        let mut owners = self.owners.get(id).cloned().unwrap_or_default();
        let wanted = fields(object);
        let have: BTreeMap<String, Value> = fields(merged).into_iter().collect();
        for (path, value) in &wanted {
            let others = owners.get(path).is_some_and(|owner| owner != "bulkhead");
            if others && have.get(path) != Some(value) && conflicts == Conflicts::Fail {
                let causes = vec![Cause::new(path.clone(), "somebody else's")];
                return Err(StoreError::Conflict { message: "somebody else manages it".to_owned(), causes });
            }
        }
        let left: Vec<String> = owners
            .iter()
            .filter(|(path, owner)| *owner == "bulkhead" && !wanted.iter().any(|(other, _)| other == *path))
            .map(|(path, _)| path.clone())
            .collect();
        for path in left {
            owners.remove(&path);
            set(merged, &path, None);
        }
        for (path, value) in wanted {
            set(merged, &path, Some(value));
            owners.insert(path, "bulkhead".to_owned());
        }
        self.owners.insert(id.clone(), owners);
        Ok(())
    }

    fn check_namespace(&self, id: &Key) -> Result<(), StoreError> {
        let Some(namespace) = &id.1.namespace else { return Ok(()) };
        let key = ObjectKey::cluster(namespace.clone());
        if id.0.starts_with("leases") || self.get("namespaces", &key).is_some() {
            return Ok(());
        }
        Err(not_found("namespaces", &key))
    }
}

/// The fields that somebody manages: each label, and each field of the spec as a whole.
fn fields(object: &Object) -> Vec<(String, Value)> {
    let of = |prefix: &str, map: Option<&Value>| -> Vec<(String, Value)> {
        let map = map.and_then(Value::as_object).into_iter().flatten();
        map.map(|(key, value)| (format!("{prefix}\n{key}"), value.clone())).collect()
    };
    let labels = object.metadata().and_then(|metadata| metadata.get("labels"));
    of("labels", labels).into_iter().chain(of("spec", object.0.get("spec"))).collect()
}

fn set(object: &mut Object, path: &str, value: Option<Value>) {
    let Some((prefix, key)) = path.split_once('\n') else { return };
    let parent = if prefix == "spec" { &mut object.0 } else { object.metadata_mut() };
    let map = parent.entry(prefix).or_insert_with(|| Value::Object(Map::new()));
    let Some(map) = map.as_object_mut() else { return };
    match value {
        Some(value) => drop(map.insert(key.to_owned(), value)),
        None => drop(map.remove(key)),
    }
}

/// Refuses a policy of which a part means nothing.
fn valid(policy: &Object) -> Result<(), StoreError> {
    let text = serde_json::to_vec(&policy.0).expect("JSON");
    let read = bulkhead_analysis::snapshot::read(&[Input { name: "apply", text: &text }]);
    let wrong = read.issues.iter().filter(|issue| issue.severity == Severity::Error);
    let causes: Vec<Cause> = wrong.map(|issue| Cause::new(issue.field.clone(), issue.code)).collect();
    let resource = "networkpolicies.networking.k8s.io".to_owned();
    if causes.is_empty() { Ok(()) } else { Err(StoreError::Invalid { resource, key: policy.key(), causes }) }
}

fn not_found(kind: &str, key: &ObjectKey) -> StoreError {
    StoreError::NotFound { resource: kind.to_owned(), key: key.clone() }
}

fn unchanged(live: &Object, uid: Option<&str>, version: Option<&str>) -> Result<(), StoreError> {
    let same = uid.is_none_or(|uid| live.uid() == Some(uid))
        && version.is_none_or(|version| live.resource_version() == Some(version));
    if same {
        Ok(())
    } else {
        Err(StoreError::Conflict { message: "changed in between".to_owned(), causes: Vec::new() })
    }
}
