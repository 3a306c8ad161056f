//! Keeps one copy of what many objects have in common: labels and containers of the pods of one template.

use std::collections::HashSet;
use std::sync::Arc;

use bulkhead_model::Labels;
use bulkhead_model::object::Container;

/// What has been seen so far. Only ever asked, never listed, so that the order of its hash sets cannot show.
#[derive(Debug, Default)]
pub(crate) struct Interner {
    labels: HashSet<Labels>,
    containers: HashSet<Arc<[Container]>>,
}

impl Interner {
    /// Labels equal to these.
    pub(crate) fn labels(&mut self, labels: Labels) -> Labels {
        if let Some(known) = self.labels.get(&labels) {
            return known.clone();
        }
        self.labels.insert(labels.clone());
        labels
    }

    /// Containers equal to these.
    pub(crate) fn containers(&mut self, containers: Vec<Container>) -> Arc<[Container]> {
        if let Some(known) = self.containers.get(containers.as_slice()) {
            return Arc::clone(known);
        }
        let containers: Arc<[Container]> = containers.into();
        self.containers.insert(Arc::clone(&containers));
        containers
    }
}
