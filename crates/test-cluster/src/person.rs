//! Manifests of any kind, into the API server.

use std::path::Path;
use std::time::Duration;

use bulkhead_control_plane::ControlPlane;
use bulkhead_kube_store::{ConnectOptions, KubeStore, connect};
use bulkhead_store::{Apply, KnownKind, Object, Part, Resource, Scope, Store as _, StoreError, Write};
use serde_json::{Value, json};
use tokio::runtime::{Builder, Runtime};

use crate::command::root;

/// A user of the API server, with something to run on.
pub(crate) struct Person {
    pub(crate) runtime: Runtime,
    pub(crate) store: KubeStore,
}

/// The administrator.
pub(crate) type Admin = Person;

impl Person {
    /// The administrator.
    pub(crate) fn new(plane: &ControlPlane) -> Self {
        Self::named(plane, "admin")
    }

    /// A user by name.
    pub(crate) fn named(plane: &ControlPlane, user: &str) -> Self {
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        let kubeconfigs = vec![plane.kubeconfig(user).unwrap().to_owned()];
        let options = ConnectOptions { kubeconfigs, ..ConnectOptions::default() };
        let store = runtime.block_on(connect(&options)).unwrap();
        Self { runtime, store }
    }

    /// Applies every document of a text; what is no JSON object is not there.
    pub(crate) fn apply(&self, text: &str) -> usize {
        let objects = objects(text);
        self.apply_all(&objects);
        objects.len()
    }

    /// Applies objects, each with its status.
    pub(crate) fn apply_all(&self, objects: &[Object]) {
        for object in objects {
            let answer = self.try_apply(object);
            assert!(answer.is_ok(), "{} {}: {}", object.kind(), object.key(), answer.unwrap_err());
        }
    }

    /// Applies an object with its status, in the version that the server serves; waits for kinds that are new.
    pub(crate) fn try_apply(&self, object: &Object) -> Result<(), StoreError> {
        let mut object = object.clone();
        for field in ["resourceVersion", "uid", "creationTimestamp", "generation", "managedFields"] {
            object.metadata_mut().remove(field);
        }
        let owners = object.metadata_mut().get_mut("ownerReferences").and_then(Value::as_array_mut);
        for owner in owners.into_iter().flatten().filter_map(Value::as_object_mut) {
            // Trimmed from the example; nobody here looks for the owner.
            owner.entry("uid").or_insert_with(|| "00000000-0000-4000-8000-000000000001".into());
        }
        let status = object.0.remove("status");
        let resource = self.resource_of(&object)?;
        self.runtime.block_on(async {
            self.store.apply(&resource, &object, &Apply::force(Write::by("test"))).await?;
            if let Some(status) = status.filter(|_| is_wanted(&object)) {
                object.0.remove("spec");
                object.0.insert("status".to_owned(), status);
                let how = Apply::force(Write { part: Part::Status, ..Write::by("test") });
                match self.store.apply(&resource, &object, &how).await {
                    // A kind that has no status apart.
                    Err(StoreError::NotFound { .. } | StoreError::NoSuchKind(_)) => {}
                    answer => answer.map(drop)?,
                }
            }
            Ok(())
        })
    }

    /// The kind of an object as the server serves it; a new definition takes a moment.
    pub(crate) fn resource_of(&self, object: &Object) -> Result<Resource, StoreError> {
        let group = object.api_version().split_once('/').map_or("", |(group, _)| group).to_owned();
        for _ in 0..100 {
            let served = self.runtime.block_on(self.store.served(&|it| it == group))?;
            if let Some(found) = served.into_iter().find(|it| it.kind == object.kind()) {
                return Ok(found);
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Err(StoreError::NoSuchKind(format!("{} {}", object.api_version(), object.kind())))
    }

    /// Makes definitions, which allow anything, of the kinds of objects that the server does not serve: those of other projects.
    pub(crate) fn define_missing_kinds(&self, objects: &[Object]) {
        let served = self.runtime.block_on(self.store.served(&|_| true)).unwrap();
        let mut made = Vec::new();
        for object in objects {
            let (group, version) = object.api_version().split_once('/').unwrap_or(("", object.api_version()));
            let is_there = served.iter().any(|it| it.group == group && it.kind == object.kind());
            if is_there || made.contains(&(group, object.kind())) {
                continue;
            }
            made.push((group, object.kind()));
            let definition = definition(group, version, object);
            // One that was made a moment ago need not be served yet.
            let resource = self.resource_of(&definition).unwrap();
            if self.runtime.block_on(self.store.get(&resource, &definition.key())).is_err() {
                self.apply_all(&[definition]);
            }
        }
    }
}

/// Whether a status is worth having: those of objects that are going away, or were never ours, are not.
fn is_wanted(object: &Object) -> bool {
    !matches!(object.kind(), "Namespace" | "CustomResourceDefinition")
}

fn definition(group: &str, version: &str, object: &Object) -> Object {
    let kind = object.kind();
    let known = KnownKind::of(object.api_version(), kind).map(|known| &known.resource);
    let plural = known.map_or_else(|| format!("{}s", kind.to_ascii_lowercase()), |known| known.plural.to_string());
    let is_namespaced = known.map_or_else(|| object.namespace().is_some(), |known| known.scope == Scope::Namespaced);
    let schema = json!({"type": "object", "x-kubernetes-preserve-unknown-fields": true});
    let served = json!({"name": version, "served": true, "storage": true, "schema": {"openAPIV3Schema": schema}});
    let value = json!({
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
        "metadata": {"name": format!("{plural}.{group}"), "annotations": {
            "api-approved.kubernetes.io": "https://github.com/kubernetes-sigs/network-policy-api",
        }},
        "spec": {
            "group": group, "scope": if is_namespaced { "Namespaced" } else { "Cluster" },
            "names": {"kind": kind, "plural": plural, "singular": kind.to_ascii_lowercase()}, "versions": [served],
        },
    });
    Object::from_value(value).unwrap()
}

/// The documents of a YAML text, Lists unpacked, in an order in which they can be applied: namespaces first.
pub(crate) fn objects(text: &str) -> Vec<Object> {
    let options = serde_saphyr::options! { budget: None };
    let documents: Vec<Value> = serde_saphyr::from_multiple_with_options(text, options).unwrap();
    let mut objects = Vec::new();
    for document in documents {
        match document.get("items").and_then(Value::as_array) {
            Some(items) => objects.extend(items.iter().cloned().filter_map(Object::from_value)),
            None => objects.extend(Object::from_value(document)),
        }
    }
    objects.sort_by_key(|object| match object.kind() {
        "CustomResourceDefinition" => 0,
        "Namespace" => 1,
        _ => 2,
    });
    objects
}

/// The objects of the example cluster.
pub(crate) fn example() -> Vec<Object> {
    let mut text = String::new();
    let mut files: Vec<_> =
        std::fs::read_dir(root().join("examples/shop")).unwrap().map(|it| it.unwrap().path()).collect();
    files.sort();
    for file in files.iter().filter(|file| file.extension().is_some_and(|end| end == "yaml")) {
        text.push_str("---\n");
        text.push_str(&std::fs::read_to_string(Path::new(file)).unwrap());
    }
    objects(&text)
}
