//! What a write means: from what is there and what is wanted to the changes of a transaction.
//!
//! Nothing here writes. A write that is refused has written nothing, so that others of the same transaction are not touched.

mod create;
mod delete;
mod replace;
mod server_fields;
mod settle;

use bulkhead_store::{Apply, KnownKind, Object, ObjectKey, Part, Resource, Scope, StoreError, Write};
use jiff::Timestamp;

use crate::tables::{Change, Tables};
use crate::validation;

pub(crate) use delete::delete;

/// The changes of a write, and the object as it will be; no changes where nothing would be different.
pub(crate) type Planned = Result<(Vec<Change>, Object), StoreError>;

/// What a write sees.
pub(crate) struct Context<'a, 't> {
    pub(crate) tables: &'a Tables<'t>,
    pub(crate) known: &'static KnownKind,
    pub(crate) now: Timestamp,
}

impl<'a, 't> Context<'a, 't> {
    /// What a write of a kind sees.
    pub(crate) fn new(tables: &'a Tables<'t>, resource: &Resource, now: Timestamp) -> Result<Self, StoreError> {
        Ok(Self { tables, known: known(resource)?, now })
    }

    /// The kind.
    pub(crate) fn resource(&self) -> &'static Resource {
        &self.known.resource
    }

    /// The object of a name, if it is there.
    pub(crate) fn live(&self, key: &ObjectKey) -> Result<Option<Object>, StoreError> {
        self.tables.get(&self.resource().group_resource(), key)
    }

    /// Refuses a namespace that is not there, or on its way out.
    fn check_namespace(&self, key: &ObjectKey) -> Result<(), StoreError> {
        let Some(name) = key.namespace.as_deref().filter(|_| self.resource().scope == Scope::Namespaced) else {
            return Ok(());
        };
        let namespace = ObjectKey::cluster(name);
        match self.tables.get("namespaces", &namespace)? {
            None => Err(StoreError::NotFound { resource: "namespaces".to_owned(), key: namespace }),
            Some(there) if there.is_terminating() => {
                Err(StoreError::Forbidden(format!("the namespace `{name}` is being deleted: nothing is created in it")))
            }
            Some(_) => Ok(()),
        }
    }

    /// One change of this kind.
    fn change(&self, key: &ObjectKey, before: Option<Object>, after: Option<Object>) -> Change {
        Change { resource: self.resource().group_resource(), key: key.clone(), before, after }
    }
}

/// The kind in the catalogue: only those are kept.
pub(crate) fn known(resource: &Resource) -> Result<&'static KnownKind, StoreError> {
    let name = resource.group_resource();
    KnownKind::of_group_resource(&name).ok_or(StoreError::NoSuchKind(name))
}

/// Creates an object.
pub(crate) fn create(context: &Context<'_, '_>, object: &Object, write: &Write) -> Planned {
    create::create(context, object, write)
}

/// Replaces an object.
pub(crate) fn update(context: &Context<'_, '_>, object: &Object, write: &Write) -> Planned {
    replace::update(context, object, write)
}

/// Applies an object, creating it where it is missing.
pub(crate) fn apply(context: &Context<'_, '_>, object: &Object, apply: &Apply) -> Planned {
    replace::apply(context, object, apply)
}

/// The object without the part that is not written: the status, or everything but it and what says which object it is.
fn only_part(context: &Context<'_, '_>, object: &Object, part: Part) -> Object {
    let mut object = object.clone();
    match part {
        Part::Main if context.known.status => {
            object.0.remove("status");
        }
        Part::Main => {}
        Part::Status => {
            object.0.retain(|field, _| matches!(field.as_str(), "apiVersion" | "kind" | "metadata" | "status"));
        }
    }
    object
}

/// The object as its schema completes it, or what the schema has against it.
fn validated(context: &Context<'_, '_>, object: Object, before: Option<&Object>) -> Result<Object, StoreError> {
    validation::validate(context.resource(), object, before)
}
