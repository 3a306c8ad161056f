//! Somebody who works on an API server, and manifests of any kind, as `kubectl apply` takes them.

use std::path::Path;
use std::time::Duration;

use anyhow::Context as _;
use bulkhead_control_plane::ControlPlane;
use bulkhead_kube_store::{ConnectOptions, KubeStore, connect};
use bulkhead_store::{Apply, Object, Part, Resource, Store as _, StoreError, Write};
use serde_json::Value;
use tokio::runtime::{Builder, Runtime};

use crate::definition::definition;
use crate::manifest::objects;

/// A user of the API server, with something to run on.
#[derive(Debug)]
pub struct Person {
    /// What runs the store's futures.
    pub runtime: Runtime,
    /// What the person may see and write.
    pub store: KubeStore,
}

impl Person {
    /// The administrator of a control plane.
    pub fn admin(plane: &ControlPlane) -> anyhow::Result<Self> {
        Self::named(plane, "admin")
    }

    /// A user of a control plane, by name.
    pub fn named(plane: &ControlPlane, user: &str) -> anyhow::Result<Self> {
        Self::with(plane.kubeconfig(user)?)
    }

    /// Whoever a kubeconfig is for.
    pub fn with(kubeconfig: &Path) -> anyhow::Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let options = ConnectOptions { kubeconfigs: vec![kubeconfig.to_owned()], ..ConnectOptions::default() };
        let store = runtime.block_on(connect(&options))?;
        Ok(Self { runtime, store })
    }

    /// Applies every document of a text; how many there were.
    pub fn apply(&self, text: &str) -> anyhow::Result<usize> {
        let objects = objects(text)?;
        self.apply_all(&objects)?;
        Ok(objects.len())
    }

    /// Applies objects, each with its status.
    pub fn apply_all(&self, objects: &[Object]) -> anyhow::Result<()> {
        for object in objects {
            self.try_apply(object).with_context(|| format!("{} {}", object.kind(), object.key()))?;
        }
        Ok(())
    }

    /// Applies an object with its status, in the version that the server serves; waits for kinds that are new.
    pub fn try_apply(&self, object: &Object) -> Result<(), StoreError> {
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
    pub fn resource_of(&self, object: &Object) -> Result<Resource, StoreError> {
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
    pub fn define_missing_kinds(&self, objects: &[Object]) -> anyhow::Result<()> {
        let served = self.runtime.block_on(self.store.served(&|_| true))?;
        let mut made = Vec::new();
        for object in objects {
            let (group, version) = object.api_version().split_once('/').unwrap_or(("", object.api_version()));
            let is_there = served.iter().any(|it| it.group == group && it.kind == object.kind());
            if is_there || made.contains(&(group, object.kind())) {
                continue;
            }
            made.push((group, object.kind()));
            let definition = definition(group, version, object).context("no object of a definition")?;
            // One that was made a moment ago need not be served yet.
            let resource = self.resource_of(&definition)?;
            if self.runtime.block_on(self.store.get(&resource, &definition.key())).is_err() {
                self.apply_all(&[definition])?;
            }
        }
        Ok(())
    }
}

/// Whether a status is worth having: those of objects that are going away, or were never ours, are not.
fn is_wanted(object: &Object) -> bool {
    !matches!(object.kind(), "Namespace" | "CustomResourceDefinition")
}
