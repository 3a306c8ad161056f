//! Whether the API server answers, and since when it does not.

use std::sync::{Arc, Weak};
use std::time::Duration;

use bulkhead_store::{KINDS, ObjectKey, Store, StoreError};
use jiff::Timestamp;
use tokio::sync::watch;

/// How often is asked, and how long an answer may take.
const BEAT: Duration = Duration::from_secs(3);
const PATIENCE: Duration = Duration::from_secs(3);

/// Since when the state is old; `None` while the API server answers.
pub(crate) type Freshness = watch::Sender<Option<Timestamp>>;

/// Asks a server again and again whether it is there, as long as somebody wants to know.
pub(crate) async fn beat(freshness: Weak<Freshness>, store: Arc<dyn Store>) {
    let mut last = Timestamp::now();
    loop {
        tokio::time::sleep(BEAT).await;
        let answers = answers(&*store).await;
        let Some(freshness) = freshness.upgrade() else { return };
        if answers {
            last = Timestamp::now();
        }
        let since = (!answers).then_some(last);
        freshness.send_if_modified(|known| {
            let is_other = known.is_some() != since.is_some();
            if is_other {
                *known = since;
            }
            is_other
        });
    }
}

/// Whether a server says anything at all; that something is forbidden or missing is an answer.
async fn answers(store: &dyn Store) -> bool {
    let Some(namespaces) = KINDS.iter().find(|known| known.resource.kind == "Namespace") else { return true };
    let key = ObjectKey::cluster("default");
    let asked = store.get(&namespaces.resource, &key);
    !matches!(tokio::time::timeout(PATIENCE, asked).await, Err(_) | Ok(Err(StoreError::Unavailable { .. })))
}
