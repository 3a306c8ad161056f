//! What a case works on.

use std::future::poll_fn;

use serde_json::{Value, json};

use super::Wrong;
use crate::{Event, KnownKind, List, Object, ObjectKey, Pending, Resource, Selection, Store, StoreError, Watch, Write};

/// The manager that the cases write as.
pub(super) const MANAGER: &str = "conformance";

/// A store, and a namespace of a case's own in it.
pub struct Bed<'a> {
    /// The store.
    pub store: &'a dyn Store,
    /// The name of the case's namespace, which [`Bed::prepare`] makes.
    pub namespace: String,
    /// Makes the store forget the versions before this moment, so that no watch can start from one.
    pub forget: &'a (dyn Fn() -> Pending<'a, ()> + Send + Sync),
}

impl Bed<'_> {
    /// Makes the namespace.
    pub async fn prepare(&self) -> Result<(), Wrong> {
        let namespace = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": self.namespace}});
        self.store.create(&resource("namespaces")?, &object(namespace)?, &Write::by(MANAGER)).await?;
        Ok(())
    }

    /// A ConfigMap of the case's namespace.
    pub(super) fn config_map(&self, name: &str, data: &Value) -> Result<Object, Wrong> {
        let metadata = json!({"name": name, "namespace": self.namespace});
        object(json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data}))
    }

    /// A ConfigMap with labels.
    pub(super) fn labelled(&self, name: &str, labels: &Value) -> Result<Object, Wrong> {
        let metadata = json!({"name": name, "namespace": self.namespace, "labels": labels});
        object(json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata}))
    }

    /// A NamespaceNetworkPolicy of the case's namespace.
    pub(super) fn entry(&self, name: &str, spec: &Value) -> Result<Object, Wrong> {
        let metadata = json!({"name": name, "namespace": self.namespace});
        let kind = "NamespaceNetworkPolicy";
        object(
            json!({"apiVersion": "network.kubesphere.io/v1alpha1", "kind": kind, "metadata": metadata, "spec": spec}),
        )
    }

    /// The key of an object in the case's namespace.
    pub(super) fn key(&self, name: &str) -> ObjectKey {
        ObjectKey::namespaced(&self.namespace, name)
    }

    /// Every object of a kind in the case's namespace.
    pub(super) async fn list(&self, resource: &Resource) -> Result<List, StoreError> {
        self.store.list(resource, &Selection::namespace(&self.namespace)).await
    }

    /// Writes a ConfigMap that is not there.
    pub(super) async fn create(&self, object: &Object) -> Result<Object, Wrong> {
        Ok(self.store.create(&config_maps()?, object, &Write::by(MANAGER)).await?)
    }

    /// Replaces a ConfigMap.
    pub(super) async fn update(&self, object: &Object) -> Result<Object, StoreError> {
        let config_maps = config_maps().map_err(|wrong| StoreError::Internal(wrong.0))?;
        self.store.update(&config_maps, object, &Write::by(MANAGER)).await
    }
}

/// A kind of the catalogue by its plural.
pub(super) fn resource(plural: &str) -> Result<Resource, Wrong> {
    let known = KnownKind::named(plural).ok_or_else(|| Wrong(format!("the catalogue has no {plural}")))?;
    Ok(known.resource.clone())
}

/// `ConfigMap`
pub(super) fn config_maps() -> Result<Resource, Wrong> {
    resource("configmaps")
}

/// `NamespaceNetworkPolicy`
pub(super) fn entries() -> Result<Resource, Wrong> {
    resource("namespacenetworkpolicies")
}

/// An object from JSON.
pub(super) fn object(value: Value) -> Result<Object, Wrong> {
    Object::from_value(value).ok_or_else(|| Wrong("no object".to_owned()))
}

/// The next change that a watch tells.
pub(super) async fn next(watch: &mut Watch) -> Result<Event, Wrong> {
    loop {
        match poll_fn(|context| watch.as_mut().poll_next(context)).await {
            Some(Ok(Event::Bookmark(_))) => {}
            Some(event) => return Ok(event?),
            None => return Err(Wrong("the watch ended".to_owned())),
        }
    }
}

/// The value at a path of field names.
pub(super) fn at<'v>(object: &'v Object, path: &[&str]) -> Option<&'v Value> {
    let (first, rest) = path.split_first()?;
    rest.iter().try_fold(object.0.get(*first)?, |value, field| value.get(field))
}

/// Sets a field of a map inside an object, making the map.
pub(super) fn set(object: &mut Object, map: &str, field: &str, value: Value) {
    let target = object.0.entry(map).or_insert_with(|| json!({}));
    if let Some(fields) = target.as_object_mut() {
        fields.insert(field.to_owned(), value);
    }
}

/// The reason of an error that has to be there.
pub(super) fn reason<T>(result: Result<T, StoreError>) -> &'static str {
    match result {
        Ok(_) => "no error",
        Err(error) => error.reason(),
    }
}
