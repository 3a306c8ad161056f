//! What is served: a dump, or a local store or a live cluster whose changes make new states.

use std::sync::{Arc, Weak};
use std::time::Duration;

use bulkhead_analysis::path::Overrides;
use bulkhead_local_store::LocalStore;
use bulkhead_store::{KINDS, Object, Selection, Store as _, StoreError};
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};
use tokio::sync::{Mutex, watch};
use tokio::time::Instant;

use crate::access::{NoRandomness, random};
use crate::epoch::{Epoch, Text};
use crate::live::{Following, Freshness, Live, beat};
use crate::objects::{self, Unreadable};
use crate::problem::Problem;
use crate::viewer::Sight;

/// What is served.
#[derive(Debug)]
pub struct Cluster {
    /// The name that people gave it.
    pub(crate) name: String,
    pub(crate) overrides: Overrides,
    source: Source,
    current: watch::Sender<Arc<Epoch>>,
    /// What keeps versions and digests from telling what is hidden.
    secret: [u8; 32],
    /// Held from the check of a preview's digest to the write.
    pub(crate) writing: Mutex<()>,
}

/// Where the cluster comes from.
#[derive(Debug)]
enum Source {
    Files,
    Store(LocalStore),
    Live(Followed),
}

/// A live cluster.
#[derive(Debug)]
pub(crate) struct Followed {
    pub(crate) live: Arc<dyn Live>,
    pub(crate) objects: Arc<Following>,
    /// Begins the versions of this process: those of another one count other changes.
    process: String,
    freshness: Arc<Freshness>,
}

/// When a state becomes the current one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Readiness {
    /// As soon as it is known: somebody has written, and waits for it.
    Known,
    /// Once what many questions hang on is worked out: until then they are answered about the one before.
    WorkedOut,
}

/// For how long changes are gathered at least before they make a new state.
const GATHERING: Duration = Duration::from_millis(100);

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
    /// The system has no random numbers.
    #[error(transparent)]
    Random(#[from] NoRandomness),
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
        let epoch = Epoch::start(version, Some(texts), found.into_iter().collect(), overrides.clone()).await;
        let current = watch::Sender::new(Arc::new(epoch.map_err(|_| OpenError::Analysis)?));
        let secret = random()?;
        Ok(Arc::new(Self { name, overrides, source: Source::Files, current, secret, writing: Mutex::new(()) }))
    }

    /// A local store. A task of the current runtime follows its changes as long as the cluster is there.
    pub async fn of_store(name: String, store: LocalStore, overrides: Overrides) -> Result<Arc<Self>, OpenError> {
        let mut revisions = store.revisions();
        revisions.mark_unchanged();
        let epoch = read(&store, &overrides).await?;
        let current = watch::Sender::new(Arc::new(epoch));
        let (source, secret) = (Source::Store(store), random()?);
        let cluster = Self { name, overrides, source, current, secret, writing: Mutex::new(()) };
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

    /// A live cluster. Tasks of the current runtime follow its changes as long as the cluster is there.
    pub async fn of_live(name: String, live: Arc<dyn Live>, overrides: Overrides) -> Result<Arc<Self>, OpenError> {
        let secret = random()?;
        let process = crate::change::hexadecimal(&random()?).chars().take(8).collect();
        let objects = Following::start(&live).await?;
        let freshness = Arc::new(Freshness::new(None));
        tokio::spawn(beat(Arc::downgrade(&freshness), live.store()));
        let followed = Followed { live, objects, process, freshness };
        let current = watch::Sender::new(Arc::new(followed.epoch(&overrides).await?));
        let source = Source::Live(followed);
        let cluster = Arc::new(Self { name, overrides, source, current, secret, writing: Mutex::new(()) });
        tokio::spawn(refresh_on_changes(Arc::downgrade(&cluster)));
        Ok(cluster)
    }

    /// The state that answers are about.
    pub(crate) fn current(&self) -> Arc<Epoch> {
        Arc::clone(&self.current.borrow())
    }

    /// What digests for somebody begin with: nothing where nothing is hidden.
    pub(crate) fn secret_for(&self, sight: &Sight) -> &[u8] {
        if sight.is_everything() { &[] } else { &self.secret }
    }

    /// The version of a state as somebody may know it.
    pub(crate) fn version_for(&self, epoch: &Epoch, sight: &Sight) -> String {
        sight.version(&epoch.version, &self.secret)
    }

    /// Tells of new states.
    pub(crate) fn states(&self) -> watch::Receiver<Arc<Epoch>> {
        self.current.subscribe()
    }

    /// The store, where there is one.
    pub(crate) fn store(&self) -> Option<&LocalStore> {
        match &self.source {
            Source::Store(store) => Some(store),
            Source::Files | Source::Live(_) => None,
        }
    }

    /// The live cluster, where it is one.
    pub(crate) fn live(&self) -> Option<&Followed> {
        match &self.source {
            Source::Live(live) => Some(live),
            Source::Files | Source::Store(_) => None,
        }
    }

    /// Whether changes can be applied.
    pub(crate) fn is_writable(&self) -> bool {
        !matches!(self.source, Source::Files)
    }

    /// Since when the state is old, because the cluster does not answer.
    pub(crate) fn stale_since(&self) -> Option<Timestamp> {
        self.live().and_then(|live| *live.freshness.borrow())
    }

    /// Tells when the cluster stops answering, and when it answers again; `None` where that cannot happen.
    pub(crate) fn freshness(&self) -> Option<watch::Receiver<Option<Timestamp>>> {
        self.live().map(|live| live.freshness.subscribe())
    }

    /// `files`, `store` or `cluster`.
    pub(crate) fn source_name(&self) -> &'static str {
        match self.source {
            Source::Files => "files",
            Source::Store(_) => "store",
            Source::Live(_) => "cluster",
        }
    }

    /// Reads the newest state, and makes it the current one.
    pub(crate) async fn refresh(&self) -> Result<Arc<Epoch>, Problem> {
        self.renew(Readiness::Known).await
    }

    async fn renew(&self, readiness: Readiness) -> Result<Arc<Epoch>, Problem> {
        let newest = match &self.source {
            Source::Files => return Ok(self.current()),
            Source::Store(store) => store.revision()?.to_string(),
            Source::Live(live) => live.version(live.objects.version()),
        };
        let current = self.current();
        if newest == current.version {
            if readiness == Readiness::WorkedOut {
                current.work_out().await;
            }
            return Ok(current);
        }
        let epoch = match &self.source {
            Source::Files => return Ok(self.current()),
            Source::Store(store) => read(store, &self.overrides).await,
            Source::Live(live) => live.epoch(&self.overrides).await,
        };
        let epoch = epoch.map_err(|error| match error {
            OpenError::Store(error) => Problem::from(error),
            _ => Problem::internal(),
        })?;
        let epoch = Arc::new(epoch);
        if readiness == Readiness::WorkedOut {
            epoch.work_out().await;
        }
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
    version.rsplit('-').next().and_then(|number| number.parse().ok()).unwrap_or_default()
}

impl Followed {
    fn version(&self, number: u64) -> String {
        format!("{}-{number}", self.process)
    }

    /// The state as far as it is known.
    async fn epoch(&self, overrides: &Overrides) -> Result<Epoch, OpenError> {
        let (number, state) = self.objects.state();
        let epoch = Epoch::start(self.version(number), None, state, overrides.clone()).await;
        epoch.map_err(|_| OpenError::Analysis)
    }
}

/// Makes new states of a live cluster: many changes that come together make one. They are gathered for twice as long as the last state
/// took to make and to be worked out, so that a large cluster that never rests does not take a whole processor. Whoever writes does not wait for that.
async fn refresh_on_changes(cluster: Weak<Cluster>) {
    let mut gathering = GATHERING;
    loop {
        let Some(objects) = cluster.upgrade().and_then(|cluster| cluster.live().map(|live| Arc::clone(&live.objects)))
        else {
            return;
        };
        // The cluster itself must not be held while nothing happens.
        let changed = tokio::time::timeout(Duration::from_secs(10), objects.changed.notified()).await;
        drop(objects);
        if changed.is_err() {
            continue;
        }
        tokio::time::sleep(gathering).await;
        let Some(cluster) = cluster.upgrade() else { return };
        let begun = Instant::now();
        // A state that cannot be read leaves the one before; the next change tries again.
        let _ = cluster.renew(Readiness::WorkedOut).await;
        gathering = GATHERING.max(2 * begun.elapsed());
    }
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
        let epoch = Epoch::start(revision.to_string(), None, objects.into_iter().collect(), overrides.clone()).await;
        return epoch.map_err(|_| OpenError::Analysis);
    }
}
