//! A cluster behind an API server: its objects are listed and watched, and kept here.
//!
//! A server that stops answering ends nothing: what was read last is answered about, and everybody is told since when it is old.

mod following;
mod heart;

use std::fmt::Debug;
use std::sync::Arc;

use bulkhead_store::{Object, Pending, Resource, Store, StoreError};

pub(crate) use following::Following;
pub(crate) use heart::{Freshness, beat};

use crate::viewer::Principal;

/// A cluster behind an API server, as the server's own account sees it.
pub trait Live: Send + Sync + Debug {
    /// Its objects.
    fn store(&self) -> Arc<dyn Store>;

    /// The kinds that answers depend on, as far as they are served; without those of which `besides` reads some by name.
    fn kinds(&self) -> Pending<'_, Vec<Resource>>;

    /// What no watch tells of: settings by their names, and of the kinds that may not be listed what can be read, with remarks
    /// about the rest.
    fn besides<'a>(&'a self, unlisted: &'a [Resource]) -> Pending<'a, Vec<Object>>;

    /// The same objects in somebody else's name: the API server judges by their rights.
    fn acting_as(&self, principal: &Principal) -> Result<Arc<dyn Store>, StoreError>;
}
