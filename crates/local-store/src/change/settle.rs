//! What goes with an object that goes: what it owns, and what is in it.

use std::collections::BTreeSet;

use bulkhead_store::{KINDS, KnownKind, Object, ObjectKey, Scope, StoreError};
use serde_json::Value;

use super::Context;
use crate::actor::seconds;
use crate::tables::Change;

/// The changes that take an object away, and everything that goes with it.
pub(super) fn removal(context: &Context<'_, '_>, key: &ObjectKey, live: Object) -> Result<Vec<Change>, StoreError> {
    let mut going = Going { context, changes: Vec::new(), met: BTreeSet::new() };
    going.take(context.known, key, live)?;
    Ok(going.changes)
}

/// The same, but what it owns stays, without the reference.
pub(super) fn removal_without_dependents(
    context: &Context<'_, '_>,
    key: &ObjectKey,
    live: Object,
) -> Result<Vec<Change>, StoreError> {
    let mut going = Going { context, changes: Vec::new(), met: BTreeSet::new() };
    let uid = live.uid().unwrap_or_default().to_owned();
    for (known, object) in going.owned(key, &uid)? {
        let mut freed = object.clone();
        if let Some(Value::Array(owners)) = freed.metadata_mut().get_mut("ownerReferences") {
            owners.retain(|owner| owner.get("uid").and_then(Value::as_str) != Some(&uid));
        }
        going.push(known, &object.key(), object, Some(freed));
    }
    going.take_alone(context.known, key, live);
    Ok(going.changes)
}

/// Changes of a removal as they are found.
struct Going<'c, 'a, 't> {
    context: &'c Context<'a, 't>,
    changes: Vec<Change>,
    /// What was looked at: owners may form a circle.
    met: BTreeSet<(String, ObjectKey)>,
}

impl Going<'_, '_, '_> {
    fn take(&mut self, known: &'static KnownKind, key: &ObjectKey, live: Object) -> Result<(), StoreError> {
        if !self.met.insert((known.resource.group_resource(), key.clone())) {
            return Ok(());
        }
        if live.texts("finalizers").next().is_some() {
            if !live.is_terminating() {
                self.mark(known, key, live);
            }
            return Ok(());
        }
        let within = if is_namespace(known) { self.inside(&key.name)? } else { Vec::new() };
        let owned = self.owned(key, live.uid().unwrap_or_default())?;
        for (known, object) in within.into_iter().chain(owned) {
            self.take(known, &object.key(), object)?;
        }
        let stays = is_namespace(known) && self.holds_something(&key.name)?;
        if stays {
            self.mark(known, key, live);
        } else {
            self.take_alone(known, key, live);
            self.end_namespace(key)?;
        }
        Ok(())
    }

    /// Marks an object as going.
    fn mark(&mut self, known: &KnownKind, key: &ObjectKey, live: Object) {
        let mut marked = live.clone();
        let metadata = marked.metadata_mut();
        metadata.entry("deletionTimestamp").or_insert_with(|| seconds(self.context.now).into());
        metadata.entry("deletionGracePeriodSeconds").or_insert_with(|| 0.into());
        self.push(known, key, live, Some(marked));
    }

    fn take_alone(&mut self, known: &KnownKind, key: &ObjectKey, live: Object) {
        self.push(known, key, live, None);
    }

    fn push(&mut self, known: &KnownKind, key: &ObjectKey, before: Object, after: Option<Object>) {
        let resource = known.resource.group_resource();
        self.changes.push(Change { resource, key: key.clone(), before: Some(before), after });
    }

    /// What an object owns, and nobody else does.
    fn owned(&self, owner: &ObjectKey, uid: &str) -> Result<Vec<(&'static KnownKind, Object)>, StoreError> {
        let mut found = Vec::new();
        if uid.is_empty() {
            return Ok(found);
        }
        for known in KINDS {
            let reachable = owner.namespace.is_none() || known.resource.scope == Scope::Namespaced;
            if reachable {
                let resource = known.resource.group_resource();
                let objects = self.context.tables.mentioning(&resource, owner.namespace.as_deref(), uid)?;
                let only_owner = |object: &Object| {
                    let mut owners = object.owners().peekable();
                    owners.peek().is_some() && owners.all(|owner| owner == uid)
                };
                found.extend(objects.into_iter().filter(only_owner).map(|object| (known, object)));
            }
        }
        Ok(found)
    }

    /// What is in a namespace.
    fn inside(&self, namespace: &str) -> Result<Vec<(&'static KnownKind, Object)>, StoreError> {
        let mut found = Vec::new();
        for known in KINDS.iter().filter(|known| known.resource.scope == Scope::Namespaced) {
            let objects = self.context.tables.mentioning(&known.resource.group_resource(), Some(namespace), "")?;
            found.extend(objects.into_iter().map(|object| (known, object)));
        }
        Ok(found)
    }

    /// Whether something in a namespace does not go with these changes.
    fn holds_something(&self, namespace: &str) -> Result<bool, StoreError> {
        let going = self.changes.iter().filter(|change| change.after.is_none());
        let gone: BTreeSet<_> = going.map(|change| (change.resource.clone(), change.key.clone())).collect();
        let inside = self.inside(namespace)?;
        Ok(inside.iter().any(|(known, object)| !gone.contains(&(known.resource.group_resource(), object.key()))))
    }

    /// Ends the namespace that waited for its last object.
    fn end_namespace(&mut self, key: &ObjectKey) -> Result<(), StoreError> {
        let Some(name) = key.namespace.as_deref() else { return Ok(()) };
        let namespace = ObjectKey::cluster(name);
        let Some(waiting) = self.context.tables.get("namespaces", &namespace)?.filter(Object::is_terminating) else {
            return Ok(());
        };
        let free = waiting.texts("finalizers").next().is_none() && !self.holds_something(name)?;
        if let Some(known) = KnownKind::of_group_resource("namespaces").filter(|_| free)
            && self.met.insert(("namespaces".to_owned(), namespace.clone()))
        {
            self.take_alone(known, &namespace, waiting);
        }
        Ok(())
    }
}

fn is_namespace(known: &KnownKind) -> bool {
    known.resource.group.is_empty() && known.resource.kind == "Namespace"
}
