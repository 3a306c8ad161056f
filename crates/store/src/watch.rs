//! What a watch tells.

use std::pin::Pin;

use futures_core::Stream;

use crate::{Object, StoreError};

/// A change, in the order in which changes happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// The object is new, or matches the selection since this change.
    Added(Object),
    /// It changed.
    Modified(Object),
    /// It is gone, or no longer matches; as it was, with the resourceVersion of its going.
    Deleted(Object),
    /// Everything up to this resourceVersion was told. A watch may be resumed from it.
    Bookmark(String),
}

impl Event {
    /// The version from which a watch that saw this event goes on.
    pub fn resource_version(&self) -> Option<&str> {
        match self {
            Self::Added(object) | Self::Modified(object) | Self::Deleted(object) => object.resource_version(),
            Self::Bookmark(version) => Some(version),
        }
    }
}

/// Changes as they happen. Ends after an error, and when the store closes; dropping it at any time loses nothing that a watch
/// from the last event's resourceVersion would not tell again.
pub type Watch = Pin<Box<dyn Stream<Item = Result<Event, StoreError>> + Send>>;
