//! Watches that outlive connections.
//!
//! An API server ends every watch after some minutes, and takes its watches along when it goes. Each event and each bookmark says
//! where to go on, so a watch here begins again from there, until the server has forgotten that version or stays away for long.

use std::pin::Pin;
use std::time::{Duration, Instant};

use bulkhead_store::{Event, Object, Resource, Selection, StoreError, Watch};
use futures_util::{Stream, StreamExt as _, stream};
use kube::Client;
use kube::core::WatchEvent;
use serde_json::Value;

use crate::answer::About;
use crate::request::Url;

/// How long the server keeps one connection, in seconds.
const CONNECTION: &str = "290";
/// A connection on which nothing comes for so long is dead: a server sends a bookmark every minute.
const SILENCE: Duration = Duration::from_secs(150);
/// The first wait before a lost connection is made again; each further one is twice as long, up to the longest.
const FIRST_WAIT: Duration = Duration::from_millis(50);
const LONGEST_WAIT: Duration = Duration::from_secs(2);
/// How long a server may stay away.
const PATIENCE: Duration = Duration::from_mins(1);

type Connection = Pin<Box<dyn Stream<Item = Result<WatchEvent<Value>, kube::Error>> + Send>>;

/// What is watched.
struct Subject {
    client: Client,
    resource: Resource,
    selection: Selection,
}

struct Watching {
    subject: Subject,
    /// Everything up to here was told.
    told: String,
    connection: Option<Connection>,
    /// How many connections, one after the other, ended before they told anything.
    barren: u32,
}

/// The changes of a kind after a version.
pub(crate) async fn watch(
    client: Client,
    resource: Resource,
    selection: Selection,
    from: String,
) -> Result<Watch, StoreError> {
    let subject = Subject { client, resource, selection };
    // What is wrong with the question is said at once.
    let connection = Some(subject.connect(&from).await?);
    let watching = Watching { subject, told: from, connection, barren: 0 };
    Ok(Box::pin(stream::unfold(Some(watching), |watching| async {
        let mut watching = watching?;
        match watching.next().await {
            Ok(event) => Some((Ok(event), Some(watching))),
            Err(error) => Some((Err(error), None)),
        }
    })))
}

impl Subject {
    /// A connection on which everything after a version comes.
    async fn connect(&self, from: &str) -> Result<Connection, StoreError> {
        let url = Url::of_kind(&self.resource, self.selection.namespace.as_deref()).selecting(&self.selection);
        let url = url.with("watch", "true").with("allowWatchBookmarks", "true").with("timeoutSeconds", CONNECTION);
        let request = url.with("resourceVersion", from).get()?;
        let connection = tokio::time::timeout(PATIENCE, self.client.request_events::<Value>(request)).await;
        let connection = connection.map_err(|_| StoreError::unavailable("no answer to a watch"))?;
        Ok(Box::pin(connection.map_err(|error| self.about().error(error))?))
    }

    /// A connection, when the server is there again.
    async fn reconnect(&self, from: &str) -> Result<Connection, StoreError> {
        let (deadline, mut wait) = (Instant::now() + PATIENCE, FIRST_WAIT);
        loop {
            match self.connect(from).await {
                Err(error) if may_pass(&error) && Instant::now() < deadline => {
                    tokio::time::sleep(wait).await;
                    wait = (wait * 2).min(LONGEST_WAIT);
                }
                connected => return connected,
            }
        }
    }

    fn about(&self) -> About<'_> {
        About { resource: &self.resource, key: None }
    }
}

/// How long to wait before the next connection: not at all behind one that told something.
fn wait_after(barren: u32) -> Duration {
    match barren {
        0 => Duration::ZERO,
        count => FIRST_WAIT.saturating_mul(1 << count.min(10)).min(LONGEST_WAIT),
    }
}

/// Whether a server that is asked again may say something else. One that starts says 401 and 403 for a moment: its own rules are not
/// there yet.
fn may_pass(error: &StoreError) -> bool {
    matches!(error, StoreError::Unavailable { .. } | StoreError::Unauthorized(_) | StoreError::Forbidden(_))
}

impl Watching {
    /// The next event, over as many connections as it takes.
    async fn next(&mut self) -> Result<Event, StoreError> {
        loop {
            let connection = match &mut self.connection {
                Some(connection) => connection,
                empty => {
                    tokio::time::sleep(wait_after(self.barren)).await;
                    self.barren = self.barren.saturating_add(1);
                    empty.insert(self.subject.reconnect(&self.told).await?)
                }
            };
            match tokio::time::timeout(SILENCE, connection.next()).await {
                Ok(Some(Ok(event))) => {
                    self.barren = 0;
                    if let Some(event) = self.event(event)? {
                        return Ok(event);
                    }
                }
                Ok(Some(Err(error))) => {
                    self.connection = None;
                    let error = self.subject.about().error(error);
                    if matches!(error, StoreError::Expired(_)) {
                        return Err(error);
                    }
                }
                // The connection ended, or is dead: the version that was told says where to go on.
                Ok(None) | Err(_) => self.connection = None,
            }
        }
    }

    /// What an event means, and where it leaves the watch.
    fn event(&mut self, event: WatchEvent<Value>) -> Result<Option<Event>, StoreError> {
        let object = |value: Value| Object::from_value(value).unwrap_or_default();
        let event = match event {
            WatchEvent::Added(value) => Event::Added(object(value)),
            WatchEvent::Modified(value) => Event::Modified(object(value)),
            WatchEvent::Deleted(value) => Event::Deleted(object(value)),
            WatchEvent::Bookmark(bookmark) => Event::Bookmark(bookmark.metadata.resource_version),
            WatchEvent::Error(status) => match self.subject.about().status(&status) {
                // The server goes away: it ends the connection after this.
                StoreError::Unavailable { .. } => return Ok(None),
                error => return Err(error),
            },
        };
        if let Some(version) = event.resource_version() {
            version.clone_into(&mut self.told);
        }
        Ok(Some(event))
    }
}
