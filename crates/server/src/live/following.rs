//! The objects of a cluster, kept up to date by one watch a kind.

use std::collections::BTreeMap;
use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use bulkhead_store::{Event, Object, ObjectKey, Resource, Selection, Store, StoreError};
use tokio::sync::Notify;

use super::Live;

/// How long is waited after something went wrong with a kind, at first and at most.
const FIRST_WAIT: Duration = Duration::from_millis(500);
const LONGEST_WAIT: Duration = Duration::from_secs(30);
/// How often is read again what no watch tells of.
const BESIDES: Duration = Duration::from_mins(1);

/// The objects as far as they are known.
#[derive(Debug)]
pub(crate) struct Following {
    known: Mutex<Known>,
    /// The kinds that are followed.
    kinds: Vec<Resource>,
    /// Something changed.
    pub(crate) changed: Notify,
}

#[derive(Debug, Default)]
struct Known {
    /// Grows with every change.
    version: u64,
    kinds: BTreeMap<String, BTreeMap<ObjectKey, Object>>,
    besides: Vec<Object>,
}

impl Following {
    /// Lists everything, and follows it from there by tasks of the current runtime, which end with the last handle.
    pub(crate) async fn start(live: &Arc<dyn Live>) -> Result<Arc<Self>, StoreError> {
        let store = live.store();
        let (mut known, mut followed, mut unlisted) = (Known::default(), Vec::new(), Vec::new());
        for resource in live.kinds().await? {
            match store.list(&resource, &Selection::all()).await {
                Ok(list) => {
                    known.kinds.insert(resource.group_resource(), by_key(list.items));
                    followed.push((resource, list.resource_version));
                }
                Err(StoreError::Forbidden(_)) => unlisted.push(resource),
                // Served a moment ago, and no longer.
                Err(StoreError::NoSuchKind(_) | StoreError::NotFound { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        known.besides = live.besides(&unlisted).await?;
        let kinds = followed.iter().map(|(resource, _)| resource.clone()).collect();
        let following = Arc::new(Self { known: Mutex::new(known), kinds, changed: Notify::new() });
        for (resource, version) in followed {
            tokio::spawn(follow(Arc::downgrade(&following), live.store(), resource, version));
        }
        tokio::spawn(read_besides(Arc::downgrade(&following), Arc::clone(live), unlisted));
        Ok(following)
    }

    /// All objects, kind by kind, by namespace and name, and the version that they are of.
    pub(crate) fn objects(&self) -> (u64, Vec<Object>) {
        let known = self.known();
        let mut objects: Vec<Object> = known.kinds.values().flat_map(BTreeMap::values).cloned().collect();
        objects.extend(known.besides.iter().cloned());
        (known.version, objects)
    }

    /// The newest version.
    pub(crate) fn version(&self) -> u64 {
        self.known().version
    }

    /// A kind as the API server serves it.
    pub(crate) fn served(&self, group: &str, kind: &str) -> Option<&Resource> {
        self.kinds.iter().find(|resource| resource.group == group && resource.kind == kind)
    }

    /// Takes what a write gave back, before the watch tells of it.
    pub(crate) fn put(&self, resource: &Resource, object: Object) {
        self.change(resource, |known| known.insert(object.key(), object.clone()) != Some(object));
    }

    /// Takes that an object was deleted.
    pub(crate) fn remove(&self, resource: &Resource, key: &ObjectKey) {
        self.change(resource, |known| known.remove(key).is_some());
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes what is known of a kind; the change says whether it was one.
    fn change(&self, resource: &Resource, change: impl FnOnce(&mut BTreeMap<ObjectKey, Object>) -> bool) {
        let mut known = self.known();
        if change(known.kinds.entry(resource.group_resource()).or_default()) {
            known.version += 1;
            self.changed.notify_one();
        }
    }

    /// Lists a kind again; the version to watch from.
    async fn list(&self, store: &dyn Store, resource: &Resource) -> Result<String, StoreError> {
        let list = store.list(resource, &Selection::all()).await?;
        let objects = by_key(list.items);
        self.change(resource, |known| {
            let is_other = *known != objects;
            *known = objects;
            is_other
        });
        Ok(list.resource_version)
    }

    fn take(&self, resource: &Resource, event: Event) {
        match event {
            Event::Added(object) | Event::Modified(object) => self.put(resource, object),
            Event::Deleted(object) => self.remove(resource, &object.key()),
            Event::Bookmark(_) => {}
        }
    }
}

fn by_key(objects: Vec<Object>) -> BTreeMap<ObjectKey, Object> {
    objects.into_iter().map(|object| (object.key(), object)).collect()
}

/// Follows a kind for as long as somebody wants to know.
async fn follow(following: Weak<Following>, store: Arc<dyn Store>, resource: Resource, mut from: String) {
    let (all, mut wait) = (Selection::all(), FIRST_WAIT);
    loop {
        if let Ok(mut watch) = store.watch(&resource, &all, &from).await {
            while let Some(Ok(event)) = poll_fn(|context| watch.as_mut().poll_next(context)).await {
                let Some(following) = following.upgrade() else { return };
                following.take(&resource, event);
                wait = FIRST_WAIT;
            }
        }
        tokio::time::sleep(wait).await;
        wait = (wait * 2).min(LONGEST_WAIT);
        let Some(following) = following.upgrade() else { return };
        if let Ok(version) = following.list(&*store, &resource).await {
            from = version;
        }
    }
}

async fn read_besides(following: Weak<Following>, live: Arc<dyn Live>, unlisted: Vec<Resource>) {
    loop {
        tokio::time::sleep(BESIDES).await;
        if following.strong_count() == 0 {
            return;
        }
        let Ok(objects) = live.besides(&unlisted).await else { continue };
        let Some(following) = following.upgrade() else { return };
        let mut known = following.known();
        if known.besides != objects {
            known.besides = objects;
            known.version += 1;
            following.changed.notify_one();
        }
    }
}
