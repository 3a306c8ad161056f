//! Reads a cluster with whatever rights there are.
//!
//! Only kinds that are served are asked for, and of those only what answers depend on. Where a kind may not be read in the whole
//! cluster it is read in each namespace that is known; what is left is a gap. A gap is told, never passed over: whoever may not
//! see policies does not live in a cluster without policies.

use std::collections::BTreeMap;
use std::time::Duration;

use bulkhead_analysis::snapshot::{CONFIG_MAPS, is_config_map_read, is_group_wanted, is_wanted};
use bulkhead_kube_store::KubeStore;
use bulkhead_store::{KnownKind, List, Object, ObjectKey, Resource, Scope, Selection, Store as _, StoreError};
use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};

use super::gap::Gap;

/// How many questions are on their way at once: a reader is a guest.
const AT_ONCE: usize = 8;
/// How often a server that does not answer is asked, and how long is waited in between.
const TRIES: u32 = 4;
const FIRST_WAIT: Duration = Duration::from_millis(250);

/// Objects by kind, and remarks about those that could not be read.
#[derive(Debug, Default)]
pub(crate) struct LiveDump {
    /// Objects of each kind that has some, by the kind's name.
    pub(crate) objects: Vec<(Resource, Vec<Object>)>,
    /// What could not be read.
    pub(crate) gaps: Vec<Gap>,
    /// Every kind that was asked for.
    pub(crate) served: Vec<Resource>,
}

/// What was read of a kind.
struct OfKind {
    resource: Resource,
    objects: Vec<Object>,
    gap: Option<Gap>,
}

/// Reads everything that answers depend on.
pub(crate) async fn read(store: &KubeStore) -> Result<LiveDump, StoreError> {
    let served = wanted(store).await?;
    let namespaces = namespaces(store).await?;
    of_kinds(store, served, &namespaces).await
}

/// The kinds that answers depend on and that a watch can tell of: all but ConfigMaps, of which only some are read.
pub(crate) async fn followed(store: &KubeStore) -> Result<Vec<Resource>, StoreError> {
    let mut served = wanted(store).await?;
    served.retain(|resource| resource.kind != "ConfigMap");
    Ok(served)
}

/// What is not followed: ConfigMaps that anything asks for, and of kinds that may not be listed what there is a right to.
pub(crate) async fn besides(store: &KubeStore, unlisted: &[Resource]) -> Result<LiveDump, StoreError> {
    let mut kinds = unlisted.to_vec();
    kinds.extend(KnownKind::named("configmaps").map(|known| known.resource.clone()));
    let namespaces = namespaces(store).await?;
    of_kinds(store, kinds, &namespaces).await
}

/// The kinds that are served and that answers depend on.
async fn wanted(store: &KubeStore) -> Result<Vec<Resource>, StoreError> {
    let mut served = patiently(|| store.served(&is_group_wanted)).await?;
    served.retain(|resource| is_wanted(&resource.group, &resource.kind));
    if served.iter().any(|resource| resource.kind == "EndpointSlice") {
        // The same once more, in an older form.
        served.retain(|resource| resource.kind != "Endpoints");
    }
    served.sort_by_key(Resource::group_resource);
    Ok(served)
}

async fn of_kinds(store: &KubeStore, served: Vec<Resource>, namespaces: &[String]) -> Result<LiveDump, StoreError> {
    let kinds = stream::iter(served).map(|resource| of_kind(store, resource, namespaces));
    let kinds: Vec<OfKind> = kinds.buffered(AT_ONCE).try_collect().await?;
    let mut dump = LiveDump::default();
    for OfKind { resource, objects, gap } in kinds {
        dump.gaps.extend(gap);
        dump.served.push(resource.clone());
        if !objects.is_empty() {
            dump.objects.push((resource, objects));
        }
    }
    Ok(dump)
}

/// The namespaces that are known: all, or the one of the context.
async fn namespaces(store: &KubeStore) -> Result<Vec<String>, StoreError> {
    let resource = Resource::new("", "v1", "Namespace", "namespaces", Scope::Cluster);
    let all = Selection::all();
    match patiently(|| store.keys(&resource, &all)).await {
        Ok(keys) => Ok(keys.into_iter().map(|key| key.name).collect()),
        Err(StoreError::Forbidden(_)) => Ok(vec![store.context_namespace().to_owned()]),
        Err(error) => Err(error),
    }
}

async fn of_kind(store: &KubeStore, resource: Resource, namespaces: &[String]) -> Result<OfKind, StoreError> {
    let (objects, gap) = match list(store, &resource, &Selection::all()).await {
        Ok(objects) => (objects, None),
        // Served a moment ago, and no longer.
        Err(StoreError::NoSuchKind(_) | StoreError::NotFound { .. }) => (Vec::new(), None),
        Err(StoreError::Forbidden(reason)) => match by_name(store, &resource).await? {
            Some(objects) => (objects, None),
            None => with_fewer_rights(store, &resource, namespaces, reason).await?,
        },
        Err(error) => return Err(error),
    };
    Ok(OfKind { resource, objects, gap })
}

/// The ConfigMaps that anything asks for, by their names, and Antrea's in `kube-system`, whose name has a hash in it: whoever may read
/// those need not be let read any others. Nothing where one of them may not be read, and of other kinds.
async fn by_name(store: &KubeStore, resource: &Resource) -> Result<Option<Vec<Object>>, StoreError> {
    if resource.kind != "ConfigMap" {
        return Ok(None);
    }
    let named = |name: &str| Selection { name: Some(name.to_owned()), ..Selection::all() };
    let selections = CONFIG_MAPS.into_iter().map(named).chain([Selection::namespace("kube-system")]);
    let mut objects = BTreeMap::new();
    for selection in selections {
        match list(store, resource, &selection).await {
            Ok(listed) => objects.extend(listed.into_iter().map(|object| (object.key(), object))),
            Err(StoreError::Forbidden(_)) => return Ok(None),
            Err(error) => return Err(error),
        }
    }
    Ok(Some(objects.into_values().collect()))
}

/// What can be read of a kind that may not be read in the whole cluster.
async fn with_fewer_rights(
    store: &KubeStore,
    resource: &Resource,
    namespaces: &[String],
    reason: String,
) -> Result<(Vec<Object>, Option<Gap>), StoreError> {
    let mut gap = Gap { resource: resource.clone(), except: Vec::new(), reason };
    if resource.scope == Scope::Cluster {
        // Somebody who may not list namespaces may often see their own.
        let names: &[String] = if resource.kind == "Namespace" { namespaces } else { &[] };
        let mut objects = Vec::new();
        for name in names {
            objects.extend(store.get(resource, &ObjectKey::cluster(name)).await.ok());
        }
        return Ok((objects, Some(gap)));
    }
    let lists = stream::iter(namespaces.to_vec()).map(|namespace| async move {
        match list(store, resource, &Selection::namespace(&namespace)).await {
            Ok(objects) => Ok(Some((namespace, objects))),
            Err(StoreError::Forbidden(_) | StoreError::NotFound { .. } | StoreError::NoSuchKind(_)) => Ok(None),
            Err(error) => Err(error),
        }
    });
    let read: Vec<Option<(String, Vec<Object>)>> = lists.buffered(AT_ONCE).try_collect().await?;
    let mut all = Vec::new();
    for (namespace, objects) in read.into_iter().flatten() {
        gap.except.push(namespace);
        all.extend(objects);
    }
    Ok((all, Some(gap)))
}

/// The objects of a kind; of ConfigMaps those that anything asks for, and of the others not more than their names.
async fn list(store: &KubeStore, resource: &Resource, selection: &Selection) -> Result<Vec<Object>, StoreError> {
    if resource.kind != "ConfigMap" {
        return patiently(|| store.list(resource, selection)).await.map(|List { items, .. }| items);
    }
    let mut objects = Vec::new();
    for key in patiently(|| store.keys(resource, selection)).await? {
        if is_config_map_read(&key.name) {
            match patiently(|| store.get(resource, &key)).await {
                Err(StoreError::NotFound { .. }) => {}
                object => objects.push(object?),
            }
        }
    }
    Ok(objects)
}

/// Asks again, a few times, a server that does not answer.
async fn patiently<T, F>(mut ask: impl FnMut() -> F) -> Result<T, StoreError>
where
    F: Future<Output = Result<T, StoreError>>,
{
    for attempt in 0..TRIES - 1 {
        match ask().await {
            Err(StoreError::Unavailable { retry_after, .. }) => {
                tokio::time::sleep(retry_after.unwrap_or(FIRST_WAIT * 2_u32.pow(attempt))).await;
            }
            answer => return answer,
        }
    }
    ask().await
}
