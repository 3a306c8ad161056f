//! Where policies are handed over: a local store, or the cluster.

use std::path::Path;
use std::sync::Arc;

use bulkhead_store::Store;
use tokio::runtime::Runtime;

use crate::command::local::open;
use crate::failure::Failure;
use crate::live;
use crate::session::Session;

/// A store, and what runs its futures.
pub(super) struct Place {
    pub(super) runtime: Runtime,
    pub(super) store: Arc<dyn Store>,
}

impl Place {
    /// The local store of a path, else the cluster.
    pub(super) fn open(path: Option<&Path>, session: &Session<'_, '_>) -> Result<Self, Failure> {
        if let Some(path) = path {
            let store = Arc::new(open::store_of_controller(path, session)?);
            return Ok(Self { runtime: open::runtime()?, store });
        }
        let runtime = live::runtime()?;
        let store = runtime.block_on(live::connect(None, session)).map_err(|error| live::cannot_connect(&error))?;
        Ok(Self { runtime, store: Arc::new(store) })
    }
}
