//! The trait.

use std::future::Future;
use std::pin::Pin;

use serde_json::{Value, json};

use crate::{Apply, Delete, Object, ObjectKey, Resource, Selection, StoreError, Watch, Write};

/// An answer that is on its way.
pub type Pending<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;

/// Objects, and the version at which they were all there together.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct List {
    /// The objects, by namespace and name.
    pub items: Vec<Object>,
    /// Watch from here to hear of every change after this list.
    pub resource_version: String,
}

impl List {
    /// Reads a list in JSON as API servers write them: its items do not say what they are, and here they do. `None` where it is no list.
    pub fn read(resource: &Resource, text: &str) -> Option<Self> {
        Self::of_value(resource, serde_json::from_str(text).ok()?)
    }

    /// The same of JSON that was read.
    pub fn of_value(resource: &Resource, mut list: Value) -> Option<Self> {
        let text = |pointer: &str| list.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
        let resource_version = text("/metadata/resourceVersion").unwrap_or_default();
        let api_version = text("/apiVersion").unwrap_or_else(|| resource.api_version());
        let items = match list.get_mut("items").map(Value::take) {
            Some(Value::Array(items)) => items,
            // Go writes an empty list of some aggregated servers so.
            Some(Value::Null) => Vec::new(),
            _ => return None,
        };
        let named = |mut object: Object| {
            object.0.entry("apiVersion").or_insert_with(|| api_version.clone().into());
            object.0.entry("kind").or_insert_with(|| resource.kind.clone().into());
            object
        };
        Some(Self { items: items.into_iter().filter_map(Object::from_value).map(named).collect(), resource_version })
    }
}

/// Holds Kubernetes objects.
///
/// Every future may be dropped at any time. A read then did nothing; a write was done completely or not at all, as when an
/// API server's answer is lost. Versions are opaque texts: they are compared for equality and handed back, nothing else.
pub trait Store: Send + Sync {
    /// The object of a name.
    fn get<'a>(&'a self, resource: &'a Resource, key: &'a ObjectKey) -> Pending<'a, Object>;

    /// The objects of a kind.
    fn list<'a>(&'a self, resource: &'a Resource, selection: &'a Selection) -> Pending<'a, List>;

    /// The same as texts, handed over a part at a time, in no particular order: lists in JSON, as [`List::read`] reads them. Of a list
    /// that is long no more than a part need be in memory. Gives the version. A list that fails may have handed over something.
    fn list_in_texts<'a>(
        &'a self,
        resource: &'a Resource,
        selection: &'a Selection,
        take: &'a mut (dyn FnMut(&str) + Send),
    ) -> Pending<'a, String> {
        Box::pin(async move {
            let list = self.list(resource, selection).await?;
            let items: Vec<Value> = list.items.into_iter().map(Object::into_value).collect();
            let kind = format!("{}List", resource.kind);
            take(&json!({ "apiVersion": resource.api_version(), "kind": kind, "items": items }).to_string());
            Ok(list.resource_version)
        })
    }

    /// Every change after a version, as long as the store remembers ([`StoreError::Expired`] otherwise, here or as the stream's
    /// last item).
    fn watch<'a>(&'a self, resource: &'a Resource, selection: &'a Selection, from: &'a str) -> Pending<'a, Watch>;

    /// Writes an object that is not there.
    fn create<'a>(&'a self, resource: &'a Resource, object: &'a Object, write: &'a Write) -> Pending<'a, Object>;

    /// Replaces an object that still has the `metadata.resourceVersion` that is given; [`StoreError::Conflict`] otherwise.
    fn update<'a>(&'a self, resource: &'a Resource, object: &'a Object, write: &'a Write) -> Pending<'a, Object>;

    /// Makes an object have the given fields, and no longer those that the same manager applied before and leaves out now. Makes
    /// the object where it is missing; writes nothing where nothing would change.
    fn apply<'a>(&'a self, resource: &'a Resource, object: &'a Object, apply: &'a Apply) -> Pending<'a, Object>;

    /// Deletes an object, or marks it where finalizers hold it.
    fn delete<'a>(&'a self, resource: &'a Resource, key: &'a ObjectKey, delete: &'a Delete) -> Pending<'a, ()>;
}
