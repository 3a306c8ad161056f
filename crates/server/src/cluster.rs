//! What is served: a dump, or a local store whose changes make new states.

use std::sync::Arc;

use bulkhead_analysis::path::Overrides;
use bulkhead_local_store::LocalStore;
use bulkhead_store::{KINDS, Object, Selection, Store as _, StoreError};
use sha2::{Digest as _, Sha256};
use tokio::sync::{Mutex, watch};

use crate::epoch::{Epoch, Text};
use crate::objects::{self, Unreadable};
use crate::problem::Problem;

/// What is served.
#[derive(Debug)]
pub struct Cluster {
    /// The name that people gave it.
    pub(crate) name: String,
    pub(crate) overrides: Overrides,
    source: Source,
    current: watch::Sender<Arc<Epoch>>,
    /// Held from the check of a preview's digest to the write.
    pub(crate) writing: Mutex<()>,
}

/// Where the cluster comes from.
#[derive(Debug)]
enum Source {
    Files,
    Store(LocalStore),
}

/// Why a cluster cannot be served.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// A file holds no objects.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    /// The store fails.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The analysis could not be started.
    #[error("the analysis cannot be started")]
    Analysis,
}

impl Cluster {
    /// A dump, which cannot be written.
    pub async fn of_texts(name: String, texts: Vec<Text>, overrides: Overrides) -> Result<Arc<Self>, OpenError> {
        let mut found: Vec<Object> = Vec::new();
        let mut digest = Sha256::new();
        for (name, text) in &texts {
            found.extend(objects::parse(name, text)?);
            digest.update(text);
        }
        let version = crate::change::hexadecimal(&digest.finalize()).chars().take(16).collect();
        let epoch = Epoch::start(version, texts, Arc::new(found), overrides.clone()).await;
        let current = watch::Sender::new(Arc::new(epoch.map_err(|_| OpenError::Analysis)?));
        Ok(Arc::new(Self { name, overrides, source: Source::Files, current, writing: Mutex::new(()) }))
    }

    /// A local store. A task of the current runtime follows its changes as long as the cluster is there.
    pub async fn of_store(name: String, store: LocalStore, overrides: Overrides) -> Result<Arc<Self>, OpenError> {
        let mut revisions = store.revisions();
        revisions.mark_unchanged();
        let epoch = read(&store, &overrides).await?;
        let current = watch::Sender::new(Arc::new(epoch));
        let cluster = Self { name, overrides, source: Source::Store(store), current, writing: Mutex::new(()) };
        let cluster = Arc::new(cluster);
        let follower = Arc::downgrade(&cluster);
        tokio::spawn(async move {
            while revisions.changed().await.is_ok() {
                let Some(cluster) = follower.upgrade() else { return };
                // A state that cannot be read leaves the one before; the next change tries again.
                let _ = cluster.refresh().await;
            }
        });
        Ok(cluster)
    }

    /// The state that answers are about.
    pub(crate) fn current(&self) -> Arc<Epoch> {
        Arc::clone(&self.current.borrow())
    }

    /// Tells of new states.
    pub(crate) fn states(&self) -> watch::Receiver<Arc<Epoch>> {
        self.current.subscribe()
    }

    /// The store, where there is one.
    pub(crate) fn store(&self) -> Option<&LocalStore> {
        match &self.source {
            Source::Files => None,
            Source::Store(store) => Some(store),
        }
    }

    /// `files` or `store`.
    pub(crate) fn source_name(&self) -> &'static str {
        match self.source {
            Source::Files => "files",
            Source::Store(_) => "store",
        }
    }

    /// Reads the newest state, and makes it the current one.
    pub(crate) async fn refresh(&self) -> Result<Arc<Epoch>, Problem> {
        let Source::Store(store) = &self.source else { return Ok(self.current()) };
        if store.revision()?.to_string() == self.current().version {
            return Ok(self.current());
        }
        let epoch = read(store, &self.overrides).await.map_err(|error| match error {
            OpenError::Store(error) => Problem::from(error),
            _ => Problem::internal(),
        })?;
        let epoch = Arc::new(epoch);
        self.current.send_if_modified(|current| {
            // Two readers may overtake each other; the later state stays.
            let is_newer = number(&epoch.version) > number(&current.version);
            if is_newer {
                *current = Arc::clone(&epoch);
            }
            is_newer
        });
        Ok(epoch)
    }
}

fn number(version: &str) -> u64 {
    version.parse().unwrap_or_default()
}

/// Everything in a store, at one revision: read again where somebody wrote meanwhile.
async fn read(store: &LocalStore, overrides: &Overrides) -> Result<Epoch, OpenError> {
    loop {
        let revision = store.revision()?;
        let mut objects = Vec::new();
        for known in KINDS {
            objects.extend(store.list(&known.resource, &Selection::all()).await?.items);
        }
        if store.revision()? != revision {
            continue;
        }
        let texts = objects::texts(&objects);
        let epoch = Epoch::start(revision.to_string(), texts, Arc::new(objects), overrides.clone()).await;
        return epoch.map_err(|_| OpenError::Analysis);
    }
}
