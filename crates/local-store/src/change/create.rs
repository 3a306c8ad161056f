//! A new object.

use bulkhead_store::{Object, StoreError, Write};

use super::{Context, Planned, only_part, server_fields, validated};
use crate::actor::seconds;
use crate::names;
use crate::ownership::{By, record_update};

pub(super) fn create(context: &Context<'_, '_>, object: &Object, write: &Write) -> Planned {
    let key = names::check(context.resource(), object)?;
    if object.resource_version().is_some() {
        return Err(StoreError::BadRequest("an object to create has no metadata.resourceVersion".to_owned()));
    }
    if context.live(&key)?.is_some() {
        return Err(StoreError::AlreadyExists { resource: context.resource().group_resource(), key });
    }
    context.check_namespace(&key)?;
    let mut made = only_part(context, object, write.part);
    server_fields::of_new(&mut made, context.now);
    let mut made = validated(context, made, None)?;
    let time = seconds(context.now);
    record_update(&Object::default(), &mut made, By { manager: &write.manager, part: write.part, time: &time });
    Ok((vec![context.change(&key, None, Some(made.clone()))], made))
}
