//! The trait.

use std::future::Future;
use std::pin::Pin;

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

/// Holds Kubernetes objects.
///
/// Every future may be dropped at any time. A read then did nothing; a write was done completely or not at all, as when an
/// API server's answer is lost. Versions are opaque texts: they are compared for equality and handed back, nothing else.
pub trait Store: Send + Sync {
    /// The object of a name.
    fn get<'a>(&'a self, resource: &'a Resource, key: &'a ObjectKey) -> Pending<'a, Object>;

    /// The objects of a kind.
    fn list<'a>(&'a self, resource: &'a Resource, selection: &'a Selection) -> Pending<'a, List>;

    /// The same, handed over a part at a time, in no particular order: of a list that is long no more than a part need be in memory.
    /// Gives the version. A list that fails may have handed over something.
    fn list_in_parts<'a>(
        &'a self,
        resource: &'a Resource,
        selection: &'a Selection,
        take: &'a mut (dyn FnMut(Vec<Object>) + Send),
    ) -> Pending<'a, String> {
        Box::pin(async move {
            let list = self.list(resource, selection).await?;
            take(list.items);
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
