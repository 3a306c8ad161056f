//! An object that changes: update and apply.

use bulkhead_store::{Apply, Cause, Object, ObjectKey, Part, StoreError, Write};

use super::{Context, Planned, create, only_part, server_fields, settle, validated};
use crate::actor::seconds;
use crate::names::{self, invalid, not_found};
use crate::ownership::{self, By};

pub(super) fn update(context: &Context<'_, '_>, object: &Object, write: &Write) -> Planned {
    let key = names::check(context.resource(), object)?;
    let Some(version) = object.resource_version() else {
        let cause = Cause::new("metadata.resourceVersion", "must be there for an update");
        return Err(invalid(context.resource(), &key, vec![cause]));
    };
    let live = context.live(&key)?.ok_or_else(|| not_found(context.resource(), &key))?;
    check_unchanged(&live, object.uid(), Some(version), &key)?;
    let mut updated = with_other_part(context, &live, object, write.part);
    server_fields::keep(&live, &mut updated);
    let mut updated = validated(context, updated, Some(&live))?;
    let time = seconds(context.now);
    ownership::record_update(&live, &mut updated, By { manager: &write.manager, part: write.part, time: &time });
    finish(context, &key, live, updated)
}

pub(super) fn apply(context: &Context<'_, '_>, object: &Object, apply: &Apply) -> Planned {
    let key = names::check(context.resource(), object)?;
    if object.metadata().is_some_and(|metadata| metadata.contains_key("managedFields")) {
        return Err(StoreError::BadRequest("an object to apply has no metadata.managedFields".to_owned()));
    }
    let live = context.live(&key)?;
    let wanted = only_part(context, object, apply.write.part);
    let time = seconds(context.now);
    let by = By { manager: &apply.write.manager, part: apply.write.part, time: &time };
    let Some(live) = live else {
        if apply.write.part == Part::Status {
            return Err(not_found(context.resource(), &key));
        }
        if object.resource_version().is_some() {
            return Err(changed(&key, "is gone"));
        }
        return create_applied(context, &key, &wanted, by, apply);
    };
    check_unchanged(&live, object.uid(), object.resource_version(), &key)?;
    let mut merged = ownership::apply(&live, &wanted, by, apply.conflicts)?;
    let managed = merged.metadata().and_then(|metadata| metadata.get("managedFields").cloned());
    server_fields::keep(&live, &mut merged);
    match managed {
        Some(managed) => merged.metadata_mut().insert("managedFields".to_owned(), managed),
        None => merged.metadata_mut().remove("managedFields"),
    };
    let merged = validated(context, merged, Some(&live))?;
    finish(context, &key, live, merged)
}

/// An object that an apply makes: created, but owned by the apply.
fn create_applied(context: &Context<'_, '_>, key: &ObjectKey, wanted: &Object, by: By<'_>, apply: &Apply) -> Planned {
    let (_, made) = create::create(context, wanted, &apply.write)?;
    let owned = ownership::apply(&Object::default(), wanted, by, apply.conflicts)?;
    let managed = owned.metadata().and_then(|metadata| metadata.get("managedFields").cloned());
    let mut made = made;
    match managed {
        Some(managed) => made.metadata_mut().insert("managedFields".to_owned(), managed),
        None => made.metadata_mut().remove("managedFields"),
    };
    Ok((vec![context.change(key, None, Some(made.clone()))], made))
}

/// What an update writes, with the other part as it is.
fn with_other_part(context: &Context<'_, '_>, live: &Object, object: &Object, part: Part) -> Object {
    match part {
        Part::Main if !context.known.status => object.clone(),
        Part::Main => {
            let mut updated = only_part(context, object, Part::Main);
            if let Some(status) = live.0.get("status") {
                updated.0.insert("status".to_owned(), status.clone());
            }
            updated
        }
        Part::Status => {
            let mut updated = live.clone();
            match object.0.get("status") {
                Some(status) => updated.0.insert("status".to_owned(), status.clone()),
                None => updated.0.remove("status"),
            };
            updated
        }
    }
}

/// Refuses where somebody wrote in between, or the object is another of the same name.
pub(super) fn check_unchanged(
    live: &Object,
    uid: Option<&str>,
    version: Option<&str>,
    key: &ObjectKey,
) -> Result<(), StoreError> {
    if uid.is_some_and(|uid| live.uid() != Some(uid)) {
        return Err(changed(key, "is another object of the same name"));
    }
    if version.is_some_and(|version| live.resource_version() != Some(version)) {
        return Err(changed(key, "was changed in between"));
    }
    Ok(())
}

fn changed(key: &ObjectKey, what: &str) -> StoreError {
    StoreError::Conflict { message: format!("`{key}` {what}: read it again"), causes: Vec::new() }
}

/// The change, if there is one; an object that waited for its last finalizer goes.
fn finish(context: &Context<'_, '_>, key: &ObjectKey, live: Object, mut changed: Object) -> Planned {
    server_fields::count_generation(&live, &mut changed);
    if server_fields::same(&live, &changed) {
        return Ok((Vec::new(), live));
    }
    if live.is_terminating() && changed.texts("finalizers").next().is_none() {
        let mut removed = settle::removal(context, key, changed.clone())?;
        for change in removed.iter_mut().filter(|change| change.key == *key && change.after.is_none()) {
            change.before = Some(live.clone());
        }
        return Ok((removed, changed));
    }
    let change = context.change(key, Some(live), Some(changed.clone()));
    Ok((vec![change], changed))
}
