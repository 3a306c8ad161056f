//! The objects of a cluster, kept up to date by one watch a kind.

use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use bulkhead_analysis::snapshot::Sharing;
use bulkhead_store::{Event, Object, ObjectKey, Resource, Selection, Store, StoreError};
use tokio::sync::Notify;

use super::Live;
use crate::objects::group_of;
use crate::state::{Part, State};

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

#[derive(Debug)]
struct Known {
    /// Grows with every change.
    version: u64,
    state: State,
    sharing: Sharing,
    /// What of the state no watch tells of.
    besides: Vec<Object>,
}

impl Known {
    fn put_besides(&mut self, objects: Vec<Object>) {
        let Self { state, sharing, .. } = self;
        for gone in &self.besides {
            state.remove(group_of(gone), gone.kind(), &gone.key());
        }
        for object in &objects {
            state.put(object.clone(), sharing);
        }
        self.besides = objects;
    }
}

impl Following {
    /// Lists everything, and follows it from there by tasks of the current runtime, which end with the last handle.
    pub(crate) async fn start(live: &Arc<dyn Live>) -> Result<Arc<Self>, StoreError> {
        let store = live.store();
        let (state, sharing) = (State::of_live(), Sharing::default());
        let mut known = Known { version: 0, state, sharing, besides: Vec::new() };
        let (mut followed, mut unlisted) = (Vec::new(), Vec::new());
        for resource in live.kinds().await? {
            match read(&*store, &resource).await {
                Ok((parts, version)) => {
                    known.state.replace(&resource, parts, &mut known.sharing);
                    followed.push((resource, version));
                }
                Err(StoreError::Forbidden(_)) => unlisted.push(resource),
                // Served a moment ago, and no longer.
                Err(StoreError::NoSuchKind(_) | StoreError::NotFound { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        known.put_besides(live.besides(&unlisted).await?);
        let kinds = followed.iter().map(|(resource, _)| resource.clone()).collect();
        let following = Arc::new(Self { known: Mutex::new(known), kinds, changed: Notify::new() });
        for (resource, version) in followed {
            tokio::spawn(follow(Arc::downgrade(&following), live.store(), resource, version));
        }
        tokio::spawn(read_besides(Arc::downgrade(&following), Arc::clone(live), unlisted));
        Ok(following)
    }

    /// All objects, and the version that they are of.
    pub(crate) fn state(&self) -> (u64, State) {
        let known = self.known();
        (known.version, known.state.clone())
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
    pub(crate) fn put(&self, object: Object) {
        self.change(|state, sharing| state.put(object, sharing));
    }

    /// Takes that an object was deleted.
    pub(crate) fn remove(&self, resource: &Resource, key: &ObjectKey) {
        self.change(|state, _| state.remove(&resource.group, &resource.kind, key));
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes what is known; the change says whether it was one.
    fn change(&self, change: impl FnOnce(&mut State, &mut Sharing) -> bool) {
        let mut known = self.known();
        let Known { state, sharing, .. } = &mut *known;
        if change(state, sharing) {
            known.version += 1;
            self.changed.notify_one();
        }
    }

    /// Lists a kind again; the version to watch from.
    async fn list(&self, store: &dyn Store, resource: &Resource) -> Result<String, StoreError> {
        let (parts, version) = read(store, resource).await?;
        self.change(|state, sharing| state.replace(resource, parts, sharing));
        Ok(version)
    }

    fn take(&self, resource: &Resource, event: Event) {
        match event {
            Event::Added(object) | Event::Modified(object) => self.put(object),
            Event::Deleted(object) => self.remove(resource, &object.key()),
            Event::Bookmark(_) => {}
        }
    }
}

/// Everything of a kind, and the version that it is of.
async fn read(store: &dyn Store, resource: &Resource) -> Result<(Vec<Part>, String), StoreError> {
    let mut parts = Vec::new();
    let mut is_read = true;
    let mut take = |text: &str| match Part::read(resource, text) {
        Some(part) => parts.push(part),
        None => is_read = false,
    };
    let version = store.list_in_texts(resource, &Selection::all(), &mut take).await?;
    if is_read { Ok((parts, version)) } else { Err(StoreError::Internal("the answer is no list".to_owned())) }
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
            known.put_besides(objects);
            known.version += 1;
            following.changed.notify_one();
        }
    }
}
