//! What a local store does beyond the suite that every store passes.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)] // a test that cannot be set up fails

mod file;
mod history;
mod life;
mod together;
mod validation;

use bulkhead_local_store::{Actor, Clock, LocalStore};
use bulkhead_store::{Apply, KnownKind, Object, Resource, Store as _, StoreError, Write};
use jiff::Timestamp;
use serde_json::{Value, json};
use tempfile::TempDir;

/// A store in a folder of its own, with a namespace `shop`.
struct World {
    store: LocalStore,
    folder: TempDir,
}

/// When everything happens.
const NOW: &str = "2026-01-02T03:04:05Z";

impl World {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = open(&folder, "alice", NOW);
        let world = Self { store, folder };
        world.apply(&json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}})).await.unwrap();
        world
    }

    /// Applies an object as the actor of the store.
    async fn apply(&self, object: &Value) -> Result<Object, StoreError> {
        apply(&self.store, object).await
    }

    async fn config_map(&self, name: &str, data: &Value) -> Object {
        self.apply(&config_map(name, data)).await.unwrap()
    }
}

fn config_map(name: &str, data: &Value) -> Value {
    json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "namespace": "shop"}, "data": data})
}

async fn apply(store: &LocalStore, object: &Value) -> Result<Object, StoreError> {
    let object = Object::from_value(object.clone()).unwrap();
    let resource = KnownKind::of(object.api_version(), object.kind()).unwrap().resource.clone();
    store.apply(&resource, &object, &Apply::force(Write::by("test"))).await
}

fn open(folder: &TempDir, actor: &str, time: &str) -> LocalStore {
    let time: Timestamp = time.parse().unwrap();
    LocalStore::open(&folder.path().join("store"), Actor(actor.to_owned()), Clock::new(move || time)).unwrap()
}

fn resource(name: &str) -> Resource {
    KnownKind::named(name).unwrap().resource.clone()
}
