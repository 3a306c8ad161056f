//! Taking over objects as they are somewhere else.

use bulkhead_store::{KINDS, KnownKind, Object, StoreError, Write};

use crate::actor::seconds;
use crate::change::known;
use crate::local_store::LocalStore;
use crate::record::Operation;
use crate::tables::{Change, Tables};

/// What an import changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Imported {
    /// Objects that are new.
    pub created: usize,
    /// Objects that were different.
    pub changed: usize,
    /// Objects that were the same.
    pub unchanged: usize,
    /// Objects that are gone, as the source does not have them.
    pub deleted: usize,
}

impl LocalStore {
    /// Makes the objects of some kinds be exactly the given ones, in one change: with their uids, times, managers and status. Only
    /// the resourceVersion is this store's own. The objects are taken as they are: another store validated them.
    pub async fn import(
        &self,
        kinds: Vec<&'static KnownKind>,
        objects: Vec<Object>,
        write: &Write,
    ) -> Result<Imported, StoreError> {
        let now = seconds(self.now());
        let (send, receive) = tokio::sync::oneshot::channel();
        let plan = move |tables: &Tables<'_>| {
            let (changes, imported) = changes(tables, &kinds, objects, &now)?;
            let _ = send.send(imported);
            Ok(changes)
        };
        self.write_changes(plan, Operation::Import, write).await?;
        receive.await.map_err(|_| StoreError::unavailable("the import was not counted"))
    }
}

fn changes(
    tables: &Tables<'_>,
    kinds: &[&'static KnownKind],
    objects: Vec<Object>,
    now: &str,
) -> Result<(Vec<Change>, Imported), StoreError> {
    let (mut changes, mut imported) = (Vec::new(), Imported::default());
    let mut wanted = std::collections::BTreeMap::new();
    for object in objects {
        let kind = KnownKind::of(object.api_version(), object.kind());
        let kind = kind.ok_or_else(|| StoreError::NoSuchKind(format!("{} {}", object.api_version(), object.kind())))?;
        wanted.insert((order(kind), object.key()), object);
    }
    for kind in kinds {
        let resource = known(&kind.resource)?.resource.group_resource();
        for there in tables.mentioning(&resource, None, "")? {
            if !wanted.contains_key(&(order(kind), there.key())) {
                imported.deleted += 1;
                let key = there.key();
                changes.push(Change { resource: resource.clone(), key, before: Some(there), after: None });
            }
        }
    }
    for ((kind, key), object) in wanted {
        let Some(kind) = KINDS.get(kind) else { continue };
        let resource = kind.resource.group_resource();
        let there = tables.get(&resource, &key)?;
        let object = completed(object, there.as_ref(), now);
        match there {
            Some(there) if same(&there, &object) => imported.unchanged += 1,
            before => {
                *(if before.is_some() { &mut imported.changed } else { &mut imported.created }) += 1;
                changes.push(Change { resource, key, before, after: Some(object) });
            }
        }
    }
    Ok((changes, imported))
}

/// Where a kind stands in the catalogue, whose order is that of writing.
fn order(kind: &KnownKind) -> usize {
    KINDS.iter().position(|known| known.resource == kind.resource).unwrap_or(KINDS.len())
}

/// What a server gives, where the source is a file that does not have it: as it is there already, or new.
fn completed(mut object: Object, there: Option<&Object>, now: &str) -> Object {
    let known = |field: &str| there.and_then(|there| there.text(field)).map(str::to_owned);
    let uid = known("uid").unwrap_or_else(|| uuid::Uuid::new_v4().to_string());
    let created = known("creationTimestamp").unwrap_or_else(|| now.to_owned());
    let metadata = object.metadata_mut();
    metadata.entry("uid").or_insert_with(|| uid.into());
    metadata.entry("creationTimestamp").or_insert_with(|| created.into());
    object
}

/// Whether two states differ only in whose version they have.
fn same(one: &Object, other: &Object) -> bool {
    let plain = |object: &Object| {
        let mut object = object.clone();
        object.metadata_mut().remove("resourceVersion");
        object
    };
    plain(one) == plain(other)
}
