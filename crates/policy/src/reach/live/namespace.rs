//! Namespaces: what they are called by selectors.

use std::collections::BTreeSet;

use bulkhead_model::{Labels, Name};

use super::Live;
use crate::reach::class_set::ClassId;

impl Live {
    /// A namespace has these labels now.
    pub(super) fn relabel(&mut self, name: &Name, labels: &Labels) {
        let known = self.reach.universe.namespace(name);
        let entry = known.and_then(|number| self.reach.universe.namespace_entry(number));
        let before = entry.map(|entry| entry.labels.clone());
        if before.as_ref() == Some(labels) {
            return;
        }
        let number = self.reach.universe.relabel_namespace(name, labels);
        let mut sets = self.sets.of_labels(labels);
        sets.extend(before.iter().flat_map(|before| self.sets.of_labels(before)));
        let entry = self.reach.universe.namespace_entry(number);
        let classes: Vec<ClassId> = entry.into_iter().flat_map(|entry| &entry.classes).copied().map(ClassId).collect();
        for class in classes {
            let mut stale = BTreeSet::new();
            if self.settle_in(class, &sets, &mut stale) {
                self.reselect(class, Some(name));
            }
            self.ask_again(class, stale);
        }
        self.recompile_relative();
    }

    /// A namespace that no object declares has the one label that the API server sets.
    pub(super) fn undeclare(&mut self, name: &Name) {
        if self.reach.universe.namespace(name).is_some() {
            self.relabel(name, &Labels::default().with("kubernetes.io/metadata.name", name.clone()));
        }
    }

    /// A pod lives in a namespace, which may be new.
    pub(super) fn live_in(&mut self, name: &Name) {
        if self.reach.universe.namespace(name).is_none() {
            self.relabel(name, &Labels::default().with("kubernetes.io/metadata.name", name.clone()));
        }
    }
}
