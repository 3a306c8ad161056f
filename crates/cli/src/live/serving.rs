//! A live cluster for `serve`: what is followed, and in whose name it is written.

use std::sync::Arc;

use bulkhead_kube_store::KubeStore;
use bulkhead_server::live::Live;
use bulkhead_server::viewer::Principal;
use bulkhead_store::{Object, Pending, Resource, Store, StoreError};

use super::gap::Gap;
use super::reading;

/// A cluster behind a connection.
#[derive(Debug)]
pub(crate) struct ServedCluster(pub(crate) KubeStore);

impl Live for ServedCluster {
    fn store(&self) -> Arc<dyn Store> {
        Arc::new(self.0.clone())
    }

    fn kinds(&self) -> Pending<'_, Vec<Resource>> {
        Box::pin(reading::followed(&self.0))
    }

    fn besides<'a>(&'a self, unlisted: &'a [Resource]) -> Pending<'a, Vec<Object>> {
        Box::pin(async move {
            let dump = reading::besides(&self.0, unlisted).await?;
            let objects = dump.objects.into_iter().flat_map(|(_, objects)| objects);
            Ok(objects.chain(dump.gaps.into_iter().map(Gap::into_object)).collect())
        })
    }

    fn acting_as(&self, principal: &Principal) -> Result<Arc<dyn Store>, StoreError> {
        Ok(Arc::new(self.0.acting_as(&principal.name, &principal.groups)?))
    }
}
