//! Apply, and what an update means for ownership.

use bulkhead_store::{Cause, Conflicts, Object, Part, StoreError};

use super::manager::{self, How, Manager};
use super::path::{Fields, differs, display, fields_of, merge, remove_at};

/// Who writes, which part, and when.
#[derive(Clone, Copy, Debug)]
pub(crate) struct By<'a> {
    pub(crate) manager: &'a str,
    pub(crate) part: Part,
    pub(crate) time: &'a str,
}

/// The object with what a manager wants of it; `live` is empty where it is not there.
pub(crate) fn apply(live: &Object, wanted: &Object, by: By<'_>, conflicts: Conflicts) -> Result<Object, StoreError> {
    let mut managers = manager::read(live);
    let fields = fields_of(&wanted.0);
    settle_conflicts(live, wanted, &fields, by, conflicts, &mut managers)?;
    let before = own(&mut managers, by, How::Apply, wanted.api_version());
    let left: Vec<_> = before.difference(&fields).cloned().collect();
    own_mut(&mut managers, by, How::Apply, |owned| *owned = fields);
    let mut merged = live.clone();
    // The deepest first, so that an item's fields go before the item.
    for path in left.iter().rev() {
        if !managers.iter().any(|manager| manager.fields.iter().any(|kept| kept.starts_with(path))) {
            remove_at(&mut merged.0, path);
        }
    }
    merge(&mut merged.0, &wanted.0, &Vec::new());
    stamp(live, &mut managers, by);
    manager::write(&mut merged, &managers);
    Ok(merged)
}

/// Refuses fields that others manage with another value, or takes them from those.
fn settle_conflicts(
    live: &Object,
    wanted: &Object,
    fields: &Fields,
    by: By<'_>,
    conflicts: Conflicts,
    managers: &mut [Manager],
) -> Result<(), StoreError> {
    let changed: Fields = fields.iter().filter(|path| differs(&live.0, &wanted.0, path)).cloned().collect();
    let mut causes = Vec::new();
    for other in managers.iter_mut().filter(|manager| !manager.is(by.manager, How::Apply, by.part)) {
        let taken: Vec<_> = other.fields.intersection(&changed).cloned().collect();
        for path in taken {
            match conflicts {
                Conflicts::Force => {
                    other.fields.remove(&path);
                }
                Conflicts::Fail => {
                    causes.push(Cause::new(display(&path), format!("conflict with \"{}\"", other.name)));
                }
            }
        }
    }
    if causes.is_empty() {
        return Ok(());
    }
    let message = format!("apply as `{}` would change fields that others manage", by.manager);
    Err(StoreError::Conflict { message, causes })
}

/// The fields of a manager, whose entry is made where it is missing.
fn own(managers: &mut Vec<Manager>, by: By<'_>, how: How, api_version: &str) -> Fields {
    if let Some(there) = managers.iter().find(|manager| manager.is(by.manager, how, by.part)) {
        return there.fields.clone();
    }
    managers.push(Manager {
        name: by.manager.to_owned(),
        how,
        part: by.part,
        api_version: api_version.to_owned(),
        time: by.time.to_owned(),
        fields: Fields::new(),
    });
    Fields::new()
}

fn own_mut(managers: &mut [Manager], by: By<'_>, how: How, change: impl FnOnce(&mut Fields)) {
    if let Some(own) = managers.iter_mut().find(|manager| manager.is(by.manager, how, by.part)) {
        change(&mut own.fields);
    }
}

/// Gives the managers whose fields changed the time of the change.
fn stamp(live: &Object, managers: &mut [Manager], by: By<'_>) {
    let before = manager::read(live);
    for manager in managers {
        let same = |old: &&Manager| old.is(&manager.name, manager.how, manager.part) && old.fields == manager.fields;
        match before.iter().find(same) {
            Some(old) => manager.time.clone_from(&old.time),
            None => by.time.clone_into(&mut manager.time),
        }
    }
}

/// Notes in an updated object who changed what: what changed belongs to the updater, what is gone to nobody.
pub(crate) fn record_update(live: &Object, updated: &mut Object, by: By<'_>) {
    let mut managers = manager::read(live);
    let after = fields_of(&updated.0);
    let changed: Fields = after.iter().filter(|path| differs(&live.0, &updated.0, path)).cloned().collect();
    for manager in &mut managers {
        manager.fields.retain(|path| after.contains(path) && !changed.contains(path));
    }
    if !changed.is_empty() {
        own(&mut managers, by, How::Update, updated.api_version());
        own_mut(&mut managers, by, How::Update, |owned| owned.extend(changed));
    }
    stamp(live, &mut managers, by);
    manager::write(updated, &managers);
}
