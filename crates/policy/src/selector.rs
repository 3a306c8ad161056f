//! Label selectors, each kept once.

use std::borrow::Cow;

use bulkhead_model::{LabelSelector, Labels, Readable};
use rustc_hash::FxHashMap;

/// A selector of a [`SelectorTable`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SelectorId(u32);

/// Selectors, each kept once however often policies write it.
#[derive(Clone, Debug, Default)]
pub struct SelectorTable {
    selectors: Vec<LabelSelector>,
    by_selector: FxHashMap<LabelSelector, SelectorId>,
}

impl SelectorTable {
    /// The number of a selector. The order of requirements does not make another selector.
    pub fn intern(&mut self, selector: &LabelSelector) -> SelectorId {
        let selector = in_order(selector);
        if let Some(known) = self.by_selector.get(selector.as_ref()) {
            return *known;
        }
        let id = SelectorId(u32::try_from(self.selectors.len()).unwrap_or(u32::MAX));
        self.selectors.push(selector.as_ref().clone());
        self.by_selector.insert(selector.into_owned(), id);
        id
    }

    /// The selector of a number.
    pub fn get(&self, id: SelectorId) -> Option<&LabelSelector> {
        self.selectors.get(id.0 as usize)
    }

    /// Whether a selector selects these labels; `None` where that hangs on a requirement that could not be read.
    pub fn matches(&self, id: SelectorId, labels: &Labels) -> Option<bool> {
        self.get(id).and_then(|selector| selector.matches(labels))
    }

    /// Every selector and its number.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (SelectorId, &LabelSelector)> {
        self.selectors
            .iter()
            .enumerate()
            .map(|(at, selector)| (SelectorId(u32::try_from(at).unwrap_or(u32::MAX)), selector))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.selectors.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.selectors.is_empty()
    }
}

/// A selector with its requirements in order, each once.
fn in_order(selector: &LabelSelector) -> Cow<'_, LabelSelector> {
    if selector.requirements.is_sorted_by(|a, b| a < b) {
        return Cow::Borrowed(selector);
    }
    let mut selector = selector.clone();
    selector.requirements.sort_unstable();
    selector.requirements.dedup();
    Cow::Owned(selector)
}

impl SelectorId {
    /// Its place in the table.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// Whether nothing of the selector was unreadable.
pub fn is_readable(selector: &LabelSelector) -> bool {
    selector.requirements.iter().all(|requirement| matches!(requirement, Readable::Known(_)))
}
